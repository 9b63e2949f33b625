"""Tagged PDF on ReportLab: the structure tree that a screen reader reads, beside the marks on the page.

ReportLab writes no tags; its catalogue has the slots. What is drawn between `begin` and `end` belongs to an
element of the tree, everything else must be an artifact (ISO 32000-1, 14.7 and 14.8). Elements stand in the tree
in the order in which they are made, not drawn.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final
from xml.sax.saxutils import escape

from reportlab.pdfbase import pdfdoc
from reportlab.pdfgen.canvas import Canvas

_PDF_VERSION: Final = (1, 7)


@dataclass(eq=False)
class Element:
    """One element of the structure: a role such as "P", what it holds, and the marks drawn for it."""

    role: str
    parent: "Element | None" = None
    language: str = ""
    scope: str = ""
    """"Column" or "Row", for a header cell."""
    alt: str = ""
    """What a figure shows, in words."""
    children: list["Element"] = field(default_factory=list)
    marks: list[tuple[int, int]] = field(default_factory=list)
    """(page from 1, number of the mark on it)."""

    def add(self, role: str, *, language: str = "", scope: str = "", alt: str = "") -> "Element":
        child = Element(role, self, language, scope, alt)
        self.children.append(child)
        return child


class TaggedCanvas(Canvas):  # type: ignore[misc]  # ReportLab ships no types
    """A canvas that knows which element is being drawn, and writes title and language as its only metadata."""

    def __init__(self, *args: Any, root: Element, title: str, language: str, **kwargs: Any) -> None:
        super().__init__(*args, lang=language, pdfVersion=_PDF_VERSION, **kwargs)
        self._root = root
        self._document_title = title
        self._document_language = language
        self._marked: list[Element] = []
        """Elements by mark number, on the page being drawn."""
        self._by_page: list[list[Element]] = []
        self._depth = 0

    @contextmanager
    def element(self, element: Element) -> Iterator[None]:
        """Draw within the block for `element`; within an artifact, draw for nobody."""
        if self._depth:
            yield
            return
        number = len(self._marked)
        self._marked.append(element)
        element.marks.append((len(self._by_page) + 1, number))
        self._code.append(f"/{element.role} <</MCID {number}>> BDC")
        yield
        self._code.append("EMC")

    @contextmanager
    def artifact(self) -> Iterator[None]:
        """Draw within the block what a screen reader passes over."""
        if not self._depth:
            self._code.append("/Artifact BMC")
        self._depth += 1
        yield
        self._depth -= 1
        if not self._depth:
            self._code.append("EMC")

    def showPage(self) -> None:  # noqa: N802 - ReportLab's name
        super().showPage()
        page = self._doc.Pages.pages[-1]
        page.__NoDefault__ = [*page.__NoDefault__, "StructParents", "Tabs"]
        page.StructParents = len(self._by_page)
        page.Tabs = pdfdoc.PDFName("S")
        self._by_page.append(self._marked)
        self._marked = []

    def save(self) -> None:
        if self._code:
            self.showPage()
        self._doc.info = _TitleOnly(self._document_title)
        self._write_structure()
        self.setViewerPreference("DisplayDocTitle", "true")
        catalog = self._doc.Catalog
        catalog.MarkInfo = pdfdoc.PDFDictionary({"Marked": "true"})
        catalog.Metadata = _metadata(self._document_title, self._document_language)
        super().save()

    def _write_structure(self) -> None:
        names: dict[Element, str] = {}
        _name(self._root, names)
        for element, name in names.items():
            self._doc.Reference(self._structure(element, names), name)
        parents = [
            part
            for page, marked in enumerate(self._by_page)
            for part in (page, pdfdoc.PDFArray([_reference(names[element]) for element in marked]))
        ]
        self._doc.Catalog.StructTreeRoot = pdfdoc.PDFDictionary(
            {
                "Type": pdfdoc.PDFName("StructTreeRoot"),
                "K": _reference(names[self._root]),
                "ParentTree": self._doc.Reference(
                    pdfdoc.PDFDictionary({"Nums": pdfdoc.PDFArray(parents)}), "struct-parents"
                ),
                "ParentTreeNextKey": len(self._by_page),
            }
        )
        self._doc.Reference(self._doc.Catalog.StructTreeRoot, "struct-root")

    def _structure(self, element: Element, names: dict[Element, str]) -> Any:
        kids: list[Any] = [_mark(page, number) for page, number in element.marks]
        kids += [_reference(names[child]) for child in element.children]
        parent = names[element.parent] if element.parent else "struct-root"
        entries = {
            "Type": pdfdoc.PDFName("StructElem"),
            "S": pdfdoc.PDFName(element.role),
            "P": _reference(parent),
            "K": pdfdoc.PDFArray(kids),
        }
        if element.language:
            entries["Lang"] = pdfdoc.PDFString(element.language)
        if element.alt:
            entries["Alt"] = pdfdoc.PDFString(element.alt)
        if element.scope:
            scope = {"O": pdfdoc.PDFName("Table"), "Scope": pdfdoc.PDFName(element.scope)}
            entries["A"] = pdfdoc.PDFDictionary(scope)
        return pdfdoc.PDFDictionary(entries)


class _TitleOnly(pdfdoc.PDFInfo):  # type: ignore[misc]  # ReportLab ships no types
    """The information dictionary without author, program or dates."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.title = title

    def format(self, document: Any) -> bytes:
        formatted: bytes = pdfdoc.PDFDictionary({"Title": pdfdoc.PDFString(self.title)}).format(document)
        return formatted


def _name(element: Element, names: dict[Element, str]) -> None:
    names[element] = f"struct-{len(names)}"
    for child in element.children:
        _name(child, names)


def _reference(name: str) -> Any:
    return pdfdoc.PDFObjectReference(name)


def _mark(page: int, number: int) -> Any:
    return pdfdoc.PDFDictionary(
        {"Type": pdfdoc.PDFName("MCR"), "Pg": _reference(f"Page{page}"), "MCID": number}
    )


def _metadata(title: str, language: str) -> Any:
    """Return the XMP packet: title and language, nothing else (ISO 16684-1)."""
    packet = (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f'<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{escape(title)}</rdf:li></rdf:Alt></dc:title>'
        f"<dc:language><rdf:Bag><rdf:li>{escape(language)}</rdf:li></rdf:Bag></dc:language>"
        "</rdf:Description></rdf:RDF></x:xmpmeta>\n"
        '<?xpacket end="r"?>\n'
    )
    kind = {"Type": pdfdoc.PDFName("Metadata"), "Subtype": pdfdoc.PDFName("XML")}
    return pdfdoc.PDFStream(pdfdoc.PDFDictionary(kind), packet.encode(), filters=[])
