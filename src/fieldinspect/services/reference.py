"""Reference data shipped with the program: the police forces of England and Wales."""

import csv
from dataclasses import dataclass
from functools import cache

from fieldinspect import resources
from fieldinspect.i18n import language


@dataclass(frozen=True)
class Force:
    slug: str
    name: str
    name_cy: str
    bilingual: bool

    @property
    def title(self) -> str:
        """What it is called in the language in force."""
        return self.name_cy if self.name_cy and language() == "cy" else self.name


@cache
def forces() -> dict[str, Force]:
    """Return the 43 forces by slug, in the register's order."""
    with resources.file("reference/forces.csv").open(encoding="utf-8", newline="") as lines:
        return {
            row["slug"]: Force(row["slug"], row["name"], row["name_cy"], row["bilingual"] == "yes")
            for row in csv.DictReader(lines)
        }


def force_name(slug: str) -> str:
    """Return the force's name in the language in force, or the slug itself for a force the register does not have."""
    force = forces().get(slug)
    return force.title if force else slug
