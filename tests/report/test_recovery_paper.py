"""The page with a recovery code: one page, everything on it, readable aloud, the same bytes each time."""

import io

import pypdf
import pytest

from fieldinspect.crypto.recovery import from_code, to_code
from fieldinspect.domain.errors import BadInput
from fieldinspect.domain.vault_keys import RecoveryPaper
from fieldinspect.report.recovery_paper import render_recovery_paper

CODE = to_code(bytes(range(20)))
PAPER = RecoveryPaper(CODE, "Gliniadur Siân", "0123456789abcdef" * 2, "2026-11-23")


def words(pdf: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(pdf), strict=True).pages
    assert len(pages) == 1
    assert [round(side) for side in pages[0].mediabox[2:]] == [595, 842]
    return " ".join(pages[0].extract_text().split())


@pytest.mark.parametrize(("language", "said"), [("en", "How to use it"), ("cy", "Sut i'w ddefnyddio")])
def test_the_page_says_code_vault_day_and_what_to_do(language: str, said: str) -> None:
    text = words(render_recovery_paper(PAPER, language))
    for expected in (PAPER.nickname, PAPER.vault, PAPER.made, said):
        assert expected in text
    groups = CODE.split("-")
    printed = [text.index(group) for group in groups]
    assert len(groups) == 9
    assert printed == sorted(printed)


def test_the_printed_code_can_be_typed_as_it_stands() -> None:
    text = words(render_recovery_paper(PAPER, "en"))
    start, end = text.index(CODE[:4]), text.index(CODE[-4:]) + 4
    assert from_code(text[start:end].replace("–", "-")) == bytes(range(20))


def test_the_same_paper_gives_the_same_bytes_and_names_nobody() -> None:
    pdf = render_recovery_paper(PAPER, "en")
    assert pdf == render_recovery_paper(PAPER, "en")
    assert pypdf.PdfReader(io.BytesIO(pdf)).metadata == {"/Title": "Recovery code"}


def test_a_nickname_that_cannot_be_printed_is_refused() -> None:
    with pytest.raises(BadInput, match="cannot be printed"):
        render_recovery_paper(RecoveryPaper(CODE, "\U0001f512", "0" * 32, "2026-11-23"), "en")
