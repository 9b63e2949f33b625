"""Files for outsiders, checked by the real ssh-keygen."""

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from fieldinspect.crypto import sshsig
from fieldinspect.domain.roster import Device, Person, Revocation, Roster
from fieldinspect.services.outsiders import allowed_signers, revocation_list
from tests.journal.test_acceptance import roster_of
from tests.journal.writers import Writer

pytestmark = pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="ssh-keygen is not installed")
ANN, BEN, ROOT = Writer("a" * 32), Writer("b" * 32), Writer("c" * 32)
EVIL = 'Eve\n* namespaces="file" ssh-ed25519 AAAA "x" # \r\nroot\u2028'


@pytest.fixture
def roster() -> Roster:
    return replace(roster_of(ANN, BEN), roots=(ROOT.signer.public.line,), issued="2030-01-01T00:00:00+00:00")


def verify(
    folder: Path, signers: str, writer: Writer, principal: str, *more: str, namespace: str = sshsig.BUNDLE
) -> bool:
    (folder / "signers").write_text(signers)
    (folder / "sig").write_text(sshsig.sign(b"manifest", namespace, writer.signer))
    command = ["ssh-keygen", "-Y", "verify", "-f", str(folder / "signers"), "-I", principal, "-n", namespace]
    done = subprocess.run(
        [*command, "-s", str(folder / "sig"), *more], input=b"manifest", capture_output=True, check=False
    )
    return done.returncode == 0


def device_of(writer: Writer) -> str:
    return writer.signer.public.fingerprint


def test_each_key_verifies_what_it_may_sign_and_nothing_else(roster: Roster, tmp_path: Path) -> None:
    signers = allowed_signers(roster)
    assert verify(tmp_path, signers, ANN, device_of(ANN))
    assert not verify(tmp_path, signers, ANN, device_of(BEN))
    assert not verify(tmp_path, signers, ANN, device_of(ANN), namespace=sshsig.ROSTER)
    assert not verify(tmp_path, signers, ANN, device_of(ANN), namespace=sshsig.FORM_SET)
    assert verify(tmp_path, signers, ROOT, "root", namespace=sshsig.ROSTER)
    assert not verify(tmp_path, signers, ROOT, "root")
    forms = allowed_signers(replace(roster, form_signers=(ANN.signer.public.line,)))
    assert verify(tmp_path, forms, ANN, device_of(ANN), namespace=sshsig.FORM_SET)


def test_a_root_that_was_replaced_is_believed_no_more(roster: Roster, tmp_path: Path) -> None:
    rotated = replace(roster, roots=(BEN.signer.public.line,))
    assert not verify(tmp_path, allowed_signers(rotated), ROOT, "root", namespace=sshsig.ROSTER)


def test_dates_are_those_of_the_person(roster: Roster, tmp_path: Path) -> None:
    ann = Person("a" * 32, "Ann", (), valid_from="2025-01-01T00:00:00+00:00", valid_until="2025-12-31")
    signers = allowed_signers(replace(roster, people=(ann, roster.people[1])))
    for day, holds in (("20241231", False), ("20250601", True), ("20260101", False)):
        assert verify(tmp_path, signers, ANN, device_of(ANN), "-O", f"verify-time={day}") is holds


@pytest.mark.parametrize("name", [EVIL, "a" * 5000, "", '"', "\x00\x1b[2J", "# x\n\n"])
def test_a_name_cannot_add_a_signer_or_break_the_file(roster: Roster, tmp_path: Path, name: str) -> None:
    eve = replace(roster.people[0], name=name)
    signers = allowed_signers(replace(roster, people=(eve, roster.people[1])))
    assert len(signers.splitlines()) == 6
    assert verify(tmp_path, signers, ANN, device_of(ANN))
    assert not verify(tmp_path, signers, ANN, "root", namespace=sshsig.ROSTER)
    assert not verify(tmp_path, signers, ANN, "*", namespace="file")


def asked(folder: Path, writer: Writer) -> subprocess.CompletedProcess[str]:
    (folder / "key.pub").write_text(writer.signer.public.line + "\n")
    return subprocess.run(
        ["ssh-keygen", "-Q", "-l", "-f", str(folder / "krl"), str(folder / "key.pub")],
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_revoked_laptop_is_in_the_list_and_its_signatures_are_refused(
    roster: Roster, tmp_path: Path
) -> None:
    revoked = replace(roster, version=9, revocations=(Revocation(device_of(ANN), "", 0),))
    (tmp_path / "krl").write_bytes(revocation_list(revoked))
    told = asked(tmp_path, ANN)
    assert told.returncode == 1
    assert "KRL version 9" in told.stdout
    assert "2030" in told.stdout
    assert asked(tmp_path, BEN).returncode == 0
    signers, krl = allowed_signers(revoked), ("-r", str(tmp_path / "krl"))
    assert not verify(tmp_path, signers, ANN, device_of(ANN), *krl)
    assert verify(tmp_path, signers, BEN, device_of(BEN), *krl)


def test_a_laptop_whose_status_alone_says_so_is_in_the_list_and_who_left_is_not(
    roster: Roster, tmp_path: Path
) -> None:
    def with_status(device: Device, status: str) -> Device:
        return replace(device, status=status)

    devices = (with_status(roster.devices[0], "revoked"), with_status(roster.devices[1], "left"))
    (tmp_path / "krl").write_bytes(revocation_list(replace(roster, devices=devices)))
    assert asked(tmp_path, ANN).returncode == 1
    assert asked(tmp_path, BEN).returncode == 0


def test_a_list_of_none_is_a_list(roster: Roster, tmp_path: Path) -> None:
    (tmp_path / "krl").write_bytes(revocation_list(replace(roster, issued="")))
    assert asked(tmp_path, ANN).returncode == 0
