"""Who may not see which reading of a case file yet: the one rule that every answer of a vault passes.

1. Two people who read one file do not see each other's reading until each has called their own completed.
2. Of a hidden reading there remain its number and how far it is: enough to find it, nothing of what it says.
3. What was written below it (comments, attachments, comments on these) goes with it, save by the person themselves.
4. "Completed" counts when the reading's own author said it.
5. Withdrawing one's own reading shows nothing: what it hid stays hidden.

The store calls this on everything it hands out (store/readable), so that no screen, command or export has to.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from fieldinspect.domain.kinds import Kind
from fieldinspect.domain.views import RecordView

SECOND_OF: Final = "second_of"
COMPLETED: Final = "completed"
NUMBER: Final = "/case_file_review/sample/review_number"
SHOWN: Final = frozenset({"form", "force", "withdrawn", SECOND_OF, COMPLETED, NUMBER})
"""Fields of a hidden reading that may be seen."""
_BESIDE: Final = frozenset({Kind.VISIT, Kind.INSPECTION, Kind.FORM_SET, Kind.CHAIN, Kind.PRINT_LOG})


class Reading(NamedTuple):
    """One reading of a case file, as the rule needs it."""

    id: str
    author: str
    of: str
    """The first reading of the file, "" when it is that."""
    completed: bool


class Veil(NamedTuple):
    """What one person must not see yet: readings, and the records below these that others wrote."""

    readings: frozenset[str] = frozenset()
    below: frozenset[str] = frozenset()

    def covers(self, record: str) -> bool:
        return record in self.readings or record in self.below

    def shows(self, record: str, field: str) -> bool:
        """Tell whether a field of a record may be seen."""
        return record not in self.below and (record not in self.readings or field in SHOWN)

    def seen(self, views: Sequence[RecordView]) -> list[RecordView]:
        """Return records as this person may see them."""
        return [
            _veiled(view) if view.id in self.readings else view for view in views if view.id not in self.below
        ]


def may_concern(kinds: Iterable[str]) -> bool:
    """Tell whether records of these kinds may be readings or stand below one: the rule costs a question."""
    return not _BESIDE.issuperset(kinds)


def hidden_from(person: str, readings: Sequence[Reading]) -> frozenset[str]:
    """Return the readings that a person must not see yet."""
    own: dict[str, bool] = {}
    for one in readings:
        if one.author == person:
            own[_file(one)] = own.get(_file(one), True) and one.completed
    return frozenset(
        one.id
        for one in readings
        if one.author != person and _file(one) in own and not (own[_file(one)] and one.completed)
    )


def _file(one: Reading) -> str:
    return one.of or one.id


def _veiled(view: RecordView) -> RecordView:
    kept = {name: value for name, value in view.fields.items() if name in SHOWN}
    conflicts = tuple(name for name in view.conflicts if name in SHOWN)
    return replace(view, fields=kept, conflicts=conflicts, blind=True)
