"""The page around every report: marking top and bottom, running header, page x of y, reference."""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final

from reportlab.lib.colors import black
from reportlab.lib.units import mm
from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate

from fieldinspect.i18n import _
from fieldinspect.report import fonts, style
from fieldinspect.report.flow import Story
from fieldinspect.report.tagging import TaggedCanvas

_MARKING_EDGE: Final = 9 * mm
_RUNNING_EDGE: Final = 16 * mm

# ReportLab signs its work in two comments. They are blanked at the same length, so that no offset moves.
_SIGNATURES: Final = (
    b"ReportLab Generated PDF document (opensource)",
    b"ReportLab generated PDF document -- digest (opensource)",
)


@dataclass(frozen=True)
class PageFrame:
    """What is printed around the story of every page; `language` is a BCP 47 tag such as "cy-GB"."""

    title: str
    language: str
    marking: str
    header_left: str
    header_right: str
    footer_left: str


def make_pdf(tell: Callable[[], Story], around: PageFrame) -> bytes:
    """Return the story as a tagged PDF, the same bytes for the same story.

    `tell` is called twice, since "page 1 of 2" is known only when all is laid out.
    """
    fonts.register()
    pages = _build(tell(), around, 0)[1]
    return _build(tell(), around, pages)[0]


def _build(story: Story, around: PageFrame, pages: int) -> tuple[bytes, int]:
    target = BytesIO()
    document = BaseDocTemplate(
        target,
        pagesize=style.PAGE,
        leftMargin=style.SIDE,
        rightMargin=style.SIDE,
        topMargin=style.TOP,
        bottomMargin=style.BOTTOM,
        invariant=1,
        pageCompression=1,
        initialFontName=fonts.REGULAR,
        title=around.title,
    )
    frame = Frame(
        style.SIDE,
        style.BOTTOM,
        style.MEASURE,
        style.PAGE[1] - style.TOP - style.BOTTOM,
        leftPadding=0,
        rightPadding=0,
        topPadding=0,
        bottomPadding=0,
    )

    def furnish(canvas: Any, template: Any) -> None:
        with canvas.artifact():
            _draw_around(canvas, around, template.page, pages)

    def open_canvas(*args: Any, **kwargs: Any) -> TaggedCanvas:
        kwargs.pop("lang", None)
        return TaggedCanvas(*args, root=story.root, title=around.title, language=around.language, **kwargs)

    document.addPageTemplates(PageTemplate(frames=[frame], onPage=furnish))
    document.build(story.flow, canvasmaker=open_canvas)
    return _unsigned(target.getvalue()), document.page


def _draw_around(canvas: Any, around: PageFrame, page: int, pages: int) -> None:
    width, height = style.PAGE
    canvas.setFillColor(black)
    canvas.setFont(fonts.BOLD, style.MARKING_SIZE)
    canvas.drawCentredString(width / 2, height - _MARKING_EDGE - 8, around.marking)
    canvas.drawCentredString(width / 2, _MARKING_EDGE, around.marking)
    canvas.setFillColor(style.GREY)
    canvas.setFont(fonts.REGULAR, style.RUNNING_SIZE)
    top = height - _RUNNING_EDGE - 7
    canvas.drawString(style.SIDE, top, around.header_left)
    canvas.drawRightString(width - style.SIDE, top, around.header_right)
    canvas.drawString(style.SIDE, _RUNNING_EDGE, around.footer_left)
    count = _("Page {page} of {pages}").format(page=page, pages=pages)
    canvas.drawRightString(width - style.SIDE, _RUNNING_EDGE, count)


def _unsigned(data: bytes) -> bytes:
    for words in _SIGNATURES:
        data = data.replace(words, b" " * len(words), 1)
    return data
