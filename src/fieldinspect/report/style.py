"""Type scale, colours and measures of every printed page (points)."""

from typing import Final

from reportlab.lib.colors import HexColor, black
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm

from fieldinspect.report.fonts import BOLD, REGULAR

ACCENT: Final = HexColor("#1d70b8")
GREY: Final = HexColor("#505a5f")
RULE: Final = HexColor("#b1b4b6")

PAGE: Final = A4
SIDE: Final = 25 * mm
TOP: Final = 24 * mm
BOTTOM: Final = 21 * mm
MEASURE: Final = A4[0] - 2 * SIDE


def _style(name: str, size: float, leading: float, **more: object) -> ParagraphStyle:
    settings: dict[str, object] = {
        "fontName": REGULAR,
        "bulletFontName": REGULAR,  # otherwise Helvetica enters by the bullet
        "textColor": black,
        "allowWidows": 0,
        "allowOrphans": 0,
    }
    return ParagraphStyle(name, fontSize=size, leading=leading, **(settings | more))


TITLE: Final = _style("title", 24, 30, fontName=BOLD)
SUBTITLE: Final = _style("subtitle", 14, 19, textColor=GREY, spaceAfter=8)
SECTION: Final = _style("section", 14, 19, fontName=BOLD, spaceBefore=12, spaceAfter=4, keepWithNext=1)
SUB: Final = _style("sub", 12, 16, fontName=BOLD, spaceBefore=6, spaceAfter=2, keepWithNext=1)
BODY: Final = _style("body", 12, 16, spaceAfter=6)
ITEM: Final = _style("item", 12, 16, leftIndent=14, bulletIndent=2, spaceAfter=2)
BOXED: Final = _style("boxed", 12, 16, leftIndent=12, spaceBefore=6, spaceAfter=4)
CODE: Final = _style("code", 22, 34, fontName=BOLD, alignment=1)
CELL: Final = _style("cell", 10.5, 14)
CELL_INDENTED: Final = _style("cell-indented", 10.5, 14, leftIndent=12)
CELL_NUMBER: Final = _style("cell-number", 10.5, 14, alignment=2)
CELL_BOLD: Final = _style("cell-bold", 10.5, 14, fontName=BOLD)
CELL_BOLD_NUMBER: Final = _style("cell-bold-number", 10.5, 14, fontName=BOLD, alignment=2)
CAPTION: Final = _style("caption", 10, 13, textColor=GREY, spaceBefore=4, spaceAfter=6)

MARKING_SIZE: Final = 11
RUNNING_SIZE: Final = 9
