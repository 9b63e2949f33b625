"""Retention: how long each class is kept, what is due, and what is decided: keep a record, or have it destroyed."""

from calendar import monthrange
from collections.abc import Mapping, Sequence
from datetime import MAXYEAR, date, datetime, timedelta
from typing import Final, NamedTuple

from fieldinspect.domain.custody import (
    Destruction,
    EraseReason,
    EraseState,
    Founding,
    RetentionItem,
    RetentionRule,
    RetentionState,
)
from fieldinspect.domain.errors import BadInput
from fieldinspect.domain.ids import new_record_id
from fieldinspect.domain.kinds import UNERASABLE, Kind, Role
from fieldinspect.domain.views import Changes, RecordView
from fieldinspect.i18n import _
from fieldinspect.services import erasure
from fieldinspect.services.ports import Replica, Write
from fieldinspect.services.record_classes import CLASS_OF, DEFAULT_RULES, classes_of

SOON: Final = timedelta(days=60)
PUBLISHED: Final = "published"
_RULE: Final = "retention/"
_FROM_PUBLICATION: Final = "publication+"
_FOR_GOOD: Final = "for-good"
_MAX_MONTHS: Final = 1200


def rules(vault: Replica) -> Mapping[str, RetentionRule]:
    """Return the rule of each class: the inspection's own, or the proposed one."""
    inspection = _inspection(vault)
    given = {name: _read_rule(inspection.get(_RULE + name)) for name in DEFAULT_RULES}
    return {name: given[name] or proposed for name, proposed in DEFAULT_RULES.items()}


def set_rule(
    vault: Replica, name: str, rule: RetentionRule, *, why: str, happened: datetime, initiator: str = ""
) -> Changes:
    """Change how long a class is kept, with a reason; only a lead may."""
    if name not in DEFAULT_RULES:
        raise BadInput(_("There is no such class of records"))
    if rule.months is not None and not 0 <= rule.months <= _MAX_MONTHS:
        raise BadInput(_("Enter a number of months between 0 and {most}").format(most=_MAX_MONTHS))
    if not why.strip():
        raise BadInput(_("Enter why the period changes"))
    return _set(vault, {_RULE + name: write_rule(rule)}, why.strip(), happened, initiator)


def set_publication(vault: Replica, published: date, *, happened: datetime, initiator: str = "") -> Changes:
    """Say when the report was published: periods that count from publication begin then. Only a lead may."""
    return _set(vault, {PUBLISHED: published.isoformat()}, "", happened, initiator)


def publication(vault: Replica) -> date | None:
    return _date(_inspection(vault).get(PUBLISHED))


def review(vault: Replica, *, today: date, soon: timedelta = SOON) -> list[RetentionItem]:
    """Return every record that stands by itself with what its time says, those due first."""
    kept, asked = _decisions(vault), _asked(vault)
    current, published = rules(vault), publication(vault)
    found = [
        _item(
            vault,
            view,
            _Time(name, current[name], published, today, soon),
            kept.get(view.id),
            view.id in asked,
        )
        for kind, name in CLASS_OF.items()
        for view in vault.of_kind(kind)
    ]
    order = [RetentionState.DUE, RetentionState.SOON, RetentionState.UNDATED, RetentionState.KEPT]
    return sorted(found, key=lambda item: (order.index(item.state), item.due or date.max, item.record))


class _Time(NamedTuple):
    """What the time of a class is reckoned by."""

    name: str
    rule: RetentionRule
    published: date | None
    today: date
    soon: timedelta


def _item(
    vault: Replica, view: RecordView, time: _Time, decision: Founding | None, asked: bool
) -> RetentionItem:
    due = _due(view.happened.date(), time.rule, time.published)
    until = _date(decision.get("until")) if decision else None
    if due is not None and until is not None:
        due = max(due, until)
    state = _state(due, time)
    return RetentionItem(
        view.id,
        view.kind,
        time.name,
        view.happened,
        state,
        due,
        until,
        decision.get("reason") if decision else "",
        len(erasure.beneath(vault, view.id)) - 1 if state is RetentionState.DUE else 0,
        asked,
    )


def keep(
    vault: Replica, record: str, until: date, why: str, *, happened: datetime, initiator: str = ""
) -> str:
    """Decide that a record is kept until a day, with a reason that names nobody; only a lead may."""
    _require_lead(vault)
    if not why.strip():
        raise BadInput(_("Enter why this is kept longer"))
    if vault.record(record) is None:
        raise BadInput(_("This record is not in the vault. Receive it first"))
    inspection = _inspection(vault).id
    fields: dict[str, str | None] = {"record": record, "until": until.isoformat(), "reason": why.strip()}
    made = new_record_id(vault.identity.device)
    vault.write([Write(made, Kind.RETENTION, inspection, inspection, fields, happened)], initiator=initiator)
    return made


