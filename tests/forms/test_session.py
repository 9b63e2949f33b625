"""A session: what answers do to everything else."""

from datetime import timedelta, timezone

import pytest

from fieldinspect.domain.errors import BadInput
from fieldinspect.forms import Form, NodeState, Session
from fieldinspect.forms.live import MOST_ROWS
from tests.forms.making import NOW, bind, form, items, question, repeat, session

TOWNS = (
    '<instance id="towns"><root>'
    "<item><name>t1</name><label>One</label><county>n</county></item>"
    "<item><name>t2</name><label>Two</label><county>n</county></item>"
    "<item><name>t3</name><label>Three</label><county>s</county></item></root></instance>"
)
OF_COUNTY = (
    "<itemset nodeset=\"instance('towns')/root/item[county = /d/county ]\">"
    '<value ref="name"/><label ref="label"/></itemset>'
)


def test_an_answer_says_what_changed_and_what_to_store() -> None:
    live = session(form("<a/><b/><c/>", bind("b", relevant="/d/a > 5") + bind("c", calculate="/d/a * 2")))
    changed = live.answer("/d/a", "6")
    assert changed.nodes == {"/d/a", "/d/b", "/d/c"}
    assert changed.fields == {"/d/a": "6"}
    assert not changed.rows
    assert live.answer("/d/a", "7").nodes == {"/d/a", "/d/c"}
    assert live.answer("/d/a", None).fields == {"/d/a": None}
    assert live.answer("/d/a", None).nodes == frozenset()


def test_what_is_not_relevant_is_kept_reads_as_empty_and_is_listed() -> None:
    made = form(
        "<a/><g><b/></g><c/>",
        bind("g", relevant="/d/a = 'x'") + bind("c", calculate="concat('[', /d/g/b, ']')"),
    )
    live = session(made)
    live.answer("/d/a", "x")
    live.answer("/d/g/b", "kept")
    assert live.state("/d/c").value == "[kept]"
    live.answer("/d/a", "y")
    state = live.state("/d/g/b")
    assert (state.relevant, state.value, state.kept) == (False, "", "kept")
    assert live.state("/d/c").value == "[]"
    assert live.dropped() == {"/d/g/b": "kept"}
    live.answer("/d/a", "x")
    assert live.state("/d/c").value == "[kept]"
    assert live.dropped() == {}


def test_a_choice_no_longer_offered_is_hidden_and_returns() -> None:
    body = question("county") + question("town", control="select1", inner=OF_COUNTY)
    live = session(form("<county/><town/>", body=body, model=TOWNS))
    live.answer("/d/county", "n")
    assert [(one.value, one.label) for one in live.state("/d/town").choices] == [("t1", "One"), ("t2", "Two")]
    live.answer("/d/town", "t2")
    assert "/d/town" in live.answer("/d/county", "s").nodes
    assert live.state("/d/town").value == ""
    assert live.dropped() == {"/d/town": "t2"}
    live.answer("/d/county", "n")
    assert live.state("/d/town").value == "t2"


LIST = '<itemset nodeset="{items}"><value ref="name"/><label ref="label"/></itemset>'


@pytest.mark.parametrize(
    "items",
    [
        "instance('towns')/root/item",
        "randomize(instance('towns')/root/item)",
        "instance('towns')/root/item[county != '']",
    ],
)
def test_a_choice_that_the_whole_list_lacks_is_hidden_and_kept(items: str) -> None:
    inner = LIST.format(items=items)
    body = question("one", control="select1", inner=inner) + question("many", control="select", inner=inner)
    made = form(
        "<one/><many/><r><x/></r>",
        body=body + repeat("r", question("r/x", "", "select1", inner)),
        model=TOWNS,
    )
    fields: dict[str, str | None] = {
        "/d/one": "gone",
        "/d/many": "t1 gone t3",
        "/d/r[a]": "000009",
        "/d/r[a]/x": "gone",
    }
    live = session(made, fields)
    assert [live.state(path).value for path in ("/d/one", "/d/many", "/d/r[a]/x")] == ["", "t1 t3", ""]
    assert live.dropped() == {"/d/one": "gone", "/d/many": "gone", "/d/r[a]/x": "gone"}
    live.answer("/d/one", "elsewhere")
    assert (live.state("/d/one").value, live.state("/d/one").kept) == ("", "elsewhere")
    live.answer("/d/one", "t1")
    assert live.state("/d/one").value == "t1"


