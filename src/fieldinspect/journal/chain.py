"""Chains: what the hash links of each device show to be missing, forked or broken."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from fieldinspect.journal.entry import Header


@dataclass(frozen=True, slots=True)
class ChainHead:
    """The last entry that a replica holds of one chain."""

    device: str
    incarnation: str
    sequence: int
    entry: str


@dataclass(frozen=True, slots=True)
class Fork:
    """Two or more entries claim one place: a restored or cloned vault, or a forger with the device's key."""

    device: str
    incarnation: str
    sequence: int
    entries: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """Entries are missing before `sequence`: late, or lost."""

    device: str
    incarnation: str
    after: int
    sequence: int


@dataclass(frozen=True, slots=True)
class BrokenLink:
    """An entry names a predecessor other than those that are here in that place."""

    device: str
    incarnation: str
    sequence: int
    entry: str


@dataclass(frozen=True)
class ChainReport:
    heads: tuple[ChainHead, ...]
    problems: tuple[Fork | Gap | BrokenLink, ...]


def examine(entries: Iterable[tuple[str, Header]]) -> ChainReport:
    """Check every chain among (entry id, header) pairs, given in any order."""
    ordered = sorted(entries, key=lambda pair: (pair[1].device, pair[1].incarnation, pair[1].sequence))
    found = list(examine_in_order(ordered))
    heads = tuple(one for one in found if isinstance(one, ChainHead))
    return ChainReport(heads, tuple(one for one in found if not isinstance(one, ChainHead)))


def examine_in_order(
    entries: Iterable[tuple[str, Header]],
) -> Iterator[ChainHead | Fork | Gap | BrokenLink]:
    """Check chain after chain, each given in the order of its sequence; its head comes after its problems.

    Holds the entries of one place at a time, so that a journal of any length can be checked.
    """
    for (device, incarnation), chain in groupby(entries, lambda pair: (pair[1].device, pair[1].incarnation)):
        before, known = 0, {""}
        for sequence, place in groupby(chain, lambda pair: pair[1].sequence):
            here = {entry_id: header.previous for entry_id, header in place}
            if len(here) > 1:
                yield Fork(device, incarnation, sequence, tuple(sorted(here)))
            if sequence != before + 1:
                yield Gap(device, incarnation, before, sequence)
            else:
                for entry_id, previous in sorted(here.items()):
                    if previous not in known:
                        yield BrokenLink(device, incarnation, sequence, entry_id)
            before, known = sequence, set(here)
        yield ChainHead(device, incarnation, before, max(known))
