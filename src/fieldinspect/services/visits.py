"""Visits as people see them: a planned one once somebody began it, and linked ones as one visit.

Rules held here (docs/formats/journal.md, section 8):
1. Links are a set of records. Which visits are one is computed from all of them, in whatever order they came.
2. A link joins those of its visits that are here and not withdrawn, while it is not undone and their force is one.
3. Only a lead, the centre or whoever began one of its visits links visits, or undoes it. Others' words change nothing.
4. Nothing is moved: every record stays under the visit that it was written under.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from fieldinspect.domain.kinds import Kind, Role
from fieldinspect.domain.views import RecordView, Version
from fieldinspect.services.ports import Reader

PLANNED: Final = "planned"
"""The field of a visit that names its planned visit."""
BEGUN: Final = "begun/"
"""A field so begun says when the person that it names began a planned visit."""
VISITS: Final = "visits"
UNDONE: Final = "undone"
MOST_LINKED: Final = 40
"""Visits that one link may name."""
YEARS: Final = (1970, 2200)
_LEADERS: Final = frozenset({Role.LEAD, Role.CENTRAL})


class Link(NamedTuple):
    """Visits that somebody says are one; `counts` is false while something stands against it."""

    id: str
    visits: tuple[str, ...]
    author: str
    """Person id."""
    happened: datetime
    undone: bool
    counts: bool


def began(visit: RecordView) -> datetime:
    """Return when a visit was begun: a planned one is founded long before."""
    return min(_beginnings(visit).values(), default=visit.happened)


def starters(visit: RecordView) -> frozenset[str]:
    """Return the ids of the people who began a visit."""
    return frozenset(_beginnings(visit)) if visit.get(PLANNED) else frozenset({visit.author})


def is_waiting(visit: RecordView) -> bool:
    """Tell whether a visit is only planned: nobody began it, or wrote anything else about it."""
    return bool(visit.get(PLANNED)) and visit.fields.keys() <= {PLANNED, "withdrawn"}


def all_visits(vault: Reader) -> list[tuple[RecordView, ...]]:
    """Return every visit that was begun and not withdrawn, each with those linked to it, earliest first."""
    here = {view.id: view for view in vault.of_kind(Kind.VISIT) if _shown(view)}
    return _grouped(here, links_among(vault, here))


def whole(vault: Reader, visit: str) -> tuple[RecordView, ...]:
    """Return the visits that are shown as one with this, earliest first; () when it is not here.

    Links alone decide: a visit that was withdrawn, or that nobody began, is itself and no more.
    """
    view = vault.record(visit)
    if view is None or view.kind != Kind.VISIT:
        return ()
    said = _said(vault)
    near = _near(visit, [names for _view, names in said])
    if len(near) < 2 or not _shown(view):
        return (view,)
    here = {view.id: view for view in map(vault.record, sorted(near)) if view is not None and _shown(view)}
    return next(group for group in _grouped(here, _judged(vault, said, here)) if view in group)


def parts(vault: Reader, visit: str) -> tuple[str, ...]:
    """Return the ids of the visits shown as one with this; itself when it is not here."""
    return tuple(view.id for view in whole(vault, visit)) or (visit,)


def own_part(vault: Reader, visit: str) -> str:
    """Return the visit that this person writes to when this one is in front: the one they began, else the first."""
    found = whole(vault, visit)
    mine = (view.id for view in found if vault.identity.person in starters(view))
    return next(mine, found[0].id if found else visit)


def links(vault: Reader) -> list[Link]:
    """Return every link that was made, by time, those undone among them."""
    return links_among(vault, {view.id: view for view in vault.of_kind(Kind.VISIT) if _shown(view)})


def links_among(vault: Reader, here: Mapping[str, RecordView]) -> list[Link]:
    """Return every link, judged by the visits that are here."""
    return _judged(vault, _said(vault), here)


def may_link(vault: Reader, person: str, visits: Iterable[RecordView]) -> bool:
    """Tell whether a person may link these visits, or undo that: a lead, the centre, or who began one of them."""
    roster = vault.roster()
    leads = roster is not None and not _LEADERS.isdisjoint(roster.every_role_of(person))
    return leads or any(person in starters(view) for view in visits)


def _shown(view: RecordView) -> bool:
    return view.kind == Kind.VISIT and not view.withdrawn and not is_waiting(view)


def _beginnings(visit: RecordView) -> dict[str, datetime]:
    if not visit.get(PLANNED):
        return {}
    said = ((name, _moment(value)) for name, value in visit.fields.items() if name.startswith(BEGUN))
    return {name.removeprefix(BEGUN): moment for name, moment in said if moment is not None}


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    # A year that other time zones do not have could be shown nowhere.
    return moment if moment.tzinfo and YEARS[0] <= moment.year < YEARS[1] else None


def _said(vault: Reader) -> list[tuple[RecordView, tuple[str, ...]]]:
    """Return the links with the visits that each named when it was made: later words do not redirect it."""
    found = []
    for view in vault.of_kind(Kind.VISIT_LINK):
        named = view.get(VISITS)
        if view.edited:
            made = (one.value for one in vault.history(view.id, VISITS) if one.author == view.author)
            named = next(made, None) or ""
        names = tuple(sorted(set(named.split("\n", MOST_LINKED))))
        if len(names) <= MOST_LINKED:  # more is nobody's honest work
            found.append((view, names))
    return found


def _near(visit: str, said: Sequence[tuple[str, ...]]) -> set[str]:
    """Return the visits that any links connect with this one, counting or not."""
    near, grown = {visit}, True
    while grown:
        before = len(near)
        for names in said:
            if not near.isdisjoint(names):
                near.update(names)
        grown = len(near) > before
    return near


def _judged(
    vault: Reader, said: Sequence[tuple[RecordView, tuple[str, ...]]], here: Mapping[str, RecordView]
) -> list[Link]:
    judged = []
    for view, names in said:
        visits = [here[name] for name in names if name in here]
        undone = view.edited and _is_undone(vault, view, visits)
        stands = (
            len(visits) > 1
            and len({(one.get("force"), one.inspection) for one in visits}) == 1
            and may_link(vault, view.author, visits)
        )
        judged.append(Link(view.id, names, view.author, view.happened, undone, stands and not undone))
    return judged


def _is_undone(vault: Reader, link: RecordView, visits: Sequence[RecordView]) -> bool:
    def by_right(one: Version) -> bool:
        return one.value == "true" and may_link(vault, one.author, visits)

    return any(by_right(one) for field in (UNDONE, "withdrawn") for one in vault.history(link.id, field))


def _grouped(here: Mapping[str, RecordView], judged: Iterable[Link]) -> list[tuple[RecordView, ...]]:
    group = {visit: visit for visit in here}

    def root(visit: str) -> str:
        while group[visit] != visit:
            visit = group[visit]
        return visit

    for link in judged:
        joined = [visit for visit in link.visits if visit in group] if link.counts else []
        for other in joined[1:]:
            group[root(other)] = root(joined[0])
    found: dict[str, list[RecordView]] = defaultdict(list)
    for visit, view in here.items():
        found[root(visit)].append(view)
    return [tuple(sorted(views, key=lambda view: (began(view), view.id))) for views in found.values()]
