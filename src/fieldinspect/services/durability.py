"""What to tell a person about their vault: what is missing, since when, who still has it, and when it was copied."""

from collections.abc import Sequence
from datetime import MAXYEAR

import msgspec

from fieldinspect.domain.durability import BackupState, Cause, LossReport, MissingEntries
from fieldinspect.domain.errors import WorldFailed
from fieldinspect.domain.kinds import Kind
from fieldinspect.domain.roster import Roster
from fieldinspect.i18n import _, ngettext
from fieldinspect.services.dates import day, day_and_time
from fieldinspect.services.ports import Reader

ACCOUNT = "account"
"""Field of a chain's first entry in which a vault says why it began anew."""


def told(report: LossReport, roster: Roster | None) -> tuple[str, ...]:
    """Return the account as whole sentences: what happened, what is missing, who still has it, what to do."""
    said = [_opening(report), *_missing(report), *_with_others(report, roster)]
    said.append(
        _("What you write from now on is kept apart from what was there before, so nothing can clash.")
    )
    return tuple(said)


def anchor_not_kept(trouble: WorldFailed) -> str:
    """Return the sentence for an anchor that could not be written."""
    return _(
        "What you wrote is saved. But the file that would show if the vault were put back to an earlier state "
        "could not be written. {reason}"
    ).format(reason=trouble)


def not_swept() -> str:
    """Return the sentence for what is destroyed and could not be cleared from the disk yet."""
    return _(
        "What was erased or removed is gone from the vault. But the disk could not be cleared of it yet: make sure "
        "that it has room and may be written to. It is tried again when the vault is opened"
    )


def backed_up(file: str, left_out: int) -> str:
    """Return the sentence for a backup that was made; `left_out` attachments are damaged and not in it."""
    if not left_out:
        return _("The backup {file} is complete").format(file=file)
    return ngettext(
        "The backup {file} was made without {count} attachment, which is damaged. Check the vault to see which",
        "The backup {file} was made without {count} attachments, which are damaged. Check the vault to see which",
        left_out,
    ).format(file=file, count=left_out)


def gaps_told(gaps: Sequence[MissingEntries], roster: Roster | None) -> tuple[str, ...]:
    """Return one sentence a device for what is missing in the chains of others."""
    by_device: dict[str, int] = {}
    for gap in gaps:
        by_device[gap.device] = by_device.get(gap.device, 0) + gap.count
    return tuple(
        ngettext(
            "{count} entry by {name} is not here: late, or lost. Ask for a bundle of everything",
            "{count} entries by {name} are not here: late, or lost. Ask for a bundle of everything",
            count,
        ).format(count=count, name=_name_of(device, roster))
        for device, count in sorted(by_device.items())
    )


def told_by_others(vault: Reader) -> list[tuple[str, LossReport]]:
    """Return the accounts that other laptops sent along when they began anew, as (person's name, account)."""
    roster = vault.roster()
    found = []
    for record in vault.of_kind(Kind.CHAIN):
        if record.device == vault.identity.device or not record.get(ACCOUNT):
            continue
        account = _account(record.get(ACCOUNT))
        if account is not None:
            found.append((_name_of(record.device, roster), account))
    return sorted(found, key=lambda pair: pair[1].noticed)


def _account(text: str) -> LossReport | None:
    """Return an account as its writer meant it; None when a newer version, or nobody honest, wrote it."""
    try:
        account = msgspec.json.decode(text, type=LossReport)
    except (msgspec.DecodeError, RecursionError):
        return None
    times = (account.noticed, account.since, account.until, account.made)
    sound = all(time is None or (time.tzinfo is not None and 1 < time.year < MAXYEAR) for time in times)
    return account if sound else None


def backup_told(state: BackupState) -> str:
    """Return what to say about backups, whether or not anything is to be done."""
    if state.made is None:
        return _("No backup of this vault was made yet. Make one")
    if state.erased is not None and state.outdated:
        return _(
            "The backup of {backup} is older than an erasure of {erasure}: make a new one and destroy the old one"
        ).format(backup=day(state.made), erasure=day(state.erased))
    return _("The last backup was made on {backup}").format(backup=day(state.made))


def _opening(report: LossReport) -> str:
    match report.cause:
        case Cause.BEHIND:
            return _("This vault was put back to an earlier state, or its file was cut short.")
        case Cause.RESTORED:
            made = day(report.made) if report.made else ""
            return _("This vault was restored from the backup of {made}.").format(made=made)
        case Cause.RETURNED:
            return ngettext(
                "{count} entry came back that was written with this laptop's key and was not here: the vault was "
                "restored from a copy, or the laptop was cloned. It is here again.",
                "{count} entries came back that were written with this laptop's key and were not here: the vault was "
                "restored from a copy, or the laptop was cloned. They are here again.",
                report.own,
            ).format(count=report.own)
        case Cause.MISSING:
            return _(
                "The file that would show if this vault had been put back is gone. Whether anything is missing "
                "cannot be told: look whether your last notes are here."
            )
        case Cause.DAMAGED:
            return _(
                "The file that would show if this vault had been put back is damaged. Whether anything is missing "
                "cannot be told: look whether your last notes are here."
            )
        case Cause.FOREIGN:
            return _(
                "The file that would show if this vault had been put back belongs to another vault. Whether "
                "anything is missing cannot be told: look whether your last notes are here."
            )


def _missing(report: LossReport) -> list[str]:
    said = []
    if report.own and report.cause is not Cause.RETURNED:
        said.append(_own(report))
    if report.received:
        said.append(
            ngettext(
                "{count} entry that had come from others is not here.",
                "{count} entries that had come from others are not here.",
                report.received,
            ).format(count=report.received)
        )
    if report.bundles:
        said.append(
            ngettext(
                "{count} bundle was sealed since, which this vault does not remember: whoever got it has what was "
                "in it.",
                "{count} bundles were sealed since, which this vault does not remember: whoever got them has what was "
                "in them.",
                report.bundles,
            ).format(count=report.bundles)
        )
    if report.expected is not None and not (report.own or report.received or report.bundles):
        said.append(_("A bundle that was taken in, or a newer team list, is not here any more."))
    return said


def _own(report: LossReport) -> str:
    if report.since is None or report.until is None:
        return ngettext(
            "{count} thing you wrote is not here.", "{count} things you wrote are not here.", report.own
        ).format(count=report.own)
    return ngettext(
        "{count} thing you wrote between {since} and {until} is not here.",
        "{count} things you wrote between {since} and {until} are not here.",
        report.own,
    ).format(count=report.own, since=day_and_time(report.since), until=day_and_time(report.until))


def _with_others(report: LossReport, roster: Roster | None) -> list[str]:
    names = sorted({_name_of(device, roster) for device in report.told})
    if not names or report.cause is Cause.RETURNED:
        return []
    return [
        _(
            "What was sent to {names} before is still with them: ask them for a bundle of everything, and it comes "
            "back."
        ).format(names=", ".join(names))
    ]


def _name_of(device: str, roster: Roster | None) -> str:
    found = roster.device(device) if roster else None
    person = (
        next((one for one in roster.people if found and one.id == found.person), None) if roster else None
    )
    return person.name if person else _("somebody who is not in the team list")
