"""The pages of a form as it stands: sections, and in each its questions, groups and rows in order."""

from fieldinspect.forms.live import Live, Tree
from fieldinspect.forms.model import GROUP, QUESTION, REPEAT, Element, Form
from fieldinspect.forms.states import Entry, Section
from fieldinspect.forms.wording import Wording

TITLE = "form_title"
"""The note whose label is the title of the form in each language; it is no line of a page."""


class Pages:
    """Lays out the body of a form over the live nodes."""

    def __init__(self, form: Form, tree: Tree, root: Live, wording: Wording) -> None:
        self.form = form
        self.tree = tree
        self.root = root
        self.wording = wording

    def sections(self) -> tuple[Section, ...]:
        """Return each group at the top as a page, and the loose questions between two as one."""
        pages: list[Section] = []
        loose: list[Entry] = []
        for element in self.form.body:
            if element.path == f"{self.root.key}/{TITLE}":
                continue
            if element.kind == QUESTION:
                loose += self._entries(element, self.root, 0)
                continue
            self._close(pages, loose)
            loose = []
            pages.append(self._page(element))
        self._close(pages, loose)
        return tuple(pages)

    def _close(self, pages: list[Section], loose: list[Entry]) -> None:
        if loose:
            pages.append(Section("", "" if pages else self.form.title(self.wording.language), tuple(loose)))

    def _page(self, element: Element) -> Section:
        entries = self._entries(element, self.root, 0)
        if element.kind == GROUP:
            node = self.tree.nodes.get(element.path)
            relevant = node.relevant if node else True
            return Section(element.path, entries[0].label, tuple(entries[1:]), relevant=relevant)
        return Section(element.path, entries[0].label, tuple(entries))

    def _entries(self, element: Element, context: Live, depth: int) -> list[Entry]:
        if not element.path:
            label = self.wording.words(element.label, context)
            return [Entry("", GROUP, depth, element, label), *self._below(element, context, depth)]
        if element.kind == REPEAT:
            return self._rows(element, context, depth)
        node = self.tree.nearest(self.form.definitions[element.path], context)
        if node is None:
            return []
        label = self.wording.words(element.label, node)
        return [Entry(node.key, element.kind, depth, element, label), *self._below(element, node, depth)]

    def _below(self, element: Element, context: Live, depth: int) -> list[Entry]:
        return [entry for one in element.children for entry in self._entries(one, context, depth + 1)]

    def _rows(self, element: Element, context: Live, depth: int) -> list[Entry]:
        definition = self.form.definitions[element.path]
        parent = self.tree.nearest(definition.parent, context) if definition.parent else None
        if parent is None:
            return []
        label = self.wording.words(element.label or element.row_label, parent)
        found = [Entry(f"{parent.key}/{definition.segment}", REPEAT, depth, element, label)]
        for row in parent.rows(definition):
            words = self.wording.words(element.row_label or element.label, row)
            found.append(Entry(row.key, "row", depth + 1, element, words))
            found += self._below(element, row, depth + 1)
        return found
