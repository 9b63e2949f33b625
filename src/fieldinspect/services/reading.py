"""What screens and commands show: visits, timelines, contacts, attachments, answers."""

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from typing import Final

from fieldinspect.domain.kinds import Kind
from fieldinspect.domain.views import (
    AttachmentCard,
    Inspection,
    RecordView,
    TimelineItem,
    VisitCard,
    VisitTally,
)
from fieldinspect.services.ports import Reader
from fieldinspect.services.visits import all_visits, began, parts

TIMELINE_KINDS: Final = (
    Kind.NOTE,
    Kind.CONTACT,
    Kind.OBSERVATION,
    Kind.DOCUMENT,
    Kind.TEST,
    Kind.INTERVIEW,
    Kind.STAFF_FOCUS_GROUP,
    Kind.PARTNER_FOCUS_GROUP,
    Kind.VICTIM_FOCUS_GROUP,
    Kind.VICTIM_INTERVIEW,
    Kind.CASE_FILE_REVIEW,
    Kind.MATTER,
    Kind.ATTACHMENT,
    Kind.SAFEGUARDING_CONCERN,
)
_TEXT_OF: Final[dict[str, tuple[str, ...]]] = {
    Kind.NOTE: ("text",),
    Kind.CONTACT: ("/contact/role_band", "/contact/topics"),
    Kind.OBSERVATION: ("/observation/what", "/observation/where"),
    Kind.DOCUMENT: ("/document/title",),
    Kind.TEST: ("/test/asked",),
    Kind.INTERVIEW: ("/officer_interview/role_code",),
    Kind.MATTER: ("text",),
    Kind.ATTACHMENT: ("caption",),
    Kind.STAFF_FOCUS_GROUP: ("/staff_focus_group/setting/place",),
    Kind.PARTNER_FOCUS_GROUP: ("/partner_focus_group/setting/place",),
    Kind.VICTIM_FOCUS_GROUP: ("/victim_focus_group/setting/host_code",),
    Kind.VICTIM_INTERVIEW: ("/victim_interview/consent/speaker",),
    Kind.CASE_FILE_REVIEW: ("/case_file_review/sample/review_number",),
    Kind.SAFEGUARDING_CONCERN: ("category", "/safeguarding_concern/concern/category"),
}


def inspections(vault: Reader) -> list[Inspection]:
    """Return the inspections this vault holds."""
    return [
        Inspection(view.id, view.get("title"), view.get("marking"), view.get("handling"))
        for view in vault.of_kind(Kind.INSPECTION)
    ]


def visits(vault: Reader, *, counted: bool = True) -> list[VisitCard]:
    """Return every visit that was not withdrawn, latest first; what is in each is counted only when asked for.

    Linked visits are one; one that is only planned is none.
    """
    tallies = vault.tallies() if counted else {}
    cards = [
        _card(whole, [tallies.get(view.id, VisitTally()) for view in whole]) for whole in all_visits(vault)
    ]
    return sorted(cards, key=lambda card: (card.begun, card.id), reverse=True)


def _card(whole: Sequence[RecordView], tallies: Sequence[VisitTally]) -> VisitCard:
    first = whole[0]
    return VisitCard(
        first.id,
        first.inspection,
        first.get("station"),
        first.get("force"),
        began(first),
        all(view.get("closed") == "true" for view in whole),
        sum(tally.notes for tally in tallies),
        sum(tally.conflicts for tally in tallies),
        sum(tally.unsent for tally in tallies),
        tuple(view.id for view in whole),
    )


def timeline(vault: Reader, visit: str) -> list[TimelineItem]:
    """Return everything recorded under a visit and those linked to it, oldest first."""
    views = vault.children_of(parts(vault, visit), TIMELINE_KINDS)
    labels = ordinals([view for view in views if view.kind == Kind.CONTACT])
    return [_item(vault, view, labels.get(view.id, "")) for view in views]


def timeline_item(vault: Reader, record: str) -> TimelineItem | None:
    """Return one row of a timeline, None when the record is not here."""
    view = vault.record(record)
    if view is None:
        return None
    contacts = view.kind == Kind.CONTACT
    siblings = vault.children_of(parts(vault, view.parent), [Kind.CONTACT]) if contacts else []
    return _item(vault, view, ordinals(siblings).get(record, ""))


def contacts(vault: Reader, visit: str) -> list[TimelineItem]:
    """Return the conversations of a visit and those linked to it, in order."""
    views = vault.children_of(parts(vault, visit), [Kind.CONTACT])
    labels = ordinals(views)
    return [_item(vault, view, labels[view.id]) for view in views]


def ordinals(views: Sequence[RecordView]) -> dict[str, str]:
    """Name contacts C1, C2 ...; with a letter (C1a, C1b) where several people or laptops recorded one visit.

    Who goes on with another laptop goes on with the same letter, unless they used both at once.
    """
    taken = Counter((view.parent, view.author, view.get("ordinal")) for view in views)
    doubled = {(parent, author) for (parent, author, _number), count in taken.items() if count > 1}

    def series(view: RecordView) -> Hashable:
        whose = (view.parent, view.author)
        return (*whose, view.device) if whose in doubled else whose

    begun = sorted(views, key=lambda view: (view.written, view.id))
    letters = {one: chr(ord("a") + place % 26) for place, one in enumerate(dict.fromkeys(map(series, begun)))}
    return {
        view.id: f"C{view.get('ordinal', '?')}{letters[series(view)] if len(letters) > 1 else ''}"
        for view in views
    }


def attachments(vault: Reader, visit: str) -> list[AttachmentCard]:
    """Return the files attached to a visit, those linked to it, or what was recorded under them."""
    others = [kind for kind in TIMELINE_KINDS if kind != Kind.ATTACHMENT]
    visits = parts(vault, visit)
    parents = [*visits, *(view.id for view in vault.children_of(visits, others))]
    return [
        AttachmentCard(
            view.id,
            view.parent,
            view.get("name"),
            view.get("media_type"),
            int(size) if (size := view.get("size")).isdecimal() else 0,
            view.get("blob"),
            view.get("caption"),
            view.happened,
            vault.has_blob(view.get("blob")),
        )
        for view in vault.children_of(parents, [Kind.ATTACHMENT])
        if not view.withdrawn
    ]


def answers(vault: Reader, record: str) -> Mapping[str, str]:
    """Return the answers of a record's form, by field name (those begin with "/")."""
    view = vault.record(record)
    return {name: value for name, value in view.fields.items() if name.startswith("/")} if view else {}


def _item(vault: Reader, view: RecordView, label: str) -> TimelineItem:
    roster = vault.roster()
    text = " · ".join(view.get(name) for name in _TEXT_OF.get(view.kind, ()) if view.get(name))
    return TimelineItem(
        view.id,
        view.kind,
        view.happened,
        view.written,
        roster.name_of(view.author) if roster else "",
        view.author == vault.identity.person,
        text,
        label or view.get("name"),
        view.edited and view.kind in (Kind.NOTE, Kind.MATTER),
        view.reconstructed,
        view.withdrawn,
        bool(view.conflicts),
        written_kind=view.get("written_kind"),
        verbatim=view.get("verbatim") == "true",
        flagged=view.get("flagged") == "true",
    )