def test_of_several_choices_only_those_offered_are_read() -> None:
    body = question("county") + question("town", control="select", inner=OF_COUNTY)
    live = session(form("<county/><town/>", body=body, model=TOWNS))
    live.answer("/d/county", "n")
    live.answer("/d/town", "t1 t3")
    assert live.state("/d/town").value == "t1"
    assert live.state("/d/town").kept == "t1 t3"


@pytest.mark.parametrize(
    ("kind", "value", "problem"),
    [
        ("int", "12", None),
        ("int", "12.5", "a: enter a whole number, such as 12"),
        ("int", "１２", "a: enter a whole number, such as 12"),
        ("decimal", "٣.٥", "a: enter a number, such as 12.5"),
        ("int", "twelve", "a: enter a whole number, such as 12"),
        ("decimal", "-0.5", None),
        ("decimal", "1,5", "a: enter a number, such as 12.5"),
        ("date", "2014-02-28", None),
        ("date", "2014-02-29", "a: enter a date, such as 2014-03-27"),
        ("time", "23:59:59.000+00:00", None),
        ("time", "24:00", "a: enter a time on the 24-hour clock, such as 21:30"),
        ("dateTime", "2014-03-27T21:30:00.000Z", None),
        ("dateTime", "yesterday", "a: enter a date and a time, such as 2014-03-27T21:30"),
        ("geopoint", "51.48 -3.18", None),
        ("geopoint", "151 -3", "a: enter latitude and longitude, such as 51.48 -3.18"),
        ("string", "anything", None),
    ],
)
def test_a_value_of_another_type_is_kept_and_said(kind: str, value: str, problem: str | None) -> None:
    live = session(form("<a/>", bind("a", type=kind)))
    live.answer("/d/a", value)
    found = live.state("/d/a").problem
    assert (None if found is None else str(found)) == problem
    assert live.state("/d/a").value.startswith(value[:5])


@pytest.mark.parametrize("kind", ["date", "dateTime"])
def test_a_moment_at_the_edge_of_the_calendar_is_kept_and_no_date(kind: str) -> None:
    west = timezone(timedelta(hours=-12))
    made = form("<a/><b/>", bind("a", type="dateTime") + bind("b", type=kind, calculate="/d/a"))
    fields: dict[str, str | None] = {"/d/a": "0001-01-01T00:00:00.000+14:00"}
    live = Session(made, fields, now=lambda: NOW.astimezone(west))
    assert live.state("/d/a").value == fields["/d/a"]
    assert live.state("/d/b").value == ("" if kind == "date" else fields["/d/a"])


def test_problems_come_in_order_each_with_its_place_and_sentence() -> None:
    binds = (
        bind("a", required="true()")
        + '<bind nodeset="/d/b" constraint=". &lt; 10" jr:constraintMsg="Below ten"/>'
        + bind("c", type="int", constraint=". > 0")
    )
    live = session(
        form("<a/><b/><c/>", binds, question("a", "Name") + question("b") + question("c", "Count"))
    )
    live.answer("/d/b", "11")
    live.answer("/d/c", "0")
    assert [(one.path, one.kind, one.sentence) for one in live.problems()] == [
        ("/d/a", "required", "Answer “Name”"),
        ("/d/b", "constraint", "Below ten"),
        ("/d/c", "constraint", "Count: change this answer, the form does not allow it"),
    ]


