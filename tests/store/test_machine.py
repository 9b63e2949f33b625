"""A sample of tests/store/machine.py; EXAMPLES and STEPS in the environment ask for more (`make converge`)."""

import os
from pathlib import Path

from tests.store.machine import play


def test_whatever_happens_to_them_all_replicas_show_the_same(_made: Path) -> None:  # noqa: PT019 - it gives a path
    play(_made, int(os.environ.get("EXAMPLES", "3")), int(os.environ.get("STEPS", "20")))
