"""The function library of ODK XForms (https://getodk.github.io/xforms-spec/#xpath-functions), one file a family."""

from functools import cache
from importlib import import_module

from fieldinspect.forms.xpath.functions.registry import Function, registered

_FAMILIES = ("dates", "geo", "logic", "nodes", "numeric", "selects", "text")


@cache
def library() -> dict[str, Function]:
    """Return every function by name."""
    for family in _FAMILIES:
        import_module(f"{__name__}.{family}")
    return registered()


__all__ = ["Function", "library"]