def test_a_constraint_follows_what_it_rests_on() -> None:
    live = session(form("<low/><high/>", bind("high", constraint=". > /d/low")))
    live.answer("/d/high", "5")
    live.answer("/d/low", "3")
    assert live.problems() == []
    assert live.answer("/d/low", "9").nodes == {"/d/low", "/d/high"}
    assert [one.path for one in live.problems()] == ["/d/high"]


def test_progress_counts_what_is_asked_and_relevant() -> None:
    binds = bind("b", relevant="/d/a = 1") + bind("c", calculate="1") + bind("n", readonly="true()")
    live = session(form("<a/><b/><c/><n/><hidden/>", binds, "".join(map(question, ("a", "b", "c", "n")))))
    assert live.progress() == (0, 1)
    live.answer("/d/a", "1")
    assert live.progress() == (1, 2)


def test_readonly_is_inherited() -> None:
    live = session(form("<a/><g><b/></g>", bind("g", readonly="/d/a = 1")))
    live.answer("/d/a", "1")
    assert live.state("/d/g/b").readonly


def test_a_calculation_typed_over_holds_until_something_it_rests_on_changes() -> None:
    live = session(form("<a/><b/>", bind("b", calculate="/d/a + 1"), question("b")))
    live.answer("/d/a", "1")
    live.answer("/d/b", "50")
    assert live.state("/d/b").value == "50"
    changed = live.answer("/d/a", "2")
    assert live.state("/d/b").value == "3"
    assert changed.fields == {"/d/a": "2", "/d/b": None}
    live.answer("/d/b", "50")
    live.answer("/d/b", None)
    assert live.state("/d/b").value == "3"


def test_rows_are_fields_and_their_answers_belong_to_them() -> None:
    made = form("<r><x/></r><sum/>", bind("sum", calculate="sum(/d/r/x)"), repeat("r", question("r/x")))
    live = session(made)
    (first,) = live.rows("/d/r")
    added = live.add_row("/d/r", "new")
    assert added.rows
    assert added.fields == {"/d/r[new]": "000002"}
    live.answer(f"{first}/x", "1")
    live.answer("/d/r[new]/x", "2")
    assert live.state("/d/sum").value == "3"
    removed = live.remove_row(first)
    assert removed.fields == {first: None}
    assert live.state("/d/sum").value == "2"
    assert live.unplaced() == {f"{first}/x": "1"}
    live.add_row("/d/r", first.rpartition("[")[2].rstrip("]"), "000001")
    assert live.rows("/d/r") == (first, "/d/r[new]")
    assert live.state("/d/sum").value == "3"


def test_a_removed_row_that_returns_brings_the_rows_within_it() -> None:
    made = form("<r><s><x/></s></r>", body=repeat("r", repeat("r/s", question("r/s/x"))))
    live = session(made)
    live.add_row("/d/r", "outer")
    live.add_row("/d/r[outer]/s", "inner")
    live.answer("/d/r[outer]/s[inner]/x", "deep")
    live.remove_row("/d/r[outer]")
    live.add_row("/d/r", "outer")
    assert live.state("/d/r[outer]/s[inner]/x").value == "deep"


def test_rows_of_two_laptops_stand_in_one_order() -> None:
    made = form("<r><x/></r>", body=repeat("r", question("r/x")))
    fields: dict[str, str | None] = {"/d/r[b]": "000002", "/d/r[a]": "000002", "/d/r[c]": "000001"}
    live = session(made, fields)
    (given,) = set(live.rows("/d/r")) - fields.keys()
    assert live.rows("/d/r") in (
        (given, "/d/r[c]", "/d/r[a]", "/d/r[b]"),
        ("/d/r[c]", given, "/d/r[a]", "/d/r[b]"),
    )
    assert live.rows("/d/r") == session(made, dict(reversed(fields.items()))).rows("/d/r")


