"""Chains: what the hash links of each device show to be missing, forked or broken."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

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
    chains: dict[tuple[str, str], dict[int, dict[str, str]]] = defaultdict(lambda: defaultdict(dict))
    for entry_id, header in entries:
        chains[header.device, header.incarnation][header.sequence][entry_id] = header.previous
    heads: list[ChainHead] = []
    problems: list[Fork | Gap | BrokenLink] = []
    for (device, incarnation), places in sorted(chains.items()):
        last = max(places)
        heads.append(ChainHead(device, incarnation, last, max(places[last])))
        problems.extend(_examine_chain(device, incarnation, places))
    return ChainReport(tuple(heads), tuple(problems))


def _examine_chain(
    device: str, incarnation: str, places: dict[int, dict[str, str]]
) -> Iterable[Fork | Gap | BrokenLink]:
    before, known = 0, {""}
    for sequence, here in sorted(places.items()):
        if len(here) > 1:
            yield Fork(device, incarnation, sequence, tuple(sorted(here)))
        if sequence != before + 1:
            yield Gap(device, incarnation, before, sequence)
        else:
            for entry_id, previous in sorted(here.items()):
                if previous not in known:
                    yield BrokenLink(device, incarnation, sequence, entry_id)
        before, known = sequence, set(here)
