"""Patterns that single somebody out in free text: numbers, marks, times, ranks and titles with a name.

A hit never changes the text; it says where and what, and a person rewords. So a pattern may be wide where a false
hit costs a rewording, and must be tight where it would fall on ordinary policing prose ("page 12 of 150", "M25").
"""

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Final

from fieldinspect.i18n import _


class Kind(StrEnum):
    """What a finding looks like."""

    NAME = "name"
    POSSIBLE_NAME = "possible_name"
    OTHER_FORCE = "other_force"
    EMAIL = "email"
    PHONE = "phone"
    NETWORK = "network"
    NATIONAL_NUMBER = "national_number"
    COLLAR = "collar"
    RANK_NAME = "rank_name"
    TITLE_NAME = "title_name"
    VEHICLE = "vehicle"
    ADDRESS = "address"
    BIRTH_DATE = "birth_date"
    EXACT_DATE = "exact_date"
    CLOCK_TIME = "clock_time"
    SHIFT = "shift"
    REFERENCE = "reference"
    QUOTE = "quote"
    GRADE = "grade"
    SMALL_COUNT = "small_count"
    QUANTIFIER = "quantifier"
    UNPRINTABLE = "unprintable"


def sentence(kind: Kind, words: str) -> str:
    """Return what to do about a finding, for the person who will reword the text."""
    sentences = {
        Kind.NAME: _("“{words}” is the name of a person. Leave it out"),
        Kind.POSSIBLE_NAME: _(
            "“{words}” may be the name of a person. Leave it out, or confirm that it is not"
        ),
        Kind.OTHER_FORCE: _("“{words}” names another force. Leave it out"),
        Kind.EMAIL: _("“{words}” is an e-mail address. Leave it out"),
        Kind.PHONE: _("“{words}” looks like a phone number. Leave it out"),
        Kind.NETWORK: _("“{words}” looks like a network address. Leave it out"),
        Kind.NATIONAL_NUMBER: _("“{words}” looks like the national number of a person. Leave it out"),
        Kind.COLLAR: _("“{words}” looks like a collar or payroll number. Say “an officer” instead"),
        Kind.RANK_NAME: _("“{words}” looks like a rank with a name. Say “an officer” instead"),
        Kind.TITLE_NAME: _("“{words}” looks like a title with a name. Leave the name out"),
        Kind.VEHICLE: _("“{words}” looks like a vehicle registration. Leave it out"),
        Kind.ADDRESS: _("“{words}” looks like an address or a postcode. Leave it out"),
        Kind.BIRTH_DATE: _("“{words}” speaks of a date of birth. Leave it out"),
        Kind.EXACT_DATE: _("“{words}” is an exact date. Say the month and year, if the date matters"),
        Kind.CLOCK_TIME: _("“{words}” is a time of day, which tells who was on duty. Leave it out"),
        Kind.SHIFT: _("“{words}” tells which shift was on duty. Leave it out"),
        Kind.REFERENCE: _("“{words}” looks like a crime, incident or case reference. Leave it out"),
        Kind.QUOTE: _("“{words}” is quoted. Say it in your own words"),
        Kind.GRADE: _("“{words}” reads as a judgment. Say what was seen or heard instead"),
        Kind.SMALL_COUNT: _(
            "“{words}” counts so few people that they can be told. Say “staff” without a number"
        ),
        Kind.QUANTIFIER: _(
            "“{words}” is not borne out by the recorded count of people. Change the word or the count"
        ),
        Kind.UNPRINTABLE: _("“{words}” cannot be printed. Type it again"),
    }
    return sentences[kind].format(words=words)


