"""One flipped bit in any file of a vault: harmless, mended, or named; never a crash, a silent loss, or wrong words."""

import os
import random
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from fieldinspect.domain.errors import BadInput, WorldFailed
from tests.faults import world
from tests.faults.crowd import MEMORY_DISK, share
from tests.faults.looking import Corrupt, Lost
from tests.faults.power.recording import leave_only, read_tree, write_tree
from tests.faults.power.scenarios import SCENARIOS
from tests.faults.power.states import Image
from tests.faults.result import Result

PAGE = 4096
SMALL = 16 * 1024
"""Files up to this size are flipped bit by bit; of larger ones, so many bits of every page."""
Place = tuple[str, int]


def flip(kind: str, bits_a_page: int, step: int = 1) -> Result:
    """Flip bits of every file of a closed vault, or of one whose process was killed (kind `closed`, `killed`)."""
    with tempfile.TemporaryDirectory(dir=MEMORY_DISK) as folder:
        trial = _Trial(Path(folder), killed=kind == "killed")
        places = list(trial.places(bits_a_page, step))
        return Result.of(f"flipped bits: {kind} vault", share(trial.flip_one, places))


class _Trial:
    def __init__(self, folder: Path, *, killed: bool) -> None:
        world.make_haste()
        self._folder, self._scenario = folder, SCENARIOS["capture"]
        root = folder / "disk"
        self._facts = self._scenario.prepare(root, brief=True)
        leave_only(root / world.VAULTS, "ann")
        self._promises: list[tuple[str, object]] = []
        self._image: Image = {}
        if killed:
            # The files as a killed process leaves them: read while the vault is open.
            with world.opened(root, "ann") as vault:
                self._scenario.write(vault, self._facts, self._say)
                self._image = read_tree(root)
        else:
            self._scenario.act(root, self._facts, self._say)
            self._image = read_tree(root)
        shutil.rmtree(root)

    def _say(self, what: str, which: object) -> None:
        self._promises.append((what, which))

    def places(self, bits_a_page: int, step: int) -> Iterator[Place]:
        chance = random.Random(1)
        for path, content in self._image.items():
            if not content or path.startswith(world.STICK):
                continue
            if len(content) <= SMALL:
                yield from ((path, bit) for bit in range(0, len(content) * 8, step))
                continue
            for page in range(0, len(content), PAGE):
                size = min(PAGE, len(content) - page) * 8
                yield from (
                    (path, page * 8 + bit) for bit in chance.sample(range(size), min(size, bits_a_page))
                )

    def flip_one(self, place: Place) -> tuple[int, str]:
        path, bit = place
        root = self._folder / f"flipped-{os.getpid()}"
        content = bytearray(self._image[path] or b"")
        content[bit // 8] ^= 1 << bit % 8
        write_tree(root, {**self._image, path: bytes(content)})
        world.live_in(root)
        name = Path(path).name
        try:
            self._scenario.look(root, self._facts, self._promises, None)
        except (Lost, Corrupt) as error:
            return 1, "" if _is_told(root) else f"lost: {name}: {error}, and nothing says so"
        except (BadInput, WorldFailed) as error:
            return 1, "" if _may_refuse(path) else f"corrupt: {name}: refused: {error}"
        except Exception as error:  # noqa: BLE001 - whatever else it is, it is a crash
            return 1, f"corrupt: {name}: {type(error).__name__}: {error}"
        return 1, ""


def _may_refuse(path: str) -> bool:
    """A damaged page or attachment may be refused; everything else is kept twice, or is not needed to read."""
    return "vault.db" in path or "/blobs/" in path


def _is_told(root: Path) -> bool:
    """Tell whether the vault, opened again, says that something is missing or damaged."""
    try:
        with world.opened(root, "ann") as vault:
            return bool(vault.losses()) or not vault.check(lambda _done, _all: None).whole
    except (BadInput, WorldFailed):
        return True
