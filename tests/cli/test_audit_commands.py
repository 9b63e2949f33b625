"""The audit log by command."""

import json
from pathlib import Path
from typing import Any

import pytest

from fieldinspect.cli import run
from tests.cli.test_commands import Shell, enrolled, shell

__all__ = ("enrolled", "shell")


def _listed(shell: Shell, capsys: pytest.CaptureFixture[str], *options: str) -> list[dict[str, Any]]:
    assert run(["audit", "list", "--vault", shell.path("ann"), *options]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_list_and_export(enrolled: Shell, capsys: pytest.CaptureFixture[str]) -> None:
    (begun,) = enrolled("start-visit", "--station", "Example Road", vault="ann")
    visit = str(begun["visit"])
    enrolled("note", visit, "Nine forms wait in the tray", vault="ann")
    (line,) = _listed(enrolled, capsys, "--record", visit)
    assert (line["act"], line["kind"], line["person"]) == ("collection", "visit", "ann surname")
    assert len(_listed(enrolled, capsys, "--limit", "1", "--person", "ann surname")) == 1
    out = Path(enrolled.path("log.csv"))
    assert run(["audit", "export", "--vault", enrolled.path("ann"), "--out", str(out)]) == 0
    written = out.read_text()
    assert written.startswith("written,act,person,device,kind")
    assert visit in written
    assert "Nine forms" not in written
    given, sealed = _listed(enrolled, capsys, "--act", "disclosure")
    assert given["details"]["product"] == "audit"
    assert (sealed["details"]["product"], sealed["person"]) == ("bundle", "lead surname")


def test_a_name_nobody_has(enrolled: Shell, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["audit", "list", "--vault", enrolled.path("ann"), "--person", "nobody"]) == 2
    assert "exactly this name" in capsys.readouterr().err
