import json
from collections.abc import Callable
from functools import cache
from pathlib import Path

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
    """Run a command on the vault of a lead."""
    monkeypatch.setenv(PASSPHRASE_VARIABLE, PASSPHRASE)
    monkeypatch.setattr(slots, "derive_slot_key", cache(slots.derive_slot_key))  # one vault, opened often
    vault = ["--vault", str(tmp_path / "own")]

    def run_on(*arguments: str) -> tuple[int, Lines]:
        status = run([*arguments, *vault])
        return status, [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    assert run_on("create-vault", "--name", "Own", "--quick")[0] == 0
    assert run_on("start-inspection", "--title", "Sample")[0] == 0
    return run_on


def test_a_visit_is_planned_changed_begun_and_linked(run_on: Callable[..., tuple[int, Lines]]) -> None:
    day = ("--date", "2014-02-05")
    assert run_on("plan", "add", "--station", "High Street")[0] == 2
    (made,) = run_on("plan", "add", *day, "--force", "gwent", "--station", "High Street")[1]
    (other,) = run_on("plan", "add", *day, "--force", "gwent", "--station", "Low Street", "--announced")[1]
    plan = str(made["plan"])
    assert run_on("plan", "assign", plan, "Nobody")[0] == 2
    assert run_on("plan", "assign", plan, "Own")[0] == 0
    assert run_on("plan", "change", plan, "--until", "2014-02-07", "--briefing", "Ask")[0] == 0
    listed = run_on("plan", "list")[1]
    assert [(one["station"], one["last"], one["assigned"], one["unannounced"]) for one in listed[:2]] == [
        ("High Street", "2014-02-07", ["Own"], True),
        ("Low Street", "2014-02-05", [], False),
    ]
    assert listed[2]["warning"] == "nobody"
    assert run_on("plan", "cancel", str(other["plan"]), "--reason", "told")[0] == 0
    assert run_on("visits")[1] == []
    (begun,) = run_on("plan", "begin", plan)[1]
    (apart,) = run_on("start-visit", "--station", "high street", "--force", "gwent")[1]
    visits = sorted((str(begun["visit"]), str(apart["visit"])))
    (suggested,) = run_on("visit", "links")[1]
    assert (sorted(suggested["may be one"]), suggested["station"]) == (visits, "High Street")  # type: ignore[call-overload]  # a list
    (link,) = run_on("visit", "link", *visits)[1]
    (card,) = run_on("visits")[1]
    assert sorted(card["parts"]) == visits  # type: ignore[call-overload]  # a list
    assert run_on("visit", "links")[1][0]["link"] == link["link"]
    assert run_on("visit", "unlink", str(link["link"]), "--reason", "two stations")[0] == 0
    assert len(run_on("visits")[1]) == 2


def test_a_schedule_is_shown_before_it_is_imported(
    run_on: Callable[..., tuple[int, Lines]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "schedule.csv"
    table.write_text("date,force,station,assigned\n2014-02-05,Gwent Police,High Street,Own\n")
    status, (row,) = run_on("plan", "import", str(table))
    assert (status, row["line"], row["force"]) == (0, 2, "gwent")
    assert run_on("plan", "list")[1] == []
    assert run_on("plan", "import", str(table), "--confirm")[0] == 0
    assert len(run_on("plan", "list")[1]) == 1
    assert run_on("plan", "permit", "Own", "gwent", "--reason", "short of people")[0] == 2, "nobody's own"


def test_a_pack_is_made_and_opened_and_a_lost_laptop_is_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(PASSPHRASE_VARIABLE, PASSPHRASE)
    monkeypatch.setattr(slots, "derive_slot_key", cache(slots.derive_slot_key))
    stick = tmp_path / "stick"
    stick.mkdir()

    def on(name: str, *arguments: str) -> Lines:
        assert run([*arguments, "--vault", str(tmp_path / name)]) == 0, arguments
        return [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    def asks(name: str) -> tuple[str, str]:
        on(name, "create-vault", "--name", "Ann", "--quick")
        request = str(stick / f"{name}.txt")
        return request, str(on(name, "request", "--out", request)[0]["digits"])

    on("lead", "create-vault", "--name", "Lead", "--quick")
    (founded,) = on("lead", "start-inspection", "--title", "Sample", "--envelope", "x25519")
    request, digits = asks("ann")
    on("lead", "admit", request, "--role", "inspector", "--digits", digits, "--out", str(stick / "team"))
    on("ann", "join", str(stick / "team"), "--digits", str(founded["digits"]))
    on("lead", "plan", "add", "--date", "2100-02-05", "--station", "High Street", "--assign", "Ann")
    (pack,) = on("lead", "pack", "make", "--out", str(stick))
    on("lead", "depots", "add", "Share", "--kind", "folder", "--address", str(stick))
    on("lead", "pack", "make", "--to", "Ann", "--everything", "--depot", "Share")
    (planned,) = on("ann", "pack", "open", str(pack["path"]))
    assert (pack["person"], planned["station"]) == ("Ann", "High Street")
    (begun,) = on("ann", "plan", "begin", str(planned["plan"]))
    (sealed,) = on("ann", "seal", "--to", "Lead", "--out", str(stick))
    on("lead", "receive", str(sealed["path"]))

    request, digits = asks("new")
    (done,) = on(
        "lead", "laptop", "replace", "Ann", "--request", request, "--digits", digits, "--reason", "stolen",
        "--out", str(stick),
    )  # fmt: skip
    on("new", "join", str(done["team_list"]), "--digits", str(founded["digits"]))
    (visit,) = on("new", "laptop", "recover", str(done["bundle"]))
    assert visit["id"] == begun["visit"]
    on("new", "note", str(visit["id"]), "gone on with")
    assert on("lead", "laptop", "send", "Ann", "--out", str(stick))[0]["recipients"] == ["Ann"]
    on("lead", "laptop", "send", "Ann", "--depot", "Share")
    assert [one["state"] for one in on("lead", "queue")] == ["ready", "ready"]
