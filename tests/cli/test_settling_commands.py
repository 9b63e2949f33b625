"""Conflicts and what was not taken over, by commands alone."""

from pathlib import Path

import pytest

from tests.cli.test_commands import Shell, enrolled, shell

__all__ = ["enrolled", "shell"]
FIELD = "/station_visit/arrival/forewarned"


def on(shell: Shell, vault: str, *words: str, status: int = 0) -> list[dict[str, object]]:
    """Run a command of a group on a vault."""
    return shell(words[0], words[1], "--vault", shell.path(vault), *words[2:], status=status)


@pytest.fixture
def disputed(enrolled: Shell) -> str:
    """A visit of which the lead and Ann answered one question differently; return its id."""
    shell = enrolled
    (begun,) = shell("start-visit", "--station", "Example Road", vault="ann")
    visit = str(begun["visit"])
    send(shell)
    shell("answer", visit, f"{FIELD}=yes", vault="ann")
    shell("answer", visit, f"{FIELD}=no", vault="lead")
    send(shell)
    return visit


def send(shell: Shell) -> None:
    (sealed,) = shell("seal", "--to", "lead surname", "--out", shell.path("stick"), vault="ann")
    shell("receive", str(sealed["path"]), vault="lead")


def test_a_conflict_is_listed_and_settled(enrolled: Shell, disputed: str) -> None:
    shell = enrolled
    (conflict,) = on(shell, "lead", "conflicts", "list")
    assert (conflict["record"], conflict["field"], conflict["station"]) == (disputed, FIELD, "Example Road")
    assert conflict["question"]
    because = ("--reason", "talked it through")
    on(shell, "lead", "conflicts", "defer", disputed, FIELD, "--reason", "ask them both")
    (conflict,) = on(shell, "lead", "conflicts", "list")
    assert (conflict["later"], conflict["left_by"]) == ("ask them both", "lead surname")
    on(shell, "lead", "conflicts", "settle", "--value", "no", *because, status=2)
    on(shell, "lead", "conflicts", "settle", "--every", "--by", "nobody", *because, status=2)
    on(shell, "lead", "conflicts", "settle", disputed, FIELD, "--by", "ann surname", *because)
    assert on(shell, "lead", "conflicts", "list") == []
    on(shell, "lead", "conflicts", "settle", disputed, FIELD, "--value", "no", *because, status=2)
    assert "not in conflict" in shell.said


def test_all_are_settled_alike(enrolled: Shell, disputed: str) -> None:
    (done,) = on(enrolled, "lead", "conflicts", "settle", "--every", "--newest", "--reason", "looked at all")
    assert done == {"settled": 1}
    assert on(enrolled, "lead", "conflicts", "list") == []


def test_a_refused_bundle_is_listed_saved_tried_and_deleted(enrolled: Shell) -> None:
    shell = enrolled
    shell("start-visit", "--station", "Example Road", vault="ann")
    (sealed,) = shell("seal", "--to", "lead surname", "--out", shell.path("stick"), vault="ann")
    path = Path(str(sealed["path"]))
    whole = path.read_bytes()
    path.write_bytes(whole[:-40])
    shell("receive", str(path), vault="lead", status=2)
    (kept,) = on(shell, "lead", "quarantine", "list")
    bundle = str(kept["bundle"])
    assert (kept["reason"], kept["size"], kept["name"]) == ("cut-short", len(whole) - 40, path.name)
    assert "copy it again" in str(kept["next_step"])
    on(shell, "lead", "quarantine", "save", bundle, "--out", shell.path("stick"))
    assert (shell.folder / "stick" / f"{bundle}.fib").read_bytes() == whole[:-40]
    on(shell, "lead", "quarantine", "try-again", bundle, status=2)
    on(shell, "lead", "quarantine", "delete", bundle, status=2)
    on(shell, "lead", "quarantine", "delete", bundle, "--yes")
    (line,) = on(shell, "lead", "quarantine", "list")
    assert line["deleted"]
    assert on(shell, "lead", "quarantine", "list", "--reason", "revoked") == []
