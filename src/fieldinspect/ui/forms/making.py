"""Which widget asks which question."""

from collections.abc import Callable

from fieldinspect.ui.forms import questions
from fieldinspect.ui.forms.choosing import Choices, Finding, Tick
from fieldinspect.ui.forms.controls import Control, Line, Long, Words
from fieldinspect.ui.forms.questions import Question
from fieldinspect.ui.forms.ranging import Range
from fieldinspect.ui.forms.ranking import Rank
from fieldinspect.ui.forms.rows import Rows
from fieldinspect.ui.forms.uploading import Upload

_CONTROLS: dict[str, Callable[[Question], Control]] = {
    questions.LINE: Line,
    questions.SECRET: Line,
    questions.RANGE: Range,
    questions.LONG: Long,
    questions.ONE: Choices,
    questions.MANY: Choices,
    questions.FIND_ONE: Finding,
    questions.FIND_MANY: Finding,
    questions.RANK: Rank,
    questions.TICK: Tick,
    questions.FILE: Upload,
    questions.NOTE: Words,
    questions.GROUP: Words,
    questions.ROWS: Rows,
}


def control_for(question: Question) -> Control:
    return _CONTROLS[question.control](question)
