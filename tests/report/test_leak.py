"""Facts full of what must not leave: nothing of it is in the PDF, neither in its text nor anywhere in its bytes."""

import io
import re
import zlib
from dataclasses import replace
from datetime import datetime

import pypdf
import pytest

from fieldinspect.analysis.summary import build_visit_summary
from fieldinspect.domain.summary import (
    DocumentFact,
    DocumentStatus,
    Matter,
    Polarity,
    RoleBand,
    Stream,
    VisitFacts,
    VisitSummary,
)
from fieldinspect.report.visit_summary import render_visit_summary
from tests.report.samples import ISSUE, LONG

SECRETS = {
    "name": "Zachariah Quillfeather",
    "collar": "PC 7391",
    "time": "21:47",
    "quote": "“nobody ever looks at the forms”",
    "plate": "XK58 ZZQ",
    "reference": "CAD 48213",
    "phone": "01632 960771",
}
PEOPLE = ("Zachariah Quillfeather", "Wilhelmina Oxenbridge")


def bytes_of(data: bytes) -> bytes:
    """Return the file with every stream unpacked, so that nothing hides behind compression."""
    unpacked = [data]
    for match in re.finditer(rb"stream\r?\n(.*?)endstream", data, re.DOTALL):
        try:
            unpacked.append(zlib.decompress(match[1]))
        except zlib.error:
            unpacked.append(match[1])
    document = pypdf.PdfReader(io.BytesIO(data))
    for number in range(1, len(document.xref[0]) + 1):
        found = document.get_object(pypdf.generic.IndirectObject(number, 0, document))
        if isinstance(found, pypdf.generic.StreamObject):
            unpacked.append(found.get_data())
        unpacked.append(str(found).encode())
    return b"\n".join(unpacked)


def everything_in(data: bytes) -> str:
    text = "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages)
    return text + bytes_of(data).decode("latin-1")


def poisoned() -> VisitFacts:
    """Return a visit whose protected parts carry every secret, and whose times and counts are telling."""
    words = " ".join(SECRETS.values())
    protected = tuple(
        Matter(Polarity.WEAKNESS, words, stream, restricted=False)
        for stream in Stream
        if stream
        in (
            Stream.CONDUCT,
            Stream.VICTIM_INTERVIEW,
            Stream.VICTIM_FOCUS_GROUP,
            Stream.CASE_FILE_REVIEW,
            Stream.SURVEY,
        )
    )
    restricted = Matter(Polarity.STRENGTH, words, Stream.STATION_VISIT, restricted=True)
    return replace(
        LONG,
        started=datetime(2014, 3, 4, 21, 47, 13),
        ended=datetime(2014, 3, 5, 1, 15, 59),
        conversations={RoleBand.CONSTABLE: 37, RoleBand.SUPERVISOR: 3},
        matters=(*LONG.matters, *protected, restricted),
        known_names=PEOPLE,
    )


@pytest.mark.parametrize("language", ["en", "cy"])
def test_nothing_of_it_is_in_the_file(language: str) -> None:
    made = build_visit_summary(poisoned(), ISSUE)
    assert isinstance(made, VisitSummary)
    found = everything_in(render_visit_summary(made, language))
    assert LONG.station in found, "the search does find what is there"
    for secret in (*SECRETS.values(), *PEOPLE, "Quillfeather", "Oxenbridge", "7391", "48213", "ZZQ"):
        assert secret not in found
        assert secret.encode("utf-16-be").decode("latin-1") not in found


def test_no_exact_time_or_count_of_the_visit_is_in_the_text() -> None:
    made = build_visit_summary(poisoned(), ISSUE)
    assert isinstance(made, VisitSummary)
    pages = pypdf.PdfReader(io.BytesIO(render_visit_summary(made, "en"))).pages
    text = "\n".join(page.extract_text() for page in pages)
    assert not re.search(r"\b\d{1,2}[:.]\d{2}\b", text)
    assert not re.search(r"\b(?:37|40|23)\b", text)
    assert "5 March 2014, morning" not in text
    assert "20 to 49" in text


@pytest.mark.parametrize("secret", SECRETS.values(), ids=list(SECRETS))
def test_an_open_matter_with_any_of_it_is_refused(secret: str) -> None:
    matter = Matter(Polarity.WEAKNESS, f"On the desk lay {secret}.", Stream.STATION_VISIT, restricted=False)
    made = build_visit_summary(replace(LONG, matters=(matter,), known_names=PEOPLE), ISSUE)
    assert not isinstance(made, VisitSummary)


@pytest.mark.parametrize(
    "secret",
    [secret for kind, secret in SECRETS.items() if kind != "quote"],
    ids=lambda secret: str(secret)[:9],
)
def test_a_document_title_with_any_of_it_is_refused(secret: str) -> None:
    documents = (DocumentFact(f"Notes of {secret}", DocumentStatus.SEEN),)
    made = build_visit_summary(replace(LONG, documents=documents, known_names=PEOPLE), ISSUE)
    assert not isinstance(made, VisitSummary)
