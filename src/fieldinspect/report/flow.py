"""What a page is built from: tagged paragraphs, lists, tables and lines to sign on."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final
from xml.sax.saxutils import escape

from reportlab.lib.colors import black
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Flowable, KeepTogether, Paragraph, Table

from fieldinspect.report import fonts, style
from fieldinspect.report.tagging import Element

BULLET: Final = "•"
_LINE_END: Final = re.compile(r"(?<!\\)\) Tj T\*")
_SIGNING_HEIGHT: Final = 46.0
_SIGNING_GAP: Final = 14.0
_LABEL_WIDTH: Final = 118.0


def plain(text: str) -> str:
    """Return a text as ReportLab reads it: composed letters, no mark-up of its own."""
    return escape(unicodedata.normalize("NFC", text))


class TaggedParagraph(Paragraph):  # type: ignore[misc]  # ReportLab ships no types
    """A paragraph that is one element of the structure, also when it is split over two pages."""

    element: Element

    def draw(self) -> None:
        with self.canv.element(self.element):
            begun = len(self.canv._code)
            super().draw()
            # Lines end without a space: what reads the structure aloud would run the words together.
            self.canv._code[begun:] = [_LINE_END.sub(" ) Tj T*", code) for code in self.canv._code[begun:]]

    def split(self, width: float, height: float) -> list[Any]:
        parts: list[Any] = super().split(width, height)
        for part in parts:
            part.element = self.element
        return parts


class _RuledParagraph(TaggedParagraph):
    """A paragraph with the accent rule at its left."""

    def draw(self) -> None:
        with self.canv.artifact():
            self.canv.setFillColor(style.ACCENT)
            self.canv.rect(0, 0, 2, self.height, stroke=0, fill=1)
        super().draw()


class _Item(TaggedParagraph):
    """An item of a list: its bullet is the item's label, and stands before the first part only."""

    label: Element | None = None

    def draw(self) -> None:
        if self.label:
            with self.canv.element(self.label):
                self.canv.setFillColor(self.style.textColor)
                self.canv.setFont(self.style.fontName, self.style.fontSize)
                self.canv.drawString(self.style.bulletIndent, self.height - self.style.fontSize, BULLET)
        super().draw()

    def split(self, width: float, height: float) -> list[Any]:
        parts = super().split(width, height)
        for part in parts[:1]:
            part.label = self.label
        return parts


class _HeaderCell(TaggedParagraph):
    """A header cell; repeated on a later page it is decoration."""

    def draw(self) -> None:
        if not self.element.marks:
            super().draw()
            return
        with self.canv.artifact():
            super().draw()


class _RuledTable(Table):  # type: ignore[misc]  # ReportLab ships no types
    def _drawLines(self) -> None:  # noqa: N802 - ReportLab's name
        with self.canv.artifact():
            super()._drawLines()


class _SigningLines(Flowable):  # type: ignore[misc]  # ReportLab ships no types
    """Lines to write on, side by side, each with its label below; shares are parts of the width."""

    def __init__(self, labels: Sequence[Any], shares: Sequence[float]) -> None:
        super().__init__()
        self._labels = labels
        self._shares = shares

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        self.width = width
        for label, share in zip(self._labels, self._shares, strict=True):
            label.wrap(width * share, height)
        return width, _SIGNING_HEIGHT

    def draw(self) -> None:
        left = 0.0
        room = self.width + _SIGNING_GAP
        for label, share in zip(self._labels, self._shares, strict=True):
            right = left + room * share
            with self.canv.artifact():
                self.canv.setStrokeColor(black)
                self.canv.setLineWidth(0.75)
                self.canv.line(left, style.CELL.leading + 2, right - _SIGNING_GAP, style.CELL.leading + 2)
            label.drawOn(self.canv, left, 0)
            left = right


def paragraph(text: str, look: ParagraphStyle, element: Element, kind: type = TaggedParagraph) -> Any:
    """Return the text as a paragraph of an element; the text is never read as mark-up."""
    made = kind(plain(text), look)
    made.element = element
    return made


