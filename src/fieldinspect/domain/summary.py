"""The visit summary: what a visit knows (`VisitFacts`), and what the force is handed (`VisitSummary`).

Rules of this module, to be held against the code:

1. A `VisitSummary` is what remains *after* disclosure control; nothing in it can be exact about people.
2. No type of a `VisitSummary` can hold a name, a clock time, an exact count or a role of one person.
3. Streams are let in by name (`FORCE_COPY_STREAMS`); a stream nobody thought of stays out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from fieldinspect.domain.errors import Bug

WELSH_FORCES: Final = frozenset({"dyfed-powys", "gwent", "north-wales", "south-wales"})
"""Forces whose summary is issued in both languages, by slug."""

NARROWEST_BAND: Final = 5
"""Fewest values that a printed band may stand for."""


class Stream(StrEnum):
    """Where a matter was heard or seen."""

    STATION_VISIT = "station_visit"
    OFFICER_INTERVIEW = "officer_interview"
    STAFF_FOCUS_GROUP = "staff_focus_group"
    PARTNER_FOCUS_GROUP = "partner_focus_group"
    VICTIM_FOCUS_GROUP = "victim_focus_group"
    VICTIM_INTERVIEW = "victim_interview"
    CASE_FILE_REVIEW = "case_file_review"
    SURVEY = "survey"
    DATA_RETURN = "data_return"
    CONDUCT = "conduct"


FORCE_COPY_STREAMS: Final = frozenset(
    {Stream.STATION_VISIT, Stream.OFFICER_INTERVIEW, Stream.STAFF_FOCUS_GROUP}
)


class Activity(StrEnum):
    CONVERSATIONS = "conversations"
    OBSERVATIONS = "observations"
    TESTS = "tests"
    DOCUMENTS = "documents"
    INTERVIEWS = "interviews"


class RoleBand(StrEnum):
    """Who was spoken to, as coarsely as it is recorded; `WIDER` says what each band widens to."""

    CONSTABLE = "constable"
    SPECIALIST = "specialist"
    SUPERVISOR = "supervisor"
    MANAGER = "manager"
    STAFF = "staff"
    OTHER = "other"
    OFFICERS = "officers"
    LEADERS = "leaders"
    STAFF_AND_OTHERS = "staff_and_others"
    ANYBODY = "anybody"


WIDER: Final[Mapping[RoleBand, RoleBand]] = {
    RoleBand.CONSTABLE: RoleBand.OFFICERS,
    RoleBand.SPECIALIST: RoleBand.OFFICERS,
    RoleBand.SUPERVISOR: RoleBand.LEADERS,
    RoleBand.MANAGER: RoleBand.LEADERS,
    RoleBand.STAFF: RoleBand.STAFF_AND_OTHERS,
    RoleBand.OTHER: RoleBand.STAFF_AND_OTHERS,
    RoleBand.OFFICERS: RoleBand.ANYBODY,
    RoleBand.LEADERS: RoleBand.ANYBODY,
    RoleBand.STAFF_AND_OTHERS: RoleBand.ANYBODY,
}

RECORDED_BANDS: Final = (
    RoleBand.CONSTABLE,
    RoleBand.SPECIALIST,
    RoleBand.SUPERVISOR,
    RoleBand.MANAGER,
    RoleBand.STAFF,
    RoleBand.OTHER,
)
"""The bands a conversation is recorded under; the others only come from widening."""


class Polarity(StrEnum):
    STRENGTH = "strength"
    WEAKNESS = "weakness"
    MIXED = "mixed"
    NEUTRAL = "neutral"


class DocumentStatus(StrEnum):
    SEEN = "seen"
    COPIED = "copied"
    REQUESTED = "requested"
    PROMISED = "promised"


class ConcernCategory(StrEnum):
    """What an immediate concern was about, in the only words the force's copy may use for it."""

    PERSON_AT_RISK = "person_at_risk"
    CHILD_AT_RISK = "child_at_risk"
    UNREVIEWED_RISK = "unreviewed_risk"
    CUSTODY_SAFETY = "custody_safety"
    INFORMATION_SECURITY = "information_security"
    OTHER = "other"


class Recipient(StrEnum):
    FORCE_CONTACT = "force_contact"
    CHIEF_OFFICER = "chief_officer"
    POLICING_BODY = "policing_body"


class Part(StrEnum):
    """Half of a day. There is no third word: "night" would name a shift."""

    MORNING = "morning"
    AFTERNOON = "afternoon"


# --- what a visit knows ---------------------------------------------------------------------------


@dataclass(frozen=True)
class DocumentFact:
    """A document of the force: seen, copied, requested or promised. `promised_by` is a band, never a name."""

    title: str
    status: DocumentStatus
    due: date | None = None
    promised_by: RoleBand | None = None