_RANK: Final = (
    r"PC|DC|TDC|PS|DS|Sgt|Insp|DI|CI|DCI|Ch(?:ief)?\s+Insp|Supt|DSupt|Ch(?:ief)?\s+Supt|DCS|ACC|DCC|CC|PCSO|SC|"
    r"[Cc]onstable|[Ss]ergeant|[Ii]nspector|[Ss]uperintendent|[Cc]ommander|[Cc]ommissioner|[Dd]etective|"
    r"[Cc]wnstabl|[Rr]hingyll|[Aa]rolygydd|[Uu]warolygydd"
)
_NAME_WORD: Final = r"(?:(?:O['’]|Mc|Mac|[DdLl]e\s|[Vv]an\s(?:der\s)?)?[A-Z][\w'’-]+|[A-Z]\.)"
# What may follow a rank with a capital and is no name.
_NO_NAME: Final = (
    r"(?:Chief|Constable|Sergeant|Inspector|Superintendent|Commander|Commissioner|Detective|General|Rank|Training|"
    r"Programme|Team|Teams|Unit|Guidance|Board|Pack|Course|Conference)\b"
)
_WEAK_REFERENCE: Final = r"(?:crime|incident|log|occurrence|case|custody|event|file|trosedd|digwyddiad)"
_HOUR: Final = r"(?:[01]?\d|2[0-3])"
_COUNTED: Final = (
    r"officers?|constables?|sergeants?|inspectors?|detectives?|supervisors?|managers?|superintendents?|leaders?|"
    r"PCs?|PCSOs?|people|persons?|call[- ]handlers?|operators?|members?|staff|victims?|women|men|children|"
    r"swyddogion|swyddog|aelod(?:au)?|rhingyll(?:iaid)?|dioddefwyr|dioddefwr"
)
NUMBER_WORDS: Final = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "un": 1, "dau": 2, "dwy": 2, "tri": 3, "tair": 3, "pedwar": 4, "pedair": 4, "pump": 5, "chwech": 6,
    "saith": 7, "wyth": 8, "naw": 9, "both": 2, "couple": 2,
}  # fmt: skip

SMALL_COUNT: Final = re.compile(
    rf"\b(?P<number>\d{{1,2}}|{'|'.join(NUMBER_WORDS)})\s+(?:of\s+)?(?:[\w'’-]+\s+){{0,3}}?(?:{_COUNTED})\b",
    re.IGNORECASE,
)
"""A number of people; whether it is a small one is for the threshold to say."""

