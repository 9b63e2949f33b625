"""The program, broken on purpose in one place: each of these must be caught, or the trials prove nothing."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO
from unittest.mock import patch

from fieldinspect import files
from fieldinspect.domain.views import Changes, DraftKey
from fieldinspect.exchange import envelope
from fieldinspect.services.ports import Write
from fieldinspect.store import blobs, engine, opening, slot_files
from fieldinspect.store.vault import StoredVault
from tests.team import NOW


@dataclass(frozen=True)
class Mutant:
    """What is broken, and the power-cut scenario in which it must show."""

    scenario: str
    what: str
    patches: Callable[[], Sequence[Any]]

    @contextmanager
    def broken(self) -> Iterator[None]:
        with ExitStack() as stack:
            for one in self.patches():
                stack.enter_context(one)
            yield


def _commits_are_not_synced() -> Sequence[Any]:
    pragmas = tuple(text.replace("synchronous = FULL", "synchronous = OFF") for text in engine._PRAGMAS)
    assert pragmas != engine._PRAGMAS
    return [patch.object(engine, "_PRAGMAS", pragmas)]


def _files_are_not_synced() -> Sequence[Any]:
    def only_flush(file: BinaryIO) -> None:
        file.flush()

    return [patch.object(module, "make_durable", only_flush) for module in (files, blobs)]


def _folders_are_not_synced() -> Sequence[Any]:
    def nothing(_folder: Path) -> None: ...

    return [patch.object(module, "sync_folder", nothing) for module in (files, blobs)]


def _written_in_place() -> Sequence[Any]:
    @contextmanager
    def in_place(path: Path) -> Iterator[BinaryIO]:
        with path.open("w+b") as file:
            yield file
            files.make_durable(file)
        files.sync_folder(path.parent)

    return [patch.object(module, "atomic_writer", in_place) for module in (files, envelope)]


def _acknowledged_before_commit() -> Sequence[Any]:
    """Answer at once, and write what was asked when the next thing is asked."""
    write, drafts, close, record = (
        StoredVault.write,
        StoredVault.save_draft,
        StoredVault.close,
        StoredVault.record,
    )
    waiting: list[Callable[[], object]] = []

    def catch_up() -> None:
        while waiting:
            waiting.pop(0)()

    def write_later(vault: StoredVault, writes: Sequence[Write], **more: Any) -> Changes:
        catch_up()
        waiting.append(lambda: write(vault, writes, **more))
        return Changes(frozenset(one.record for one in writes), "")

    def save_later(vault: StoredVault, draft: Any) -> None:
        catch_up()
        waiting.append(lambda: drafts(vault, draft))

    def close_after(vault: StoredVault) -> None:
        catch_up()
        close(vault)

    def record_after(vault: StoredVault, name: str) -> Any:
        catch_up()
        return record(vault, name)

    later = {"write": write_later, "save_draft": save_later, "close": close_after, "record": record_after}
    return [patch.object(StoredVault, name, function) for name, function in later.items()]


def _draft_dropped_before_its_entry() -> Sequence[Any]:
    write = StoredVault.write

    def drop_first(
        vault: StoredVault, writes: Sequence[Write], *, promote: Sequence[DraftKey] = (), initiator: str = ""
    ) -> Changes:
        for key in promote:
            vault.drop_draft(key)
        return write(vault, writes, initiator=initiator)

    return [patch.object(StoredVault, "write", drop_first)]


def _second_copy_at_once() -> Sequence[Any]:
    """Put the second copy of the key file in place before the first is durable."""

    def save(folder: Path, raw: bytes) -> None:
        for name in slot_files.SLOTS:
            beside = folder / f".{name}.part"
            beside.write_bytes(raw)
            beside.replace(folder / name)
        files.sync_folder(folder)

    return [patch.object(slot_files, "save", save)]


def _anchor_after_its_word() -> Sequence[Any]:
    """Say in the database that there is an anchor, and write it only after that."""

    def account(connection: Any, identity: Any, anchor: Any, _made: object) -> object:
        return opening.compare(connection, identity, anchor, opening.was_anchored(connection), NOW)

    return [patch.object(opening, "_account", account)]


@contextmanager
def anchor_ignored() -> Iterator[None]:
    """Look at damaged vaults without asking the anchor."""
    with patch.object(opening, "compare", lambda *_args: None):
        yield


MUTANTS = {
    "commit-unsynced": Mutant("capture", "synchronous=OFF", _commits_are_not_synced),
    "file-unsynced": Mutant("export", "a file renamed before its bytes are synced", _files_are_not_synced),
    "attachment-unsynced": Mutant(
        "capture", "an attachment named before its bytes are synced", _files_are_not_synced
    ),
    "folder-unsynced": Mutant("export", "names that are not synced", _folders_are_not_synced),
    "erasure-unsynced": Mutant("erasure", "names that are removed and not synced", _folders_are_not_synced),
    "in-place": Mutant("export", "a file written in place", _written_in_place),
    "early-answer": Mutant("capture", "acknowledged before it is committed", _acknowledged_before_commit),
    "draft-first": Mutant(
        "capture", "a draft dropped before its entry is committed", _draft_dropped_before_its_entry
    ),
    "second-copy-at-once": Mutant("slots", "slots.b written before slots.a is durable", _second_copy_at_once),
    "anchor-late": Mutant(
        "migration", "an anchor written after the word that there is one", _anchor_after_its_word
    ),
}
