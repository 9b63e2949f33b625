"""Small forms for tests: a form in one line of nodes, binds and body."""

from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import quoteattr

from fieldinspect.forms import Form, Session, load

NOW = datetime(2014, 3, 27, 21, 30, tzinfo=UTC)
_HEAD = (
    '<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml" '
    'xmlns:jr="http://openrosa.org/javarosa"><h:head><h:title>Small</h:title><model>'
)


def xform(nodes: str, binds: str = "", body: str = "", model: str = "") -> bytes:
    """Return the XML of a form whose root is /d."""
    instance = f'<instance><d id="small" version="1">{nodes}</d></instance>'
    return f"{_HEAD}{instance}{model}{binds}</model></h:head><h:body>{body}</h:body></h:html>".encode()


def form(nodes: str, binds: str = "", body: str = "", model: str = "") -> Form:
    return load(xform(nodes, binds, body, model))


def bind(path: str, **rules: str) -> str:
    """Return a bind of /d/<path>; the rules are written as XPath."""
    written = " ".join(f"{name}={quoteattr(value)}" for name, value in rules.items())
    return f'<bind nodeset="/d/{path}" {written}/>'


def question(path: str, label: str = "", control: str = "input", inner: str = "") -> str:
    return f'<{control} ref="/d/{path}"><label>{label or path}</label>{inner}</{control}>'


def items(*values: str) -> str:
    return "".join(f"<item><label>{one.upper()}</label><value>{one}</value></item>" for one in values)


def repeat(path: str, inner: str, label: str = "Rows", **attributes: str) -> str:
    more = "".join(f' jr:{name}="{value}"' for name, value in attributes.items())
    return f'<group ref="/d/{path}"><label>{label}</label><repeat nodeset="/d/{path}"{more}>{inner}</repeat></group>'


def session(made: Form, fields: dict[str, str | None] | None = None, **options: Any) -> Session:
    numbers = iter(range(1, 1000))
    return Session(
        made,
        fields,
        now=lambda: NOW,
        new_id=lambda: f"00000000-0000-4000-8000-{next(numbers):012d}",
        **options,
    )
