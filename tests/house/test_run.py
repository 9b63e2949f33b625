"""`make run` where no window can be shown: the whole job is done all the same, and one sentence says why."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.shared import ROOT

_WINDOWS = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")


@pytest.mark.parametrize(
    ("display", "said"),
    [
        ({}, "There is no display here: the sample inspection was run without its window."),
        ({"DISPLAY": ":4087"}, "The display :4087 cannot be opened: the sample inspection was run"),
    ],
    ids=["no display", "a display that is gone"],
)
def test_without_a_window_the_job_is_done(display: dict[str, str], said: str, tmp_path: Path) -> None:
    (tmp_path / "packaging").mkdir()
    (tmp_path / "packaging" / "run.sh").write_bytes((ROOT / "packaging" / "run.sh").read_bytes())
    (tmp_path / ".venv").symlink_to(sys.prefix)
    bare = {name: value for name, value in os.environ.items() if name not in _WINDOWS}
    run = subprocess.run(
        ["/bin/sh", tmp_path / "packaging" / "run.sh"],
        env=bare | display,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert said in run.stdout
    assert "Aborted" not in run.stderr
    assert (tmp_path / "build" / "demo" / "summary.pdf").read_bytes().startswith(b"%PDF")
    assert not (tmp_path / "build" / "sample").exists()
