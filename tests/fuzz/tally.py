"""What became of the inputs that a reader was given."""

import sys
from dataclasses import dataclass

from tests.fuzz.target import Target


@dataclass
class Tally:
    name: str
    executions: int = 0
    accepted: int = 0
    refused: int = 0
    crashes: int = 0

    def give(self, target: Target, raw: bytes) -> None:
        """Let the reader read; neither reading it nor refusing it is a find, told on the error output."""
        self.executions += 1
        try:
            target.read(raw)
            self.accepted += 1
        except target.refusals:
            self.refused += 1
        except Exception as error:  # noqa: BLE001 - whatever else comes is the find
            self.crashes += 1
            print(f"{self.name}: {error!r} on {raw[:200]!r}", file=sys.stderr)

    def line(self) -> str:
        counts = (self.executions, self.accepted, self.refused, self.crashes)
        return "\t".join([self.name, *map(str, counts)])
