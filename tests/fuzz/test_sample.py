"""A moment of the fuzzing at random for every reader, and proof that a crash would be noticed."""

import sys
from pathlib import Path

import pytest

from tests.fuzz import __main__ as main
from tests.fuzz import guided
from tests.fuzz.__main__ import fuzz, fuzz_guided
from tests.fuzz.target import Target
from tests.fuzz.targets import targets

SECONDS = 0.15


def test_broken_input_is_refused_and_crashes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    crashes = {target.name: fuzz(target, SECONDS) for target in targets(tmp_path)}
    assert crashes == dict.fromkeys(crashes, 0), capsys.readouterr().err
    assert len(crashes) >= 33


def test_a_reader_that_crashes_is_caught(capsys: pytest.CaptureFixture[str]) -> None:
    broken = Target("broken", lambda raw: raw[9], (ValueError,), (b"0123456789",))
    assert fuzz(broken, 0.05) > 0
    assert "IndexError" in capsys.readouterr().err


def test_a_process_that_is_led_by_coverage_and_dies_is_a_crash(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    assert fuzz_guided("manifest", 0.1) == 1
    monkeypatch.setattr(sys, "executable", "/bin/true")
    assert fuzz_guided("manifest", 0.1) == 0


def test_without_atheris_it_is_done_at_random(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(guided, "IS_HERE", False)
    monkeypatch.setattr(main, "targets", lambda _folder: [Target("one", bytes, (), (b"x",))])
    monkeypatch.setattr(main.sweep, "main", lambda _step: 0)
    monkeypatch.setattr(main.differential, "run", lambda _seconds: (1, []))
    assert main.main(0.05) == 0
    assert "at random" in capsys.readouterr().err
