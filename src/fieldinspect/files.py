"""Private folders, atomic replacement, free space: the only place that writes files outside the vault.

Rules of this module:
1. A file is made private before it holds a byte, and complete before it has its name.
2. Whatever fails leaves the file as it was and no temporary file behind.
3. What the operating system refuses becomes `WorldFailed` with a sentence.
"""

import contextlib
import ctypes
import errno
import os
import secrets
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from fieldinspect.domain.errors import BadInput, WorldFailed
from fieldinspect.i18n import _

PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700
LEFTOVER_SUFFIX = ".part"
STAGING_PREFIX = ".staging-"
_STANDARD_ERROR = 2
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_ABSENT = frozenset({errno.ENOENT, errno.ENOTDIR})
_REFUSED = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
_ABSENT = frozenset({errno.ENOENT, errno.ENOTDIR, errno.EISDIR})


class DiskFull(WorldFailed):
    """There is no space left where we write."""

    def __init__(self) -> None:
        super().__init__(
            _("Not saved: there is no space left on this laptop. Free some space; your text stays on screen")
        )


class WriteRefused(WorldFailed):
    """We may not write there."""


@contextlib.contextmanager
def world_failures() -> Iterator[None]:
    """Turn what the operating system refuses within the block into `WorldFailed`."""
    try:
        yield
    except OSError as error:
        raise _failure(error) from error


def _failure(error: OSError) -> WorldFailed:
    if error.errno in _FULL:
        return DiskFull()
    if error.errno in _REFUSED:
        return WriteRefused(_("Not saved: this folder may not be written to. Choose another folder"))
    if error.errno in _ABSENT:
        return WorldFailed(
            _("There is no such file or folder. Check its name, and that its disk or stick is connected")
        )
    if error.errno in _ABSENT:
        return WorldFailed(
            _("There is no such file or folder. Check its name, and that its disk is connected")
        )
    # The system's own words stay in __cause__: they name paths, which must not reach a log or a screen.
    return WorldFailed(_("The disk could not be read or written. Check that it is connected, then try again"))


def private_folder(path: Path) -> Path:
    """Make a folder (and its missing parents), durably, that only this account may enter; return it."""
    with world_failures():
        missing = [folder for folder in (path, *path.parents) if not folder.exists()]
        path.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        # The mode given to mkdir is narrowed by nothing but widened by nobody: an older folder may be open.
        if stat.S_IMODE(path.stat().st_mode) != PRIVATE_FOLDER:
            path.chmod(PRIVATE_FOLDER)
        for made in missing:
            sync_folder(made.parent)
    return path


@contextlib.contextmanager
def temporary_folder(parent: Path) -> Iterator[Path]:
    """Lend a private folder under `parent`; it is gone after the block, whatever happened."""
    private_folder(parent)
    with world_failures(), tempfile.TemporaryDirectory(dir=parent, prefix=STAGING_PREFIX) as name:
        yield Path(name)


def anonymous_file(folder: Path) -> BinaryIO:
    """Return a private file without a name on the folder's disk: gone when closed or when we crash."""
    with world_failures():
        return tempfile.TemporaryFile(dir=private_folder(folder))


def create_private(path: Path) -> BinaryIO:
    """Create a file that must not exist yet, private, for writing and reading back."""
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
    with world_failures():
        return os.fdopen(os.open(path, flags, PRIVATE_FILE), "w+b")


@contextlib.contextmanager
def atomic_writer(path: Path) -> Iterator[BinaryIO]:
    """Lend a file to fill; it replaces `path`, durably, when the block ends well, and else is removed."""
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}{LEFTOVER_SUFFIX}")
    file = create_private(beside)
    try:
        with world_failures():
            with file:
                yield file
                make_durable(file)
            beside.replace(path)
            sync_folder(path.parent)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def half_of(name: str) -> str:
    """Return the name under which a file waits that `resumed_writer` has not filled yet."""
    return f".{name}{LEFTOVER_SUFFIX}"


@contextlib.contextmanager
def resumed_writer(path: Path) -> Iterator[BinaryIO]:
    """Lend a file to go on filling, at its end; it becomes `path`, durably, when the block ends well.

    Until then it waits beside `path`, and what was written stays: the next one goes on there. One at a time.
    """
    beside = path.with_name(half_of(path.name))
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
    with world_failures():
        file = os.fdopen(os.open(beside, flags, PRIVATE_FILE), "r+b")
    with file:
        file.seek(0, os.SEEK_END)
        yield file  # what fails here is the block's to tell: it may be a network
        with world_failures():
            make_durable(file)
    with world_failures():
        beside.replace(path)
        sync_folder(path.parent)


