"""Calling a section or the record completed: what is wrong is said, and what will not count is listed first."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from fieldinspect.services.capture import SECTION_COMPLETED, TRUE
from fieldinspect.ui.forms.dropping import Dropping
from fieldinspect.ui.forms.dropping import View as DroppingView
from fieldinspect.ui.forms.questions import choose_sentence, section_name

if TYPE_CHECKING:
    from fieldinspect.forms import Section, Session
    from fieldinspect.ui.forms.drafting import Drafts
    from fieldinspect.ui.forms.repeating import Repeats
    from fieldinspect.ui.forms.restoring import Restoring


class View(DroppingView, Protocol):
    """What the presenter says to the screen."""

    def show_problems(self, problems: Sequence[tuple[str, str]]) -> None:
        """Say (path, sentence) at each field and in the summary; none takes them all away."""
        ...


class Form(Protocol):
    """The form in hand."""

    @property
    def session(self) -> Session | None:
        """None while it is read."""
        ...

    @property
    def sections(self) -> Sequence[Section]: ...

    @property
    def place(self) -> int:
        """Which section is in front."""
        ...

    @property
    def repeats(self) -> Repeats: ...

    @property
    def restoring(self) -> Restoring: ...

    def leave(self) -> None:
        """Make answers of everything typed."""
        ...

    def write(self, fields: Mapping[str, str | None]) -> None:
        """Keep fields of the record that are no answers to questions."""
        ...

    def show_parts(self) -> None: ...


class Completing:
    """Owned by the form's presenter."""

    def __init__(self, view: View, form: Form, drafts: Drafts) -> None:
        self._view, self._form, self._drafts = view, form, drafts
        self.dropping = Dropping(view)
        self.names: frozenset[str] = frozenset()
        """The sections that were called completed."""

    def begin(self, fields: Mapping[str, str]) -> None:
        """Take up a record whose form was just opened."""
        said = (
            name for name, value in fields.items() if value == TRUE and name.startswith(SECTION_COMPLETED)
        )
        self.names = frozenset(name.removeprefix(SECTION_COMPLETED) for name in said)

    def forget(self) -> None:
        """Another record comes."""
        self.names = frozenset()
        self.dropping.forget()

    def say_completed(self, completed: bool) -> None:
        """Check the section in front and note that it is completed, or that it is not yet."""
        self._form.leave()
        session = self._form.session
        if session is None:
            return
        section = self._form.sections[self._form.place]
        found = self._problems(session, section) if completed else []
        if found:
            self._form.repeats.open_above(found[0][0])
        self._view.show_problems(found)
        if found or (completed and not self._agreed(session)):
            return
        name = section_name(section.path, self._form.place)
        self.names = self.names | {name} if completed else self.names - {name}
        values: dict[str, str | None] = {SECTION_COMPLETED + name: TRUE if completed else None}
        if completed:
            values.update({path: value or None for path, value in session.calculated().items()})
        self._form.write(values)
        self._form.show_parts()

    def before_completing(self, complete: Callable[[], object]) -> None:
        """Complete the record once the person knows what it leaves out."""
        self._form.leave()
        session = self._form.session
        if session is None or self.dropping.agreed(session, self._form.restoring.dropped(), complete):
            complete()

    def _agreed(self, session: Session) -> bool:
        """Tell whether the person knows what this section, and what is no longer asked at all, leaves out."""
        here, sections = self._form.place, enumerate(self._form.sections)
        elsewhere = (one for place, one in sections if one.relevant and place != here)
        others = {entry.path for section in elsewhere for entry in section.entries}
        dropped = self._form.restoring.dropped()
        mine = {path: value for path, value in dropped.items() if path not in others}
        return self.dropping.agreed(session, mine, lambda: self.say_completed(True))

    def _problems(self, session: Session, section: Section) -> list[tuple[str, str]]:
        here = {entry.path for entry in section.entries}
        typing, refused = self._drafts.typing, self._drafts.refused
        found = {path: choose_sentence() for path in self._drafts.unchosen}
        found |= {one.path: one.sentence for one in session.problems()}
        found |= {path: why for path, why in refused.items() if path in typing}
        order = {path: place for place, path in enumerate(session.paths())}
        told = ((path, sentence) for path, sentence in found.items() if path in here)
        return sorted(told, key=lambda one: order.get(one[0], 0))
