"""Take one check out of a function, as text, and put it back: what still passes then shows what the check is for."""

import inspect
import sys
import textwrap
from types import FunctionType

import pytest


def weaken(patch: pytest.MonkeyPatch, owner: object, name: str, old: str, new: str) -> None:
    """Replace `old` by `new` in the source of a function of a module, or a method of a class."""
    function = inspect.unwrap(inspect.getattr_static(owner, name))
    assert isinstance(function, FunctionType), name
    source = textwrap.dedent(inspect.getsource(function))
    assert source.count(old) == 1, f"{name} has changed: {old}"
    module = sys.modules[function.__module__]
    made: dict[str, object] = {}
    exec(compile(source.replace(old, new), f"<weakened {name}>", "exec"), vars(module), made)
    patch.setattr(owner, name, made[name])
