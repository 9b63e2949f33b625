"""The printed summary: its words, its bytes, its fonts, its structure."""

import hashlib
import io
import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pypdf
import pytest

from fieldinspect.domain.errors import BadInput
from fieldinspect.domain.summary import VisitSummary
from fieldinspect.report import fonts
from fieldinspect.report.visit_summary import render_visit_summary
from tests.report.samples import LONG, long, short, summary_of
from tests.shared import ROOT

GOLDEN = ROOT / "tests" / "golden"


def reader(data: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(data), strict=True)


def poppler(tool: str, data: bytes, tmp_path: Path, *options: str) -> str:
    if shutil.which(tool) is None:
        pytest.skip(f"poppler-utils is not installed: {tool}")
    path = tmp_path / "summary.pdf"
    path.write_bytes(data)
    command = [tool, *options, str(path), *(["-"] if tool == "pdftotext" else [])]
    return subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8").stdout


def without_spaces(text: str) -> list[str]:
    """Versions of pdftotext differ in spaces alone."""
    return [line for line in (re.sub(r"\s+", "", line) for line in text.splitlines()) if line]


@pytest.mark.parametrize(
    ("name", "language", "make"),
    [("short", "en", short), ("long", "en", long), ("long", "cy", long)],
)
def test_the_words_are_those_agreed(name: str, language: str, make: Any, tmp_path: Path) -> None:
    text = poppler("pdftotext", render_visit_summary(make(), language), tmp_path, "-layout")
    golden = GOLDEN / f"summary-{name}-{language}.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(text, encoding="utf-8")
    assert without_spaces(text) == without_spaces(golden.read_text(encoding="utf-8"))


@pytest.mark.parametrize("language", ["en", "cy"])
def test_two_pages_each_with_marking_reference_and_number(language: str) -> None:
    pages = reader(render_visit_summary(long(), language)).pages
    assert len(pages) == 2
    of = {"en": "Page {} of 2", "cy": "Tudalen {} o 2"}[language]
    for number, page in enumerate(pages, 1):
        text = page.extract_text()
        # The facts on the first page name the marking once more.
        assert text.count("OFFICIAL-SENSITIVE") == (3 if number == 1 else 2)
        assert of.format(number) in text
        assert "DA-2014-NWP-03" in text


def test_metadata_is_title_and_language_only() -> None:
    data = render_visit_summary(long(), "cy")
    document = reader(data)
    assert dict(document.metadata or {}) == {
        "/Title": "Crynodeb o'r ymweliad: Heddlu Gogledd Cymru, DA-2014-NWP-03"
    }
    assert document.root_object["/Lang"] == "cy-GB"
    packet = document.root_object["/Metadata"].get_object().get_data().decode()
    assert set(re.findall(r"<(\w+:\w+)", packet)) == {
        "x:xmpmeta",
        "rdf:RDF",
        "rdf:Description",
        "dc:title",
        "rdf:Alt",
        "rdf:li",
        "dc:language",
        "rdf:Bag",
    }
    for word in (b"ReportLab", b"reportlab", b"anonymous", b"CreationDate", b"Producer", b"Author"):
        assert word not in data


def test_every_font_is_embedded_and_subset() -> None:
    found = set()
    for page in reader(render_visit_summary(long(), "cy")).pages:
        for font in page["/Resources"]["/Font"].values():
            font = font.get_object()
            found.add(font["/BaseFont"])
            assert "/FontFile2" in font["/FontDescriptor"].get_object()
            assert "/ToUnicode" in font
    assert found == {"/AAAAAA+NotoSans-Regular", "/AAAAAA+NotoSans-Bold"}


def test_welsh_letters_come_back() -> None:
    letters = "ŵŷŴŶẁẃẅỳâêîôûäëïöü"
    assert fonts.missing(letters) == []
    made = replace(long(), station=letters)
    assert letters in reader(render_visit_summary(made, "cy")).pages[0].extract_text()


PRINT = """
import hashlib, sys
from tests.report.samples import long
from fieldinspect.report.visit_summary import render_visit_summary
print(hashlib.sha256(render_visit_summary(long(), sys.argv[1])).hexdigest())
"""