# Ordered: of two patterns that begin at the same place, the earlier names the finding.
_PATTERNS: Final[tuple[tuple[Kind, str, int], ...]] = (
    (Kind.EMAIL, r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+", 0),
    (Kind.NETWORK, r"\b(?:\d{1,3}\.){3}\d{1,3}\b", 0),
    (Kind.NATIONAL_NUMBER, r"\b[A-CEGHJ-PR-TW-Z]{2}\s?\d{2}\s?\d{2}\s?\d{2}\s?[A-D]\b", re.I),
    (Kind.NATIONAL_NUMBER, r"\b\d{3}[ -]\d{3}[ -]\d{4}\b", 0),
    (Kind.PHONE, r"(?<![\w/])(?:\+44[\s-]?(?:\(0\)[\s-]?)?|\(?0)\d(?:[\s()-]{0,2}\d){8,9}(?![\d/])", 0),
    (Kind.PHONE, r"\b(?:ext(?:ension)?\.?|estyniad)\s?\d{3,6}\b", re.I),
    (Kind.COLLAR, rf"\b(?:{_RANK}|officer|swyddog)\s+\d{{2,6}}\b", 0),
    (
        Kind.COLLAR,
        r"\b(?:collar|shoulder|warrant|payroll|badge|epaulette|call[ -]?sign)\s+(?:numbers?|nos?\.?|num)?\s*[:#]?\s*"
        r"[A-Z]{0,3}\d{1,6}\b",
        re.I,
    ),
    (Kind.COLLAR, r"\b(?!(?:19|20)\d\d\b)\d{3,5}\s+(?-i:[A-Z][a-z]{2,}(?:-[A-Z][a-z]+)?)\b", 0),
    (Kind.RANK_NAME, rf"\b(?:{_RANK})\.?\s+(?!{_NO_NAME}){_NAME_WORD}(?:\s+(?!{_NO_NAME}){_NAME_WORD})?", 0),
    (
        Kind.TITLE_NAME,
        rf"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Professor|Sir|Dame|Lord|Lady|Rev|Bnr|Bns)\.?\s+{_NAME_WORD}",
        0,
    ),
    (Kind.VEHICLE, r"\b[A-Z]{2}\d{2}\s?[A-Z]{3}\b", re.I),
    (Kind.VEHICLE, r"\b[A-Z]\d{1,3}\s?[A-Z]{3}\b", 0),
    (Kind.VEHICLE, r"\b[A-Z]{3}\s?\d{1,3}[A-Z]\b", 0),
    (Kind.ADDRESS, r"\b[A-Z]{1,2}\d[A-Z\d]?\s\d[A-Z]{2}\b", re.I),
    (Kind.ADDRESS, r"\b[A-Z]{1,2}\d[A-Z\d]?\d[A-Z]{2}\b", 0),
    (
        Kind.ADDRESS,
        r"\b\d{1,4}[A-Za-z]?,?\s+(?:[A-Z][\w'’-]+\s+){1,3}(?:Street|St|Road|Rd|Lane|Avenue|Close|Drive|Crescent|"
        r"Terrace|Court|Way|Place|Gardens|Grove|Heol|Stryd|Ffordd)\b",
        0,
    ),
    (
        Kind.BIRTH_DATE,
        r"(?:\bd\.o\.b\b\.?|\bdob\b|\bdate\s+of\s+birth\b|\bborn\s+(?:on|in)\b|\bdyddiad\s+geni\b)[\s:]*[\d/.-]*",
        re.I,
    ),
    (Kind.EXACT_DATE, r"\b\d{1,2}[/.-]\d{1,2}[/.-](?:\d{4}|\d{2})\b|\b(?:19|20)\d\d-\d\d-\d\d\b", 0),
    (
        Kind.EXACT_DATE,
        r"\b\d{1,2}(?:st|nd|rd|th)?\s+(?:of\s+)?(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec|Ion|Chwe|Ebr|"
        r"Mai|Meh|Gorff|Awst|Medi|Hyd|Tach|Rhag)[a-z]*\b",
        0,
    ),
    (Kind.CLOCK_TIME, rf"(?<![\d:]){_HOUR}:[0-5]\d(?::[0-5]\d)?(?:\s?[ap]\.?m\b\.?)?(?![\d:])", re.I),
    (Kind.CLOCK_TIME, rf"\b{_HOUR}(?:\.[0-5]\d)?\s?(?:[ap]\.m\.|[ap]m\b|o['’]clock\b)", re.I),
    (Kind.CLOCK_TIME, rf"\b(?:at|by|from|until|till|about|around|am|erbyn|tan)\s+{_HOUR}\.[0-5]\d\b", re.I),
    (Kind.CLOCK_TIME, r"\b(?:[01]\d|2[0-3])[0-5]\d\s?(?:hrs?|hours|h)\b", re.I),
    (
        Kind.CLOCK_TIME,
        r"\b(?:half|quarter)\s+(?:past|to)\s+\w+|\b(?:midnight|midday|noon|hanner\s+nos)\b",
        re.I,
    ),
    (
        Kind.SHIFT,
        r"\b(?:night|late|early|day|morning|evening|afternoon|back)[ -](?:shift|turn|tour|duty|team|relief)s?\b|"
        r"\bon\s+(?:nights|lates|earlies)\b|\bovernight\b|\b(?:last|to)night\b|\bshifft\s+nos\b|\bneithiwr\b",
        re.I,
    ),
    (
        Kind.REFERENCE,
        r"\b(?:CAD|URN|CRN|OIS|STORM|NICHE|PNC(?:ID)?|CRO)\s*(?:number|no\.?|ref(?:erence)?\.?)?\s*[:#]?\s*"
        r"[A-Z]{0,4}[/-]?\d[\w/-]+",
        re.I,
    ),
    (
        Kind.REFERENCE,
        rf"\b{_WEAK_REFERENCE}\s+(?:numbers?|no\.?|num|ref(?:erence)?\.?|#)\s*[:#]?\s*[A-Z]{{0,4}}[/-]?\d[\w/-]*",
        re.I,
    ),
    (
        Kind.REFERENCE,
        r"\b\d{1,6}/\d{2,4}[A-Z]?\b|\b\d{2}/[A-Z]{1,3}/\d{1,6}(?:/\d{2})?\b|\b\d{2}/\d{1,7}[A-Z]\b",
        0,
    ),
    (Kind.REFERENCE, r"\b\d{2}[A-Z]{1,2}\d{5,7}(?:/\d{2})?\b|\b[A-Z]{1,4}[/-]?\d{5,}(?:/\d{2,4})?\b", 0),
    (Kind.REFERENCE, r"(?<![\d,.£])\d{6,}(?![\d,])", 0),
    (Kind.QUOTE, r"[“\"„«][^”\"»“]{2,}[”\"»“]|(?<!\w)‘[^’]+\s[^‘]*?’(?!\w)|(?<!\w)'[^']+\s[^']*?'(?!\w)", 0),
    (
        Kind.GRADE,
        r"\b(?:requires?\s+improvement|inadequate|outstanding\s+(?:practice|performance)|graded?\s+as|we\s+judged?|"
        r"in\s+(?:my|our)\s+(?:opinion|view|judg(?:e)?ment)|annigonol|angen\s+gwella)\b",
        re.I,
    ),
)
_COMPILED: Final = tuple((kind, re.compile(pattern, flags)) for kind, pattern, flags in _PATTERNS)


def identifiers(text: str) -> Iterator[tuple[Kind, int, int]]:
    """Yield (kind, start, end) for every hit of every pattern; hits may overlap."""
    for kind, pattern in _COMPILED:
        for match in pattern.finditer(text):
            yield kind, match.start(), match.end()
