"""XML of a form to nodes, with nothing in it that could read, fetch or multiply."""

from collections.abc import Iterator

from lxml import etree

from fieldinspect.domain.errors import BadInput
from fieldinspect.forms.xpath.tree import ATTRIBUTE, COMMENT, ELEMENT, INSTRUCTION, ROOT, TEXT, Node
from fieldinspect.i18n import _

MOST_BYTES = 32_000_000
DEEPEST = 200
JAVAROSA = "http://openrosa.org/javarosa"
XFORMS = "http://www.w3.org/2002/xforms"
TEMPLATE = f"{{{JAVAROSA}}}template"

Xml = etree._Element


def parse_form(data: bytes) -> Xml:
    """Parse the bytes of a form; raises BadInput.

    A document type declaration is refused whole: it is where entities, and so entity bombs, come from.
    """
    if len(data) > MOST_BYTES:
        raise BadInput(
            _("This form has {size} MB, and {most} MB is the most. Shorten its choice lists.").format(
                size=len(data) // 1_000_000, most=MOST_BYTES // 1_000_000
            )
        )
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        top = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise BadInput(
            _(
                "This form is not well-formed XML, at line {line}. Compile it again from its spreadsheet."
            ).format(line=error.lineno)
        ) from error
    if top is None or top.getroottree().docinfo.doctype:
        raise BadInput(
            _("This form has a document type declaration, which no form needs. It was not opened.")
        )
    return top


def local(element: Xml) -> str:
    """Return the name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


def children(element: Xml, *names: str) -> Iterator[Xml]:
    """Yield the child elements of any of those local names, or all of them."""
    for child in element:
        if isinstance(child.tag, str) and (not names or local(child) in names):
            yield child


def child(element: Xml, name: str) -> Xml | None:
    """Return the first child element of that local name."""
    return next(children(element, name), None)


def attribute(element: Xml, name: str) -> str:
    """Return an attribute by its name, with or without the javarosa prefix; "" when it is not there."""
    found = element.get(name)
    return (element.get(f"{{{JAVAROSA}}}{name}", "") if found is None else found).strip()


def answer_tree(element: Xml, depth: int = 0) -> Node:
    """Return an instance element as nodes: leaves keep their text, blank text between elements is dropped."""
    node = _element(element)
    if depth > DEEPEST:
        raise BadInput(_("The groups of this form are nested more than {most} deep.").format(most=DEEPEST))
    for one in element.iterchildren("*"):
        node.append(answer_tree(one, depth + 1))
    if not node.children:
        node.value = element.text or ""
    return node


def _element(element: Xml) -> Node:
    # Forms put their instances in the default namespace of the document, and write paths without a prefix.
    node = Node(ELEMENT, local(element) if element.prefix is None else str(element.tag))
    node.prefix = element.prefix or ""
    for name, value in element.items():
        node.attributes.append(Node(ATTRIBUTE, str(name), str(value), node))
    return node


def document(element: Xml) -> Node:
    """Return any document as nodes, text and comments and namespaces included."""
    top = Node(ROOT)
    for before in reversed(list(element.itersiblings(preceding=True))):
        top.append(_other(before))
    top.append(_full(element))
    for after in element.itersiblings():
        top.append(_other(after))
    return top


def _full(element: Xml) -> Node:
    node = Node(ELEMENT, str(element.tag).removeprefix(f"{{{XFORMS}}}"))
    node.prefix = element.prefix or ""
    prefixes = {uri: prefix for prefix, uri in element.nsmap.items()}
    for name, value in element.attrib.items():
        one = Node(ATTRIBUTE, str(name), str(value), node)
        one.prefix = prefixes.get(one.name[1:].partition("}")[0]) or "" if one.name.startswith("{") else ""
        node.attributes.append(one)
    if element.text:
        node.append(Node(TEXT, "", str(element.text)))
    for below in element:
        node.append(_full(below) if isinstance(below.tag, str) else _other(below))
        if below.tail:
            node.append(Node(TEXT, "", str(below.tail)))
    return node


def _other(element: Xml) -> Node:
    if isinstance(element, etree._Comment):
        return Node(COMMENT, "", element.text or "")
    return Node(INSTRUCTION, getattr(element, "target", ""), element.text or "")
