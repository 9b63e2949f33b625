"""What the first characters of a note mean: / for its kind, ! for a flag, a quotation mark for word for word."""

from collections.abc import Callable
from typing import NamedTuple

from fieldinspect.i18n import _

KINDS = ("note", "observation", "said", "question", "action")

_NAMES: dict[str, Callable[[], str]] = {
    "note": lambda: _("Note"),
    "observation": lambda: _("Observation"),
    "said": lambda: _("Said"),
    "question": lambda: _("Question"),
    "action": lambda: _("Action"),
}


class Written(NamedTuple):
    """A note as the person meant it."""

    text: str
    kind: str = ""
    """"" when the text does not say."""
    verbatim: bool = False
    flagged: bool = False


def kind_label(kind: str) -> str:
    return _NAMES[kind]()


def parse(typed: str) -> Written:
    """Read the marks in front of a note. Whatever is no mark we know stays text, to the letter."""
    text, kind, verbatim, flagged = typed.strip(), "", False, False
    while text:
        if text[0] == "/" and not kind:
            word, _space, rest = text[1:].partition(" ")
            kind = _kind(word)
            if not kind:
                break
            text = rest.lstrip()
        elif text[0] == "!" and not flagged:
            flagged, text = True, text[1:].lstrip()
        elif text[0] == '"' and not verbatim:
            verbatim, text = True, text[1:].removesuffix('"').strip()
        else:
            break
    return Written(text, kind, verbatim, flagged)


def _kind(word: str) -> str:
    """Return the one kind that a word begins, in English or in the person's language."""
    wanted = word.casefold()
    if not wanted:
        return ""
    found = {
        kind for kind in KINDS if kind.startswith(wanted) or kind_label(kind).casefold().startswith(wanted)
    }
    return found.pop() if len(found) == 1 else ""
