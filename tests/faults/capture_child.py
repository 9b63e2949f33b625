"""A process that captures until it is killed. It acknowledges on standard output only what the store has promised."""

import sys
from datetime import UTC, datetime
from pathlib import Path

from fieldinspect.domain.errors import WorldFailed
from fieldinspect.domain.kinds import Kind
from fieldinspect.domain.views import Draft, DraftKey, VaultPlace
from fieldinspect.services import capture
from fieldinspect.store.door import Door
from tests.team import PASSPHRASE

DRAFT = DraftKey("d" * 32, "text")


def main(folder: Path, visit: str) -> None:
    vault = Door(folder.parent).open(VaultPlace(str(folder), folder.name), PASSPHRASE)
    number = 0
    while True:
        number += 1
        now = datetime.now(UTC)
        text = f"note {number} " + "word " * (number % 40)
        try:
            vault.save_draft(Draft(DRAFT, visit, Kind.NOTE, text, now, now))
            print(f"draft {number}", flush=True)
            note = capture.add_note(vault, visit, text, happened=now, promote=DRAFT)
        except WorldFailed as error:
            print(f"full {error}", flush=True)
            return
        print(f"note {note}", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
