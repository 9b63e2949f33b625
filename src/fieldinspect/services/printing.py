"""Printing the visit summary: facts from the vault, disclosure control, pages, and a log of every copy issued."""

import hashlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, TypeVar

from fieldinspect.analysis.summary import Refusal, build_visit_summary
from fieldinspect.domain.errors import BadInput, Bug
from fieldinspect.domain.ids import new_record_id
from fieldinspect.domain.kinds import Kind
from fieldinspect.domain.summary import (
    Activity,
    ConcernCategory,
    DocumentFact,
    DocumentStatus,
    ImmediateConcern,
    Issue,
    Matter,
    Polarity,
    Recipient,
    RoleBand,
    Stream,
    VisitFacts,
    VisitSummary,
)
from fieldinspect.domain.views import RecordView
from fieldinspect.i18n import _
from fieldinspect.services.ports import Reader, Vault, Write
from fieldinspect.services.reference import forces
from fieldinspect.services.visits import began, is_waiting, parts, whole

_M = TypeVar("_M")

Render = Callable[[VisitSummary, str], bytes]

PRODUCT: Final = "visit_summary"
_TO_CORRECT: Final = timedelta(days=14)
_CONCERN_CATEGORY: Final = "/safeguarding_concern/concern/category"
_ROLES: Final = {
    "constable": RoleBand.CONSTABLE,
    "sergeant": RoleBand.SUPERVISOR,
    "inspector": RoleBand.MANAGER,
    "senior": RoleBand.MANAGER,
    "control_room": RoleBand.STAFF,
    "front_office": RoleBand.STAFF,
    "specialist": RoleBand.SPECIALIST,
    "other": RoleBand.OTHER,
}
"""The printed band of each band of the contact form; whoever is none of these is printed as anybody."""

_ACTIVITIES: Final = {
    Kind.OBSERVATION: Activity.OBSERVATIONS,
    Kind.TEST: Activity.TESTS,
    Kind.DOCUMENT: Activity.DOCUMENTS,
    Kind.INTERVIEW: Activity.INTERVIEWS,
}


@dataclass(frozen=True)
class Copy:
    """How one copy is to be issued."""

    issued: date
    number: int = 1
    language: str = "en"
    recipient: Recipient = Recipient.FORCE_CONTACT
    confirmed: frozenset[str] = frozenset()
    """Capitalised words that somebody has confirmed are nobody's name."""


@dataclass(frozen=True)
class PrintedSummary:
    pdf: bytes
    sha256: str
    reference: str
    copy: int


class ToReword(BadInput):
    """The summary was refused: these texts would tell who said what."""

    def __init__(self, refusals: tuple[Refusal, ...]) -> None:
        self.refusals = refusals
        told = "\n".join(_told(refusal) for refusal in refusals)
        super().__init__(
            _("The summary was not made. Reword what could tell who is meant:\n{list}").format(list=told)
        )


def _told(refusal: Refusal) -> str:
    reasons = "; ".join(finding.sentence for finding in refusal.findings)
    return _("“{text}”: {reasons}").format(text=refusal.text, reasons=reasons)


def preview_summary(vault: Reader, render: Render, visit: str, copy: Copy) -> PrintedSummary:
    """Return the pages as they would be issued, without issuing them; raise `ToReword`."""
    view = _visit(vault, visit)[0]
    inspection = vault.record(view.inspection)
    roster = vault.roster()
    if inspection is None or roster is None:
        raise Bug(_("A visit without its inspection cannot be printed. Nothing was changed"))
    issue = Issue(
        marking=inspection.get("marking"),
        handling=inspection.get("handling"),
        reference=reference(view.id),
        version=1,
        copy=copy.number,
        issued=copy.issued,
        contact=inspection.get("contact"),
        correct_by=copy.issued + _TO_CORRECT,
        recipient=copy.recipient,
        confirmed_words=copy.confirmed,
    )
    summary = build_visit_summary(visit_facts(vault, view, inspection), issue)
    if not isinstance(summary, VisitSummary):
        raise ToReword(summary)
    pdf = render(summary, copy.language)
    return PrintedSummary(pdf, hashlib.sha256(pdf).hexdigest(), issue.reference, copy.number)


