"""A disk that remembers what it was asked and what it was told to keep.

Rules of this model:
1. A file has the bytes of its last sync, and changes since then; a folder has the names of its last sync. All else is
   *pending*: after a power cut each pending change may be there, or not, or half.
2. Syncing a file keeps its changes; syncing a folder keeps the names in it.
3. A file's name is no part of the file: syncing the file does not keep its name.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

SECTOR = 512


@dataclass(frozen=True)
class Change:
    """Bytes written at an offset; or, without bytes, the file's new size."""

    offset: int
    content: bytes | None

    def sectors(self) -> list["Change"]:
        """Return the pieces that a disk writes whole or not at all."""
        if self.content is None:
            return [self]
        end = self.offset + len(self.content)
        cuts = [self.offset, *range(self.offset - self.offset % SECTOR + SECTOR, end, SECTOR), end]
        return [
            Change(start, self.content[start - self.offset : stop - self.offset])
            for start, stop in pairwise(cuts)
        ]

    def apply(self, file: bytearray) -> None:
        if self.content is None:
            del file[self.offset :]
            file.extend(bytes(self.offset - len(file)))
        else:
            file.extend(bytes(max(0, self.offset - len(file))))
            file[self.offset : self.offset + len(self.content)] = self.content


@dataclass(eq=False)
class File:
    kept: bytes = b""
    pending: list[Change] = field(default_factory=list)

    def now(self) -> bytes:
        return applied(self.kept, self.pending)

    def sync(self) -> None:
        if self.pending:
            self.kept, self.pending = self.now(), []


@dataclass(eq=False)
class Folder:
    names: "dict[str, Node]" = field(default_factory=dict)


Node = File | Folder
Place = tuple[Folder, str]


@dataclass(frozen=True, eq=False)
class Move:
    """Names that change in one act: made, removed (None), or both for a renaming; `number` counts the acts."""

    number: int
    names: tuple[tuple[Place, Node | None], ...]

    def within(self, folder: Folder) -> tuple[tuple[Place, Node | None], ...]:
        return tuple(change for change in self.names if change[0][0] is folder)

    def without(self, folder: Folder) -> "Move":
        return Move(self.number, tuple(change for change in self.names if change[0][0] is not folder))

    def touches(self, node: Node) -> bool:
        return any(place[0] is node or named is node for place, named in self.names)


@dataclass(frozen=True, eq=False)
class Instant:
    """A moment at which the power may fail: what is safe, what is pending, and how much had been promised."""

    promises: int
    root: Folder
    names: Mapping[Place, Node]
    moves: tuple[Move, ...]
    files: Mapping[File, tuple[bytes, tuple[Change, ...]]]
    journalled: int
    """Up to which act a file system that keeps names in order has them safe."""


def applied(content: bytes, changes: "list[Change] | tuple[Change, ...]") -> bytes:
    """Return the content after the changes."""
    if not changes:
        return content
    file = bytearray(content)
    for change in changes:
        change.apply(file)
    return bytes(file)


class Disk:
    """The tree under one folder, as the process sees it, and what of it is safe."""

    def __init__(self) -> None:
        self.root = Folder()
        self._names: dict[Place, Node] = {}
        self._moves: list[Move] = []
        self._files: list[File] = []
        self.promises = 0
        self._acts = 0
        self._journalled = 0

    def seed(self, path: str, content: bytes | None) -> None:
        """Put a file (or with None a folder) there that is safe already."""
        folder, name = self._place(path)
        node: Node = Folder() if content is None else self._file(content)
        folder.names[name] = node
        self._names[folder, name] = node

    def _file(self, content: bytes = b"") -> File:
        self._files.append(File(content))
        return self._files[-1]

    def find(self, path: str) -> Node | None:
        """Return what is at a path below the root ("" is the root), None when nothing is."""
        node: Node | None = self.root
        for name in path.split("/") if path else ():
            node = node.names.get(name) if isinstance(node, Folder) else None
        return node

    def _place(self, path: str) -> Place:
        parent, _slash, name = path.rpartition("/")
        folder = self.find(parent)
        assert isinstance(folder, Folder), path
        return folder, name

    # What the process does

    def create(self, path: str) -> File:
        file = self._file()
        self._change((self._place(path), file))
        return file

    def nameless(self) -> File:
        """Return a file without a name: nothing of it outlives the process."""
        return File()

    def make_folder(self, path: str) -> None:
        self._change((self._place(path), Folder()))

    def remove(self, path: str) -> None:
        self._change((self._place(path), None))

    def rename(self, old: str, new: str) -> None:
        node = self.find(old)
        self._change((self._place(new), node), (self._place(old), None))

    def link(self, old: str, new: str) -> None:
        self._change((self._place(new), self.find(old)))

    def _change(self, *names: tuple[Place, Node | None]) -> None:
        for (folder, name), node in names:
            if node is None:
                del folder.names[name]
            else:
                folder.names[name] = node
        self._acts += 1
        self._moves.append(Move(self._acts, names))

    def sync(self, node: Node) -> None:
        touching = [move.number for move in self._moves if move.touches(node)]
        self._journalled = max([self._journalled, *touching])
        if isinstance(node, File):
            node.sync()
            return
        for move in self._moves:
            self._keep(move.within(node))
        self._moves = [left for move in self._moves if (left := move.without(node)).names]

    def _keep(self, names: tuple[tuple[Place, Node | None], ...]) -> None:
        for place, node in names:
            if node is None:
                self._names.pop(place, None)
            else:
                self._names[place] = node

    # What there is

    def instant(self) -> Instant:
        """Return what a power cut now has to choose from."""
        files = {file: (file.kept, tuple(file.pending)) for file in self._files}
        return Instant(
            self.promises, self.root, dict(self._names), tuple(self._moves), files, self._journalled
        )

    def has_pending(self) -> bool:
        return bool(self._moves) or any(file.pending for file in self._files)

    def files(self) -> dict[str, bytes | None]:
        """Return everything as the process sees it: bytes by path, None for a folder."""
        return dict(_walk(self.root, ""))


def _walk(folder: Folder, above: str) -> Iterator[tuple[str, bytes | None]]:
    for name, node in folder.names.items():
        if isinstance(node, File):
            yield above + name, node.now()
        else:
            yield above + name, None
            yield from _walk(node, f"{above}{name}/")
