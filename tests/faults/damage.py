"""Damage to any file of a vault: harmless, mended, or named; never a crash, a silent loss, or wrong words.

Damage is one flipped bit, a file cut short, or a file that is gone. What may be *refused* is a damaged database, log or
attachment; every other file is kept twice, or not needed to read, and its damage must keep nobody out.
"""

import os
import random
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from fieldinspect.domain.errors import BadInput, Bug, WorldFailed
from fieldinspect.services.vault_keys import TooSoon
from tests.faults import world
from tests.faults.crowd import MEMORY_DISK, share
from tests.faults.looking import Corrupt, Lost
from tests.faults.power.disk import SECTOR
from tests.faults.power.scenario import Promises
from tests.faults.power.working import Capture
from tests.faults.result import Result
from tests.faults.tree import Image, leave_only, read_tree, write_tree

PAGE = 4096
SMALL = 2048
"""Files up to this size are flipped bit by bit; of larger ones, so many bits of every page."""


@dataclass(frozen=True)
class Damage:
    """To a file: the bit that is flipped, or the length it is cut to, or neither when it is gone."""

    path: str
    bit: int | None = None
    length: int | None = None

    def to(self, image: Image) -> Image:
        content = image[self.path] or b""
        if self.bit is not None:
            flipped = bytearray(content)
            flipped[self.bit // 8] ^= 1 << self.bit % 8
            return {**image, self.path: bytes(flipped)}
        if self.length is not None:
            return {**image, self.path: content[: self.length]}
        return {path: other for path, other in image.items() if path != self.path}

    def may_be_refused(self) -> bool:
        return "vault.db" in self.path or "/blobs/" in self.path


def damage(kind: str, bits_a_page: int, step: int = 1, only: str = "") -> Result:
    """Damage a vault that is `closed`, or whose process was `killed`; every `step`-th time, and `only` these files."""
    with tempfile.TemporaryDirectory(dir=MEMORY_DISK) as folder:
        trial = _Trial(Path(folder), killed=kind == "killed")
        every = [one for one in trial.damages(bits_a_page) if one.path.endswith(only)]
        return Result.of(f"damaged files: {kind} vault", share(trial.look, every[::step]))


class _Trial:
    def __init__(self, folder: Path, *, killed: bool) -> None:
        world.make_haste()
        self._folder, self._scenario = folder, Capture()
        root = folder / "disk"
        self._facts = self._scenario.prepare(root, brief=True)
        leave_only(root / world.VAULTS, self._scenario.vault)
        said: list[tuple[str, object]] = []

        def say(what: str, which: object) -> None:
            said.append((what, which))

        if killed:
            with world.opened(root, self._scenario.vault) as vault:
                self._scenario.write(vault, self._facts, say)
                self._image = read_tree(root)  # as a killed process leaves them: the log is not folded in
        else:
            self._scenario.act(root, self._facts, say)
            self._image = read_tree(root)
        self._promises: Promises = said
        shutil.rmtree(root)

    def damages(self, bits_a_page: int) -> Iterator[Damage]:
        chance = random.Random(1)
        for path, content in self._image.items():
            if content is None or path.startswith(world.STICK):
                continue
            yield Damage(path)
            yield from (
                Damage(path, length=cut) for cut in range(0, len(content), max(SECTOR, len(content) // 64))
            )
            if len(content) <= SMALL:
                yield from (Damage(path, bit=bit) for bit in range(len(content) * 8))
                continue
            for page in range(0, len(content), PAGE):
                size = min(PAGE, len(content) - page) * 8
                for bit in chance.sample(range(size), min(size, bits_a_page)):
                    yield Damage(path, bit=page * 8 + bit)

    def look(self, what: Damage) -> tuple[int, str]:
        """Return 1 and what went wrong, or ""."""
        root = self._folder / f"damaged-{os.getpid()}"
        write_tree(root, what.to(self._image))
        world.live_in(root)
        name = Path(what.path).name if "/blobs/" not in what.path else "attachment"
        try:
            self._look(root)
        except (Lost, Corrupt) as error:
            return 1, "" if self._is_told(root) else f"lost: {name}: {error}, and nothing says so"
        except Bug as error:
            return 1, f"corrupt: {name}: Bug: {error}"
        except (BadInput, WorldFailed) as error:
            return 1, "" if what.may_be_refused() else f"corrupt: {name}: refused: {error}"
        except Exception as error:  # noqa: BLE001 - whatever else it is, it is a crash
            return 1, f"corrupt: {name}: {type(error).__name__}: {error}"
        return 1, ""

    def _look(self, root: Path) -> None:
        try:
            self._scenario.look(root, self._facts, self._promises, None)
        except TooSoon:  # the record of tries is damaged: after the longest wait the owner gets in
            with world.later():
                self._scenario.look(root, self._facts, self._promises, None)

    def _is_told(self, root: Path) -> bool:
        """Tell whether the vault, opened again, says that something is missing or damaged."""
        try:
            with world.opened(root, self._scenario.vault) as vault:
                return bool(vault.losses()) or not vault.check().whole
        except (BadInput, WorldFailed):
            return True
