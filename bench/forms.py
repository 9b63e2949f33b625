"""The form runtime: one answer, the worst answer, a full recompute and loading, as forms grow.

Synthetic forms of 50 to 2,000 questions in ten sections: relevance, constraint, required and calculate in chains,
and selects whose choices all hang on one answer, which is the worst single change. The references are the figures
of the prototype (design: forms) and the aims of the issue; the time of a 500-question form is from its XML: it
loads fast enough to need no cache.
"""

import gc
import math
import statistics
import time
from collections.abc import Callable, Iterator
from functools import partial
from random import Random

from bench.figure import Figure
from fieldinspect.forms import Form, Session, load
from fieldinspect.forms.xpath.parser import parse

SECTIONS = 10
DISTRICTS, TOWNS = 30, 20
ANSWERS = 3_000
# Questions, cascading selects among them; prototype: p95 of an answer, worst change, full recompute, load (ms).
SIZES = (
    (50, 5, (0.5, 23.0, 11.0, 74.0)),
    (500, 25, (0.2, 72.0, 21.0, 348.0)),
    (2_000, 100, (0.3, 251.0, 188.0, 1_211.0)),
)
AIMS = {500: {"answer, p95": 1.0, "load": 150.0}, 2_000: {"worst change": 50.0}}
_HEAD = (
    '<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml" '
    'xmlns:jr="http://openrosa.org/javarosa"><h:head><h:title>Big</h:title><model>'
)


