"""Private, atomic, durable; and a sentence when the disk says no."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from fieldinspect import files
from fieldinspect.domain.errors import WorldFailed
from fieldinspect.files import DiskFull, WriteRefused


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_atomic_write_is_private_and_replaces(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")
    path.chmod(0o644)
    files.atomic_write(path, b"new")
    assert path.read_bytes() == b"new"
    assert mode(path) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")

    def interrupted() -> None:
        with files.atomic_writer(path) as file:
            file.write(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_the_name_appears_only_when_all_is_durable(tmp_path: Path, monkeypatch) -> None:
    path, steps = tmp_path / "file", []
    real_fsync, real_replace = os.fsync, Path.replace
    monkeypatch.setattr(os, "fsync", lambda fd: (steps.append("fsync"), real_fsync(fd)))
    monkeypatch.setattr(Path, "replace", lambda a, b: (steps.append("replace"), real_replace(a, b))[1])
    files.atomic_write(path, b"content")
    assert steps == ["fsync", "replace", "fsync"]


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_a_full_disk_says_what_to_do_and_leaves_nothing(tmp_path: Path, monkeypatch, code: int) -> None:
    def full(_fd: int) -> None:
        raise OSError(code, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(
        DiskFull, match=r"^Not saved: there is no space left on this laptop\. Free some space"
    ):
        files.atomic_write(tmp_path / "file", b"content")
    assert list(tmp_path.iterdir()) == []


def test_a_really_full_disk(tmp_path: Path) -> None:
    """Every byte budget from none to enough: the old file, or the new one; never a part, never a leftover."""
    program = (
        "import resource, signal, sys; from pathlib import Path; from fieldinspect import files\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "path, old, new = Path(sys.argv[1]), b'old', b'n' * 40\n"
        "for budget in range(45):\n"
        "    path.write_bytes(old)\n"
        "    resource.setrlimit(resource.RLIMIT_FSIZE, (budget, resource.RLIM_INFINITY))\n"
        "    try:\n"
        "        files.atomic_write(path, new)\n"
        "        wanted = new\n"
        "    except files.DiskFull:\n"
        "        wanted = old\n"
        "    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)\n"
        "    assert path.read_bytes() == wanted == (new if budget >= 40 else old), budget\n"
        "    assert list(path.parent.iterdir()) == [path], budget\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "file")], capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()


def test_a_refusal_is_told_apart(tmp_path: Path, monkeypatch) -> None:
    def refuse(*_arguments) -> int:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(WriteRefused, match="may not be written to"):
        files.atomic_write(tmp_path / "file", b"")


def test_other_failures_name_no_path(tmp_path: Path) -> None:
    with pytest.raises(WorldFailed) as caught:
        files.atomic_write(tmp_path / "missing" / "file", b"")
    assert str(tmp_path) not in str(caught.value)


def test_private_folder_closes_an_open_one(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    assert mode(files.private_folder(folder)) == 0o700
    folder.chmod(0o755)
    assert mode(files.private_folder(folder)) == 0o700


def test_a_new_private_folder_keeps_its_name_through_a_power_cut(tmp_path: Path, monkeypatch) -> None:
    synced: list[Path] = []
    monkeypatch.setattr(files, "sync_folder", synced.append)
    files.private_folder(tmp_path / "a" / "b")
    assert set(synced) == {tmp_path, tmp_path / "a"}
    files.private_folder(tmp_path / "a" / "b")
    assert len(synced) == 2


def test_a_temporary_folder_is_gone_after_a_failure(tmp_path: Path) -> None:
    def failing() -> None:
        with files.temporary_folder(tmp_path) as folder:
            assert mode(folder) == 0o700
            (folder / "file").write_bytes(b"x")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        failing()
    assert list(tmp_path.iterdir()) == []


def test_an_anonymous_file_has_no_name(tmp_path: Path) -> None:
    with files.anonymous_file(tmp_path) as file:
        file.write(b"x")
        file.seek(0)
        assert file.read() == b"x"
        assert list(tmp_path.iterdir()) == []


def test_an_existing_name_is_never_followed(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_bytes(b"mine")
    (tmp_path / "link").symlink_to(target)
    with pytest.raises(WorldFailed):
        files.create_private(tmp_path / "link")
    assert target.read_bytes() == b"mine"


def test_leftovers_of_a_killed_process_are_removed(tmp_path: Path) -> None:
    program = (
        "import os, sys, signal; from pathlib import Path; from fieldinspect import files\n"
        "with files.atomic_writer(Path(sys.argv[1])) as file:\n"
        "    file.write(b'half'); file.flush(); os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    subprocess.run([sys.executable, "-c", program, str(tmp_path / "file")], check=False)
    assert len(list(tmp_path.iterdir())) == 1
    assert files.remove_leftovers(tmp_path) == 1
    assert list(tmp_path.iterdir()) == []


def test_free_space_is_told_for_a_folder_that_is_not_there_yet(tmp_path: Path) -> None:
    assert files.free_space(tmp_path / "not" / "yet") > 0


@pytest.mark.skipif(sys.platform != "linux", reason="core dumps are steered by prctl on Linux only")
def test_a_hardened_process_is_not_dumpable() -> None:
    program = (
        "import ctypes, resource; from fieldinspect.files import harden_process; harden_process()\n"
        "print(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0), resource.getrlimit(resource.RLIMIT_CORE))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True)
    assert done.stdout == "0 (0, 0)\n"