def test_a_change_in_one_row_touches_that_row() -> None:
    made = form(
        "<r><x/><y/></r>", bind("r/y", relevant="../x = 1"), repeat("r", question("r/x") + question("r/y"))
    )
    live = session(made)
    live.add_row("/d/r", "two")
    assert live.answer("/d/r[two]/x", "1").nodes == {"/d/r[two]/x", "/d/r[two]/y"}


def test_positions_follow_rows_that_come_and_go() -> None:
    made = form("<r><n/></r>", bind("r/n", calculate="position(..)"), repeat("r", question("r/n")))
    live = session(made)
    live.add_row("/d/r", "two")
    live.add_row("/d/r", "three")
    first = live.rows("/d/r")[0]
    changed = live.remove_row(first)
    assert {"/d/r[two]/n", "/d/r[three]/n"} <= changed.nodes
    assert [live.state(f"{row}/n").value for row in live.rows("/d/r")] == ["1", "2"]


def test_counted_rows_follow_the_count_and_remember() -> None:
    made = form("<n/><r><x/></r>", body=question("n") + repeat("r", question("r/x"), count="/d/n"))
    live = session(made)
    assert live.rows("/d/r") == ()
    live.answer("/d/n", "2")
    second = live.rows("/d/r")[1]
    live.answer(f"{second}/x", "kept")
    live.answer("/d/n", "1")
    assert len(live.rows("/d/r")) == 1
    live.answer("/d/n", "2")
    assert live.state(f"{second}/x").value == "kept"
    live.answer("/d/n", "999999999")
    assert len(live.rows("/d/r")) == MOST_ROWS
    again = session(made, {"/d/n": "2", f"{second}/x": "kept"})
    assert again.state(f"{second}/x").value == "kept"


def test_a_list_holds_so_many_rows_and_no_more() -> None:
    made = form("<n/><r><x/></r>", body=repeat("r", question("r/x")))
    fields: dict[str, str | None] = {f"/d/r[{place}]": f"{place:06d}" for place in range(MOST_ROWS)}
    with pytest.raises(BadInput, match="which is the most"):
        session(made, fields).add_row("/d/r")


def test_what_a_form_does_at_first_opening_is_to_be_stored() -> None:
    model = '<setvalue event="odk-instance-first-load" ref="/d/day" value="today()"/>'
    binds = '<bind nodeset="/d/start" jr:preload="timestamp" jr:preloadParams="start" type="dateTime"/>'
    made = form("<day/><start/>", binds, model=model)
    live = session(made)
    assert live.opening.fields == {"/d/day": "2014-03-27", "/d/start": "2014-03-27T21:30:00.000+00:00"}
    assert session(made, {"/d/day": None}).state("/d/day").value == ""
    assert session(made, {}, fresh=False).opening.fields == {}


def test_fields_that_are_not_the_forms_are_passed_over() -> None:
    made = form("<a/>", model='<setvalue event="odk-instance-first-load" ref="/d/a">first</setvalue>')
    live = session(made, {"station": "Example Road", "/other/a": "x", "/d/gone": "y"}, fresh=True)
    assert live.unplaced() == {"/d/gone": "y"}
    assert session(made, {"station": "Example Road"}).opening.fields == {"/d/a": "first"}


def test_setvalue_acts_in_its_own_row_and_chains() -> None:
    inner = question(
        "r/b", inner='<setvalue event="xforms-value-changed" ref="/d/r/c" value="concat(../b, \'!\')"/>'
    )
    first = question("r/a", inner='<setvalue event="xforms-value-changed" ref="/d/r/b" value="../a"/>')
    live = session(form("<r><a/><b/><c/></r>", body=repeat("r", first + inner)))
    live.add_row("/d/r", "two")
    changed = live.answer("/d/r[two]/a", "x")
    assert changed.fields == {"/d/r[two]/a": "x", "/d/r[two]/b": "x", "/d/r[two]/c": "x!"}