def test_the_same_bytes_in_other_processes_days_and_places() -> None:
    here = hashlib.sha256(render_visit_summary(long(), "en")).hexdigest()
    assert here == hashlib.sha256(render_visit_summary(long(), "en")).hexdigest()
    for seed, zone in (("0", "UTC"), ("12345", "Pacific/Auckland")):
        there = subprocess.run(
            [sys.executable, "-c", PRINT, "en"],
            check=True,
            capture_output=True,
            text=True,
            cwd=ROOT,
            env=os.environ
            | {"PYTHONHASHSEED": seed, "TZ": zone, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"},
        )
        assert there.stdout.strip() == here


def test_copies_differ() -> None:
    assert render_visit_summary(long(), "en") != render_visit_summary(replace(long(), copy=3), "en")


def structure(node: Any) -> list[Any]:
    """Return the structure below an element as nested [role, ...]."""
    kids = node.get("/K", [])
    kids = kids if isinstance(kids, list) else [kids]
    inner = [structure(kid.get_object()) for kid in kids if "/S" in kid.get_object()]
    return [node["/S"], *inner]


def test_tags_headings_lists_and_tables() -> None:
    document = reader(render_visit_summary(long(), "en"))
    assert document.root_object["/MarkInfo"]["/Marked"]
    assert document.root_object["/ViewerPreferences"]["/DisplayDocTitle"]
    top = structure(document.root_object["/StructTreeRoot"]["/K"].get_object())
    roles = [part[0] for part in top[1:]]
    assert top[0] == "/Document"
    assert roles[:4] == ["/H1", "/P", "/P", "/H2"]
    assert roles.count("/H2") == 9
    assert roles.count("/Table") == 3
    tables = [part for part in top[1:] if part[0] == "/Table"]
    assert all(row[0] == "/TR" for table in tables for row in table[1:])
    assert [cell[0] for cell in tables[1][1][1:]] == ["/TH", "/TH"]
    lists = [part for part in top[1:] if part[0] == "/L"]
    assert all([kid[0] for kid in item[1:]] == ["/Lbl", "/LBody"] for part in lists for item in part[1:])


@pytest.mark.parametrize("language", ["en", "cy"])
def test_everything_painted_is_tagged_or_an_artifact(language: str) -> None:
    document = reader(render_visit_summary(long(), language))
    for page in document.pages:
        depth, marks = 0, []
        for operands, operator in pypdf.generic.ContentStream(page.get_contents(), document).operations:
            if operator in (b"BDC", b"BMC"):
                depth += 1
                marks += [operands[1]["/MCID"]] if operator == b"BDC" else []
            elif operator == b"EMC":
                depth -= 1
            elif operator in (b"Tj", b"TJ", b"'", b"f", b"f*", b"S", b"s", b"B", b"Do"):
                assert depth == 1, operator
        assert depth == 0
        assert marks == list(range(len(marks)))
        numbers = document.root_object["/StructTreeRoot"]["/ParentTree"]["/Nums"]
        parents = numbers[numbers.index(page["/StructParents"]) + 1]
        assert len(parents) == len(marks)


def test_a_matter_in_the_other_language_says_so_and_is_tagged_with_it() -> None:
    data = render_visit_summary(long(), "cy")
    text = " ".join(reader(data).pages[1].extract_text().split())
    assert "Body-worn cameras were charged and available." in text
    assert "(cofnodwyd yn Saesneg)" in text
    assert b"/Lang (en-GB)" in data


def test_characters_that_cannot_be_printed_are_named() -> None:
    documents = (replace(LONG.documents[0], title="Policy 政策 ☃"),)
    with pytest.raises(BadInput) as caught:
        render_visit_summary(summary_of(replace(LONG, documents=documents)), "en")
    assert str(caught.value) == (
        "The report contains a character that cannot be printed: [政] (U+653F) [策] (U+7B56) [☃] (U+2603). "
        "Type it another way, then print again"
    )


def test_letters_with_loose_accents_are_composed() -> None:
    made = replace(long(), station="Ty\u0302 Croes")
    assert "Tŷ Croes" in reader(render_visit_summary(made, "cy")).pages[0].extract_text()


def test_text_is_never_read_as_mark_up() -> None:
    made = replace(long(), station="A & B <b>Street</b> &amp;")
    assert "A & B <b>Street</b> &amp;" in reader(render_visit_summary(made, "en")).pages[0].extract_text()


def test_no_welsh_copy_for_an_english_force() -> None:
    with pytest.raises(BadInput, match="Saesneg yn unig"):
        render_visit_summary(short(), "cy")


def test_many_matters_and_documents_run_on_and_repeat_the_table_head_for_the_eye_only() -> None:
    crowded: VisitSummary = replace(long(), documents=long().documents * 20, matters=long().matters * 8)
    document = reader(render_visit_summary(crowded, "en"))
    assert len(document.pages) > 4
    heads = [page for page in document.pages if re.search(r"Document\s+From\s+Due", page.extract_text())]
    assert len(heads) > 1
    tables = [
        part
        for part in structure(document.root_object["/StructTreeRoot"]["/K"].get_object())[1:]
        if part[0] == "/Table"
    ]
    assert len(tables) == 3
