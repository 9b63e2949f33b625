"""SSHSIG against the real ssh-keygen, both ways, and one accepted encoding."""

import base64
import shutil
import subprocess
from pathlib import Path

import pytest

from fieldinspect.crypto import sshsig
from fieldinspect.crypto.signing import PublicKey, SigningKey
from fieldinspect.crypto.sshsig import BadSignature

pytestmark = pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="ssh-keygen is not installed")
MESSAGE = b"the exact bytes\n\x00\xff"
NAMESPACE = sshsig.BUNDLE


def ssh_keygen(*arguments: str | Path, message: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        ["ssh-keygen", *map(str, arguments)], input=message, capture_output=True, check=False
    )


@pytest.fixture
def key() -> SigningKey:
    return SigningKey.generate()


def test_openssh_verifies_what_we_sign(key: SigningKey, tmp_path: Path) -> None:
    (tmp_path / "sig").write_text(sshsig.sign(MESSAGE, NAMESPACE, key))
    allowed = tmp_path / "allowed"
    allowed.write_text(sshsig.allowed_signers_line("rhian", key.public, (NAMESPACE, sshsig.ROSTER)))
    verify = ("-Y", "verify", "-f", allowed, "-I", "rhian", "-s", tmp_path / "sig", "-n")
    assert ssh_keygen(*verify, NAMESPACE, message=MESSAGE).returncode == 0
    assert ssh_keygen(*verify, NAMESPACE, message=MESSAGE + b"x").returncode != 0
    assert ssh_keygen(*verify, sshsig.FORM_SET, message=MESSAGE).returncode != 0
    checked = ssh_keygen("-Y", "check-novalidate", "-n", NAMESPACE, "-s", tmp_path / "sig", message=MESSAGE)
    assert checked.returncode == 0
    assert key.public.fingerprint.encode() in checked.stdout


def test_we_verify_what_openssh_signs_and_would_have_written_the_same(tmp_path: Path) -> None:
    path = tmp_path / "id"
    assert ssh_keygen("-q", "-t", "ed25519", "-N", "", "-C", "", "-f", path).returncode == 0
    signed = ssh_keygen("-Y", "sign", "-f", path, "-n", NAMESPACE, message=MESSAGE)
    armored = signed.stdout.decode()
    public = sshsig.verify(armored, MESSAGE, NAMESPACE)
    assert public == PublicKey.from_line(path.with_suffix(".pub").read_text().strip())
    parsed = sshsig.parse(armored)
    assert sshsig._armor(parsed.key, parsed.namespace, parsed.raw) == armored
    assert public.fingerprint.encode() in ssh_keygen("-l", "-f", path.with_suffix(".pub")).stdout


def test_another_message_namespace_or_key_is_refused(key: SigningKey) -> None:
    armored = sshsig.sign(MESSAGE, NAMESPACE, key)
    assert sshsig.verify(armored, MESSAGE, NAMESPACE) == key.public
    for message, namespace in ((MESSAGE[:-1], NAMESPACE), (MESSAGE, sshsig.ROSTER)):
        with pytest.raises(BadSignature):
            sshsig.verify(armored, message, namespace)


def body_of(armored: str) -> bytes:
    return base64.b64decode("".join(armored.split("\n")[1:-2]))


def armor(blob: bytes, columns: int = 70) -> str:
    text = base64.b64encode(blob).decode()
    lines = [text[i : i + columns] for i in range(0, len(text), columns)]
    return "\n".join(["-----BEGIN SSH SIGNATURE-----", *lines, "-----END SSH SIGNATURE-----", ""])


OTHER_ENCODINGS = {
    "no last line feed": lambda a: a[:-1],
    "carriage returns": lambda a: a.replace("\n", "\r\n"),
    "leading text": lambda a: "\n" + a,
    "trailing text": lambda a: a + "\n",
    "columns of 76": lambda a: armor(body_of(a), 76),
    "trailing bytes": lambda a: armor(body_of(a) + b"\0"),
    "hash sha256": lambda a: armor(body_of(a).replace(b"sha512", b"sha256")),
    "version 2": lambda a: armor(body_of(a).replace(b"SSHSIG\0\0\0\1", b"SSHSIG\0\0\0\2")),
    "another magic": lambda a: armor(body_of(a).replace(b"SSHSIG", b"SSHSIK")),
    "empty": lambda _a: "",
    "huge": lambda a: a + a * 100,
    "cut": lambda a: armor(body_of(a)[:40]),
    "length beyond the end": lambda a: armor(body_of(a)[:10] + b"\xff\xff\xff\xff"),
}


@pytest.mark.parametrize("change", OTHER_ENCODINGS.values(), ids=OTHER_ENCODINGS.keys())
def test_there_is_one_encoding(key: SigningKey, change) -> None:
    armored = sshsig.sign(MESSAGE, NAMESPACE, key)
    assert armor(body_of(armored)) == armored
    with pytest.raises(BadSignature):
        sshsig.verify(change(armored), MESSAGE, NAMESPACE)


def test_every_flipped_bit_is_refused(key: SigningKey) -> None:
    raw = sshsig.sign(MESSAGE, NAMESPACE, key).encode()
    for position in range(len(raw)):
        for bit in range(8):
            changed = raw[:position] + bytes([raw[position] ^ 1 << bit]) + raw[position + 1 :]
            with pytest.raises(BadSignature):
                sshsig.verify(changed.decode("latin-1"), MESSAGE, NAMESPACE)
