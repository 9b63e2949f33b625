"""The line that every benchmark prints, and the door through which they are run."""

import subprocess
import sys

import pytest
from bench.figure import Figure

from tests.shared import ROOT


@pytest.mark.parametrize(
    ("figure", "line"),
    [
        (
            Figure("window shown", 0.75, "s", "bare PySide6 window", 0.5, 1.5),
            "window shown\t0.75\ts\tbare PySide6 window\t0.5\t1.5",
        ),
        (
            Figure("merge", 12345.678, "entries/s", "raw insert", 30864.2, 0.4),
            "merge\t12346\tentries/s\traw insert\t30864\t0.4",
        ),
        (Figure("lost", 0, "entries", "aim", 0, float("nan")), "lost\t0\tentries\taim\t0\tnan"),
    ],
)
def test_a_figure_is_one_line_of_six_columns(figure: Figure, line: str) -> None:
    assert figure.line() == line


def test_an_unknown_bench_is_named_beside_those_there_are() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "bench", "nonsense"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 2
    assert "no such bench: nonsense. There are: " in run.stderr
