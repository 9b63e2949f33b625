"""The instruments of an inspection: forms in a signed set, carried in the journal like everything else."""

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

import msgspec

from fieldinspect.crypto.signed import DocumentRefused, document_of, open_document, sign_document, signers
from fieldinspect.crypto.signing import PublicKey, SigningKey
from fieldinspect.domain.errors import BadInput
from fieldinspect.domain.ids import new_record_id
from fieldinspect.domain.kinds import FORM_OF, Kind
from fieldinspect.domain.roster import Roster
from fieldinspect.domain.views import RecordView
from fieldinspect.forms import Form, load
from fieldinspect.i18n import _
from fieldinspect.resources import forms_folder
from fieldinspect.services import form_pictures
from fieldinspect.services.form_pictures import Picture
from fieldinspect.services.ports import Reader, Replica, Vault, Write

FORMAT: Final = "fieldinspect-formset/1"
NAMESPACE: Final = "fieldinspect-formset@1"
MANIFEST: Final = "manifest"
ROOT_KEY: Final = "root-key"
NEXT_ROOT_KEY: Final = "next-root-key"
"""Names of this vault's secrets: its root key, and one that is to take its place."""
_FORM_FIELD: Final = "form/"
_MOST_BYTES: Final = 3 * 1024 * 1024
"""Of the forms of a set together: a set is one entry, and an entry has a limit (journal/entry)."""


Signer = Callable[[str], bytes]
"""Makes a text a signed document."""


class FormEntry(msgspec.Struct, frozen=True, omit_defaults=True):
    """One form of a set: its id, version, the SHA-256 of its compiled XForm, and its pictures."""

    id: str
    version: str
    sha256: str
    pictures: tuple[Picture, ...] = ()


class FormSet(msgspec.Struct, frozen=True):
    """What is signed: which forms, exactly, an inspection captures with."""

    format: str
    inspection: str
    version: int
    issued: str
    forms: tuple[FormEntry, ...]


class FormsNotTrusted(BadInput):
    def __init__(self) -> None:
        super().__init__(
            _("The forms of this inspection are not signed by its team list. Ask for them again")
        )


def signer_with(keys: list[SigningKey]) -> Signer:
    """Return what signs a form set with these root keys."""
    return lambda text: sign_document(text, keys, NAMESPACE)


def root_keys_here(vault: Replica) -> list[SigningKey]:
    """Return the root keys that this vault holds, in force or not."""
    secrets = dict.fromkeys(vault.secret(name) for name in (ROOT_KEY, NEXT_ROOT_KEY))
    return [SigningKey(secret) for secret in secrets if secret]


def own_root(vault: Replica) -> SigningKey | None:
    """Return the root key of this vault that the team list in force names, None where it has none."""
    roster = vault.roster()
    return _root_under(vault, roster) if roster is not None else None


def _root_under(vault: Replica, roster: Roster) -> SigningKey | None:
    return next((key for key in root_keys_here(vault) if key.public.line in roster.roots), None)


def own_signer(vault: Replica) -> Signer | None:
    """Return what signs forms here: a root key of this vault, or this laptop where the team list lets it."""
    roster = vault.roster()
    return signer_under(vault, roster) if roster is not None else None


def signer_under(vault: Replica, roster: Roster) -> Signer | None:
    """Return what would sign forms here by this team list."""
    root = _root_under(vault, roster)
    if root is not None:
        return signer_with([root])
    if vault.signing_key_line() in roster.form_signers:
        return lambda text: document_of(text, [vault.sign(text.encode(), NAMESPACE)])
    return None


def renew_signature(vault: Replica, inspection: str, *, now: datetime) -> None:
    """Sign the forms in force once more after the root keys changed, where this vault may."""
    if own_signer(vault) is not None and _trusted(vault, inspection):
        publish_forms(vault, inspection, {}, now=now)


def shipped_forms() -> dict[str, tuple[str, bytes]]:
    """Return the instruments shipped with the program: version and compiled XForm, by form id."""
    compiled = {name: (forms_folder() / name / "form.xml").read_bytes() for name in FORM_OF.values()}
    return {name: (load(xml).version, xml) for name, xml in compiled.items()}


def sign_form_set(
    inspection: str,
    version: int,
    issued: str,
    forms: Mapping[str, tuple[str, bytes]],
    signer: Signer,
    pictures: Mapping[str, tuple[Picture, ...]] | None = None,
) -> dict[str, str | None]:
    """Return the fields of a form-set record: the signed manifest and each form's XML, by form id."""
    shown = pictures or {}
    entries = tuple(
        FormEntry(name, form_version, hashlib.sha256(xml).hexdigest(), shown.get(name, ()))
        for name, (form_version, xml) in sorted(forms.items())
    )
    text = msgspec.json.encode(FormSet(FORMAT, inspection, version, issued, entries)).decode()
    fields: dict[str, str | None] = {MANIFEST: signer(text).decode()}
    fields.update({f"{_FORM_FIELD}{name}": xml.decode() for name, (_version, xml) in forms.items()})
    return fields