def test_setvalue_leaves_what_is_not_relevant_alone() -> None:
    body = question("a", inner='<setvalue event="xforms-value-changed" ref="/d/b">set</setvalue>')
    live = session(form("<a/><b/>", bind("b", relevant="/d/a = 'yes'"), body))
    live.answer("/d/a", "no")
    assert live.state("/d/b").kept == ""
    live.answer("/d/a", "yes")
    assert live.state("/d/b").value == "set"


def test_a_new_row_runs_its_own_actions() -> None:
    inner = (
        '<setvalue event="odk-new-repeat" ref="/d/r/x" value="concat(\'row \', position(..))"/>'
        + question("r/x")
    )
    live = session(form("<r><x/></r>", body=repeat("r", inner)))
    assert live.add_row("/d/r", "two").fields == {"/d/r[two]": "000002", "/d/r[two]/x": "row 2"}


ITEXT = (
    "<itext>"
    '<translation lang="English (en)" default="true()"><text id="a"><value>Place</value>'
    '<value form="image">jr://images/place.png</value></text><text id="only"><value>Only English</value></text>'
    "</translation>"
    '<translation lang="Cymraeg (cy)"><text id="a"><value>Lle <output value="/d/b"/></value></text></translation>'
    "</itext>"
)


def test_words_follow_the_language_and_the_answers_in_them() -> None:
    body = (
        '<input ref="/d/a"><label ref="jr:itext(\'a\')"/></input>'
        '<input ref="/d/b"><label ref="jr:itext(\'only\')"/></input>'
    )
    live = session(form("<a/><b/>", body=body, model=ITEXT), language="cy")
    assert live.language == "Cymraeg (cy)"
    assert "/d/a" in live.answer("/d/b", "yma").nodes
    assert live.state("/d/a").label == "Lle yma"
    assert live.state("/d/b").label == "Only English"
    live.set_language("en")
    assert live.state("/d/a").label == "Place"
    assert live.state("/d/a").media == {"image": "jr://images/place.png"}


def test_the_space_that_lays_out_the_xml_is_in_no_words() -> None:
    itext = '<itext><translation lang="en"><text id="t"><value> Too  short: <output value="/d/a"/> </value></text>'
    message = '<bind nodeset="/d/a" constraint=". = \'long\'" jr:constraintMsg="jr:itext(\'t\')"/>'
    label = '<input ref="/d/b"><label> Town in <output value="/d/a"/> county\n </label></input>'
    made = form("<a/><b/>", message + bind("b", required="true()"), label, f"{itext}</translation></itext>")
    live = session(made)
    assert live.state("/d/b").label == "Town in county"
    live.answer("/d/a", "ab")
    assert [one.sentence for one in live.problems()] == ["Too short: ab", "Answer “Town in ab county”"]


def test_the_name_of_a_choice_can_be_asked_for() -> None:
    binds = bind("b", calculate="jr:choice-name(/d/a, '/d/a')")
    live = session(form("<a/><b/>", binds, question("a", control="select1", inner=items("yes", "no"))))
    live.answer("/d/a", "yes")
    assert live.state("/d/b").value == "YES"


def test_sections_are_the_top_groups_with_loose_questions_between() -> None:
    inner = f"{question('g/b')}<group><label>Inner</label>{question('g/c')}</group>"
    body = (
        question("a")
        + f'<group ref="/d/g"><label>Group</label>{inner}</group>'
        + repeat("r", question("r/x"), "List")
    )
    live = session(form("<a/><g><b/><c/></g><r><x/></r>", body=body))
    first, group, listed = live.sections()
    assert (first.path, first.label, [one.path for one in first.entries]) == ("", "Small", ["/d/a"])
    assert [(one.path, one.kind, one.depth) for one in group.entries] == [
        ("/d/g/b", "question", 1),
        ("", "group", 1),
        ("/d/g/c", "question", 2),
    ]
    (row,) = live.rows("/d/r")
    assert (listed.path, listed.label) == ("/d/r", "List")
    assert [(one.path, one.kind) for one in listed.entries] == [
        ("/d/r", "repeat"),
        (row, "row"),
        (f"{row}/x", "question"),
    ]


