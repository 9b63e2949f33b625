"""Expressions: the grammar, the functions, and what is refused."""

import math
from datetime import UTC, datetime, timedelta, timezone

import pytest
from lxml import etree

from fieldinspect.crypto.signing import SigningKey
from fieldinspect.forms.xml import document
from fieldinspect.forms.xpath.compiler import compile_expression
from fieldinspect.forms.xpath.functions import library
from fieldinspect.forms.xpath.parser import DEEPEST, LONGEST, MOST_OPERATORS, parse
from fieldinspect.forms.xpath.syntax import ExpressionError
from fieldinspect.forms.xpath.values import Evaluation, Value, to_string

XML = (
    '<data><a>1</a><b>2</b><c/><row n="1"><x>5</x></row><row n="2"><x>7</x></row>'
    "<word>Llŷn</word><list>red blue</list><day>2014-03-27</day></data>"
)
SUMMER = timezone(timedelta(hours=1))


def evaluate(text: str, now: datetime = datetime(2014, 6, 1, 12, 0, tzinfo=SUMMER)) -> Value:
    top = document(etree.fromstring(XML))
    evaluation = Evaluation(top, lambda: now)
    return compile_expression(parse(text))(top.children[0], 1, 1, evaluation)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3 - 4 div 2", "5"),
        ("(1 + 2) * 3", "9"),
        ("7 mod -3", "1"),
        ("-a + --b", "1"),
        ("1 div 0", "Infinity"),
        ("0 div 0", "NaN"),
        ("1 div 3", "0.3333333333333333"),
        ("1 div 10000000", "0.0000001"),
        ("a = 1 and b = 2 or c = 3", "true"),
        ("not(a = 1)", "false"),
        ("a < b", "true"),
        ("row/x > 6", "true"),
        ("row/x = 5 and row/x = 7", "true"),
        ("row/x != 5 and row/x != 7", "true"),
        ("missing = ''", "false"),
        ("row[2]/x", "7"),
        ("row[x = 7]/@n", "2"),
        ("row[last()]/x", "7"),
        ("row[position() = 1]/x", "5"),
        ("//x[. > 6]", "7"),
        ("count(//*)", "11"),
        ("count(row | row[1] | a)", "3"),
        ("row[1]/following-sibling::row/x", "7"),
        ("row[2]/preceding-sibling::*[1]/x", "5"),
        ("row[2]/x/ancestor::*[2]/a", "1"),
        ("word/text()", "Llŷn"),
        ("count(node()/processing-instruction('x'))", "0"),
        ("join('', (//row | //x)/../*)", "125577Llŷnred blue2014-03-27"),
        ("a/div", ""),
        ("count(div)", "0"),
        ("if(a = 1, 'yes', unreachable)", "yes"),
        ("div * mod", "NaN"),
    ],
)
def test_grammar(text: str, expected: str) -> None:
    assert to_string(evaluate(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("string-length(word)", "4"),
        ("concat(row/x, '!')", "57!"),
        ("join(', ', row/x, 'end')", "5, 7, end"),
        ("substr('hello', 1, -1)", "ell"),
        ("substr('hello', -3)", "llo"),
        ("substring('hello', 2, 3)", "ell"),
        ("translate('bar', 'abc', 'AB')", "BAr"),
        ("normalize-space('  a   b ')", "a b"),
        ("upper-case('ŵy')", "ŴY"),
        ("regex('AB12', '[A-Z]{2}[0-9]{2}')", "true"),
        ("regex('xAB12', '[A-Z]{2}[0-9]{2}')", "false"),
        ("digest('abc', 'MD5', 'hex')", "900150983cd24fb0d6963f7d28e17f72"),
        ("base64-decode('w6k=')", "é"),
        ("base64-decode('%%%')", ""),
        ("boolean-from-string('1')", "true"),
        ("coalesce(c, 'none')", "none"),
        ("selected(list, 'blue')", "true"),
        ("selected(list, 'blu')", "false"),
        ("selected-at(list, 1)", "blue"),
        ("selected-at(list, 2)", ""),
        ("count-selected(list)", "2"),
        ("sum(row/x)", "12"),
        ("sum(missing)", "0"),
        ("min(row/x)", "5"),
        ("max(row/x, 9)", "9"),
        ("min(missing)", "NaN"),
        ("count-non-empty(a | b | c)", "2"),
        ("round(2.5)", "3"),
        ("round(-2.5)", "-2"),
        ("round(2.345, 2)", "2.35"),
        ("round(1234, -2)", "1200"),
        ("int(-7.9)", "-7"),
        ("pow(2, 10)", "1024"),
        ("exp(1000)", "Infinity"),
        ("sqrt(-1)", "NaN"),
        ("position(row[2])", "2"),
        ("indexed-repeat(row/x, row, 2)", "7"),
        ("indexed-repeat(row/x, row, 3)", ""),
        ("checklist(1, 2, a = 1, b = 1)", "true"),
        ("weighted-checklist(5, 10, a = 1, 6, b = 1, 9)", "true"),
        ("distance('0 0;0 1')", "111318.85"),
        ("geofence('0.5 0.5', '0 0;0 1;1 1;1 0;0 0')", "true"),
        ("intersects('0 0;1 1;0 1;1 0')", "true"),
        ("intersects('0 0;0 1;1 1;1 0;0 0')", "false"),
        ("once('new')", "1257Llŷnred blue2014-03-27"),
        ("uuid(0)", ""),
        ("depend(a, b)", "true"),
    ],
)
def test_functions(text: str, expected: str) -> None:
    assert to_string(evaluate(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("today()", "2014-06-01"),
        ("now()", "2014-06-01T12:00:00.000+01:00"),
        ("day < today()", "true"),
        ("date(day + 1)", "2014-03-28"),
        ("date('2014-02-30')", ""),
        ("format-date(day, '%e %b %Y, %a')", "27 Mar 2014, Thu"),
        ("format-date-time('2014-03-27T09:05:07', '%H:%M:%S.%3 %h %n %y%%')", "09:05:07.000 9 3 14%"),
        ("decimal-time('06:00')", "0.25"),
        ("decimal-time('25:00')", "NaN"),
        ("decimal-date-time('1970-01-02T01:00:00+01:00')", "1"),
        ("number('2014-02-30')", "NaN"),
    ],
)
def test_dates_are_read_in_the_zone_of_the_clock(text: str, expected: str) -> None:
    assert to_string(evaluate(text)) == expected


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00.000+14:00", "9999-12-31T23:59:59-14:00"])
@pytest.mark.parametrize(
    "function",
    ["date({})", "date-time({})", "format-date({}, '%Y')", "format-date-time({}, '%Y')", "decimal-time({})"],
)
def test_a_moment_that_the_zone_of_the_clock_has_no_date_for_is_no_date(function: str, moment: str) -> None:
    west, east = timezone(timedelta(hours=-12)), timezone(timedelta(hours=12))
    expression = function.format(f"'{moment}'")
    for zone in (UTC, west, east):
        assert to_string(evaluate(expression, datetime(2014, 6, 1, 12, 0, tzinfo=zone))) in ("", "NaN")


