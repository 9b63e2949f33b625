"""The catalogue of attacks: who tries what, and in what it must end. docs/attacks.md lists the same.

An attack is a function that gets a `Field` and returns what is to be received (a path) or done (a function without
arguments). It ends in one of three ways; in each the vault under attack shows afterwards what it showed before.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from tests.attacks.field import Field

CARRIER = "whoever carries it"
RECIPIENT = "a recipient"
MEMBER = "a member of the team"
FORMER = "whoever has a revoked laptop"
STRANGER = "a stranger"
ROOT = "one holder of a root key"

Act = Path | Callable[[], object]


@dataclass(frozen=True)
class Refused:
    """Refused by exactly this error, whose sentence holds these words; nothing at all is changed."""

    error: type[Exception]
    words: str

    def __str__(self) -> str:
        return f"refused: `{self.error.__name__}`"


@dataclass(frozen=True)
class Quarantined:
    """Stored, and set aside for this reason; what a person sees is what it was."""

    reason: str
    count: int = 1

    def __str__(self) -> str:
        return f"quarantined: `{self.reason}`"


@dataclass(frozen=True)
class NoEffect:
    """Taken in, or passed over; what a person sees, and what is set aside, are what they were."""

    def __str__(self) -> str:
        return "no effect"


Ending = Refused | Quarantined | NoEffect


@dataclass(frozen=True)
class Attack:
    name: str
    by: str
    ends: Ending
    prepare: Callable[[Field], Act]


ATTACKS: dict[str, Attack] = {}


def attack(name: str, *, by: str, ends: Ending) -> Callable[[Callable[[Field], Act]], Callable[[Field], Act]]:
    """Enter a function into the catalogue."""

    def enter(prepare: Callable[[Field], Act]) -> Callable[[Field], Act]:
        assert name not in ATTACKS, name
        ATTACKS[name] = Attack(name, by, ends, prepare)
        return prepare

    return enter


class GotThrough(AssertionError):  # noqa: N818 - says what happened
    """An attack ended otherwise than it must; `refused` with what, if it was refused at all."""

    def __init__(self, said: str, refused: Exception | None = None) -> None:
        super().__init__(said)
        self.refused = refused


def play(one: Attack, field: Field) -> None:
    """Let an attack happen; raise `GotThrough` unless it ends as it must."""
    act = one.prepare(field)
    before = field.state()
    file = act.read_bytes() if isinstance(act, Path) else b""
    error = _error_of(act, field)
    after = field.state()
    if isinstance(one.ends, Refused):
        if type(error) is not one.ends.error or one.ends.words not in str(error):
            raise GotThrough(f"{one.name}: {error!r}", error) from error
        _compare(one, before, after)
    else:
        if error is not None:
            raise GotThrough(f"{one.name}: {error!r}") from error
        aside = {one.ends.reason: one.ends.count} if isinstance(one.ends, Quarantined) else {}
        _compare(one, before.with_aside(aside), after.with_arrival_of(before))
        if not field.target.rebuild():
            raise GotThrough(f"{one.name}: the projections are not those of the journal")
    if isinstance(act, Path) and act.read_bytes() != file:
        raise GotThrough(f"{one.name}: the file was changed")


def row(one: Attack) -> str:
    """Return the line of docs/attacks.md."""
    return f"| {one.name} | {one.by} | {one.ends} |"


def catalogue() -> dict[str, Attack]:
    """Return all attacks by name, in the order of docs/attacks.md."""
    for module in ("envelopes", "archives", "entries", "entitlements", "admission", "proposing"):
        import_module(f"tests.attacks.{module}")
    return ATTACKS


def _error_of(act: Act, field: Field) -> Exception | None:
    try:
        if isinstance(act, Path):
            field.receive(act)
        else:
            act()
    except Exception as error:  # noqa: BLE001 - which one it is decides
        return error
    return None


def _compare(one: Attack, before: object, after: object) -> None:
    if before != after:
        raise GotThrough(f"{one.name}: the vault was changed\n{before}\n{after}")