@pytest.mark.parametrize(
    "act",
    [
        lambda live: live.answer("/d/none", "1"),
        lambda live: live.answer("/d", "1"),
        lambda live: live.state("/d/r[none]"),
        lambda live: live.add_row("/d/a"),
        lambda live: live.remove_row("/d/a"),
        lambda live: live.add_row("/d/r", live.rows("/d/r")[0][5:-1]),
    ],
)
def test_a_place_that_is_not_there_is_a_sentence(act: object) -> None:
    live = session(form("<a/><r><x/></r>", body=repeat("r", question("r/x"))))
    with pytest.raises(BadInput):
        act(live)  # type: ignore[operator]  # a lambda of the table above


@pytest.mark.parametrize(
    ("nodes", "binds"),
    [
        ("<a>xxxxxxxx</a>" + "".join(f"<b{n}/>" for n in range(40)), ""),
        (
            "<b/><g>" + "".join(f"<a{n}>1</a{n}>" for n in range(3_000)) + "</g>",
            "count(/d/g/*[count(/d/g/*[. != 2]) = 1])",
        ),
    ],
)
def test_a_form_that_asks_for_too_much_is_stopped_with_a_sentence(nodes: str, binds: str) -> None:
    doubling = bind("b0", calculate="concat(/d/a, /d/a)") + "".join(
        bind(f"b{n}", calculate=f"concat(/d/b{n - 1}, /d/b{n - 1})") for n in range(1, 40)
    )
    with pytest.raises(BadInput, match="more calculation than one answer may cost"):
        Session(form(nodes, bind("b", calculate=binds) if binds else doubling))


def test_an_answer_that_asks_for_too_much_is_taken_back() -> None:
    counted = repeat("r", repeat("r/s", question("r/s/x"), count="/d/n"), count="/d/n")
    live = session(form("<n>2</n><r><s><x/></s></r>", body=question("n") + counted))
    before = live.paths()
    with pytest.raises(BadInput, match="more than 100000 answers"):
        live.answer("/d/n", "400")
    assert live.state("/d/n").value == "2"
    assert live.paths() == before


def test_lists_within_lists_that_multiply_are_stopped_with_a_sentence() -> None:
    counted = repeat("r", repeat("r/s", question("r/s/x"), count="/d/n"), count="/d/n")
    made = form("<n>400</n><r><s><x/></s></r>", body=counted)
    with pytest.raises(BadInput, match="more than 100000 answers"):
        Session(made)


COSTLY = bind("r/x", calculate="count(/d/r[count(/d/r[y = /d/a]) >= 0])")
SETS = (
    '<setvalue event="odk-new-repeat" ref="/d/r/y">new</setvalue>'
    '<setvalue event="odk-new-repeat" ref="/d/seen" value="\'a row came\'"/>'
)


def costly() -> Form:
    """Return a form whose rows each cost more than the one before, and which notes that one came."""
    return form("<a/><seen/><r><x/><y/></r>", COSTLY, question("a") + repeat("r", SETS + question("r/y")))


def all_of(live: Session) -> dict[str, NodeState]:
    return {path: live.state(path) for path in live.paths()}


def test_many_questions_with_long_lists_can_all_be_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    inner = LIST.format(items="instance('towns')/root/item")
    asked = [f"q{number}" for number in range(9)]
    body = "".join(question(name, control="select1", inner=inner) for name in asked)
    live = session(form("".join(f"<{name}/>" for name in asked), body=body, model=TOWNS))
    monkeypatch.setattr("fieldinspect.forms.xpath.values.MOST_WORK", 20)
    assert [len(live.state(f"/d/{name}").choices) for name in asked] == [3] * 9