@dataclass(frozen=True)
class Matter:
    """Something noted, in the words the force is to read. `restricted` has no default: somebody must say.

    `said_by` is (how many, of how many) where the words claim a number of people; `translation` is the same
    words in the other of the two languages, or "".
    """

    polarity: Polarity
    text: str
    stream: Stream
    restricted: bool
    language: str = "en"
    translation: str = ""
    said_by: tuple[int, int] | None = None


@dataclass(frozen=True)
class ImmediateConcern:
    """A concern raised with the force at once. It has no free text, so none can be printed."""

    category: ConcernCategory
    raised: date


@dataclass(frozen=True)
class VisitFacts:
    """Everything the summary is made from: exact, named, and never printed as it is.

    `role_sizes` is how many people fill each band at the station, where known. `known_names` are the people of
    the roster and of the sealed keys; `other_forces` are names of forces that this one must not read about.
    """

    force: str
    """Slug, as in the force register."""
    force_name: str
    station: str
    inspection: str
    """Title of the inspection."""
    started: datetime
    ended: datetime
    conversations: Mapping[RoleBand, int]
    activities: Mapping[Activity, int]
    documents: tuple[DocumentFact, ...] = ()
    matters: tuple[Matter, ...] = ()
    concerns: tuple[ImmediateConcern, ...] = ()
    languages: tuple[str, ...] = ("en",)
    """ISO 639-1 codes of the languages people were spoken to in."""
    known_names: tuple[str, ...] = ()
    other_forces: tuple[str, ...] = ()
    role_sizes: Mapping[RoleBand, int] = field(default_factory=dict)
    force_name_cy: str = ""
    inspection_cy: str = ""


@dataclass(frozen=True)
class Issue:
    """How one copy is issued: marking, numbers, dates, and where the force writes to."""

    marking: str
    reference: str
    version: int
    copy: int
    issued: date
    contact: str
    """How the force reaches the inspectorate; printed as given."""
    correct_by: date
    recipient: Recipient = Recipient.FORCE_CONTACT
    handling: str = ""
    handling_cy: str = ""
    contact_cy: str = ""
    report_expected: date | None = None
    threshold: int = 5
    """Counts of people below it are never told apart."""
    confirmed_words: frozenset[str] = frozenset()
    """Capitalised words that somebody has confirmed are not names of people."""


# --- what the force is handed ---------------------------------------------------------------------


@dataclass(frozen=True)
class HalfDay:
    day: date
    part: Part


@dataclass(frozen=True)
class Count:
    """A count of which only a band is known: `low` to `high`, or `low` or more when `high` is None."""

    low: int
    high: int | None

    def __post_init__(self) -> None:
        if self.low < 0 or (self.high is not None and self.high - self.low + 1 < NARROWEST_BAND):
            raise Bug("A printed count would be exact. The summary was not made.")

    @property
    def withheld(self) -> bool:
        return self.low == 0 and self.high is None


WITHHELD: Final = Count(0, None)


@dataclass(frozen=True)
class RoleCount:
    role: RoleBand
    count: Count


@dataclass(frozen=True)
class ActivityCount:
    activity: Activity
    count: Count


@dataclass(frozen=True)
class DocumentLine:
    title: str
    status: DocumentStatus
    due: date | None
    promised_by: RoleBand | None

    @property
    def owed(self) -> bool:
        return self.status in (DocumentStatus.REQUESTED, DocumentStatus.PROMISED)


@dataclass(frozen=True)
class MatterNoted:
    """One sentence or two in the recipient's copy; it cannot be made from any other stream."""

    polarity: Polarity
    text: str
    stream: Stream
    language: str = "en"
    translation: str = ""

    def __post_init__(self) -> None:
        if self.stream not in FORCE_COPY_STREAMS:
            raise Bug("A matter of a protected stream reached the force's copy. The summary was not made.")

    def words(self, language: str) -> tuple[str, str]:
        """Return the words for a copy in `language`, and the language they are really in."""
        if language != self.language and self.translation:
            return self.translation, language
        return self.text, self.language


@dataclass(frozen=True)
class VisitSummary:
    """The force's copy, ready to be printed in any of `copy_languages`."""

    marking: str
    handling: str
    handling_cy: str
    reference: str
    version: int
    copy: int
    issued: date
    recipient: Recipient
    contact: str
    contact_cy: str
    correct_by: date
    report_expected: date | None
    force_name: str
    force_name_cy: str
    station: str
    inspection: str
    inspection_cy: str
    visited: tuple[HalfDay, ...]
    """The first and, when it is another, the last half-day of the visit."""
    spoken: tuple[str, ...]
    conversations: Count
    by_role: tuple[RoleCount, ...]
    activities: tuple[ActivityCount, ...]
    documents: tuple[DocumentLine, ...]
    concerns: tuple[ImmediateConcern, ...]
    matters: tuple[MatterNoted, ...]
    copy_languages: tuple[str, ...]
