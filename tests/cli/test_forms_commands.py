"""The commands of those who write forms, from a first form to a published set."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from fieldinspect.cli import run
from fieldinspect.cli.common import PASSPHRASE_VARIABLE
from fieldinspect.cli.forms import has_display
from fieldinspect.resources import forms_folder
from tests.pictures import bomb, png
from tests.shared import shared_data
from tests.team import PASSPHRASE

Printed = pytest.CaptureFixture[str]


@pytest.fixture
def site_check(tmp_path: Path) -> Path:
    folder = tmp_path / "site_check"
    assert run(["forms", "new", str(folder), "--title", "Site check", "--welsh-title", "Gwirio safle"]) == 0
    return folder


def test_a_new_form_works_from_the_start(site_check: Path, capsys: Printed) -> None:
    assert run(["forms", "lint", str(site_check), "--advice"]) == 0
    assert "Nothing to mend." in capsys.readouterr().err
    assert run(["forms", "compile", str(site_check)]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["form"] == "site_check"
    first = (site_check / "form.xml").read_bytes()
    assert run(["forms", "compile", str(site_check)]) == 0
    assert (site_check / "form.xml").read_bytes() == first


def test_a_form_that_is_there_is_not_overwritten(site_check: Path, capsys: Printed) -> None:
    assert run(["forms", "new", str(site_check), "--title", "Other"]) == 2
    assert "is there already" in capsys.readouterr().err
    assert run(["forms", "new", str(site_check.parent / "Site Check"), "--title", "Other"]) == 2
    assert "cannot be the id of a form" in capsys.readouterr().err


def test_a_form_goes_to_a_spreadsheet_and_back(site_check: Path, tmp_path: Path) -> None:
    before = (site_check / "form.md").read_bytes()
    workbook = tmp_path / "site_check.xlsx"
    assert run(["forms", "to-xlsx", str(site_check), str(workbook)]) == 0
    assert run(["forms", "lint", str(workbook)]) == 0
    (site_check / "form.md").unlink()
    assert run(["forms", "from-xlsx", str(workbook), str(site_check / "form.md")]) == 0
    assert (site_check / "form.md").read_bytes() == before


def test_nothing_that_is_there_is_replaced_without_force(
    site_check: Path, tmp_path: Path, capsys: Printed
) -> None:
    source, kept = str(site_check), tmp_path / "kept.xlsx"
    assert run(["forms", "to-xlsx", source, str(kept)]) == 0
    text = tmp_path / "kept.md"
    for target in (kept, text, tmp_path / "kept.xml", tmp_path / "kept.pdf"):
        target.write_bytes(b"another form")
    capsys.readouterr()
    for arguments in (
        ["to-xlsx", source, str(kept)],
        ["from-xlsx", str(site_check / "form.md"), str(text)],
        ["compile", source, "--out", str(tmp_path / "kept.xml")],
        ["print", source, "--out", str(tmp_path / "kept.pdf")],
    ):
        target = Path(arguments[-1])
        assert run(["forms", *arguments]) == 2
        assert f"{target.name} is there already" in capsys.readouterr().err
        assert target.read_bytes() == b"another form"
        assert run(["forms", *arguments, "--force"]) == 0
        assert target.read_bytes() != b"another form"


def test_a_workbook_is_written_as_one_and_text_as_text(
    site_check: Path, tmp_path: Path, capsys: Printed
) -> None:
    before = (site_check / "form.md").read_bytes()
    assert run(["forms", "to-xlsx", str(site_check), str(site_check / "form.md"), "--force"]) == 2
    assert "Choose one of these endings: .xlsx" in capsys.readouterr().err
    assert run(["forms", "from-xlsx", str(site_check), str(tmp_path / "x.xlsx")]) == 2
    assert "Choose one of these endings: .md, .csv" in capsys.readouterr().err
    assert (site_check / "form.md").read_bytes() == before


def test_faults_are_told_by_file_line_sheet_row_and_column(site_check: Path, capsys: Printed) -> None:
    source = site_check / "form.md"
    source.write_text(source.read_text().replace("${seen}", "${sean}"))
    line = next(n for n, text in enumerate(source.read_text().splitlines(), 1) if "${sean}" in text)
    assert run(["forms", "lint", str(site_check)]) == 1
    printed = capsys.readouterr()
    place = f"{source}:{line}: sheet “survey”, row 4, column “relevant”, ${{how_many}}"
    assert printed.out == f"{place}: no question is called “sean”. Is it ${{seen}}?\n"
    assert "1 error, 0 pieces of advice." in printed.err
    assert run(["forms", "compile", str(site_check)]) == 2
    assert "row 4" in capsys.readouterr().err
    assert not (site_check / "form.xml").exists()


@pytest.mark.parametrize("name", ["nothing.md", "nothing.xml"])
def test_a_file_that_is_not_there_is_a_sentence(name: str, tmp_path: Path, capsys: Printed) -> None:
    assert run(["forms", "lint", str(tmp_path / name)]) == 2
    assert f"{name} cannot be read" in capsys.readouterr().err


def test_something_else_is_a_sentence(tmp_path: Path, capsys: Printed) -> None:
    wrong = tmp_path / "wrong.xlsx"
    wrong.write_bytes(b"%PDF-1.7")
    assert run(["forms", "compile", str(wrong)]) == 2
    assert "not a workbook" in capsys.readouterr().err
    assert run(["forms", "to-xlsx", str(wrong), str(tmp_path / "out.docx")]) == 2
    assert "Choose one of these endings" in capsys.readouterr().err
    bad = tmp_path / "bad.xml"
    bad.write_text("<html/>")
    assert run(["forms", "lint", str(bad)]) == 1
    assert "is not a form" in capsys.readouterr().out


def test_a_form_is_tried_in_the_terminal(
    site_check: Path, capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed = iter(["1", "900", "<", "", "7"])
    monkeypatch.setattr("builtins.input", lambda _prompt: _next(typed))
    assert run(["forms", "preview", str(site_check)]) == 0
    told = capsys.readouterr().out
    assert "Did you see it? *" in told
    assert "! Enter from 0 to 100" in told
    assert "2 of 2 answered. Nothing was kept." in told


def test_a_word_that_is_no_choice_is_no_answer_in_the_terminal(
    site_check: Path, capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed = iter(["perhaps", "2"])
    monkeypatch.setattr("builtins.input", lambda _prompt: _next(typed))
    assert run(["forms", "preview", str(site_check)]) == 0
    told = capsys.readouterr().out
    assert "! “perhaps” is not one of the choices" in told
    assert "1 of 1 answered" in told


def test_a_form_is_tried_in_a_window_where_there_is_one(
    site_check: Path, capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[tuple[bytes, Mapping[str, bytes], str, str]] = []

    def window(*given: bytes | Mapping[str, bytes] | str) -> int:
        shown.append(given)  # type: ignore[arg-type]  # what a window is given
        return 0

    monkeypatch.setenv("DISPLAY", ":9")
    assert run(["forms", "preview", str(site_check), "--form-language", "cy"], window) == 0
    assert [(language, form) for _xml, _pictures, language, form in shown] == [("en", "cy")]
    assert shown[0][0].startswith(b"<?xml")
    monkeypatch.setattr("builtins.input", lambda _prompt: _next(iter([])))
    assert run(["forms", "preview", str(site_check), "--text"], window) == 0
    assert "Nothing was kept." in capsys.readouterr().out
    assert len(shown) == 1


@pytest.mark.parametrize(
    ("platform", "environment", "there"),
    [
        ("linux", {}, False),
        ("linux", {"DISPLAY": ""}, False),
        ("linux", {"DISPLAY": ":0"}, True),
        ("linux", {"WAYLAND_DISPLAY": "wayland-0"}, True),
        ("linux", {"QT_QPA_PLATFORM": "offscreen"}, True),
        ("win32", {}, True),
        ("darwin", {}, True),
    ],
)
def test_whether_there_is_a_display(platform: str, environment: dict[str, str], there: bool) -> None:
    assert has_display(platform, environment) is there


@pytest.fixture
def doors(tmp_path: Path) -> Path:
    """A form with two pictures, one of which is there."""
    folder = tmp_path / "doors"
    (folder / "media").mkdir(parents=True)
    (folder / "media" / "door.png").write_bytes(png())
    (folder / "form.md").write_text(
        "| settings |\n| | form_title | form_id | version |\n| | Doors | doors | 1 |\n\n"
        "| survey |\n| | type | name | label::English (en) | image::English (en) |\n"
        "| | note | door | This door | door.png |\n| | text | why | Why? | gone.png |\n"
    )
    return folder


def test_pictures_are_linted_compiled_tried_and_printed(doors: Path, capsys: Printed) -> None:
    assert run(["forms", "lint", str(doors)]) == 1
    gone = "sheet “survey”, row 3, column “image::English (en)”, ${why}: there is no picture “gone.png”"
    assert f"form.md:8: {gone}" in capsys.readouterr().out
    assert run(["forms", "compile", str(doors)]) == 0
    assert gone in capsys.readouterr().err
    shown: list[Mapping[str, bytes]] = []

    def window(_xml: bytes, pictures: Mapping[str, bytes], _language: str, _form: str) -> int:
        shown.append(pictures)
        return 0

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DISPLAY", ":9")
        assert run(["forms", "preview", str(doors / "form.xml")], window) == 0
    assert shown == [{"door.png": png()}]
    assert run(["forms", "print", str(doors), "--out", str(doors / "blank.pdf")]) == 0
    assert b"/Figure" in (doors / "blank.pdf").read_bytes()


def test_a_hostile_picture_stops_compiling(doors: Path, capsys: Printed) -> None:
    (doors / "media" / "door.png").write_bytes(bomb())
    assert run(["forms", "compile", str(doors)]) == 2
    assert "row 2, column “image::English (en)”, ${door}" in capsys.readouterr().err
    assert not (doors / "form.xml").exists()


def _next(typed: Iterator[str]) -> str:
    try:
        return next(typed)
    except StopIteration:
        raise EOFError from None


def test_rows_are_offered_and_the_end_of_input_ends_it(
    capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed = iter([""] * 9 + ["y"] + [""] * 3 + ["n"])
    monkeypatch.setattr("builtins.input", lambda _prompt: _next(typed))
    form = forms_folder() / "staff_focus_group" / "form.xml"
    assert run(["forms", "preview", str(form), "--form-language", "cy"]) == 0
    told = capsys.readouterr().out
    assert "Pwy gymerodd ran" in told
    assert "of 21 answered" in told or "Nothing was kept" in told


@pytest.mark.parametrize("language", ["en", "cy"])
def test_a_blank_form_is_printed_the_same_each_time(language: str, tmp_path: Path) -> None:
    out = tmp_path / "blank.pdf"
    source = str(forms_folder() / "contact")
    arguments = [
        "forms",
        "print",
        source,
        "--out",
        str(out),
        "--print-language",
        language,
        "--marking",
        "OFFICIAL",
    ]
    assert run(arguments) == 0
    first = out.read_bytes()
    assert first.startswith(b"%PDF-1.7")
    assert run(arguments) == 2
    assert run([*arguments, "--force"]) == 0
    assert out.read_bytes() == first


def test_a_workbook_of_another_house_is_checked_compiled_and_printed(tmp_path: Path, capsys: Printed) -> None:
    source = str(shared_data("forms", "ifrc-distribution-site-assessment-v1.xls"))
    out = tmp_path / "form.xml"
    assert run(["forms", "lint", source]) == 0
    assert run(["forms", "compile", source, "--out", str(out)]) == 0
    assert run(["forms", "print", str(out), "--out", str(tmp_path / "blank.pdf")]) == 0
    assert run(["forms", "from-xlsx", source, str(tmp_path / "form.md")]) == 0
    assert "In 6 cells line breaks became spaces" in capsys.readouterr().err


@pytest.fixture
def lead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Printed) -> str:
    monkeypatch.setenv(PASSPHRASE_VARIABLE, PASSPHRASE)
    vault = str(tmp_path / "lead")
    assert run(["create-vault", "--vault", vault, "--name", "Lead", "--quick"]) == 0
    assert run(["start-inspection", "--vault", vault, "--title", "Forms", "--envelope", "x25519"]) == 0
    capsys.readouterr()
    return vault


def test_a_changed_form_is_published_with_a_new_version_only(
    lead: str, tmp_path: Path, capsys: Printed
) -> None:
    source = tmp_path / "test" / "form.md"
    source.parent.mkdir()
    text = (forms_folder() / "test" / "form.md").read_text()
    source.write_text(text.replace("What happened?", "What came of it?"))
    assert run(["forms", "publish", "--vault", lead, str(source)]) == 2
    assert "was changed, but not its version" in capsys.readouterr().err
    source.write_text(source.read_text().replace("2026112301", "2026112399"))
    assert run(["forms", "publish", "--vault", lead, str(source.parent)]) == 0
    assert json.loads(capsys.readouterr().out) == {"form_set": 2, "forms": ["test"]}
    assert run(["forms", "publish", "--vault", lead, "--shipped"]) == 0
    assert json.loads(capsys.readouterr().out)["form_set"] == 3
    assert run(["forms", "publish", "--vault", lead]) == 2


def test_a_form_of_another_name_than_its_root_is_not_published(
    lead: str, tmp_path: Path, capsys: Printed
) -> None:
    odd = tmp_path / "odd.xml"
    odd.write_text((forms_folder() / "test" / "form.xml").read_text().replace('id="test"', 'id="odd"'))
    assert run(["forms", "publish", "--vault", lead, str(odd)]) == 2
    assert "calls itself" in capsys.readouterr().err


def test_nobody_else_can_publish(lead: str, tmp_path: Path, capsys: Printed) -> None:
    other = str(tmp_path / "other")
    assert run(["create-vault", "--vault", other, "--name", "Other", "--quick"]) == 0
    capsys.readouterr()
    assert run(["forms", "publish", "--vault", other, "--shipped"]) == 2
    assert "no inspection yet" in capsys.readouterr().err
