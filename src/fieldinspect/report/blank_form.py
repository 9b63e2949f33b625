"""A blank form on paper, for the day when no laptop may be opened: tagged, marked, in either language.

What skips and limits do on a screen is said in words; calculations are left out. Paper is typed in afterwards.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from reportlab.lib.colors import black
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Flowable, Spacer

from fieldinspect.forms import Choice, Entry, Form, NodeState, Session
from fieldinspect.forms import Element as FormElement
from fieldinspect.forms.codebook import every_choice, plain_words
from fieldinspect.forms.media import picture_name
from fieldinspect.forms.model import Definition
from fieldinspect.i18n import _, speaking
from fieldinspect.report import fonts, style
from fieldinspect.report.conditions import clause, condition
from fieldinspect.report.flow import Story, paragraph
from fieldinspect.report.page import PageFrame, make_pdf
from fieldinspect.report.pictures import Picture, Pictured, read_image
from fieldinspect.report.tagging import Element

TAGS: Final = {"en": "en-GB", "cy": "cy-GB"}
_BOX: Final = 9.0
_LINE: Final = 22.0
_GAP: Final = 8.0
_MANY: Final = 5
_SHORT: Final = 36
"""Letters of a label that half a line holds."""
_MOST_CHOICES: Final = 60
"""Longer lists are written in by hand."""
_LARGE, _SMALL = (300.0, 200.0), (90.0, 68.0)
"""Most width and height in points of the picture of a question, and of a choice."""
_COPIES: Final = 3
"""Blocks printed of a group that repeats."""
_WIDTHS: Final = {"date": 0.4, "time": 0.25, "dateTime": 0.5, "int": 0.25, "integer": 0.25, "decimal": 0.3}


def render_blank_form(
    form: Form, language: str, marking: str, pictures: Mapping[str, bytes] | None = None
) -> bytes:
    """Return the form as a tagged PDF in "en" or "cy" (or the form's own language where it has no other).

    `pictures` are files by name; one that is not there is left out. Raises BadInput when a character or a picture of
    the form cannot be printed. The same form gives the same bytes.
    """
    with speaking(language):
        images = {name: read_image(name, data) for name, data in (pictures or {}).items()}
        session = _with_rows(Session(form, language=language))
        title = form.title(language)
        fonts.require_printable([title, marking, *_texts(session)])
        around = PageFrame(
            title=_("{form}: blank form").format(form=title),
            language=TAGS[language] if f"({language})" in session.language else TAGS["en"],
            marking=marking,
            header_left=title,
            header_right=_("Blank form"),
            footer_left=_("{id}, version {version}").format(id=form.id, version=form.version or "–"),
        )
        return make_pdf(lambda: _Printer(form, session, title, images).story(), around)


def _with_rows(session: Session) -> Session:
    """Add rows to every repeat that a person adds rows to, until there are a few to write in."""
    for entry in _repeats(session):
        while not entry.element.fixed and len(session.rows(entry.path)) < _COPIES:
            session.add_row(entry.path)
    return session


def _repeats(session: Session) -> list[Entry]:
    return [entry for section in session.sections() for entry in section.entries if entry.kind == "repeat"]


def _texts(session: Session) -> Iterator[str]:
    for path in session.paths():
        state = session.state(path)
        for words in (state.label, state.hint, *(one.label for one in state.choices[:_MOST_CHOICES])):
            yield words.replace("\t", " ")  # white space is laid out anew


class _Answer(Flowable):  # type: ignore[misc]  # ReportLab ships no types
    """Lines to write on: decoration to a screen reader, which has the question."""

    def __init__(self, lines: int, share: float) -> None:
        super().__init__()
        self._lines = lines
        self._share = share

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        self.width, self.height = width, self._lines * _LINE + 4
        return width, self.height

    def draw(self) -> None:
        with self.canv.artifact():
            self.canv.setStrokeColor(black)
            self.canv.setLineWidth(0.6)
            for line in range(self._lines):
                at = self.height - (line + 1) * _LINE
                self.canv.line(0, at, self.width * self._share, at)


class _Boxes(Flowable):  # type: ignore[misc]  # likewise
    """Choices side by side: boxes to tick with their words beside them."""

    def __init__(self, choices: Sequence[Any], columns: int) -> None:
        super().__init__()
        self._choices = choices
        self._columns = columns

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        self._share = width / self._columns
        self._heights = [one.wrap(self._share - _BOX - 14, height)[1] for one in self._choices]
        self.height = max(self._heights) + 3
        return width, self.height

    def draw(self) -> None:
        for place, (words, height) in enumerate(zip(self._choices, self._heights, strict=True)):
            left = place * self._share
            with self.canv.artifact():
                self.canv.setStrokeColor(black)
                self.canv.setLineWidth(0.9)
                self.canv.rect(left, self.height - style.CELL.leading, _BOX, _BOX, stroke=1, fill=0)
            words.drawOn(self.canv, left + _BOX + 8, self.height - 3 - height)


class _Printer:
    """Prints the form section by section, in the order in which it is asked."""

    def __init__(self, form: Form, session: Session, title: str, images: Mapping[str, Any]) -> None:
        self._form = form
        self._images = images
        self._session = session
        self._title = title
        self._story = Story()
        self._labels = _labels(session)
        self._headings: list[tuple[str, ParagraphStyle, str]] = []
        """What stands above the next question, and on one page with it."""

    def story(self) -> Story:
        self._story.add(self._title, style.TITLE, "H1")
        self._story.add(
            _(
                "Write clearly, in ink. Never write a name, an address, a collar number or a vehicle mark. "
                "Type this form in as soon as you can, then hand it in; do not keep it."
            ),
            style.SUBTITLE,
        )
        self._story.signing((_("Written by"), _("Date and time"), _("Visit or place")), (0.34, 0.28, 0.38))
        self._story.add(_("* must be answered"), style.CAPTION)
        for section in self._session.sections():
            if section.label and section.label != self._title:
                self._headings.append((section.label, style.SECTION, "H2"))
            self._condition(section.path)
            for entry in section.entries:
                self._entry(entry)
        return self._story

    def _entry(self, entry: Entry) -> None:
        if entry.kind == "repeat":
            if entry.element.fixed:
                self._counted(entry)
            else:
                words = _("There is room for {count}. Use another sheet for more.").format(count=_COPIES)
                self._headings.append((words, style.CAPTION, "P"))
            return
        if entry.kind == "row":
            number = entry.path.rpartition("[")[0]
            at = self._session.rows(number).index(entry.path) + 1
            self._headings.append((f"{entry.label} {at}".strip(), style.SUB, "H3"))
            return
        if entry.kind == "group":
            if entry.label:
                self._headings.append((entry.label, style.SUB, "H3"))
            self._condition(entry.path)
            return
        self._question(entry.element, self._session.state(entry.path))

    def _counted(self, entry: Entry) -> None:
        """Print once what a form repeats as often as other answers say: on paper there are no rows yet."""
        if self._session.rows(entry.path):
            return
        self._headings.append((_("Fill in one sheet for each."), style.CAPTION, "P"))
        language = self._session.language
        for one in entry.element.walk():
            if one.kind == "question":
                label, hint = (plain_words(self._form, text, language) for text in (one.label, one.hint))
                told = NodeState(one.path, True, "", "", False, False, None, label, hint, ())
                self._question(one, told)

    def _condition(self, path: str) -> None:
        definition = self._form.definitions.get(_plain(path))
        if definition is not None and (words := condition(self._form, definition, self._labels)):
            self._headings.append((words, style.CAPTION, "P"))

    def _head(self) -> None:
        for words, look, role in self._headings:
            self._story.add(words, look, role)
        self._headings = []

    def _question(self, element: FormElement, state: NodeState) -> None:
        definition = self._form.definitions[_plain(state.path)]
        if state.readonly or definition.computed:
            self._note(state, definition)
            return
        with self._story.together():
            self._head()
            mark = " *" if "required" in definition.rules else ""
            self._story.add(f"{state.label or definition.name}{mark}", style.SUB)
            self._picture(state)
            for words in (condition(self._form, definition, self._labels), state.hint):
                if words:
                    self._story.add(words, style.CAPTION)
            self._room(element, state)
            self._story.flow.append(Spacer(1, _GAP))

    def _note(self, state: NodeState, definition: Definition) -> None:
        """Print a note; one that shows an answer or a calculation says nothing on paper."""
        if state.label and not definition.words:
            when = clause(self._form, definition, self._labels)
            self._head()
            told = (
                _("If {condition}: {note}").format(condition=when, note=state.label) if when else state.label
            )
            self._story.boxed(told)
            self._picture(state)

    def _picture(self, state: NodeState) -> None:
        """Print the picture of a question or note."""
        image = self._images.get(picture_name(state.media.get("image", "")))
        if image is not None:
            figure = self._story.root.add("Figure", alt=state.label or _("Picture"))
            self._story.flow.append(Picture(image, figure, _LARGE))
            self._story.flow.append(Spacer(1, _GAP))

    def _room(self, element: FormElement, state: NodeState) -> None:
        offered = _choices_of(self._session, _plain(state.path)) or state.choices
        if 0 < len(offered) <= _MOST_CHOICES:
            self._choices(element, offered)
        else:
            lines = 5 if "multiline" in element.appearance else 1 + (element.choices is not None)
            self._story.flow.append(_Answer(lines, _WIDTHS.get(element.type, 1.0)))

    def _choices(self, element: FormElement, offered: Sequence[Choice]) -> None:
        several = element.control in ("select", "rank")
        if element.control == "rank":
            told = _("Number them in order.")
        else:
            told = _("Tick all that apply.") if several else _("Tick one.")
        self._story.add(told, style.CAPTION)
        listed = self._story.root.add("L")
        made = [self._choice(one, listed.add("LI").add("LBody")) for one in offered]
        longest = max(len(one.label or one.value) for one in offered)
        pictured = any(isinstance(one, Pictured) for one in made)
        columns = 2 if len(made) >= _MANY and longest <= _SHORT and not pictured else 1
        for at in range(0, len(made), columns):
            self._story.flow.append(_Boxes(made[at : at + columns], columns))

    def _choice(self, choice: Choice, body: Element) -> Any:
        label = choice.label or choice.value
        image = self._images.get(picture_name(choice.media.get("image", "")))
        if image is None:
            return paragraph(label, style.CELL, body)
        figure = body.add("Figure", alt=label)
        return Pictured(Picture(image, figure, _SMALL), paragraph(label, style.CELL, body.add("P")))


def _choices_of(session: Session, schema: str) -> tuple[Choice, ...]:
    return every_choice(session.form, session.form.definitions[schema], session.language)


def _plain(path: str) -> str:
    return "/".join(step.partition("[")[0] for step in path.split("/"))


def _labels(session: Session) -> dict[str, str]:
    """Return the words that conditions refer to: of questions by path, of choices by path and value."""
    found: dict[str, str] = {}
    for path in session.paths():
        state = session.state(path)
        schema = _plain(path)
        if state.label:
            found[schema] = state.label
        found.update({f"{schema}={one.value}": one.label for one in _choices_of(session, schema)})
    return found
