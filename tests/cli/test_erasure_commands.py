import json
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pypdf
import pytest

from fieldinspect.cli import run
from fieldinspect.cli.common import PASSPHRASE_VARIABLE
from fieldinspect.crypto import slots
from tests.team import PASSPHRASE

Lines = list[dict[str, object]]


@pytest.fixture
def run_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, Lines]]:
    """Run a command on the vault of a person who leads an inspection and is its centre, too."""
    monkeypatch.setenv(PASSPHRASE_VARIABLE, PASSPHRASE)
    monkeypatch.setattr(slots, "derive_slot_key", cache(slots.derive_slot_key))  # one vault, opened often
    vault = ["--vault", str(tmp_path / "own")]

    def run_on(*arguments: str) -> tuple[int, Lines]:
        status = run([*arguments, *vault])
        return status, [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    assert run_on("create-vault", "--name", "Own", "--quick")[0] == 0
    assert run_on("start-inspection", "--title", "Sample", "--central")[0] == 0
    return run_on


def test_a_note_is_asked_for_confirmed_and_certified(
    run_on: Callable[..., tuple[int, Lines]], tmp_path: Path
) -> None:
    (visit,) = run_on("start-visit", "--station", "Example Road")[1]
    (note,) = run_on("note", str(visit["visit"]), "said in confidence")[1]
    ask = ("--reason", "consent_withdrawn", "--why", "withdrawn", "--basis", "UK GDPR article 17")
    (asked,) = run_on("erase", "request", str(visit["visit"]), "--beneath", *ask)[1]
    assert set(asked["records"]) == {visit["visit"], note["note"]}  # type: ignore[call-overload]  # a list
    request, paper = str(asked["request"]), tmp_path / "certificate.pdf"
    assert run_on("erase", "certificate", request, "--out", str(paper))[0] == 2
    assert run_on("erase", "confirm", request)[0] == 2
    assert run_on("search", "confidence")[0] == 0
    status, (confirmed,) = run_on("erase", "confirm", request, "--yes")
    assert (status, confirmed["alone"], confirmed["left_beneath"]) == (0, True, [])
    assert run_on("search", "confidence")[0] == 1
    assert run_on("erase", "withdraw", request, "--why", "too late")[0] == 2
    (listed,) = run_on("erase", "list")[1]
    assert (listed["state"], listed["classes"]) == ("done", {"visits": 2})
    (written,) = run_on("erase", "certificate", request, "--out", str(paper), "--print-language", "cy")[1]
    assert written["outstanding"] == 1
    assert "Tystysgrif" in pypdf.PdfReader(paper).pages[0].extract_text()


def test_periods_are_listed_changed_and_reviewed(run_on: Callable[..., tuple[int, Lines]]) -> None:
    (visit,) = run_on("start-visit", "--station", "Example Road", "--happened", "2014-02-03T21:31:00")[1]
    assert run_on("retention", "classes", "--set", "visits", "soon", "--why", "x")[0] == 2
    listed = run_on("retention", "classes", "--set", "visits", "24", "--why", "the court asked")[1]
    assert {"visits": "24"}.items() <= {str(one.get("class")): one.get("period") for one in listed}.items()
    (due,) = run_on("retention", "review")[1]
    assert (due["record"], due["state"]) == (visit["visit"], "due")
    record = str(due["record"])
    run_on("retention", "keep", record, "--until", "2999-01-01", "--why", "an appeal is open")
    assert run_on("retention", "review")[1] == []
    assert run_on("retention", "destroy", record, "--why", "over", "--basis", "schedule")[0] == 2
    run_on("retention", "keep", record, "--until", "2015-01-01", "--why", "the appeal is over")
    (asked,) = run_on("retention", "destroy", record, "--why", "over", "--basis", "schedule")[1]
    assert asked["records"] == [record]
    assert run_on("working-copies", "list") == (0, [])
    assert run_on("working-copies", "remove", record)[0] == 2
    assert run_on("working-copies", "bring-back", record)[0] == 2
    assert run_on("deliveries") == (0, [])
