"""Every check is needed: with it taken out, an attack that it refuses gets through."""

from dataclasses import dataclass

import pytest

from fieldinspect import archive
from fieldinspect.crypto import sshsig
from fieldinspect.crypto.age import header, recipients
from fieldinspect.crypto.signing import PublicKey
from fieldinspect.exchange import manifest, reader
from fieldinspect.journal import acceptance, entry, roster
from fieldinspect.services import programme, receipts
from fieldinspect.store import entries, merging, pen, verify
from tests.attacks.catalogue import GotThrough, Refused, catalogue, play
from tests.attacks.field import Field
from tests.attacks.weakening import weaken

ATTACKS = catalogue()


@dataclass(frozen=True)
class Cut:
    """One check: where it stands, and what stands there instead."""

    owner: object
    function: str
    check: str
    instead: str = "True"


MAC = Cut(header.Header, "check_mac", "raise HeaderChanged", "pass")
ENV = Cut(reader, "_check_addressing", "facts.env == opened.header.digest")

# What is taken out -> the attack that gets through. Where two checks stand one behind the other, both are taken out.
MUTANTS: dict[str, tuple[Cut | tuple[Cut, ...], str]] = {
    "MAC and env": ((MAC, ENV), "header MAC of zeros"),
    "env": (ENV, "re-wrapped for the same recipients once more"),
    "as many named as there are stanzas": (
        Cut(reader, "_check_addressing", "len(facts.to) == len(set(facts.to)) == len(opened.header.stanzas)"),
        "a recipient who is not named",
    ),
    "our name at our stanza": (
        Cut(
            reader,
            "_check_addressing",
            "facts.to[opened.stanza] == recipient_fingerprint(identity.recipient.text)",
        ),
        "manifest: for ann at the lead's stanza",
    ),
    "the writer's own key": (
        Cut(reader, "_read_manifest", "manifest.facts.device != key.fingerprint", "False"),
        "a member's bundle in the name of another member",
    ),
    "a writer of the team": (
        Cut(reader, "_is_trusted", "checks.resolve_signer(key.fingerprint) == key"),
        "signed by a stranger in their own name",
    ),
    "last day": (
        Cut(reader, "_check_occasion", "if facts.not_after and", "if False and"),
        "shown long after its time",
    ),
    "digest of a member": (
        Cut(reader, "_verified", "digest.hexdigest() != member.digest", "False"),
        "keys changed under the manifest",
    ),
    "number of lines": (
        Cut(reader, "_stage_entries", "count.lines != facts.entries", "False"),
        "manifest: more entries than there are",
    ),
    "end of the archive": (
        Cut(reader, "_read_members", "archive.end()", "pass"),
        "tar: a second archive behind the end",
    ),
    "one encoding of a manifest": (
        Cut(reader, "read_manifest", "_encode(facts, listed) != raw", "False"),
        "manifest: one fact twice",
    ),
    "order of attachments": (
        Cut(manifest, "_is_well_ordered", "blobs == sorted(set(blobs))"),
        "manifest: attachments in another order",
    ),
    "name of an attachment": (
        Cut(manifest, "_is_well_ordered", "member.name == BLOBS + member.digest"),
        "manifest: an attachment under a wrong digest",
    ),
    "one encoding of keys": (
        Cut(reader, "read_record_keys", "write_record_keys(keys) != raw", "False"),
        "keys: one record twice",
    ),
    "one header of a member": (
        Cut(archive.TarReader, "begin", "header != expected or", ""),
        "tar: a symbolic link",
    ),
    "padding": (
        Cut(
            archive.TarReader,
            "pieces",
            "if any(self._exactly(-size % BLOCK))",
            "if not self._exactly(-size % BLOCK) and size % BLOCK",
        ),
        "tar: words in the padding",
    ),
    "signature of a manifest": (
        Cut(
            sshsig.Signature, "is_over", "self.key.verifies(self.raw, signed_bytes(message, self.namespace))"
        ),
        "signature: of zeros under a member's key",
    ),
    "namespace": (
        Cut(sshsig, "verify", "signature.namespace != namespace or", ""),
        "signature: made for a team list",
    ),
    "one encoding of a signature": (
        Cut(sshsig, "parse", "_armor(signature.key, signature.namespace, signature.raw) != armored", "False"),
        "signature: in lines of 76",
    ),
    "small order": (
        Cut(PublicKey, "__post_init__", "height >= _PRIME or height in _SMALL_ORDER", "False"),
        "team list: a laptop whose key verifies everything",
    ),
    "low order": (
        Cut(
            recipients,
            "_probe",
            "X25519PrivateKey.generate().exchange(X25519PublicKey.from_public_bytes(public))",
            "pass",
        ),
        "team list: a laptop to which nothing can be sealed",
    ),
    "one encoding of a line": (
        Cut(merging, "from_line", "_encode(parts) != line", "False"),
        "entry: base 64 of the same bytes in other letters",
    ),
    "one encoding of a header": (
        Cut(entry, "read_entry", "_encode(header) != header_bytes", "False"),
        "entry: white space",
    ),
    "digest of a body": (
        Cut(entry, "read_entry", "hashlib.sha256(sealed).hexdigest() != header.body", "False"),
        "a body exchanged for another of the same record",
    ),
    "place of a body": (
        Cut(
            entry,
            "_associated",
            'f"{device}\\n{incarnation}\\n{sequence}\\n{record}\\n".encode()',
            "record.encode()",
        ),
        "a body moved to another place of the chain",
    ),
    "signature of an entry": (
        Cut(verify.SignatureCheck, "__call__", "not is_signed_by(entry, key)", "False"),
        "an entry signed by another laptop than it names",
    ),
    "author": (
        Cut(acceptance.Gate, "writer", "device.person != header.author", "False"),
        "an entry that names the lead as its author",
    ),
    "role": (
        Cut(acceptance.Gate, "body", "if not may_write(roles, body.kind)", "if False"),
        "a form set by an inspector",
    ),
    "revocation": (
        Cut(acceptance.Gate, "writer", "header.sequence > limit", "False"),
        "an entry of a revoked laptop past its sequence",
    ),
    "what the founder said": (
        Cut(
            entries,
            "of_another_kind",
            "(body.kind, body.parent, body.inspection) != (said.kind, said.parent, said.inspection)",
            "False",
        ),
        "an entry that says a note is a print log",
    ),
    "the founder's scope": (
        Cut(entries, "scope_of", "by_founder or {", "{"),
        "junk in a scope nobody holds, to keep a note back",
    ),
    "keys that a body names": (
        Cut(
            merging,
            "keep_named_keys",
            "(key := given.named(record, commitment)) is not None",
            "(key := (given.of(record) or (None,))[0]) is not None",
        ),
        "a key that the body does not name",
    ),
    "horizon": (
        (
            Cut(merging.Tally, "follow", "<= self.horizon", ""),
            Cut(pen.Pen, "observing", "if clock <= self.horizon() else self", ""),
        ),
        "a clock of another century",
    ),
    "the roots before": (
        Cut(roster, "_next", "_open(raw, before)", "pass"),
        "team list: a member's own roots, signed by them",
    ),
    "its own roots": (
        Cut(roster, "_next", "_open(raw, _decode(unverified_text(raw)))", "_decode(unverified_text(raw))"),
        "team list: the roots exchanged by the old ones alone",
    ),
    "no laptop left out": (
        Cut(roster, "check_following", "_laptops(before) <= _laptops(after)"),
        "team list: a laptop left out",
    ),
    "no role forgotten": (
        Cut(roster, "check_following", "before.every_role_of(person.id) <= after.every_role_of(person.id)"),
        "team list: a role that never was",
    ),
    "previous": (
        Cut(roster, "check_following", "after.previous == digest(before_raw)"),
        "team list: a version that skips back",
    ),
    "contradiction": (
        Cut(roster, "newer", "digest(held[roster.version][1]) != digest(one)", "False"),
        "team list: two of one number",
    ),
    "numbers": (
        Cut(roster, "_is_sound", "_numbers_are_sound(roster)"),
        "team list: more days than a calendar has",
    ),
    "signature of a request": (
        Cut(programme, "read_request", "open_document(raw, REQUEST_NAMESPACE, {key}, 1)", "pass"),
        "request: signed by another key than it names",
    ),
    "name of a laptop": (
        (
            Cut(programme, "read_request", "key.fingerprint == request.device"),
            Cut(roster, "_is_sound", "PublicKey.from_line(one.signing).fingerprint == one.id"),
        ),
        "request: for a laptop of another name",
    ),
    "digits": (
        Cut(programme, "join", "not are_said(digits, rosters.root_fingerprint(read))", "False"),
        "a false team list under the digits of the true one",
    ),
    "addressee of what is receipted": (
        Cut(receipts, "_arrivals", "said.device not in one.devices", "False"),
        "receipt: by somebody it was not sealed for",
    ),
    "file of what is receipted": (
        Cut(
            receipts,
            "_arrivals",
            '(said.get("bundle"), said.get("digest"))',
            'next(((b, d) for b, d in sent if b == said.get("bundle")), None)',
        ),
        "receipt: for another file of that name",
    ),
}


@pytest.mark.parametrize("name", MUTANTS)
def test_without_the_check_the_attack_gets_through(
    name: str, field: Field, monkeypatch: pytest.MonkeyPatch
) -> None:
    cuts, attack = MUTANTS[name]
    for cut in cuts if isinstance(cuts, tuple) else (cuts,):
        weaken(monkeypatch, cut.owner, cut.function, cut.check, cut.instead)
    recipients.parse_recipient.cache_clear()  # it keeps what it let pass
    with pytest.raises(AssertionError) as caught:
        play(ATTACKS[attack], field)
    recipients.parse_recipient.cache_clear()
    if isinstance(ATTACKS[attack].ends, Refused):
        assert isinstance(caught.value, GotThrough)
        assert caught.value.refused is None
