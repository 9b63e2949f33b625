"""Saying what people may not hold, and why."""

from collections.abc import Mapping, Sequence

from fieldinspect.domain.entitlement import HeldBack, Why
from fieldinspect.domain.roster import Roster
from fieldinspect.i18n import _, ngettext
from fieldinspect.services.ports import Reader
from fieldinspect.services.reference import force_name


def sentence(held: HeldBack) -> str:
    """Return what is held back of one force, and why, as a sentence without its end."""
    count = held.visits or held.others
    force = force_name(held.force) if held.force else ""
    if held.why is Why.PLAN:
        text = ngettext(
            "{count} planned visit is held back: others are assigned to it",
            "{count} planned visits are held back: others are assigned to them",
            count,
        )
    elif held.visits and held.why is Why.CONFLICT:
        text = ngettext(
            "{count} visit of {force} is held back: conflict of interest",
            "{count} visits of {force} are held back: conflict of interest",
            count,
        )
    elif held.visits:
        text = ngettext(
            "{count} visit of {force} is held back: another team inspects it",
            "{count} visits of {force} are held back: another team inspects it",
            count,
        )
    else:
        text = ngettext(
            "{count} record of {force} is held back: conflict of interest",
            "{count} records of {force} are held back: conflict of interest",
            count,
        )
    return text.format(count=count, force=force)


def named(roster: Roster, held: Mapping[str, Sequence[HeldBack]]) -> tuple[str, ...]:
    """Return the sentences for several people, each beginning with whom it is about."""
    return tuple(
        _("{name}: {what}").format(name=roster.name_of(person), what=sentence(one))
        for person, found in held.items()
        for one in found
    )


def hidden_here(vault: Reader) -> list[str]:
    """Return what this laptop holds of forces that its person may not see any more: kept, shown to nobody."""
    found = vault.held_back([vault.identity.person]).get(vault.identity.person, ())
    return [
        (
            ngettext(
                "{count} visit of {force} is on this laptop and not shown: you have a conflict of interest",
                "{count} visits of {force} are on this laptop and not shown: you have a conflict of interest",
                one.visits,
            )
            if one.why is Why.CONFLICT
            else ngettext(
                "{count} visit of {force} is on this laptop and not shown: another team inspects it now",
                "{count} visits of {force} are on this laptop and not shown: another team inspects it now",
                one.visits,
            )
        ).format(count=one.visits, force=force_name(one.force))
        for one in found
        if one.visits and one.why in (Why.CONFLICT, Why.TEAM)
    ]
