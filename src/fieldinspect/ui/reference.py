"""Names to offer while a person types: the stations shipped with the program; plain Python."""

import csv
from typing import NamedTuple

from fieldinspect import resources


class Station(NamedTuple):
    """A police station, and the short name of its force."""

    name: str
    force: str


def stations() -> list[Station]:
    return [Station(row["name"], row["force"]) for row in _rows("stations.csv")]


def _rows(name: str) -> list[dict[str, str]]:
    """Return the rows of a reference file, none when the program was built without it."""
    path = resources.folder("reference") / name
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
