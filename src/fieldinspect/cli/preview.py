"""A form in the terminal: one question at a time, nothing kept. For authors who want to feel their skips and limits."""

from collections.abc import Callable, Mapping

from fieldinspect.forms import Entry, NodeState, Session
from fieldinspect.i18n import _

Ask = Callable[[str], str]
Tell = Callable[[str], None]
Window = Callable[[bytes, Mapping[str, bytes], str, str], int]
"""Shows a form in a window until it is closed: XForm, pictures by name, language of the program and of the form."""
_BACK = "<"


class Preview:
    """Asks every question that applies, in order. An empty line goes on, `<` goes back; the end of input ends it."""

    def __init__(self, session: Session, ask: Ask, tell: Tell) -> None:
        self._session = session
        self._ask = ask
        self._tell = tell
        self._offered: set[str] = set()
        """Repeats that were offered a row at their present length."""

    def run(self) -> None:
        """Ask until the end; then tell what stands against calling the record complete."""
        self._tell(
            _("An empty line leaves an answer as it is, “<” goes back, the end of input (Ctrl+D) stops.")
        )
        at = 0
        try:
            while at < len(lines := self._lines()):
                at = max(0, at + self._step(*lines[at]))
        except EOFError:
            self._tell("")
        self._finish()

    def _lines(self) -> list[tuple[str, Entry]]:
        """Return every line with the title of its page where one begins."""
        return [
            (section.label if first else "", entry)
            for section in self._session.sections()
            for first, entry in zip([True, *([False] * len(section.entries))], section.entries, strict=False)
        ]

    def _step(self, title: str, entry: Entry) -> int:
        """Show or ask one line; return how far to go."""
        if entry.kind == "repeat":
            return self._row(entry)
        if not entry.path or not self._session.state(entry.path).relevant:
            return 1
        if title:
            self._tell(f"\n{title}\n{'=' * len(title)}")
        state = self._session.state(entry.path)
        if entry.kind != "question" or state.readonly:
            if state.label:
                self._tell(f"\n{state.label}")
            return 1
        return self._question(entry, state)

    def _row(self, entry: Entry) -> int:
        rows = self._session.rows(entry.path)
        key = f"{entry.path}:{len(rows)}"
        if entry.element.fixed or key in self._offered or not self._relevant(entry.path):
            return 1
        self._offered.add(key)
        question = _("{label}: there are {count}. Add one? (y/n) ").format(label=entry.label, count=len(rows))
        if self._ask(f"\n{question}").strip().lower().startswith(_("y")):
            self._session.add_row(entry.path)
            return 0
        return 1

    def _relevant(self, repeat: str) -> bool:
        rows = self._session.rows(repeat)
        parent = repeat.rpartition("/")[0]
        return self._session.state(rows[0] if rows else parent).relevant

    def _question(self, entry: Entry, state: NodeState) -> int:
        self._tell(_heading(state))
        for number, choice in enumerate(state.choices, 1):
            self._tell(f"  {number}. {choice.label}")
        typed = self._ask("> ").strip()
        if typed == _BACK:
            return -1
        if typed:
            several = entry.element.control in ("select", "rank")
            self._session.answer(entry.path, _value(typed, state, several=several))
        if typed and (unoffered := self._session.dropped().get(entry.path)):
            self._tell("! " + _("“{value}” is not one of the choices").format(value=unoffered))
            return 0
        problem = self._session.state(entry.path).problem
        if problem is not None:
            self._tell(f"! {problem}")
            return 0 if typed else 1
        return 1

    def _finish(self) -> None:
        answered, asked = self._session.progress()
        self._tell(
            _("\n{answered} of {asked} answered. Nothing was kept.").format(answered=answered, asked=asked)
        )
        for problem in self._session.problems():
            self._tell(f"! {problem}")


def _heading(state: NodeState) -> str:
    mark = " *" if state.required else ""
    hint = f"\n  ({state.hint})" if state.hint else ""
    value = "\n" + _("  now: {value}").format(value=state.value) if state.value else ""
    return f"\n{state.label or state.path}{mark}{hint}{value}"


def _value(typed: str, state: NodeState, *, several: bool) -> str:
    """Return what was typed as the form stores it: numbers of choices become their codes."""
    if not state.choices:
        return typed
    parts = typed.replace(",", " ").split() if several else [typed]
    codes = [one.value for one in state.choices]
    return " ".join(
        codes[int(one) - 1] if one.isdecimal() and 0 < int(one) <= len(codes) else one for one in parts
    )
