"""The words of a record in one language: labels, hints, messages and choices."""

import re
from collections.abc import Mapping

from fieldinspect.forms.live import Live
from fieldinspect.forms.model import Form, Item, Itemset, Text, Translated
from fieldinspect.forms.states import Choice
from fieldinspect.forms.xpath.tree import Node
from fieldinspect.forms.xpath.values import Closure, Evaluation, to_string

_EMPTY = Translated()
_SPACES = re.compile(r"[ \t]{2,}")


class Wording:
    """Finds words; what a translation lacks is read in the form's default language."""

    def __init__(self, form: Form, language: str, evaluation: Evaluation) -> None:
        self.form = form
        self.language = language
        self.evaluation = evaluation
        self._known: dict[tuple[Closure, Closure, Node], Choice] = {}  # of lists that never change

    def speak(self, language: str) -> None:
        """Use another language of the form."""
        self.language = language
        self._known.clear()

    def translated(self, key: str) -> Translated:
        """Return the entry of an itext key."""
        found = self.form.translations.get(self.language, {}).get(key)
        if found is None or not (found.parts or found.media):
            default = self.form.languages[0] if self.form.languages else ""
            return self.form.translations.get(default, {}).get(key, found or _EMPTY)
        return found

    def words(self, text: Text | None, node: Node) -> str:
        """Return a text with its outputs filled in, as seen from a node."""
        if text is None:
            return ""
        return _laid_out(self.join(self.translated(text.key).parts if text.key else text.parts, node))

    def join(self, parts: tuple[str | Closure, ...], node: Node) -> str:
        """Return parts as one string."""
        if all(isinstance(one, str) for one in parts):
            return "".join(parts)  # type: ignore[arg-type]  # the line above
        self.evaluation.origin = node
        return "".join(
            one if isinstance(one, str) else to_string(one(node, 1, 1, self.evaluation)) for one in parts
        )

    def media(self, text: Text | None) -> Mapping[str, str]:
        """Return the media files of a text; a language without any has those of the default."""
        return self._media(text.key) if text is not None and text.key else {}

    def _media(self, key: str) -> Mapping[str, str]:
        spoken = self.translated(key).media
        if spoken or not self.form.languages:
            return spoken
        return self.form.translations[self.form.languages[0]].get(key, _EMPTY).media

    def offered(self, node: Live) -> tuple[Choice, ...]:
        """Return the choices offered at a select, in order; kept until something they rest on changes."""
        if node.choices is None:
            node.choices = self._choices(node)
        return node.choices

    def _choices(self, node: Live) -> tuple[Choice, ...]:
        element = node.definition.element
        if element is None or element.choices is None:
            return ()
        if isinstance(element.choices, tuple):
            return tuple(self._item(one, node) for one in element.choices)
        self.evaluation.origin = node
        items = element.choices.items(node, 1, 1, self.evaluation)
        return tuple(self._row(element.choices, one) for one in items) if isinstance(items, list) else ()

    def _item(self, item: Item, node: Live) -> Choice:
        return Choice(item.value, self.words(item.label, node), self.media(item.label))

    def _row(self, itemset: Itemset, item: Node) -> Choice:
        at = itemset.value, itemset.label, item
        known = self._known.get(at)
        if known is not None:
            return known
        keys = item.named("itextId")
        words = self.translated(keys[0].value) if keys else _EMPTY
        value = to_string(itemset.value(item, 1, 1, self.evaluation))
        media = self._media(keys[0].value) if keys else {}
        choice = Choice(value, _laid_out(to_string(itemset.label(item, 1, 1, self.evaluation))), media)
        if (
            itemset.of_item
            and not isinstance(item, Live)
            and all(isinstance(one, str) for one in words.parts)
        ):
            self._known[at] = choice
        return choice


def _laid_out(words: str) -> str:
    """Return words without the space that lays out the XML, or that an answer not given leaves; lines stay."""
    return _SPACES.sub(" ", words.strip())