def test_a_date_before_any_calendar_is_no_date() -> None:
    assert evaluate("date(-99999999)") == ""
    assert evaluate("date(1 div 0)") == ""


def test_signed_text_is_extracted_only_when_the_signature_holds() -> None:
    import base64

    key = SigningKey.generate()
    message = b"Tref-y-clawdd"
    signed = base64.b64encode(key.sign(message) + message).decode()
    public = base64.b64encode(key.public.raw).decode()
    assert evaluate(f"extract-signed('{signed}', '{public}')") == "Tref-y-clawdd"
    forged = base64.b64encode(key.sign(message) + b"Trefyclawdd").decode()
    assert evaluate(f"extract-signed('{forged}', '{public}')") == ""
    assert evaluate(f"extract-signed('{signed}', 'short')") == ""


def test_without_a_seed_shuffling_keeps_every_node() -> None:
    assert evaluate("count(randomize(row))") == 2.0


# The orders are those that other ODK tools give for the same seeds.
@pytest.mark.parametrize(
    ("seed", "order"), [(42, "AFCBDE"), (-42, "EDAFBC"), (1, "BFEACD"), (11111111, "ACDBFE")]
)
def test_with_a_seed_shuffling_gives_the_order_of_the_specification(seed: int, order: str) -> None:
    top = document(etree.fromstring("<r>" + "".join(f"<p>{one}</p>" for one in "ABCDEF") + "</r>"))
    closure = compile_expression(parse(f"join('', randomize(/r/p, {seed}))"))
    assert closure(top, 1, 1, Evaluation(top, lambda: datetime.now(UTC))) == order


