"""A mistake of ours is reported by kind and place; what somebody wrote stays out of the report."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from fieldinspect import app

_MISTAKES = """
import threading
from fieldinspect.__main__ import keep_texts_out_of_reports
keep_texts_out_of_reports()
def mistake():
    raise ValueError("what somebody wrote")
class Failing:
    def __del__(self):
        mistake()
    def __repr__(self):
        return "what somebody wrote"
Failing()
thread = threading.Thread(target=mistake)
thread.start()
thread.join()
mistake()
"""
_INHERITED = """
import os, sys
from fieldinspect.files import keep_open_files_ours
if len(sys.argv) > 1:
    opened = [int(name) for name in os.listdir("/proc/self/fd")]
    print(sorted(one for one in opened if one <= 2 or os.path.exists(f"/proc/self/fd/{one}")))
else:
    os.set_inheritable(os.open("/dev/null", os.O_RDONLY), True)
    keep_open_files_ours()
    os.execv(sys.executable, [sys.executable, "-c", os.environ["CODE"], "again"])
"""


def test_a_report_names_kind_and_place_alone() -> None:
    run = subprocess.run([sys.executable, "-c", _MISTAKES], capture_output=True, text=True, check=False)
    assert "somebody" not in run.stderr
    lines = run.stderr.splitlines()
    assert [line.split()[:3] for line in lines] == [["fieldinspect:", "ValueError", "at"]] * 3
    assert all("mistake:6" in line for line in lines)
    assert run.returncode == 1


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="only Linux lists the open files of a process")
def test_no_open_file_is_inherited() -> None:
    run = subprocess.run(
        [sys.executable, "-c", _INHERITED],
        env=os.environ | {"CODE": _INHERITED},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.strip() == "[0, 1, 2]"


def test_who_cannot_begin_afresh_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[int] = []

    def refuse(*_a: object) -> None:
        raise FileNotFoundError

    monkeypatch.setattr(os, "execv", refuse)
    monkeypatch.setattr(os, "_exit", ended.append)
    app._again(None)
    assert ended == [1]


def test_the_clock_of_the_lock_goes_forward() -> None:
    first = app.seconds()
    assert app.seconds() >= first > 0
