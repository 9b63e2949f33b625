"""Words that exist nowhere else, one for each way in, and how they are recognised in any bytes."""

import base64
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

WAYS_IN = (
    "nickname", "person", "passphrase", "newpassphrase", "station", "note", "halfnote", "pasted", "contact",
    "answer", "comment", "folder", "filename", "filebytes", "search", "received", "crash", "badform", "argument",
)  # fmt: skip
_LETTERS = "bcdfghjklmnpqrstvwxz"


@dataclass(frozen=True)
class Canaries:
    """`mark` begins every word of a run, so that one search finds all of them."""

    mark: str

    @classmethod
    def fresh(cls) -> "Canaries":
        return cls("".join(secrets.choice(_LETTERS) for _letter in range(14)))

    def word(self, way: str) -> str:
        """Return the word of a way in: small letters only, so that no folding of cases hides it."""
        assert way in WAYS_IN
        return f"{self.mark}{way}"

    def all(self) -> dict[str, str]:
        return {way: self.word(way) for way in WAYS_IN}

    def found_in(self, content: bytes) -> list[str]:
        """Return the ways in whose words are there, in any spelling; "?" for one that is cut short."""
        found = set()
        for spelled, decode in self._spellings():
            at = content.find(spelled)
            while at >= 0:
                found.add(self._way(decode(content[at : at + 160])))
                at = content.find(spelled, at + 1)
        return sorted(found)

    def _way(self, text: str) -> str:
        after = text[len(self.mark) :]
        return max((way for way in WAYS_IN if after.startswith(way)), key=len, default="?")

    def _spellings(self) -> Iterator[tuple[bytes, "_Decoder"]]:
        for encoding in ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le"):  # UTF-8 and Latin-1 are one here
            yield self.mark.encode(encoding), _Decoder(encoding)
        yield self.mark.encode().hex().encode(), _Decoder("hex")
        for skipped in range(3):  # wherever in a run of base64 it begins
            middle = base64.b64encode(self.mark.encode()[(3 - skipped) % 3 :])[:16]
            yield middle, _Decoder("base64")


@dataclass(frozen=True)
class _Decoder:
    encoding: str

    def __call__(self, raw: bytes) -> str:
        if self.encoding == "hex":
            return bytes.fromhex("".join(_hex_at(raw))).decode("latin-1")
        if self.encoding == "base64":
            return ""
        return raw.decode(self.encoding, "replace")


def _hex_at(raw: bytes) -> Iterable[str]:
    for at in range(0, len(raw) - 1, 2):
        pair = raw[at : at + 2]
        if not all(byte in b"0123456789abcdef" for byte in pair):
            return
        yield pair.decode()
