"""The certificate of destruction: its words, its bytes, its structure, and nothing of what was destroyed."""

import hashlib
import io
from dataclasses import replace
from datetime import UTC, date, datetime

import pypdf
import pytest

from fieldinspect.domain.custody import (
    Acknowledgement,
    DestructionCertificate,
    EraseReason,
    EraseState,
    ErasureView,
    Laptop,
)
from fieldinspect.domain.errors import BadInput
from fieldinspect.report.certificate import render_certificate

MOMENT = datetime(2026, 3, 3, 14, 5, tzinfo=UTC)
WHY = "Words that must not be printed"


def digest(word: str) -> str:
    return hashlib.sha256(word.encode()).hexdigest()


def sample(records: int = 5) -> DestructionCertificate:
    laptops = [
        Laptop("SHA256:" + f"{name}Kd93nfOe21xQ0pZ" * 3, name) for name in ("Ann Example", "Ben Sample")
    ]
    erasure = ErasureView(
        request=digest("request")[:32],
        entry=digest("asked"),
        state=EraseState.DONE,
        records=tuple(digest(str(number))[:32] for number in range(records)),
        classes={"survivors": 1, "visits": records - 1},
        reason=EraseReason.CONSENT_WITHDRAWN,
        why=WHY,
        basis="UK GDPR, article 17(1)(b)",
        asked_by="Lee Lead",
        asked=MOMENT,
        confirmation=digest("confirmed"),
        confirmed_by="Cat Centre",
        confirmed=MOMENT,
        acknowledged=(Acknowledgement(laptops[0], digest("word"), MOMENT),),
        outstanding=(laptops[1], replace(laptops[1], revoked=True)),
    )
    return DestructionCertificate("Domestic abuse, national", "OFFICIAL-SENSITIVE", erasure, date(2026, 3, 4))


def text_of(pdf: bytes) -> str:
    document = pypdf.PdfReader(io.BytesIO(pdf), strict=True)
    return " ".join(" ".join(page.extract_text() for page in document.pages).split())


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "en",
            (
                "Certificate of destruction",
                "5 records were destroyed",
                "Still outstanding",
                "3 March 2026, 14:05 UTC",
            ),
        ),
        ("cy", ("Tystysgrif ddinistrio", "5 o gofnodion", "3 Mawrth 2026, 14:05 UTC")),
    ],
)
def test_it_says_what_was_destroyed_by_whom_and_where(language: str, words: tuple[str, ...]) -> None:
    certificate = sample()
    text = text_of(render_certificate(certificate, language))
    for word in (*words, "UK GDPR, article 17(1)(b)", "Lee Lead", "Cat Centre", "Ann Example", "Ben Sample"):
        assert word in text
    together = text.replace(" ", "")
    for name in (*certificate.erasure.records, certificate.erasure.entry, certificate.erasure.confirmation):
        assert name in together
    assert WHY not in text


def test_the_same_certificate_gives_the_same_bytes_and_a_tagged_file() -> None:
    first, second = (render_certificate(sample(), "cy") for _each in range(2))
    assert first == second
    root = pypdf.PdfReader(io.BytesIO(first), strict=True).root_object
    assert root["/Lang"] == "cy-GB"
    assert root["/MarkInfo"]["/Marked"]  # type: ignore[index]  # a dictionary
    assert "/StructTreeRoot" in root


def test_one_person_alone_and_nobody_outstanding_are_said() -> None:
    certificate = sample(1)
    alone = replace(certificate, erasure=replace(certificate.erasure, alone=True, outstanding=()))
    text = text_of(render_certificate(alone, "en"))
    assert "One person asked and confirmed" in text
    assert "No laptop is outstanding" in text
    assert "1 record was destroyed" in text


def test_three_hundred_records_fill_pages_each_with_its_marking() -> None:
    pages = pypdf.PdfReader(io.BytesIO(render_certificate(sample(300), "en"))).pages
    assert len(pages) > 3
    assert all(page.extract_text().count("OFFICIAL-SENSITIVE") == 2 for page in pages)


def test_a_character_that_cannot_be_printed_is_named() -> None:
    certificate = sample()
    odd = replace(certificate, erasure=replace(certificate.erasure, basis="\u0b95"))
    with pytest.raises(BadInput, match="U\\+0B95"):
        render_certificate(odd, "en")
