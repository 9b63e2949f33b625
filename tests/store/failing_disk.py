"""A disk that fails at its n-th step: refuses it and goes on, or loses its power before or after it.

disk = FailingDisk(step, "cut after")
with disk:
    change()  # raises `PowerCut` at the step, and whatever tries to tidy up afterwards does too
if not disk.struck:
    ...  # there are no more steps
"""

import errno
import os
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any

import pytest

MODES = ("refused", "cut before", "cut after")
_STEPS = ("fsync", "fdatasync", "replace", "rename", "unlink", "mkdir", "rmdir")


class PowerCut(BaseException):
    """Nothing of ours runs after this."""


class FailingDisk(AbstractContextManager["FailingDisk"]):
    """Counts making, writing over, flushing, renaming and removing files; strikes once."""

    def __init__(self, step: int, mode: str) -> None:
        self._left = step
        self._mode = mode
        self._off = False
        self.struck = False
        self._patch = pytest.MonkeyPatch()

    def __enter__(self) -> "FailingDisk":
        for name in _STEPS:
            self._patch.setattr(os, name, self._wrapped(getattr(os, name)))
        opened = os.open

        def open_(path: Any, flags: int, *rest: Any, **named: Any) -> int:
            makes = flags & (os.O_CREAT | os.O_WRONLY | os.O_RDWR)
            return (
                self._wrapped(opened)(path, flags, *rest, **named)
                if makes
                else opened(path, flags, *rest, **named)
            )

        self._patch.setattr(os, "open", open_)
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._patch.undo()

    def _wrapped(self, call: Any) -> Any:
        def step(*args: Any, **named: Any) -> Any:
            if self._off:
                raise PowerCut
            self._left -= 1
            if self.struck or self._left >= 0:
                return call(*args, **named)
            self.struck = True
            if self._mode == "refused":
                raise OSError(errno.EIO, "Input/output error")
            self._off = True
            if self._mode == "cut after":
                call(*args, **named)
            raise PowerCut

        return step
