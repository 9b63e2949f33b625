"""The archive: the ustar that stock tools write, and not one byte else."""

import io
import tarfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldinspect.archive import TarMalformed, TarReader, TarWriter, member_header

NAMES = ["MANIFEST", "entries.jsonl", "blobs/" + "0f" * 32]


def standard_header(name: str, size: int) -> bytes:
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o600
    return info.tobuf(tarfile.USTAR_FORMAT)


class Source(io.BytesIO):
    """Answers short, as a stream does."""

    def readinto(self, buffer, /) -> int:
        return super().readinto(memoryview(buffer)[:1000])


def written(*members: tuple[str, bytes]) -> bytes:
    sink = io.BytesIO()
    writer = TarWriter(sink)
    for name, content in members:
        writer.begin(name, len(content))
        writer.write(content)
    writer.end()
    return sink.getvalue()


def read(archive: bytes, *names: str) -> list[bytes]:
    reader = TarReader(Source(archive))
    contents = [reader.content(reader.begin(name, 1 << 20)) for name in names]
    reader.end()
    return contents


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("size", [0, 1, 511, 512, 513, 8**10, (1 << 33) - 1])
def test_a_header_is_the_one_the_standard_library_writes(name: str, size: int) -> None:
    # tarfile leaves the device numbers of a regular file empty or writes zeros, by version: both mean none.
    ours, standard = member_header(name, size), bytearray(standard_header(name, size))
    numbers = slice(329, 345)
    if any(standard[numbers]):
        standard[148:156] = b" " * 8
        standard[numbers] = bytes(16)
        standard[148:156] = b"%06o\x00 " % sum(standard)
    assert ours == bytes(standard)


@given(st.lists(st.binary(max_size=2000), min_size=3, max_size=3))
def test_round_trip_and_the_standard_library_reads_it(contents: list[bytes]) -> None:
    archive = written(*zip(NAMES, contents, strict=True))
    assert read(archive, *NAMES) == contents
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        assert tar.getnames() == NAMES
        for member, content in zip(tar.getmembers(), contents, strict=True):
            file = tar.extractfile(member)
            assert file is not None
            assert file.read() == content
            assert (member.mode, member.uid, member.gid, member.mtime, member.uname) == (0o600, 0, 0, 0, "")


GOOD = written(("MANIFEST", b"x" * 700))


def test_every_flipped_bit_outside_the_content_is_refused() -> None:
    assert read(GOOD, "MANIFEST") == [b"x" * 700]
    for position in range(len(GOOD)):
        if 512 <= position < 512 + 700:
            continue
        for bit in range(8):
            bad = GOOD[:position] + bytes([GOOD[position] ^ 1 << bit]) + GOOD[position + 1 :]
            with pytest.raises(TarMalformed):
                read(bad, "MANIFEST")


def test_every_cut_and_every_byte_after_is_refused() -> None:
    for bad in [*(GOOD[:end] for end in range(len(GOOD))), GOOD + b"\0", GOOD + bytes(8704)]:
        with pytest.raises(TarMalformed):
            read(bad, "MANIFEST")


DIALECTS = {
    "GNU": {"format": tarfile.GNU_FORMAT},
    "pax with a long name": {"format": tarfile.PAX_FORMAT, "name": "x" * 200},
    "a time": {"mtime": 1},
    "an owner": {"uid": 1000},
    "a user's name": {"uname": "root"},
    "executable": {"mode": 0o700},
    "a symbolic link": {"type": tarfile.SYMTYPE, "linkname": "/etc/passwd"},
    "a hard link": {"type": tarfile.LNKTYPE, "linkname": "entries.jsonl"},
    "a folder": {"type": tarfile.DIRTYPE},
    "a device": {"type": tarfile.CHRTYPE},
    "an old regular file": {"type": tarfile.AREGTYPE},
    "a path upwards": {"name": "../MANIFEST"},
    "an absolute path": {"name": "/MANIFEST"},
    "a dot before": {"name": "./MANIFEST"},
}


@pytest.mark.parametrize("changes", DIALECTS.values(), ids=DIALECTS.keys())
def test_other_dialects_are_refused(changes: dict) -> None:
    info = tarfile.TarInfo("MANIFEST")
    info.mode = 0o600
    for name, value in changes.items():
        if name != "format":
            setattr(info, name, value)
    header = info.tobuf(changes.get("format", tarfile.USTAR_FORMAT))
    with pytest.raises(TarMalformed):
        read(header + bytes(1024), "MANIFEST")


def test_a_size_over_the_limit_is_refused_before_anything_is_read() -> None:
    reader = TarReader(Source(member_header("MANIFEST", (1 << 33) - 1)))
    with pytest.raises(TarMalformed):
        reader.begin("MANIFEST", 1 << 20)


def test_the_writer_keeps_its_promises() -> None:
    writer = TarWriter(io.BytesIO())
    writer.begin("MANIFEST", 2)
    with pytest.raises(TarMalformed):
        writer.write(b"123")
    with pytest.raises(TarMalformed):
        writer.end()
    for name, size in (("x" * 101, 0), ("", 0), ("x", 1 << 33), ("x", -1), ("\u0177", 0)):
        with pytest.raises(ValueError, match=r"."):
            member_header(name, size)
