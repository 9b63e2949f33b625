"""Strings."""

import base64
import binascii
import hashlib
import math
from collections.abc import Callable
from functools import lru_cache

import re2

from fieldinspect.crypto.signing import PublicKey
from fieldinspect.forms.xpath.functions.registry import here, plain
from fieldinspect.forms.xpath.syntax import Expression, ExpressionError, Literal
from fieldinspect.forms.xpath.tree import Node, string_value
from fieldinspect.forms.xpath.values import Evaluation, Value, strings, to_number, to_string
from fieldinspect.i18n import _

_SIGNATURE_BYTES = 64
LONGEST_PATTERN = 2_000


@here("string", 0, 1)
def string(_evaluation: Evaluation, node: Node, *value: Value) -> str:
    return to_string(value[0]) if value else string_value(node)


@here("concat", 0, None)
def concat(evaluation: Evaluation, _node: Node, *values: Value) -> str:
    """Join the values; a node set gives all of its nodes, as ODK has it."""
    return _joined(evaluation, "", values)


@here("join", 1, None)
def join(evaluation: Evaluation, _node: Node, separator: Value, *values: Value) -> str:
    return _joined(evaluation, to_string(separator), values)


def _joined(evaluation: Evaluation, separator: str, values: tuple[Value, ...]) -> str:
    parts = [text for value in values for text in strings(value)]
    evaluation.spend(sum(map(len, parts)) + len(separator) * len(parts))  # calculations that double stop here
    return separator.join(parts)


@plain("contains", 2, 2)
def contains(value: Value, part: Value) -> bool:
    return to_string(part) in to_string(value)


@plain("starts-with", 2, 2)
def starts_with(value: Value, part: Value) -> bool:
    return to_string(value).startswith(to_string(part))


@plain("ends-with", 2, 2)
def ends_with(value: Value, part: Value) -> bool:
    return to_string(value).endswith(to_string(part))


@plain("substring-before", 2, 2)
def substring_before(value: Value, part: Value) -> str:
    before, found, _after = to_string(value).partition(to_string(part)) if to_string(part) else ("", "", "")
    return before if found else ""


@plain("substring-after", 2, 2)
def substring_after(value: Value, part: Value) -> str:
    text, mark = to_string(value), to_string(part)
    return text.partition(mark)[2] if mark else text


@here("substring", 2, 3)
def substring(evaluation: Evaluation, _node: Node, value: Value, start: Value, *length: Value) -> str:
    """Return the characters from `start`, counted from 1, rounded as XPath 1.0 section 4.2 says."""
    first = _round(to_number(start, evaluation.zone))
    last = first + _round(to_number(length[0], evaluation.zone)) if length else math.inf
    return "".join(char for place, char in enumerate(to_string(value), 1) if first <= place < last)


def _round(number: float) -> float:
    return number if math.isnan(number) or math.isinf(number) else math.floor(number + 0.5)


@here("substr", 2, 3)
def substr(evaluation: Evaluation, _node: Node, value: Value, start: Value, *end: Value) -> str:
    """Return the characters from `start`, counted from 0, up to `end`; negative places count from the end."""
    text = to_string(value)
    places = [to_number(one, evaluation.zone) for one in (start, *end)]
    if any(math.isnan(one) for one in places):
        return ""
    bounds = [int(max(-len(text), min(len(text), one))) for one in places]
    return text[bounds[0] : bounds[1]] if end else text[bounds[0] :]


@here("string-length", 0, 1)
def string_length(_evaluation: Evaluation, node: Node, *value: Value) -> float:
    return float(len(to_string(value[0]) if value else string_value(node)))


@here("normalize-space", 0, 1)
def normalize_space(_evaluation: Evaluation, node: Node, *value: Value) -> str:
    return " ".join((to_string(value[0]) if value else string_value(node)).split())


@plain("translate", 3, 3)
def translate(value: Value, wanted: Value, given: Value) -> str:
    table: dict[int, str | None] = {}
    replacements = to_string(given)
    for index, char in enumerate(to_string(wanted)):
        table.setdefault(ord(char), replacements[index] if index < len(replacements) else None)
    return to_string(value).translate(table)


@plain("upper-case", 1, 1)
def upper_case(value: Value) -> str:
    return to_string(value).upper()


@plain("lower-case", 1, 1)
def lower_case(value: Value) -> str:
    return to_string(value).lower()


def _pattern_as_written(arguments: tuple[Expression, ...]) -> None:
    if isinstance(arguments[1], Literal) and (problem := _compiled(arguments[1].value)[1]):
        raise ExpressionError(problem)


# RE2 never backtracks, so no pattern can hang; what it lacks (look-around, back-references) is refused by name.
@lru_cache(maxsize=512)
def _compiled(pattern: str) -> tuple[Callable[[str], object] | None, str]:
    if len(pattern) > LONGEST_PATTERN:
        return None, _("the pattern has {length} characters, and {most} is the most").format(
            length=len(pattern), most=LONGEST_PATTERN
        )
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 1 << 20
    try:
        return re2.compile(pattern, options=options).fullmatch, ""
    except re2.error as error:
        return None, _("the pattern “{pattern}” cannot be used: {reason}").format(
            pattern=pattern[:60], reason=_why(str(error))
        )


def _why(reason: str) -> str:
    if "perl operator" in reason or "escape sequence" in reason:
        return _("it uses look-around, a back-reference or another escape that is not supported")
    if "repetition" in reason or "too large" in reason:
        return _("it repeats too often")
    return _("it is not complete: check its brackets and the sign before each * + and ?")


@plain("regex", 2, 2, _pattern_as_written)
def regex(value: Value, pattern: Value) -> bool:
    """Tell whether the whole of the text matches; a pattern that cannot be read matches nothing."""
    match, _problem = _compiled(to_string(pattern))
    return match is not None and match(to_string(value)) is not None


_DIGESTS = {"MD5": "md5", "SHA-1": "sha1", "SHA-256": "sha256", "SHA-384": "sha384", "SHA-512": "sha512"}


def _digest_as_written(arguments: tuple[Expression, ...]) -> None:
    if isinstance(arguments[1], Literal) and arguments[1].value.upper() not in _DIGESTS:
        raise ExpressionError(_("“{name}” is not a digest it knows").format(name=arguments[1].value))


@plain("digest", 2, 3, _digest_as_written)
def digest(value: Value, algorithm: Value, *encoding: Value) -> str:
    """Return the digest of the UTF-8 text as base64 (the default) or hex."""
    name = _DIGESTS.get(to_string(algorithm).upper())
    if name is None:
        return ""
    found = hashlib.new(name, to_string(value).encode(), usedforsecurity=False).digest()
    return found.hex() if encoding and to_string(encoding[0]) == "hex" else base64.b64encode(found).decode()


@plain("base64-decode", 1, 1)
def base64_decode(value: Value) -> str:
    return _decoded(to_string(value)).decode("utf-8", errors="replace")


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""


@plain("extract-signed", 2, 2)
def extract_signed(value: Value, key: Value) -> str:
    """Return the message of base64(Ed25519 signature, message) when base64 `key` signed it, else ""."""
    content = _decoded(to_string(value))
    signature, message = content[:_SIGNATURE_BYTES], content[_SIGNATURE_BYTES:]
    try:
        genuine = PublicKey(_decoded(to_string(key))).verifies(signature, message)
    except ValueError:
        return ""
    return message.decode("utf-8", errors="replace") if genuine else ""
