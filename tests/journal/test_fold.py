"""Merge is set union, so fold must not care for order, grouping or repetition; and no change may vanish."""

from hypothesis import given
from hypothesis import strategies as st

from fieldinspect.journal.entry import Body, Entry, change_id
from fieldinspect.journal.fold import RecordState, extend, fold, in_conflict
from tests.journal.writers import Writer

RECORD = "f" * 32
Pair = tuple[Entry, Body]


def fold_set(*sets: list[Pair]) -> RecordState | None:
    """Merge replicas and fold: union by entry id."""
    return fold({entry.id: (entry, body) for pairs in sets for entry, body in pairs}.values())


class Replica:
    """A device that sees some of the entries and writes on top of what it sees."""

    def __init__(self, writer: Writer) -> None:
        self.writer = writer
        self.pairs: list[Pair] = []

    def see(self, pairs: list[Pair]) -> None:
        known = {entry.id for entry, _ in self.pairs}
        self.pairs.extend(pair for pair in pairs if pair[0].id not in known)
        self.writer.clock = max([self.writer.clock, *(entry.header.clock for entry, _ in pairs)])

    def set(self, field: str, value: str | None, *, resolve: bool = False) -> Pair:
        state = fold(self.pairs)
        heads = state.heads.get(field, ()) if state else ()
        replaced = heads if resolve else heads[-1:]
        entry = self.writer.write(RECORD, {field: value}, replaces={field: tuple(h.change for h in replaced)})
        pair = (entry, self.writer.read(entry))
        self.pairs.append(pair)
        return pair


steps = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.one_of(
            st.tuples(st.just("set"), st.sampled_from("pq"), st.sampled_from(["1", "2", "3", None])),
            st.tuples(st.just("resolve"), st.sampled_from("pq"), st.sampled_from(["1", "4"])),
            st.tuples(st.just("see"), st.integers(0, 2), st.none()),
        ),
    ),
    min_size=1,
    max_size=14,
)


def play(script: list[tuple[int, tuple[str, object, object]]]) -> list[Replica]:
    replicas = [Replica(Writer(letter * 32)) for letter in "abc"]
    for who, (act, what, value) in script:
        if act == "see":
            replicas[who].see(replicas[what].pairs)  # type: ignore[call-overload]
        else:
            replicas[who].set(str(what), value, resolve=act == "resolve")  # type: ignore[arg-type]
    return replicas


@given(steps)
def test_merge_is_commutative_associative_and_idempotent(
    script: list[tuple[int, tuple[str, object, object]]],
) -> None:
    a, b, c = (replica.pairs for replica in play(script))
    assert fold_set(a, b) == fold_set(b, a)
    assert fold_set(a, [*b, *c]) == fold_set([*a, *b], c)
    assert fold_set(a, a, b) == fold_set(a, b)
    assert fold_set([*a, *b, *c]) == fold_set(c[::-1], b[::-1], a[::-1])


@given(steps)
def test_no_change_is_lost_unless_another_replaces_it(
    script: list[tuple[int, tuple[str, object, object]]],
) -> None:
    everything = {entry.id: (entry, body) for replica in play(script) for entry, body in replica.pairs}
    state = fold(everything.values())
    changes = {
        change_id(entry.id, index): change
        for entry, body in everything.values()
        for index, change in enumerate(body.changes)
    }
    replaced = {old for change in changes.values() for old in change.replaces}
    shown = {head.change for heads in state.heads.values() for head in heads} if state else set()
    assert shown == changes.keys() - replaced


@given(steps)
def test_extending_a_state_equals_folding_from_empty(
    script: list[tuple[int, tuple[str, object, object]]],
) -> None:
    for replica in play(script):
        state: RecordState | None = None
        for seen in range(1, len(replica.pairs) + 1):
            pair = replica.pairs[seen - 1]
            whole = fold(replica.pairs[:seen])
            own = pair[0].header.author == replica.writer.author
            state = extend(state, *pair) if state is not None and own else whole
            assert state == whole


def test_two_people_who_disagree_are_in_conflict_until_somebody_settles_it() -> None:
    ann, ben = Replica(Writer("a" * 32)), Replica(Writer("b" * 32))
    first = ann.set("place", "front office")
    ben.see([first])
    ann.set("place", "custody")
    ben.set("place", "control room")
    ann.see(ben.pairs)
    state = fold(ann.pairs)
    assert state is not None
    assert state.conflicts() == ["place"]
    assert {head.value for head in state.heads["place"]} == {"custody", "control room"}
    ann.set("place", "custody", resolve=True)
    settled = fold(ann.pairs)
    assert settled is not None
    assert settled.conflicts() == []
    assert settled.value("place") == "custody"


def test_an_edit_of_a_field_in_conflict_leaves_the_other_value_standing() -> None:
    ann, ben = Replica(Writer("a" * 32)), Replica(Writer("b" * 32))
    ann.set("place", "custody")
    ben.set("place", "control room")
    ann.see(ben.pairs)
    ann.set("place", "kitchen")
    state = fold(ann.pairs)
    assert state is not None
    assert len(state.heads["place"]) == 2
    assert in_conflict(state.heads["place"])


def test_two_people_who_write_the_same_agree() -> None:
    ann, ben = Replica(Writer("a" * 32)), Replica(Writer("b" * 32))
    ann.set("place", "custody")
    ben.set("place", "custody")
    state = fold_set(ann.pairs, ben.pairs)
    assert state is not None
    assert state.conflicts() == []
    assert state.value("place") == "custody"
