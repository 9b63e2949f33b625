"""A compiled XForm (bytes) to a Form.

The format is the ODK XForms specification (https://getodk.github.io/xforms-spec/). Forms are untrusted input:
what cannot be used is refused here, by a sentence that names the place, and never while somebody answers.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable

from fieldinspect.domain.errors import BadInput
from fieldinspect.forms.body import BodyReader, check_length
from fieldinspect.forms.choices import settle
from fieldinspect.forms.expressions import Expressions, refused
from fieldinspect.forms.graph import arrange
from fieldinspect.forms.model import (
    CALCULATE,
    CONSTRAINT,
    READONLY,
    RELEVANT,
    REQUIRED,
    WORDS,
    Action,
    Definition,
    Form,
    Rule,
    Translated,
)
from fieldinspect.forms.references import Missing, Reader
from fieldinspect.forms.xml import TEMPLATE, Xml, answer_tree, attribute, child, children, parse_form
from fieldinspect.forms.xpath.syntax import Expression
from fieldinspect.forms.xpath.tree import ROOT, Node
from fieldinspect.i18n import _

MOST_QUESTIONS = 20_000
_KINDS = (RELEVANT, READONLY, REQUIRED, CALCULATE, CONSTRAINT)


def load(xml: bytes) -> Form:
    """Load a compiled form; raises BadInput with a sentence for its author."""
    return _Loader(parse_form(xml), hashlib.sha256(xml).hexdigest()).form()


class _Loader:
    def __init__(self, top: Xml, digest: str) -> None:
        self.top = top
        self.digest = digest
        head = child(top, "head")
        model = child(head, "model") if head is not None else None
        body = child(top, "body")
        if head is None or model is None or body is None:
            raise BadInput(_("This file is not a form: it has no model or no body. Choose a compiled XForm."))
        self.head, self.model, self.body = head, model, body
        prefixes = {prefix: uri for prefix, uri in model.nsmap.items() if prefix}
        self.expressions = Expressions({**prefixes, **{p: u for p, u in top.nsmap.items() if p}})
        self.definitions: dict[str, Definition] = {}
        self.itext_reads: dict[str, list[Expression]] = {}

    def form(self) -> Form:
        instances = list(children(self.model, "instance"))
        blueprint = self._primary(instances)
        root = self._define(blueprint, None)
        self.reader = Reader(root, self.expressions.namespaces)
        translations = self._translations()
        bodies = BodyReader(
            self.definitions, self.expressions, lambda key: self.itext_reads.get(key, []), root
        )
        for bind in self._binds():
            self._bind(bind, bodies, root)
        elements = bodies.read(self.body)
        for one in children(self.model, "setvalue"):
            bodies.action(one, root)
        self._repeats(blueprint)
        rules = arrange(self._rules(), self.definitions)
        title = child(self.head, "title")
        lists = self._secondary(instances, blueprint)
        settle((below for one in elements for below in one.walk()), self.definitions, lists)
        return Form(
            id=_own(blueprint, "id") or blueprint.name,
            version=_own(blueprint, "version"),
            digest=self.digest,
            languages=tuple(translations),
            root=root,
            definitions=self.definitions,
            body=elements,
            rules=rules,
            actions=tuple(self._actions()),
            instances=lists,
            blueprint=blueprint,
            translations=translations,
            main_title="".join(title.itertext()).strip() if title is not None else "",
        )

    def _primary(self, instances: list[Xml]) -> Node:
        tops = [one for one in instances for _top in children(one)]
        if not tops:
            raise BadInput(_("This form has no questions: its instance is empty."))
        return answer_tree(next(children(tops[0])))

    def _secondary(self, instances: list[Xml], blueprint: Node) -> dict[str, Node]:
        found: dict[str, Node] = {}
        for one in instances:
            name = attribute(one, "id")
            if not name:
                continue
            top = Node(ROOT)
            rows = [answer_tree(below) for below in children(one)]
            for row in rows:
                if (
                    row.name == blueprint.name
                    and not found
                    and _own(row, "id") == _own(blueprint, "id") != ""
                ):
                    break
                check_length(name, len(row.children))
                top.append(row)
            found[name] = top
        return found

    def _define(self, node: Node, parent: Definition | None) -> Definition:
        path = f"{parent.path}/{_shown(node)}" if parent else f"/{_shown(node)}"
        made = self.definitions.get(path)
        if made is None:
            made = Definition(path, node.name, parent, parent.depth + 1 if parent else 0)
            self.definitions[path] = made
            if len(self.definitions) > MOST_QUESTIONS:
                raise BadInput(
                    _("This form has more than {most} questions. Divide it into several.").format(
                        most=MOST_QUESTIONS
                    )
                )
            if parent is not None:
                made.rank = len(parent.children)
                parent.children[node.name] = made
        if node.attribute(TEMPLATE) is not None:
            made.template = node
            made.repeat = True
        for below in node.children:
            self._define(below, made)
        return made

    def _binds(self) -> Iterable[Xml]:
        return children(self.model, "bind")

    def _bind(self, bind: Xml, bodies: BodyReader, root: Definition) -> None:
        nodeset = attribute(bind, "nodeset") or attribute(bind, "ref")
        if not nodeset or "@" in nodeset:
            return  # attributes of the instance are metadata of other programs
        at = bodies.definition(nodeset, root, _("a bind"))
        if name := attribute(bind, "id"):
            bodies.bind_ids[name] = at
        if kind := attribute(bind, "type"):
            at.type = kind.rpartition(":")[2]
        for rule in _KINDS:
            if text := attribute(bind, rule):
                expression, closure = self.expressions.compile(text, _place(rule, at.path))
                at.rules[rule] = Rule(rule, at, expression, closure)
        at.required_message = self.expressions.message(attribute(bind, "requiredMsg"), at.path)
        at.constraint_message = self.expressions.message(attribute(bind, "constraintMsg"), at.path)
        if preload := attribute(bind, "preload"):
            at.preload = (preload, attribute(bind, "preloadParams"))

    def _translations(self) -> dict[str, dict[str, Translated]]:
        itext = child(self.model, "itext")
        if itext is None:
            return {}
        found: dict[str, dict[str, Translated]] = {}
        # The default language first; the order of the form is kept otherwise.
        for one in sorted(children(itext, "translation"), key=lambda each: attribute(each, "default") == ""):
            entries = {attribute(text, "id"): self._translated(text) for text in children(one, "text")}
            found[attribute(one, "lang")] = entries
        return found

    def _translated(self, text: Xml) -> Translated:
        key = attribute(text, "id")
        parts: tuple[object, ...] = ()
        media: dict[str, str] = {}
        for value in children(text, "value"):
            form = attribute(value, "form")
            if form and form not in ("long", "short"):
                media[form] = "".join(value.itertext()).strip()
                continue
            if not parts or not form:
                parts, read = self.expressions.words(value, _("the text “{key}”").format(key=key))
                self.itext_reads.setdefault(key, []).extend(read)
        return Translated(parts, media)  # type: ignore[arg-type]  # words gives parts; () is the empty tuple

    def _repeats(self, blueprint: Node) -> None:
        """Give every repeat a template, take templates out of the blueprint, refuse duplicate names."""
        self._check_names(blueprint, self.definitions[f"/{_shown(blueprint)}"])
        _without_templates(blueprint)

    def _check_names(self, node: Node, at: Definition) -> None:
        counts = Counter(one.name for one in node.children if one.attribute(TEMPLATE) is None)
        for below in node.children:
            definition = at.children[below.name]
            if counts[below.name] > 1 and not definition.repeat:
                if definition.element is not None or definition.rules:
                    raise BadInput(
                        _("In the form, two questions of “{group}” are called “{name}”. Rename one.").format(
                            group=at.path, name=below.name
                        )
                    )
                definition.repeat = True
            if definition.repeat and definition.template is None:
                definition.template = below
            self._check_names(below, definition)

    def _rules(self) -> list[Rule]:
        rules = [rule for one in self.definitions.values() for rule in one.own_rules()]
        for rule in rules:
            try:
                rule.references = self.reader.references(rule.expression, rule.definition, rule.of_items)
            except Missing as error:
                place = _place(rule.kind, rule.definition.path)
                problem = _("the form has no “{name}” there").format(name=error)
                raise refused(place, self._written(rule), problem) from error
        return rules

    def _written(self, rule: Rule) -> str:
        for bind in self._binds():
            at = attribute(bind, "nodeset")
            if at == rule.definition.path and attribute(bind, rule.kind):
                return attribute(bind, rule.kind)
        return rule.definition.path

    def _actions(self) -> list[Action]:
        return [action for one in self.definitions.values() for action in one.actions]


def _without_templates(node: Node) -> None:
    for below in list(node.children):
        if below.attribute(TEMPLATE) is not None:
            node.remove(below)
        else:
            _without_templates(below)


def _own(node: Node, name: str) -> str:
    found = node.attribute(name) or next(
        (one for one in node.attributes if one.name.endswith(f"}}{name}")), None
    )
    return found.value if found else ""


def _shown(node: Node) -> str:
    name = node.name.rpartition("}")[2]
    return f"{node.prefix}:{name}" if node.prefix else name


def _place(kind: str, path: str) -> str:
    match kind:
        case "relevant":
            return _("the relevance of {path}").format(path=path)
        case "readonly":
            return _("the read-only condition of {path}").format(path=path)
        case "required":
            return _("the required condition of {path}").format(path=path)
        case "calculate":
            return _("the calculation of {path}").format(path=path)
        case "constraint":
            return _("the constraint of {path}").format(path=path)
        case "count":
            return _("the number of rows of {path}").format(path=path)
        case "choices":
            return _("the choices of {path}").format(path=path)
    return _("the text of {path}").format(path=path) if kind == WORDS else path
