import copy

from fieldinspect.journal.chain import BrokenLink, Fork, Gap, examine
from fieldinspect.journal.entry import Entry
from tests.journal.writers import Writer


def pairs(entries: list[Entry]) -> list[tuple[str, object]]:
    return [(entry.id, entry.header) for entry in entries]


def chain_of(count: int) -> tuple[Writer, list[Entry]]:
    writer = Writer("a" * 32)
    return writer, [writer.write("f" * 32, {"text": str(n)}) for n in range(count)]


def test_a_whole_chain_has_one_head_and_no_problem() -> None:
    _, entries = chain_of(5)
    report = examine(pairs(entries))  # type: ignore[arg-type]
    assert report.problems == ()
    assert [(head.sequence, head.entry) for head in report.heads] == [(5, entries[-1].id)]


def test_any_arrival_order_gives_the_same_report() -> None:
    _, entries = chain_of(4)
    assert examine(pairs(entries[::-1])) == examine(pairs(entries))  # type: ignore[arg-type]


def test_every_missing_entry_is_a_gap() -> None:
    _, entries = chain_of(5)
    for missing in range(4):
        report = examine(pairs(entries[:missing] + entries[missing + 1 :]))  # type: ignore[arg-type]
        (gap,) = report.problems
        assert isinstance(gap, Gap)
        assert (gap.after, gap.sequence) == (missing, missing + 2)


def test_a_cloned_device_is_a_fork() -> None:
    writer, entries = chain_of(2)
    clone = copy.copy(writer)
    ours, theirs = writer.write("f" * 32, {"text": "ours"}), clone.write("f" * 32, {"text": "theirs"})
    (fork,) = examine(pairs([*entries, ours, theirs])).problems  # type: ignore[arg-type]
    assert fork == Fork(
        writer.signer.public.fingerprint, writer.incarnation, 3, tuple(sorted((ours.id, theirs.id)))
    )


def test_an_entry_that_names_another_predecessor_is_a_broken_link() -> None:
    writer, entries = chain_of(2)
    writer.previous = entries[0].id
    liar = writer.write("f" * 32, {"text": "x"})
    (broken,) = examine(pairs([*entries, liar])).problems  # type: ignore[arg-type]
    assert broken == BrokenLink(writer.signer.public.fingerprint, writer.incarnation, 3, liar.id)
