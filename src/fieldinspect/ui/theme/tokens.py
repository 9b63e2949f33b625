"""The colours of a theme, read from resources/styles."""

import json
from typing import NamedTuple

from fieldinspect import resources

THEMES = ("light", "dark", "contrast")


class Tokens(NamedTuple):
    """Colours by what they mean, as "#rrggbb"; docs/ARCHITECTURE.md says which pairs must contrast by how much."""

    bg: str
    surface: str
    raised: str
    text: str
    text2: str
    border: str
    input: str
    link: str
    accent: str
    primary: str
    primary_text: str
    error: str
    warning: str
    ok: str
    info: str
    selection: str
    selection_text: str
    focus: str
    focus_inner: str
    official: str
    sensitive: str
    secret: str
    marking_text: str


def load(theme: str) -> Tokens:
    """Return the colours of a theme; a file with a colour missing or one too many is refused."""
    return Tokens(**json.loads(resources.file(f"styles/{theme}.json").read_text(encoding="utf-8")))


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours as WCAG 2.2 defines it: 1 to 21."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return float(0.2126 * red + 0.7152 * green + 0.0722 * blue)