def test_a_row_that_asks_for_too_much_is_taken_back_with_what_it_set(monkeypatch: pytest.MonkeyPatch) -> None:
    live = session(costly())
    live.answer("/d/seen", "none")
    before = all_of(live)
    monkeypatch.setattr("fieldinspect.forms.xpath.values.MOST_WORK", 20)
    with pytest.raises(BadInput, match="more calculation"):
        live.add_row("/d/r", "two")
    monkeypatch.undo()
    assert all_of(live) == before
    assert live.unplaced() == {}
    assert live.add_row("/d/r", "two").fields == {
        "/d/r[two]": "000002",
        "/d/r[two]/y": "new",
        "/d/seen": "a row came",
    }


def test_a_removed_row_that_cannot_return_stays_removed_with_its_answers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    live = session(costly())
    live.add_row("/d/r", "two")
    live.answer("/d/r[two]/y", "kept")
    live.remove_row("/d/r[two]")
    monkeypatch.setattr("fieldinspect.forms.xpath.values.MOST_WORK", 20)
    with pytest.raises(BadInput, match="more calculation"):
        live.add_row("/d/r", "two")
    monkeypatch.undo()
    assert live.unplaced() == {"/d/r[two]/y": "kept"}
    live.add_row("/d/r", "two")
    assert live.state("/d/r[two]/y").value == "kept"


def test_a_row_whose_removal_asks_for_too_much_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    live = session(costly())
    for name in ("two", "three"):
        live.add_row("/d/r", name)
    live.answer("/d/r[two]/y", "kept")
    before = all_of(live)
    monkeypatch.setattr("fieldinspect.forms.xpath.values.MOST_WORK", 3)
    with pytest.raises(BadInput, match="more calculation"):
        live.remove_row("/d/r[two]")
    monkeypatch.undo()
    live.recompute()
    assert all_of(live) == before


def test_a_row_past_the_limit_of_answers_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    live = session(costly())
    live.add_row("/d/r", "two")
    live.answer("/d/r[two]/y", "kept")
    live.remove_row("/d/r[two]")
    monkeypatch.setattr("fieldinspect.forms.live.MOST_NODES", len(live.paths()) + 2)
    with pytest.raises(BadInput, match="answers"):
        live.add_row("/d/r", "two")
    monkeypatch.undo()
    with pytest.raises(BadInput, match="no question"):
        live.state("/d/r[two]/y")
    assert live.unplaced() == {"/d/r[two]/y": "kept"}


def test_an_answer_that_asks_for_too_much_takes_back_what_it_set(monkeypatch: pytest.MonkeyPatch) -> None:
    inner = '<setvalue event="xforms-value-changed" ref="/d/b" value="/d/a"/>'
    costs = bind("c", calculate="if(/d/b = '', 0, count(/d/r[count(/d/r) > 0]))")
    live = session(
        form("<a/><b/><c/><r><x/></r>", costs, question("a", inner=inner) + repeat("r", question("r/x")))
    )
    before = all_of(live)
    monkeypatch.setattr("fieldinspect.forms.xpath.values.MOST_WORK", 6)
    with pytest.raises(BadInput, match="more calculation"):
        live.answer("/d/a", "x")
    monkeypatch.undo()
    assert all_of(live) == before


@pytest.mark.parametrize("order", ["zz", "999999", "999999999999", "9999995", "", "12", "٣٣٣٣٣٣"])
def test_an_order_from_elsewhere_is_not_trusted_and_new_rows_come_last(order: str) -> None:
    made = form("<r><x/></r>", body=repeat("r", question("r/x")))
    fields: dict[str, str | None] = {"/d/r[odd]": order, "/d/r[odd]/x": "kept"}
    live = session(made, fields)
    assert live.state("/d/r[odd]/x").value == "kept"
    for name in ("one", "two", "three"):
        fields |= live.add_row("/d/r", name).fields
    assert live.rows("/d/r")[-3:] == ("/d/r[one]", "/d/r[two]", "/d/r[three]")
    assert session(made, fields).rows("/d/r") == live.rows("/d/r")
