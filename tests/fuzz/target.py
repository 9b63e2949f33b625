"""What is fuzzed."""

from collections.abc import Callable
from dataclasses import dataclass

Read = Callable[[bytes], object]


@dataclass(frozen=True)
class Target:
    """A reader, what it may refuse with, and inputs it accepts."""

    name: str
    read: Read
    refusals: tuple[type[Exception], ...]
    seeds: tuple[bytes, ...]
