"""Properties that hold for every form: incremental is full recompute, and what is stored opens the same."""

from random import Random

import pytest

from fieldinspect.forms import Form, Session, load
from tests.forms.corpus import Walker, corpus, open_session, snapshot

STEPS = 40
# These draw anew at every evaluation, which full recompute makes more of.
DRAWS = (b"random()", b"randomize(")


def forms() -> list[tuple[str, Form]]:
    return [(name, load(xml)) for name, xml in corpus().items() if not any(one in xml for one in DRAWS)]


def test_incremental_recompute_equals_full_recompute() -> None:
    for name, form in forms():
        walker = Walker(form, Random(name))
        for step in range(STEPS):
            walker.step()
            before = snapshot(walker.session)
            walker.session.recompute()
            assert snapshot(walker.session) == before, (name, step)


def test_what_is_not_reported_as_changed_did_not_change() -> None:
    for name, form in forms():
        walker = Walker(form, Random(name))
        before = snapshot(walker.session)
        for step in range(STEPS):
            changed = walker.step()
            after = snapshot(walker.session)
            differing = {path for path in before.keys() & after.keys() if before[path] != after[path]}
            assert differing <= changed.nodes, (name, step)
            assert before.keys() == after.keys() or changed.rows, (name, step)
            before = after


def test_what_is_stored_opens_to_the_same_state() -> None:
    for name, form in forms():
        if any("odk-instance-load" in one.events for one in form.actions):
            continue  # it asks for something else at each opening
        walker = Walker(form, Random(name))
        for _step in range(STEPS):
            walker.step()
        again = open_again(form, walker)
        assert snapshot(again) == snapshot(walker.session), name


def open_again(form: Form, walker: Walker) -> Session:
    return open_session(form, walker.fields)


@pytest.mark.parametrize("seed", range(3))
def test_two_offline_copies_merge_to_one_list_of_rows(seed: int) -> None:
    form = load(corpus()["officer_interview"])
    random = Random(seed)
    fields: list[dict[str, str | None]] = [{}, {}]
    for one in fields:
        session = open_session(form)
        for _row in range(3):
            changed = session.add_row("/officer_interview/exchange", f"{random.getrandbits(128):032x}")
            row = next(iter(changed.fields))
            one |= changed.fields
            one |= session.answer(f"{row}/question", f"Asked {random.random()}?").fields
    first = open_session(form, {**fields[0], **fields[1]})
    second = open_session(form, {**fields[1], **fields[0]})
    assert first.paths() == second.paths()
    assert len(first.rows("/officer_interview/exchange")) == 1 + 6
    assert snapshot(first) == snapshot(second)