def issue_summary(
    vault: Vault,
    render: Render,
    visit: str,
    copy: Copy,
    *,
    happened: datetime,
    deliver: Callable[[bytes], None] = lambda _pdf: None,
    initiator: str = "",
) -> PrintedSummary:
    """Make one copy, deliver it, and log it: what was printed, its digest, its number, for whom."""
    printed = preview_summary(vault, render, visit, copy)
    deliver(printed.pdf)
    view = _visit(vault, visit)[0]
    fields: dict[str, str | None] = {
        "product": PRODUCT,
        "digest": printed.sha256,
        "copy": str(copy.number),
        "issued_to": str(copy.recipient),
        "language": copy.language,
    }
    vault.write(
        [
            Write(
                new_record_id(vault.identity.device),
                Kind.PRINT_LOG,
                view.id,
                view.inspection,
                fields,
                happened,
            )
        ],
        initiator=initiator,
    )
    return printed


def next_copy(vault: Reader, visit: str) -> int:
    """Return the number of the next copy of a visit's summary."""
    logged = vault.children_of(parts(vault, visit), [Kind.PRINT_LOG])
    return 1 + max(
        (int(view.get("copy", "0")) for view in logged if view.get("product") == PRODUCT), default=0
    )


def reference(visit: str) -> str:
    """Return what a copy is called: says nothing of where the visit was."""
    return f"VS-{visit[:4]}-{visit[4:8]}".upper()


def visit_facts(vault: Reader, visit: RecordView, inspection: RecordView) -> VisitFacts:
    """Gather everything the summary is made from, of linked visits together; disclosure control comes after."""
    children = [view for view in vault.children_of(parts(vault, visit.id)) if not view.withdrawn]
    force = forces().get(visit.get("force"))
    contacts = [view for view in children if view.kind == Kind.CONTACT]
    counts = Counter(view.kind for view in children)
    times = [began(visit), *(view.happened for view in children if view.kind != Kind.PRINT_LOG)]
    return VisitFacts(
        force=visit.get("force"),
        force_name=force.name if force else visit.get("force"),
        force_name_cy=force.name_cy if force else "",
        station=visit.get("station"),
        inspection=inspection.get("title"),
        inspection_cy=inspection.get("title_cy"),
        started=began(visit),
        ended=max(times),
        conversations=Counter(_role(view.get("/contact/role_band")) for view in contacts),
        activities={activity: counts[kind] for kind, activity in _ACTIVITIES.items()},
        documents=tuple(_document(view) for view in children if view.kind == Kind.DOCUMENT),
        matters=tuple(_matter(view) for view in children if view.kind == Kind.MATTER),
        concerns=tuple(_concern(view) for view in children if view.kind == Kind.SAFEGUARDING_CONCERN),
        known_names=_known_names(vault),
        other_forces=tuple(other.name for other in forces().values() if other.slug != visit.get("force")),
    )


def _visit(vault: Reader, visit: str) -> tuple[RecordView, ...]:
    found = whole(vault, visit)
    if not found or is_waiting(found[0]):
        raise BadInput(_("This visit is not in the vault. Receive it first"))
    return found


def _known_names(vault: Reader) -> tuple[str, ...]:
    roster = vault.roster()
    return tuple(person.name for person in roster.people) if roster else ()


def _role(code: str) -> RoleBand:
    return _ROLES.get(code, RoleBand.ANYBODY)


def _document(view: RecordView) -> DocumentFact:
    # A promise that was kept is a document like any other: nothing is owed.
    status = DocumentStatus.COPIED if view.get("/document/received_on") else view.get("/document/status")
    promised_by = view.get("/document/promised_by")
    return DocumentFact(
        view.get("/document/title"),
        DocumentStatus(status) if status in set(DocumentStatus) else DocumentStatus.SEEN,
        _date(view.get("/document/due")),
        _role(promised_by) if promised_by else None,
    )


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _matter(view: RecordView) -> Matter:
    # What nobody marked is restricted: a matter reaches the force because somebody said so, never by default.
    return Matter(
        _member(Polarity, view.get("polarity"), Polarity.NEUTRAL),
        view.get("text"),
        _member(Stream, view.get("stream"), Stream.CONDUCT),
        restricted=view.get("restricted") != "false",
        language=view.get("language", "en"),
        translation=view.get("translation"),
    )


def _concern(view: RecordView) -> ImmediateConcern:
    return ImmediateConcern(
        _member(ConcernCategory, view.get("category") or view.get(_CONCERN_CATEGORY), ConcernCategory.OTHER),
        view.happened.date(),
    )


def _member(kind: Callable[[str], _M], code: str, otherwise: _M) -> _M:
    try:
        return kind(code)
    except ValueError:
        return otherwise