def destruction(vault: Replica, records: Sequence[str], *, today: date) -> Destruction:
    """Return what destroying these records would name: they and all beneath them whose own time is over too."""
    kept = _decisions(vault)
    current, published = rules(vault), publication(vault)
    named: list[str] = []
    stays: dict[str, date | None] = {}
    for record in dict.fromkeys(records):
        family = vault.family(record)
        classes = classes_of(family)
        for member in family:
            if member.kind in UNERASABLE or member.id in named:
                continue
            rule = current.get(classes[member.id] or classes[record])
            due = _due(member.happened.date(), rule, published) if rule else None
            # What hangs beneath is of the time of its top, unless it is of a class of its own.
            if member.kind not in CLASS_OF and member.parent in named:
                named.append(member.id)
                continue
            decision = kept.get(member.id)
            until = _date(decision.get("until")) if decision else None
            if member.parent in stays and member.kind not in CLASS_OF:
                stays[member.id] = stays[member.parent]
            elif due is None or due > today or (until is not None and until > today):
                stays[member.id] = max((day for day in (due, until) if day), default=None)
            else:
                named.append(member.id)
    return Destruction(tuple(named), stays)


def destroy(
    vault: Replica,
    records: Sequence[str],
    why: str,
    basis: str,
    *,
    today: date,
    happened: datetime,
    initiator: str = "",
) -> str:
    """Ask that records whose time is over be erased, with what hangs beneath them; return the request's id."""
    planned = destruction(vault, records, today=today)
    if any(record in planned.stays for record in records):
        raise BadInput(_("The time of one of these records is not over. Ask for an erasure instead"))
    return erasure.request(
        vault,
        planned.named,
        reason=EraseReason.RETENTION,
        why=why,
        basis=basis,
        happened=happened,
        initiator=initiator,
    )


def write_rule(rule: RetentionRule) -> str:
    """Return a rule as it is kept and typed: `24`, `publication+12` or `for-good`."""
    if rule.months is None:
        return _FOR_GOOD
    return f"{_FROM_PUBLICATION if rule.from_publication else ''}{rule.months}"


def read_rule(text: str) -> RetentionRule:
    """Read a rule that somebody typed; raise `BadInput`."""
    found = _read_rule(text)
    if found is None:
        raise BadInput(_("Write a period as 24, publication+12 or for-good (in months)"))
    return found


def _read_rule(text: str) -> RetentionRule | None:
    if text == _FOR_GOOD:
        return RetentionRule(None)
    months = text.removeprefix(_FROM_PUBLICATION)
    if not months.isascii() or not months.isdecimal() or int(months) > _MAX_MONTHS:
        return None
    return RetentionRule(int(months), from_publication=months != text)


def _due(happened: date, rule: RetentionRule, published: date | None) -> date | None:
    begins = published if rule.from_publication else happened
    if rule.months is None or begins is None:
        return None
    years, month = divmod(begins.month - 1 + rule.months, 12)
    year = begins.year + years
    if year > MAXYEAR:
        return date.max
    return date(year, month + 1, min(begins.day, monthrange(year, month + 1)[1]))


def _state(due: date | None, time: _Time) -> RetentionState:
    if due is None:
        return RetentionState.KEPT if time.rule.months is None else RetentionState.UNDATED
    if due <= time.today:
        return RetentionState.DUE
    return RetentionState.SOON if due <= time.today + time.soon else RetentionState.KEPT


def _decisions(vault: Replica) -> dict[str, Founding]:
    """Return the latest decision to keep, by record."""
    return {said.get("record"): said for said in vault.founded(Kind.RETENTION)}


def _asked(vault: Replica) -> set[str]:
    waiting = (EraseState.ASKED, EraseState.POWERLESS)
    return {record for one in erasure.erasures(vault) if one.state in waiting for record in one.records}


def _set(
    vault: Replica, changes: Mapping[str, str | None], why: str, happened: datetime, initiator: str
) -> Changes:
    _require_lead(vault)
    view = _inspection(vault)
    write = Write(view.id, view.kind, view.parent, view.inspection, changes, happened, why)
    return vault.write([write], initiator=initiator)


def _require_lead(vault: Replica) -> None:
    roster = vault.roster()
    if roster is None or Role.LEAD not in roster.roles_of(vault.identity.person):
        raise BadInput(_("Only a team lead decides how long records are kept"))


def _inspection(vault: Replica) -> RecordView:
    roster = vault.roster()
    view = vault.record(roster.inspection) if roster else None
    if view is None:
        raise BadInput(_("This vault has no inspection yet. Receive a bundle from your team lead first"))
    return view


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