@pytest.mark.parametrize(
    ("text", "because"),
    [
        ("explode()", "there is no function “explode()”"),
        ("concat(1, nothing-like-it(2))", "there is no function “nothing-like-it()”"),
        ("selected(a)", "the function “selected()” takes 2 arguments, not 1"),
        ("indexed-repeat('a', row, 1)", "takes a path, then pairs"),
        ("regex(a, '(?=x)')", "look-around"),
        ("regex(a, '[a')", "check its brackets"),
        ("regex(a, 'a{5000}')", "repeats too often"),
        ("digest(a, 'CRC')", "“CRC” is not a digest"),
        ("1 +", "it is not finished"),
        ("a = = b", "“=” was not expected at character 5"),
        ("(1", "it ends where “)” was expected"),
        ("'open", "“'open” cannot be read"),
        ("upward::a", "“upward” is not an axis"),
        ("a b", "“b” was not expected at character 3"),
        ("$x", "“$x” cannot be read"),
        ("a[", "it is not finished"),
        ("", "it is not finished"),
        ("1 + " * LONGEST + "1", f"{LONGEST} is the most"),
        ("(" * (DEEPEST + 1) + "1" + ")" * (DEEPEST + 1), f"nested more than {DEEPEST} deep"),
        ("+".join(["1"] * (MOST_OPERATORS + 2)), f"more than {MOST_OPERATORS} operators"),
    ],
)
def test_what_cannot_be_used_is_refused_when_it_is_compiled(text: str, because: str) -> None:
    with pytest.raises(ExpressionError, match=r".") as caught:
        compile_expression(parse(text))
    assert because in str(caught.value)


def test_the_largest_expressions_that_are_allowed_are_evaluated() -> None:
    assert evaluate("+".join(["1"] * (MOST_OPERATORS + 1))) == float(MOST_OPERATORS + 1)
    assert evaluate("(" * (DEEPEST - 1) + "1" + ")" * (DEEPEST - 1)) == 1.0
    assert evaluate("if(1 = 2, 0, " * (DEEPEST - 2) + "5" + ")" * (DEEPEST - 2)) == 5.0


def test_a_pattern_that_would_hang_a_backtracking_engine_answers_at_once() -> None:
    assert evaluate(f"regex('{'a' * 5000}!', '(a+)+')") is False


def test_a_pattern_made_of_answers_that_cannot_be_read_matches_nothing() -> None:
    assert evaluate("regex(word, concat('[', word))") is False


def test_the_library_holds_the_whole_specification() -> None:
    assert set(SPECIFIED.split()) <= library().keys()


SPECIFIED = """
    abs acos area asin atan atan2 base64-decode boolean boolean-from-string ceiling checklist coalesce concat
    contains cos count count-non-empty count-selected current date date-time decimal-date-time decimal-time digest
    distance ends-with exp exp10 extract-signed false floor format-date format-date-time geofence id if
    indexed-repeat instance int intersects join jr:choice-name jr:itext lang last local-name log log10 lower-case
    max min name namespace-uri normalize-space not now number once pi position pow pulldata random randomize regex
    round selected selected-at sin sqrt starts-with string string-length substr substring substring-after
    substring-before sum tan today translate true upper-case uuid weighted-checklist
"""


def test_winter_time_is_another_zone() -> None:
    winter = datetime(2014, 1, 1, 0, 30, tzinfo=UTC)
    assert evaluate("today()", winter) == "2014-01-01"
    assert math.isclose(float(to_string(evaluate("number('1970-01-02')", winter))), 1.0)
