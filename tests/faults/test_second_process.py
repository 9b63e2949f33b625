"""One process a vault: a second is refused, and let in when the first is gone, however it went."""

import subprocess
import sys
from pathlib import Path

import pytest

from fieldinspect.domain.errors import BadInput
from fieldinspect.store.door import Door
from fieldinspect.store.lock import VaultIsOpen
from tests.faults import world
from tests.shared import ROOT
from tests.team import PASSPHRASE

HOLD = """
import sys
from pathlib import Path
from tests.faults import world
with world.opened(Path(sys.argv[1]), "own"):
    print("open", flush=True)
    sys.stdin.read()
"""


def test_a_second_process_is_refused_until_the_first_was_killed(tmp_path: Path) -> None:
    world.door(tmp_path).create("own", "Own", PASSPHRASE, folder_name="own").close()
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "open\n"
        with pytest.raises(VaultIsOpen):
            world.door(tmp_path).open(world.place(tmp_path, "own"), PASSPHRASE)
        with pytest.raises(VaultIsOpen):
            world.door(tmp_path).rotate(world.place(tmp_path, "own"), PASSPHRASE, PASSPHRASE)
        first.kill()
    with world.opened(tmp_path, "own") as vault:
        assert vault.losses() == []


def test_making_a_vault_where_one_is_open_is_refused(tmp_path: Path) -> None:
    door: Door = world.door(tmp_path)
    vault = door.create("own", "Own", PASSPHRASE, folder_name="own")
    with pytest.raises(BadInput, match="already"):
        door.create("own", "Own", PASSPHRASE, folder_name="own")
    vault.close()
