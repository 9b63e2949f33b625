"""Trying again when a connection breaks: a few times, with growing pauses."""

import random
import time
from collections.abc import Callable
from typing import TypeVar

from fieldinspect.exchange.depots.troubles import Interrupted, NoConnection

T = TypeVar("T")

WAITS_S = (0.5, 1.0, 2.0, 4.0)
"""Pauses between tries; each up to half as long again, so that many laptops do not come back at once."""


def patiently(work: Callable[[], T]) -> T:
    """Do it, and again while the connection breaks in the middle; who cannot be reached at all is not asked twice."""
    begun = False
    for pause in WAITS_S:
        try:
            return work()
        except Interrupted:
            begun = True
        except NoConnection:
            if not begun:
                raise
        time.sleep(pause * (1 + random.random() / 2))  # noqa: S311 - to spread, not to hide
    return work()
