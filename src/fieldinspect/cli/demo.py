"""The demonstration: the main job, from briefing to printed summary, on the sample inspection."""

import argparse
import shutil
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Final

from fieldinspect import resources
from fieldinspect.cli.common import command, say
from fieldinspect.crypto.argon import FLOOR_COST
from fieldinspect.crypto.signing import PublicKey
from fieldinspect.crypto.sshsig import BUNDLE, allowed_signers_line
from fieldinspect.domain.errors import BadInput
from fieldinspect.domain.roster import Roster
from fieldinspect.exchange.envelope import BundleEnvelope
from fieldinspect.files import atomic_write, private_folder
from fieldinspect.i18n import _
from fieldinspect.report.visit_summary import render_visit_summary
from fieldinspect.services import printing
from fieldinspect.services.sample import LEAD, Sample, assemble, load_sample, play, summary_facts
from fieldinspect.store.door import Door
from fieldinspect.store.vault import StoredVault

if TYPE_CHECKING:
    from fieldinspect.cli.common import Commands

_PARTS: Final = ("vaults", "bundles", "verify")


def add_commands(commands: "Commands") -> None:
    demo = command(commands, "demo", _("run the main job on the sample inspection"), vault=False)
    demo.add_argument("--out", type=Path, required=True, help=_("folder for the results"))
    demo.set_defaults(command=_demo)


def _demo(options: argparse.Namespace) -> int:
    out: Path = options.out
    sample = load_sample()
    _make_room(out)
    door = Door(out / "vaults", FLOOR_COST)
    with ExitStack() as closing:
        vaults = {}
        for part in sample.people:
            vault = door.create(part.vault, part.name, sample.passphrase, folder_name=part.vault)
            closing.callback(vault.close)
            vaults[part.vault] = vault
        inspection = assemble(sample, vaults)
        visit, bundles = play(sample, inspection, vaults, BundleEnvelope(), private_folder(out / "bundles"))
        lead = vaults[LEAD]
        copy = printing.Copy(sample.issued)
        printed = printing.issue_summary(lead, render_visit_summary, visit, copy, happened=sample.visit.at)
        atomic_write(out / "summary.pdf", printed.pdf)
        _leave_proof(out / "verify", lead)
        facts = ", ".join(f"{kind} {count}" for kind, count in sorted(summary_facts(lead, visit).items()))
    _tell(out, sample, len(bundles), facts)
    return 0


def _make_room(out: Path) -> None:
    """Clear what an earlier demonstration left; refuse a folder that holds anything else."""
    if out.is_dir():
        ours = {*_PARTS, "summary.pdf", "README.txt"}
        if any(path.name not in ours for path in out.iterdir()):
            raise BadInput(_("The folder holds other files. Choose an empty one"))
        for path in out.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    private_folder(out)


def _leave_proof(folder: Path, lead: StoredVault) -> None:
    """Leave what a sceptic needs to open and check the bundles with stock tools alone."""
    private_folder(folder)
    roster = lead.roster()
    if roster is None:
        raise BadInput(_("The sample has no team list"))
    identity = next(text for text in lead.receiving_identities() if "-PQ-" not in text)
    atomic_write(folder / "lead-identity.txt", f"{identity}\n".encode())
    atomic_write(folder / "allowed_signers", _allowed_signers(roster).encode())
    for name in ("README.md", "verify.sh"):
        atomic_write(folder / name, resources.file(f"sample/verify/{name}").read_bytes())
    (folder / "verify.sh").chmod(0o700)


def _allowed_signers(roster: Roster) -> str:
    return "".join(
        allowed_signers_line(device.id, PublicKey.from_line(device.signing), (BUNDLE,))
        for device in roster.devices
    )


def _tell(out: Path, sample: Sample, bundles: int, facts: str) -> None:
    lines = [
        _("The sample inspection is in {folder}").format(folder=out),
        _("  vaults/      three vaults; their passphrase is {passphrase}").format(
            passphrase=sample.passphrase
        ),
        _("  bundles/     {count} encrypted, signed bundles").format(count=bundles),
        _("  summary.pdf  the force contact's copy of the visit ({facts})").format(facts=facts),
        _(
            "  verify/      verify.sh opens and checks the bundles with age, tar, ssh-keygen and sha256sum alone"
        ),
    ]
    text = "\n".join(lines)
    atomic_write(out / "README.txt", f"{text}\n".encode())
    say(text)
