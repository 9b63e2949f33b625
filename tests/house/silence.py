"""A log line that a test did not announce fails that test.

    def test_a_damaged_slot_file_is_reported(expect_log):
        with expect_log("slot file"):
            ...

Warnings are errors by pytest's own setting, Qt's messages by pytest-qt's.
"""

import logging
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest

FROM_LEVEL = logging.WARNING


class Listener(logging.Handler):
    """Remembers the lines of one test."""

    def __init__(self) -> None:
        super().__init__(FROM_LEVEL)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.levelname} {record.name}: {record.getMessage()}")

    @contextmanager
    def expect(self, pattern: str) -> Iterator[None]:
        """Fail unless a line within the block matches; what matches is no longer stray."""
        before = len(self.lines)
        yield
        heard, self.lines[before:] = self.lines[before:], []
        matching = [line for line in heard if re.search(pattern, line)]
        self.lines += [line for line in heard if line not in matching]
        assert matching, f"no log line matches {pattern!r}; heard: {heard}"


@pytest.fixture(autouse=True)
def _listener() -> Iterator[Listener]:
    listener = Listener()
    root = logging.getLogger()
    root.addHandler(listener)
    yield listener
    root.removeHandler(listener)
    if listener.lines:
        pytest.fail(
            "stray log lines (announce them with expect_log):\n" + "\n".join(listener.lines), pytrace=False
        )


@pytest.fixture
def expect_log(_listener: Listener) -> Callable[[str], AbstractContextManager[None]]:
    """A block in which a matching log line must appear."""
    return _listener.expect