class Story:
    """Flowables and the structure they belong to, added in reading order."""

    def __init__(self) -> None:
        self.root = Element("Document")
        self.flow: list[Any] = []

    def add(self, text: str, look: ParagraphStyle, role: str = "P") -> None:
        self.flow.append(paragraph(text, look, self.root.add(role)))

    def boxed(self, text: str) -> None:
        self.flow.append(paragraph(text, style.BOXED, self.root.add("P"), _RuledParagraph))

    def bullets(self, items: Sequence[tuple[str, str]]) -> None:
        """Add a list; each item is (text, its language where that is not the page's)."""
        listed = self.root.add("L")
        for text, language in items:
            item = listed.add("LI")
            label = item.add("Lbl")
            made = paragraph(text, style.ITEM, item.add("LBody", language=language), _Item)
            made.label = label
            self.flow.append(made)

    def facts(self, rows: Sequence[tuple[str, str]]) -> None:
        """Add a table of a name and a value a row."""
        table = self.root.add("Table")
        cells = []
        for name, value in rows:
            row = table.add("TR")
            cells.append(
                [
                    paragraph(name, style.CELL_BOLD, row.add("TH", scope="Row")),
                    paragraph(value, style.CELL, row.add("TD")),
                ]
            )
        self._table(cells, (_LABEL_WIDTH, style.MEASURE - _LABEL_WIDTH), header=False)

    def table(
        self,
        header: Sequence[str],
        rows: Sequence[tuple[Sequence[str], bool]],
        widths: Sequence[float],
        numbers: frozenset[int] = frozenset(),
    ) -> None:
        """Add a table; a row is its cells and whether its first is indented; `numbers` are columns set right."""
        table = self.root.add("Table")
        top = table.add("TR")
        head_looks = [
            style.CELL_BOLD_NUMBER if at in numbers else style.CELL_BOLD for at in range(len(header))
        ]
        cells = [
            [
                paragraph(text, look, top.add("TH", scope="Column"), _HeaderCell)
                for text, look in zip(header, head_looks, strict=True)
            ]
        ]
        for texts, indented in rows:
            row = table.add("TR")
            looks = [style.CELL_NUMBER if at in numbers else style.CELL for at in range(len(texts))]
            looks[0] = style.CELL_INDENTED if indented else looks[0]
            cells.append(
                [
                    paragraph(text, look, row.add("TD" if at else "TH", scope="" if at else "Row"))
                    for at, (text, look) in enumerate(zip(texts, looks, strict=True))
                ]
            )
        self._table(cells, widths, header=True)

    @contextmanager
    def together(self) -> Iterator[None]:
        """Keep what is added within the block on one page."""
        before, self.flow = self.flow, []
        yield
        self.flow = [*before, KeepTogether(self.flow)]

    def signing(self, labels: Sequence[str], shares: Sequence[float]) -> None:
        """Add lines to sign on, side by side; the shares of the width add up to 1."""
        made = [paragraph(label, style.CELL, self.root.add("P")) for label in labels]
        self.flow.append(_SigningLines(made, shares))

    def _table(self, cells: list[list[Any]], widths: Sequence[float], *, header: bool) -> None:
        rules = [
            ("FONT", (0, 0), (-1, -1), fonts.REGULAR, 10.5, 14),  # otherwise Helvetica enters by the cell
            ("LINEBELOW", (0, 0), (-1, -1), 0.5, style.RULE),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (0, -1), 0),
            ("RIGHTPADDING", (-1, 0), (-1, -1), 0),
            ("TOPPADDING", (0, 0), (-1, -1), 2),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
        ]
        if header:
            rules.append(("LINEBELOW", (0, 0), (-1, 0), 1, black))
        made = _RuledTable(cells, colWidths=list(widths), repeatRows=1 if header else 0, hAlign="LEFT")
        made.setStyle(rules)
        self.flow.append(made)
