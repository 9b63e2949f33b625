"""The comparisons of XPath 1.0, section 3.4: existential over node sets."""

from collections.abc import Callable
from datetime import tzinfo
from operator import ge, gt, le, lt

from fieldinspect.forms.xpath.tree import string_value
from fieldinspect.forms.xpath.values import Value, numbers, to_boolean, to_number, to_string

ORDER: dict[str, Callable[[float, float], bool]] = {"<": lt, "<=": le, ">": gt, ">=": ge}


def equal(left: Value, right: Value, zone: tzinfo) -> bool:
    """Return left = right."""
    return _matches(left, right, zone, wanted=True)


def unequal(left: Value, right: Value, zone: tzinfo) -> bool:
    """Return left != right, which for node sets is not the opposite of `equal`."""
    return _matches(left, right, zone, wanted=False)


def _matches(left: Value, right: Value, zone: tzinfo, *, wanted: bool) -> bool:
    if type(right) is list and type(left) is not list:
        left, right = right, left
    if type(left) is not list:
        return _same(left, right, zone) is wanted
    if type(right) is bool:
        return (bool(left) is right) is wanted
    if type(right) is list:
        texts = {string_value(one) for one in right}
        if wanted:
            return any(string_value(one) in texts for one in left)
        return any(string_value(one) != other for one in left for other in texts)
    if type(right) is str:
        return any((string_value(one) == right) is wanted for one in left)
    number = to_number(right, zone)
    return any((one == number) is wanted for one in numbers([left], zone))


def _same(left: Value, right: Value, zone: tzinfo) -> bool:
    if type(left) is bool or type(right) is bool:
        return to_boolean(left) is to_boolean(right)
    if type(left) is float or type(right) is float:
        return to_number(left, zone) == to_number(right, zone)
    return to_string(left) == to_string(right)


def ordered(operator: str, left: Value, right: Value, zone: tzinfo) -> bool:
    """Return left operator right for one of `< <= > >=`."""
    holds = ORDER[operator]
    if type(left) is not list and type(right) is not list:
        return holds(to_number(left, zone), to_number(right, zone))
    others = numbers([right], zone)
    return any(holds(one, other) for one in numbers([left], zone) for other in others)