def check_place(path: Path) -> None:
    """Raise `WorldFailed` unless a file may be written there: ask before what cannot be undone."""
    with world_failures():
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        tempfile.TemporaryFile(dir=path.parent).close()


def atomic_write(path: Path, content: bytes) -> None:
    """Replace the file's content in one step, private and durable; raise `WorldFailed`."""
    with atomic_writer(path) as file:
        file.write(content)


def write_new(path: Path, content: bytes) -> None:
    """Write a private file under its own name from the first byte on; raise `BadInput` when there is one already.

    For secrets that a person asks for in the open: no second file ever holds them.
    """
    if path.exists():
        raise BadInput(_("There is a file of this name already. Choose another name"))
    file = create_private(path)
    try:
        with world_failures(), file:
            file.write(content)
            make_durable(file)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def overwrite(path: Path, offset: int, content: bytes) -> None:
    """Write over a part of a file that is there, durably; the rest of it is not touched. Raise `WorldFailed`."""
    with world_failures():
        descriptor = os.open(path, os.O_WRONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0))
        try:
            os.lseek(descriptor, offset, os.SEEK_SET)
            if os.write(descriptor, content) != len(content):
                raise DiskFull
            getattr(os, "fdatasync", os.fsync)(descriptor)
        finally:
            os.close(descriptor)


def state_folder() -> Path:
    """Return where this person's programs keep what is not worth a backup, and what must not return with one."""
    from platformdirs import user_state_path

    return user_state_path("fieldinspect", appauthor=False, roaming=False)


def make_durable(file: BinaryIO) -> None:
    """Flush our buffer and the system's, so that a power cut keeps what was written."""
    file.flush()
    os.fsync(file.fileno())


def sync_file(path: Path) -> None:
    """Make durable what somebody else wrote into a file; raise `WorldFailed`."""
    with world_failures(), path.open("rb+") as file:
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable. Where folders cannot be opened, renaming is durable already."""
    flag = getattr(os, "O_DIRECTORY", None)
    if flag is None:
        return
    descriptor = os.open(folder, os.O_RDONLY | flag)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def remove_leftovers(folder: Path) -> int:
    """Remove the temporary files a killed process left in a folder; return how many there were.

    Only for a folder that no other process writes to now.
    """
    found = [path for path in folder.glob(f".*{LEFTOVER_SUFFIX}") if path.is_file()]
    for path in found:
        path.unlink(missing_ok=True)
    return len(found)


def free_space(path: Path) -> int:
    """Return the bytes this account may still write where `path` is, or will be."""
    while not path.exists() and path != path.parent:
        path = path.parent
    with world_failures():
        return shutil.disk_usage(path).free


def keep_open_files_ours() -> None:
    """Let no program that replaces this one inherit an open file but the three standard ones (Linux)."""
    opened = Path("/proc/self/fd")
    if not opened.is_dir():
        return
    for name in os.listdir(opened):  # noqa: PTH208 - the numbers, not paths that would be followed
        with contextlib.suppress(OSError):  # the one that listed them is closed by now
            if int(name) > _STANDARD_ERROR:
                os.set_inheritable(int(name), False)


def harden_process() -> None:
    """Keep keys out of core dumps and out of reach of other processes of this account (Linux)."""
    if sys.platform != "linux":
        return
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    set_dumpable = 4  # PR_SET_DUMPABLE, linux/prctl.h
    if ctypes.CDLL(None, use_errno=True).prctl(set_dumpable, 0, 0, 0, 0) != 0:
        raise WorldFailed(_("This system does not allow protecting the keys in memory. Nothing was opened"))


def bring(made: Path, place: Path) -> None:
    """Put a finished file into its place in another folder; where it was made its name stays, to be removed later.

    A move between two folders may lose the one name before the other is on disk: that is two changes to a file
    system, and only within one folder does renaming come out whole or not at all.
    """
    fresh = second_name(place)
    fresh.unlink(missing_ok=True)
    try:
        os.link(made, fresh)
    except OSError:  # a stick's file system, which knows no second names
        made.replace(place)
        return
    sync_folder(place.parent)
    fresh.replace(place)


def second_name(place: Path) -> Path:
    """Return the name under which a file waits beside its place while it is brought there."""
    return place.with_name(place.name + ".new")