def publish_forms(
    vault: Replica,
    inspection: str,
    forms: Mapping[str, bytes],
    *,
    now: datetime,
    pictures: Mapping[str, Mapping[str, bytes]] | None = None,
) -> int:
    """Put forms (compiled XForm by form id) into force, beside those an inspection has; return the set’s version.

    `pictures` are files by name, by form id; what a form does not ask for is left out. Only a vault with a root
    key, or a laptop that the team list names for it, signs them. Raises `BadInput` for a form whose id is not its
    root's name, or that changed without a new version: a record names the version it was answered with; and for a
    file that is no picture.
    """
    signer = own_signer(vault)
    if signer is None:
        raise BadInput(_("Only a laptop that the team list names for it can sign forms"))
    record, form_set = _current(vault, inspection)
    before = {one.id: one for one in form_set.forms}
    merged = {one.id: (one.version, record.get(f"{_FORM_FIELD}{one.id}").encode()) for one in form_set.forms}
    shown = {one.id: one.pictures for one in form_set.forms}
    files: list[bytes] = []
    for name, xml in forms.items():
        form, given = load(xml), (pictures or {}).get(name, {})
        shown[name] = form_pictures.named(form, given)
        _check_publishable(name, form, shown[name], before.get(name))
        merged[name] = (form.version, xml)
        files += [given[one.name] for one in shown[name]]
    if sum(len(xml) for _version, xml in merged.values()) > _MOST_BYTES:
        raise BadInput(_("The forms of an inspection may have 3 MB together. Shorten their lists of choices"))
    form_pictures.check_together(one for those in shown.values() for one in those)
    version = form_set.version + 1
    fields = sign_form_set(inspection, version, now.isoformat(), merged, signer, shown)
    made = new_record_id(vault.identity.device)
    vault.write(
        [
            Write(made, Kind.FORM_SET, inspection, inspection, fields, now),
            *form_pictures.keep(vault, made, inspection, files, now=now),
        ]
    )
    return version


def _check_publishable(
    name: str, form: Form, pictures: tuple[Picture, ...], before: FormEntry | None
) -> None:
    if form.id != name or form.root.name != name:
        raise BadInput(
            _(
                "The form “{name}” calls itself “{id}”. Its form_id, its folder and its root must be one name"
            ).format(name=name, id=form.id)
        )
    if not form.version:
        raise BadInput(_("The form “{name}” has no version. Enter one in its settings").format(name=name))
    unchanged = before and (before.sha256, before.pictures) == (form.digest, pictures)
    if before and before.version == form.version and not unchanged:
        raise BadInput(
            _("The form “{name}” was changed, but not its version {version}. Enter a new version").format(
                name=name, version=form.version
            )
        )


def pictures_of(vault: Vault, inspection: str, xml: bytes) -> dict[str, bytes]:
    """Return the pictures that a trusted set has for this form, by name; those that are not here are left out."""
    if b"jr://images/" not in xml:
        return {}  # most forms have none: no signature need be checked again
    digest = hashlib.sha256(xml).hexdigest()
    for _record, form_set in sorted(_trusted(vault, inspection), key=lambda pair: -pair[1].version):
        for entry in form_set.forms:
            if entry.sha256 == digest:
                return form_pictures.read(vault, inspection, entry.pictures)
    return {}


def form_xml(vault: Reader, inspection: str, kind: str) -> bytes:
    """Return the form now in force for a kind of record; raise `FormsNotTrusted` unless the set's signature holds."""
    record, form_set = _current(vault, inspection)
    return _verified(record, _entry(form_set, kind))


def form_of(vault: Reader, record: RecordView) -> bytes:
    """Return the form a record was captured with, of whatever set; raise `FormsNotTrusted`."""
    named = record.get("form")
    for kept, form_set in _trusted(vault, record.inspection):
        for entry in form_set.forms:
            if _name(entry) == named:
                return _verified(kept, entry)
    raise FormsNotTrusted


def form_name(vault: Reader, inspection: str, kind: str) -> str:
    """Return "id version digest" of the form now in force for a kind: every record carries it."""
    return _name(_entry(_current(vault, inspection)[1], kind))


def _name(entry: FormEntry) -> str:
    return f"{entry.id} {entry.version} {entry.sha256}"


def _verified(record: RecordView, entry: FormEntry) -> bytes:
    xml = record.get(f"{_FORM_FIELD}{entry.id}").encode()
    if hashlib.sha256(xml).hexdigest() != entry.sha256:
        raise FormsNotTrusted
    return xml


def _entry(form_set: FormSet, kind: str) -> FormEntry:
    wanted = FORM_OF[Kind(kind)]
    for entry in form_set.forms:
        if entry.id == wanted:
            return entry
    raise BadInput(_("This inspection has no form for this. Ask your team lead for its forms"))


def _current(vault: Reader, inspection: str) -> tuple[RecordView, FormSet]:
    """Return the record and content of the highest set that a signer of the team list in force signed.

    A key that no longer signs cannot put a set in the place of one of today's; where nobody signed anew since the
    keys changed, the old sets still serve.
    """
    trusted = _trusted(vault, inspection)
    roster = vault.roster()
    today = {*roster.roots, *roster.form_signers} if roster is not None else set()
    if today < vault.roots():
        trusted = [pair for pair in trusted if _is_signed_by(pair[0], today)] or trusted
    if not trusted:
        raise BadInput(_("This inspection has no forms yet. Receive a bundle from your team lead first"))
    return max(trusted, key=lambda pair: pair[1].version)


def _is_signed_by(record: RecordView, lines: set[str]) -> bool:
    return any(key.line in lines for key in signers(record.get(MANIFEST).encode(), NAMESPACE))


def _trusted(vault: Reader, inspection: str) -> list[tuple[RecordView, FormSet]]:
    """Return every set whose signature holds; raise `FormsNotTrusted` when there are sets and none does."""
    roots = {PublicKey.from_line(line) for line in vault.roots()}
    found = [record for record in vault.of_kind(Kind.FORM_SET) if record.inspection == inspection]
    trusted = []
    for record in found:
        try:
            text = open_document(record.get(MANIFEST).encode(), NAMESPACE, roots, 1)
            form_set = msgspec.json.decode(text, type=FormSet)
        except (DocumentRefused, msgspec.DecodeError, RecursionError):
            continue
        if form_set.inspection == inspection:
            trusted.append((record, form_set))
    if found and not trusted:
        raise FormsNotTrusted
    return trusted
