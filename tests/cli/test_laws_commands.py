"""Commands keep what the forms and the acts keep: nothing is written that a screen would not write."""

import pytest

from tests.cli.test_commands import Shell, enrolled, shell

__all__ = ["enrolled", "shell"]


@pytest.fixture
def contact(enrolled: Shell) -> str:
    (begun,) = enrolled("start-visit", "--station", "Example Road", vault="ann")
    (made,) = enrolled("record", str(begun["visit"]), "contact", "/contact/role_band=constable", vault="ann")
    return str(made["record"])


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ("/contact/nonexistent=5", "no question at “/contact/nonexistent”"),
        ("/contact=5", "“/contact” is a group"),
        ("/contact/role_band=purple", "“purple” is not a choice of “/contact/role_band”"),
        ("withdrawn=true", "by the command “withdraw”"),
        ("closed=true", "by the command “close-visit”"),
        ("completed=true", "by the command “complete”"),
        ("form=nonsense", "is not written by hand"),
        ("/contact/person[x]=zz", "no repeated group at “/contact/person”"),
    ],
)
def test_an_answer_that_fits_nothing_is_refused(
    enrolled: Shell, contact: str, answer: str, sentence: str
) -> None:
    shell = enrolled
    (before,) = shell("show", contact, vault="ann")
    name, _equals, value = answer.partition("=")
    for command, *given in (("answer", contact, answer), ("correct", contact, name, value, "--reason", "x")):
        shell(command, *given, vault="ann", status=2)
        assert sentence in shell.said
    assert shell("show", contact, vault="ann") == [before]


def test_an_answer_is_kept_as_the_form_writes_it_and_what_is_wrong_is_told(
    enrolled: Shell, contact: str
) -> None:
    shell = enrolled
    shell("answer", contact, "/contact/minutes=a dozen", vault="ann")
    assert "Enter from 1 to 240 minutes" in shell.said
    shell("correct", contact, "/contact/minutes", "12", "--reason", "counted", vault="ann")
    assert shell.said == ""
    (view,) = shell("show", contact, vault="ann")
    assert view["fields"]["/contact/minutes"] == "12"  # type: ignore[index]  # what JSON gave
    shell("correct", contact, "/contact/minutes", "13", "--reason", " ", vault="ann", status=2)
    assert "Enter why" in shell.said


def test_a_row_is_added_answered_and_removed(enrolled: Shell, contact: str) -> None:
    shell = enrolled
    (visit,) = [one["id"] for one in shell("visits", vault="ann")]
    row = "/officer_interview/exchange[5b1f]"
    given = ("officer_interview", f"{row}/question=Who reviews?", f"{row}=000001")
    (made,) = shell("record", str(visit), "interview", *given[1:], vault="ann")
    record = str(made["record"])
    (view,) = shell("show", record, vault="ann")
    assert view["fields"][f"{row}/question"] == "Who reviews?"  # type: ignore[index]  # what JSON gave
    shell("answer", record, "/officer_interview/exchange[6c]=zz", vault="ann", status=2)
    assert "six digits" in shell.said
    shell("answer", record, f"{row}=", vault="ann")
    (view,) = shell("show", record, vault="ann")
    assert row not in view["fields"]  # type: ignore[operator]  # what JSON gave
    noted = [name for name in view["fields"] if name.startswith(f"removed:{row} ")]  # type: ignore[attr-defined]
    assert len(noted) == 1, "whoever removed it knew what was in it"


def test_a_record_that_is_not_here_is_a_sentence(enrolled: Shell) -> None:
    for command in ("answer", "show"):
        given = ("/contact/minutes=5",) if command == "answer" else ()
        enrolled(command, "0" * 32, *given, vault="ann", status=2)
        assert "not in the vault" in enrolled.said


def test_a_visit_is_closed_when_no_concern_is_open(enrolled: Shell, contact: str) -> None:
    shell = enrolled
    (visit,) = [str(one["id"]) for one in shell("visits", vault="ann")]
    (made,) = shell("record", visit, "safeguarding_concern", vault="ann")
    shell("correct", visit, "closed", "true", "--reason", "x", vault="ann", status=2)
    shell("close-visit", visit, vault="ann", status=2)
    assert "still open" in shell.said
    shell("answer", str(made["record"]), "/safeguarding_concern/outcome_check/closed=yes", vault="ann")
    shell("close-visit", visit, vault="ann")
    (card,) = shell("visits", vault="ann")
    assert card["closed"] is True


def test_what_a_completed_record_leaves_out_is_told_first(enrolled: Shell, contact: str) -> None:
    shell = enrolled
    shell("answer", contact, "/contact/told_use=yes", "/contact/agreed_quote=yes", vault="ann")
    shell("answer", contact, "/contact/told_use=no", vault="ann")
    shell("complete", contact, vault="ann", status=2)
    assert "/contact/agreed_quote = yes" in shell.said
    shell("complete", contact, "--leave-out", vault="ann")
    (view,) = shell("show", contact, vault="ann")
    assert view["fields"]["completed"] == "true"  # type: ignore[index]  # what JSON gave


def test_a_record_is_called_completed_and_not(enrolled: Shell, contact: str) -> None:
    shell = enrolled
    shell("complete", contact, vault="ann")
    (view,) = shell("show", contact, vault="ann")
    assert view["fields"]["completed"] == "true"  # type: ignore[index]  # what JSON gave
    shell("complete", contact, "--not-yet", vault="ann")
    (view,) = shell("show", contact, vault="ann")
    assert "completed" not in view["fields"]  # type: ignore[operator]  # what JSON gave