def synthetic(questions: int, cascades: int) -> bytes:
    """Return a form of about that many questions; `cascades` of them hang on /big/region."""
    nodes, binds, body = ["<region/>"], [], [_select("region", "instance('districts')/root/item")]
    for number in range(cascades):
        nodes.append(f"<town{number}/>")
        body.append(_select(f"town{number}", "instance('towns')/root/item[district = /big/region ]"))
    for section in range(SECTIONS):
        names = [f"q{section}_{place}" for place in range((questions - 1 - cascades) // SECTIONS)]
        nodes.append(f"<s{section}>{''.join(f'<{name}/>' for name in names)}</s{section}>")
        binds += [_bind(section, place) for place in range(len(names))]
        inputs = "".join(
            f'<input ref="/big/s{section}/{name}"><label>{name}</label></input>' for name in names
        )
        body.append(f'<group ref="/big/s{section}"><label>Section {section}</label>{inputs}</group>')
    instances = f'<instance><big id="big">{"".join(nodes)}</big></instance>{_lists()}'
    return f"{_HEAD}{instances}{''.join(binds)}</model></h:head><h:body>{''.join(body)}</h:body></h:html>".encode()


def _select(name: str, nodeset: str) -> str:
    itemset = f'<itemset nodeset="{nodeset}"><value ref="name"/><label ref="label"/></itemset>'
    return f'<select1 ref="/big/{name}"><label>{name}</label>{itemset}</select1>'


def _lists() -> str:
    districts = [f"<item><name>d{one}</name><label>District {one}</label></item>" for one in range(DISTRICTS)]
    towns = [
        f"<item><name>t{one}_{town}</name><district>d{one}</district><label>Town {town}</label></item>"
        for one in range(DISTRICTS)
        for town in range(TOWNS)
    ]
    return "".join(
        f'<instance id="{name}"><root>{"".join(rows)}</root></instance>'
        for name, rows in (("districts", districts), ("towns", towns))
    )


def _bind(section: int, place: int) -> str:
    def path(back: int) -> str:
        return f"/big/s{section}/q{section}_{place - back}"

    rules = (
        'type="int" constraint=". &gt;= 0 and . &lt; 1000" required="true()"',
        f'type="string" relevant="{path(1)} &gt; 10 and /big/region != \'\'"',
        f'type="string" relevant="selected({path(2)}, \'a\') or string-length({path(1)}) &gt; 3" '
        f"required=\"{path(1)} != ''\"",
        f'type="int" calculate="coalesce({path(3)}, 0) * 2 + {place}"',
        f'type="date" constraint=". &lt;= today()" relevant="{path(1)} mod 2 = 0"',
    )
    return f'<bind nodeset="{path(0)}" {rules[place % len(rules)]}/>'


def run() -> Iterator[Figure]:
    """Yield the figures, smallest form first, so that growth can be read down the list."""
    load(synthetic(20, 1))  # the function library loads with the first form
    for questions, cascades, prototype in SIZES:
        xml = synthetic(questions, cascades)
        loading = min(_milliseconds(partial(_fresh_load, xml)) for _round in range(3))
        form = load(xml)
        session = Session(form)
        median, p95 = _answers(form, session)
        worst = max(_worst(session, district) for district in ("d1", "d2", "d3"))
        full = min(_milliseconds(session.recompute) for _round in range(3))
        yield Figure(
            f"forms: answer, median, {questions} questions", median, "ms", "prototype", 0.03, median / 0.03
        )
        measured = {"answer, p95": p95, "worst change": worst, "full recompute": full, "load": loading}
        for (name, value), reference in zip(measured.items(), prototype, strict=True):
            yield Figure(
                f"forms: {name}, {questions} questions",
                value,
                "ms",
                "prototype",
                reference,
                value / reference,
            )
        for name, aim in AIMS.get(questions, {}).items():
            value = measured[name]
            yield Figure(
                f"forms: {name}, {questions} questions", value, "ms", "aim, at most", aim, value / aim
            )
    yield from _rows()


def _fresh_load(xml: bytes) -> Form:
    parse.cache_clear()
    return load(xml)


def _answers(form: Form, session: Session) -> tuple[float, float]:
    random = Random(1)
    asked = [
        path
        for path in session.paths()
        if form.definitions[path].leaf and not form.definitions[path].computed
    ]
    times: list[float] = []
    for _answer in range(ANSWERS):
        path = random.choice(asked)
        value = f"d{random.randrange(DISTRICTS)}" if path == "/big/region" else str(random.randrange(2_000))
        if path.startswith("/big/town"):
            value = f"t{random.randrange(DISTRICTS)}_{random.randrange(TOWNS)}"
        times.append(_milliseconds(partial(session.answer, path, value)))
    return statistics.median(times), statistics.quantiles(times, n=20)[-1]


def _worst(session: Session, district: str) -> float:
    """Time the change on which every cascade hangs, and reading anew all that it changed, choices too."""

    def change() -> None:
        for path in session.answer("/big/region", district).nodes:
            session.state(path)

    return _milliseconds(change)


def _rows() -> Iterator[Figure]:
    """Yield one answer in a row as rows grow tenfold: a change in row 7 must not cost more for row 700."""
    before = math.nan
    for count in (10, 100, 1_000):
        session = Session(load(_REPEAT))
        rows = [next(iter(session.add_row("/list/row").fields)) for _row in range(count - 1)]
        times = [_milliseconds(partial(session.answer, f"{row}/a", "7")) for row in rows[-9:]]
        value = statistics.median(times)
        yield Figure(
            f"forms: answer in one of {count} rows",
            value,
            "ms",
            "a tenth of the rows",
            before,
            value / before,
        )
        before = value


_REPEAT = (
    f'{_HEAD}<instance><list id="list"><row><a/><b/><c/></row><total/></list></instance>'
    '<bind nodeset="/list/row/a" type="int"/><bind nodeset="/list/row/b" calculate="../a * 2"/>'
    '<bind nodeset="/list/row/c" relevant="../b &gt; 10"/></model></h:head><h:body><group ref="/list/row">'
    '<repeat nodeset="/list/row"><input ref="/list/row/a"/><input ref="/list/row/c"/></repeat></group>'
    "</h:body></h:html>"
).encode()


def _milliseconds(act: Callable[[], object]) -> float:
    gc.collect(0)
    begun = time.perf_counter()
    act()
    return (time.perf_counter() - begun) * 1_000


if __name__ == "__main__":
    for figure in run():
        print(figure.line())
