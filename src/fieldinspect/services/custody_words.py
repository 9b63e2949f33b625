"""Erasure, retention and working copies in words, for screens, commands and certificates."""

from fieldinspect.domain.custody import EraseReason, EraseState, Hold, RetentionRule, RetentionState
from fieldinspect.i18n import _, ngettext
from fieldinspect.services import record_classes


def no_way_back() -> str:
    """Return what must be read before somebody asks for an erasure or confirms one."""
    return _(
        "Erasing cannot be undone. Until it is confirmed the request can be withdrawn; after that every laptop "
        "destroys the record for good, and no backup may bring it back."
    )


def both_roles() -> str:
    """Return what must be read when one person asks and confirms."""
    return _(
        "You asked for this erasure yourself, and nobody else in the team is a lead or the centre. The certificate "
        "will say that one person did both."
    )


def reason(code: EraseReason) -> str:
    return {
        EraseReason.CONSENT_WITHDRAWN: _("Somebody withdrew their consent"),
        EraseReason.RETENTION: _("Its time in the retention schedule is over"),
        EraseReason.COURT_ORDER: _("A court ordered it"),
        EraseReason.REQUEST: _("Somebody asked that what is held about them be erased"),
        EraseReason.MISTAKE: _("It should not have been recorded"),
        EraseReason.OTHER: _("Another reason"),
    }[code]


def state(code: EraseState) -> str:
    return {
        EraseState.ASKED: _("Waits for confirmation by the centre"),
        EraseState.WITHDRAWN: _("Withdrawn"),
        EraseState.DONE: _("Erased"),
        EraseState.POWERLESS: _("Confirmed by the person who asked: somebody else has to confirm it"),
    }[code]


def record_class(code: str) -> str:
    return {
        record_classes.SURVIVORS: _("What survivors said"),
        record_classes.STAFF: _("Interviews and focus groups with staff and partners"),
        record_classes.FILES: _("Case-file reviews"),
        record_classes.VISITS: _("Station visits and what was recorded there"),
        record_classes.CONCERNS: _("Safeguarding concerns"),
        record_classes.CONDUCT: _("Conduct matters"),
    }.get(code) or _("Other records")


def rule(one: RetentionRule) -> str:
    if one.months is None:
        return _("Kept for good")
    if one.from_publication:
        return ngettext(
            "{count} month after publication", "{count} months after publication", one.months
        ).format(count=one.months)
    return ngettext("{count} month", "{count} months", one.months).format(count=one.months)


def retention_state(code: RetentionState) -> str:
    return {
        RetentionState.KEPT: _("Kept"),
        RetentionState.SOON: _("Due soon"),
        RetentionState.DUE: _("Due"),
        RetentionState.UNDATED: _("Waits for publication"),
    }[code]


def hold(code: Hold) -> str:
    return {
        Hold.NOT_CLOSED: _("The visit is not closed"),
        Hold.IN_USE: _("Somebody is working on it"),
        Hold.DRAFTS: _("Something typed is not finished"),
        Hold.CONFLICTS: _("People disagree about something in it"),
        Hold.UNRECEIPTED: _("No lead or centre has receipted all of it"),
        Hold.TOO_EARLY: _("Its days are not over yet"),
    }[code]
