"""How far a record has come, section by section; after an answer only what it changed is counted again."""

from collections.abc import Iterable

from fieldinspect.forms import Section, Session
from fieldinspect.ui.forms.questions import Part, is_asked, section_name


class Count:
    """Begin afresh when rows came or went: then `sections` are others."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.sections: tuple[Section, ...] = session.sections()
        self.entries = {
            entry.path: entry for section in self.sections for entry in section.entries if entry.path
        }
        self._of = {
            entry.path: place
            for place, section in enumerate(self.sections)
            for entry in section.entries
            if is_asked(entry)
        }
        self._stands: dict[str, tuple[bool, bool]] = {}
        self._answered = [0] * len(self.sections)
        self._asked = [0] * len(self.sections)
        self._heads = {section.path: place for place, section in enumerate(self.sections) if section.path}
        self._labels = [(section.label, section.relevant) for section in self.sections]
        self.again(self._of)

    def again(self, changed: Iterable[str]) -> None:
        """Count what is at these paths again."""
        for path in changed:
            place = self._of.get(path)
            if place is not None:
                self._count(path, place)
            head = self._heads.get(path)
            if head is not None:
                state = self._session.state(path)
                self._labels[head] = (state.label or self._labels[head][0], state.relevant)

    def _count(self, path: str, place: int) -> None:
        was_asked, was_answered = self._stands.get(path, (False, False))
        asked, answered = self._stands[path] = self._session.stands(path)
        self._asked[place] += asked - was_asked
        self._answered[place] += answered - was_answered

    def parts(self, completed: frozenset[str]) -> list[Part]:
        """Return how far each section has come; `completed` has the names of those called so."""
        found = []
        for place, section in enumerate(self.sections):
            name = section_name(section.path, place)
            label, relevant = self._labels[place]
            answered, asked = self._answered[place], self._asked[place]
            found.append(Part(name, label, answered, asked, name in completed, relevant))
        return found

    def progress(self) -> tuple[int, int]:
        """Return how many questions that apply are answered, and how many there are."""
        return sum(self._answered), sum(self._asked)
