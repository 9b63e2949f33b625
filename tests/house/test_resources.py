"""What is shipped beside the code: fonts with every letter we print, and the 43 forces."""

import csv
import string

import pytest
from fontTools.ttLib import TTFont

from fieldinspect import resources
from tests.shared import ROOT, shared_data

FACES = ["Regular", "Bold", "Italic", "BoldItalic"]
WELSH = "ŵŷŴŶẁẃẅỳẀẂẄỲâêîôûÂÊÎÔÛáéíóúàèìòùäëïöü"
PUNCTUATION = "–—‘’“”…•·×£€§\u00a0\u2009\u2011"


def font(face: str) -> TTFont:
    return TTFont(resources.file(f"fonts/NotoSans-{face}.ttf"))


@pytest.mark.parametrize("face", FACES)
def test_a_font_has_every_letter_of_both_languages(face: str) -> None:
    letters = set(string.printable.strip() + WELSH + PUNCTUATION)
    assert {letter for letter in letters if ord(letter) not in font(face).getBestCmap()} == set()


@pytest.mark.parametrize("face", FACES)
def test_a_font_has_every_letter_of_the_catalogues_and_the_forms(face: str) -> None:
    sources = [*(ROOT / "resources" / "translations").rglob("*.po*"), *(ROOT / "forms").rglob("*.md")]
    letters = {letter for path in sources for letter in path.read_text(encoding="utf-8")} - {"\n", "\t"}
    known = font(face).getBestCmap()
    assert {letter for letter in letters if ord(letter) not in known} == set()


@pytest.mark.parametrize("face", FACES)
def test_a_font_is_truetype_embeddable_and_lines_figures_up(face: str) -> None:
    shipped = font(face)
    assert "glyf" in shipped  # ReportLab embeds TrueType outlines only
    assert shipped["OS/2"].fsType == 0
    assert "tnum" in {record.FeatureTag for record in shipped["GSUB"].table.FeatureList.FeatureRecord}


def forces() -> list[dict[str, str]]:
    with resources.file("reference/forces.csv").open(newline="", encoding="utf-8") as rows:
        return list(csv.DictReader(rows))


def test_there_are_43_forces_each_with_its_own_code() -> None:
    rows = forces()
    assert len(rows) == 43
    assert len({row["gss_code"] for row in rows}) == 43
    assert [row["slug"] for row in rows] == sorted({row["slug"] for row in rows})


def test_the_four_forces_of_wales_are_bilingual() -> None:
    welsh = {row["slug"] for row in forces() if row["gss_code"].startswith("W")}
    assert welsh == {"dyfed-powys", "gwent", "north-wales", "south-wales"}
    for row in forces():
        assert (row["bilingual"] == "yes") == (row["region"] == "Wales") == bool(row["name_cy"])
        assert (row["slug"] in welsh) == (row["bilingual"] == "yes")


def test_the_forces_agree_with_the_published_ones() -> None:
    with shared_data("forces43.csv").open(newline="", encoding="utf-8") as rows:
        published = {row["slug"]: row for row in csv.DictReader(rows)}
    columns = ("name", "name_cy", "gss_code", "region")
    assert {row["slug"]: [row[name] for name in columns] for row in forces()} == {
        slug: [row[name] for name in columns] for slug, row in published.items()
    }
