"""From system calls to the instants at which the power may fail."""

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from tests.faults.power.disk import Change, Disk, File, Instant, Node
from tests.faults.power.trace import Call, UnknownCall

STDOUT = 1


@dataclass
class _Handle:
    """An open file, or a folder, of the tree we watch."""

    node: Node
    path: str
    append: bool = False
    position: int = 0


class Replay:
    """Feeds calls to a disk; `instants` lists when the power may fail and `promises` what was acknowledged by then."""

    def __init__(self, root: str, disk: Disk) -> None:
        self._root = root.rstrip("/") + "/"
        self._disk = disk
        self._open: dict[int, _Handle] = {}
        self.instants: list[Instant] = []
        self.promises: list[str] = []
        self._spoken = b""

    def run(self, calls: Iterable[Call]) -> None:
        for call in calls:
            handler = _HANDLERS.get(call.name)
            if handler is None:
                self._refuse(call)
            else:
                handler(self, call)
        self._cut()

    def _cut(self) -> None:
        self.instants.append(self._disk.instant())

    def _inside(self, path: str, folder: str = "AT_FDCWD") -> str | None:
        """Return the path below the root, None for one elsewhere."""
        if not path.startswith("/"):
            if folder == "AT_FDCWD":
                return None
            above = self._open.get(int(folder))
            if above is None:
                return None
            path = f"{self._root}{above.path}/{path}"
        path = os.path.normpath(path) + "/"
        return path.removeprefix(self._root).rstrip("/") if path.startswith(self._root) else None

    # Opening

    def _opened(self, path: str | None, flags: str, descriptor: int) -> None:
        self._open.pop(descriptor, None)
        if path is None:
            return
        named = set(flags.split("|"))
        node = self._disk.find(path)
        if "O_TMPFILE" in flags:
            self._open[descriptor] = _Handle(self._disk.nameless(), path)
            return
        if node is None:
            if "O_CREAT" not in named:
                raise UnknownCall(f"opened but never made: {path}")
            node = self._disk.create(path)
        if isinstance(node, File) and "O_TRUNC" in named and node.now():
            node.pending.append(Change(0, None))
        self._open[descriptor] = _Handle(node, path, "O_APPEND" in named)

    def open(self, call: Call) -> None:
        self._opened(self._inside(call.path(0)), call.arguments[1], call.result)

    def openat(self, call: Call) -> None:
        self._opened(self._inside(call.path(1), call.arguments[0]), call.arguments[2], call.result)

    def creat(self, call: Call) -> None:
        self._opened(self._inside(call.path(0)), "O_CREAT|O_TRUNC|O_WRONLY", call.result)

    def close(self, call: Call) -> None:
        self._open.pop(call.number(0), None)

    def copy_descriptor(self, call: Call) -> None:
        if call.name == "fcntl" and "F_DUPFD" not in call.arguments[1]:
            return
        self._open.pop(call.result, None)
        if (handle := self._open.get(call.number(0))) is not None:
            self._open[call.result] = handle

    # Bytes

    def _written(self, handle: _Handle, offset: int, content: bytes) -> None:
        assert isinstance(handle.node, File)
        handle.node.pending.append(Change(offset, content))

    def write(self, call: Call) -> None:
        handle = self._open.get(call.number(0))
        content = call.content(1)[: call.result]
        if handle is None:
            if call.number(0) == STDOUT:
                self._say(content)
            return
        assert isinstance(handle.node, File)
        if handle.append:
            handle.position = len(handle.node.now())
        self._written(handle, handle.position, content)
        handle.position += len(content)

    def _say(self, content: bytes) -> None:
        *lines, self._spoken = (self._spoken + content).split(b"\n")
        for line in lines:
            self.promises.append(line.decode())
            self._disk.promises += 1
            self._cut()

    def pwrite64(self, call: Call) -> None:
        if (handle := self._open.get(call.number(0))) is not None:
            self._written(handle, call.number(3), call.content(1)[: call.result])

    def lseek(self, call: Call) -> None:
        if (handle := self._open.get(call.number(0))) is not None:
            handle.position = call.result

    def ftruncate(self, call: Call) -> None:
        if (handle := self._open.get(call.number(0))) is not None:
            assert isinstance(handle.node, File)
            handle.node.pending.append(Change(call.number(1), None))

    def fsync(self, call: Call) -> None:
        if (handle := self._open.get(call.number(0))) is not None:
            self._cut()
            self._disk.sync(handle.node)

    # Names

    def _named(self, call: Call, path: int, folder: int | None = None) -> str | None:
        return self._inside(call.path(path), call.arguments[folder] if folder is not None else "AT_FDCWD")

    def mkdir(self, call: Call) -> None:
        path = self._named(call, 0) if call.name == "mkdir" else self._named(call, 1, 0)
        if path is not None:
            self._disk.make_folder(path)

    def remove(self, call: Call) -> None:
        path = self._named(call, 1, 0) if call.name == "unlinkat" else self._named(call, 0)
        if path is not None:
            self._disk.remove(path)

    def two_names(self, call: Call) -> None:
        if call.name in ("rename", "link"):
            old, new = self._named(call, 0), self._named(call, 1)
        else:
            old, new = self._named(call, 1, 0), self._named(call, 3, 2)
        if old is None and new is None:
            return
        if old is None or new is None:
            raise UnknownCall("a file was moved across the border of what is watched")
        (self._disk.link if call.name.startswith("link") else self._disk.rename)(old, new)

    # What we do not know

    def mmap(self, call: Call) -> None:
        if "MAP_SHARED" in call.arguments[3] and "PROT_WRITE" in call.arguments[2]:
            self._refuse(call, 4)

    def _refuse(self, call: Call, place: int = 0) -> None:
        """Stop at a call that changes a file of ours behind the recorder's back."""
        descriptors = [argument for argument in call.arguments[place:] if argument.lstrip("-").isdecimal()]
        if call.name not in _BY_DESCRIPTOR or any(int(number) in self._open for number in descriptors):
            raise UnknownCall(f"{call.name}({', '.join(call.arguments)[:200]})")


_BY_DESCRIPTOR = {
    "mmap",
    "writev",
    "pwritev",
    "pwritev2",
    "fallocate",
    "copy_file_range",
    "sendfile",
    "splice",
}

_HANDLERS: Mapping[str, Callable[[Replay, Call], None]] = {
    "open": Replay.open,
    "openat": Replay.openat,
    "creat": Replay.creat,
    "close": Replay.close,
    **dict.fromkeys(("fcntl", "dup", "dup2", "dup3"), Replay.copy_descriptor),
    "write": Replay.write,
    "pwrite64": Replay.pwrite64,
    "lseek": Replay.lseek,
    "ftruncate": Replay.ftruncate,
    **dict.fromkeys(("fsync", "fdatasync"), Replay.fsync),
    **dict.fromkeys(("mkdir", "mkdirat"), Replay.mkdir),
    **dict.fromkeys(("unlink", "unlinkat", "rmdir"), Replay.remove),
    **dict.fromkeys(("rename", "renameat", "renameat2", "link", "linkat"), Replay.two_names),
    "mmap": Replay.mmap,
}
