"""Returning a record and reading a file twice, by commands alone."""

from tests.cli.test_commands import Shell, enrolled, shell

__all__ = ["enrolled", "shell"]
NUMBER = "/case_file_review/sample/review_number"
HISTORY = "/case_file_review/first_response/history_known"
MONTH = "/case_file_review/case/month=zebra"
ATTENDED = "/case_file_review/first_response/attended"


def carry(shell: Shell, sender: str, receiver: str) -> None:
    to = ("--to", f"{receiver} surname", "--out", shell.path("stick"))
    (sealed,) = shell("seal", *to, vault=sender)
    shell("receive", str(sealed["path"]), vault=receiver)


def test_a_record_goes_to_its_author_and_back(enrolled: Shell) -> None:
    shell = enrolled
    (begun,) = shell("start-visit", "--station", "Example Road", vault="ann")
    (made,) = shell("record", str(begun["visit"]), "contact", "/contact/minutes=3", vault="ann")
    record = str(made["record"])
    carry(shell, "ann", "lead")
    ask = ("--reason", "Unclear", "--ask", "/contact/minutes=Three or thirty?")
    shell("return", record, *ask, vault="ann", status=2)
    assert "Only a team lead" in shell.said
    shell("return", record, *ask, vault="lead")
    shell("return", record, *ask, vault="lead", status=2)
    assert "returned already" in shell.said
    shell("comment", record, "Well told otherwise", vault="lead")
    carry(shell, "lead", "ann")
    ((to_do),) = shell("to-do", vault="ann")
    assert (to_do["record"], to_do["reason"]) == (record, "Unclear")
    asked, told = shell("comments", record, vault="ann")
    assert (asked["about"], asked["asks"], told["text"]) == ("/contact/minutes", True, "Well told otherwise")
    shell("hand-in", record, vault="ann", status=2)
    shell("answer", record, "/contact/minutes=30", vault="ann")
    shell("answer", record, "returned=", vault="ann", status=2)
    shell("done", str(asked["id"]), vault="ann")
    shell("hand-in", record, vault="ann")
    carry(shell, "ann", "lead")
    (back,) = shell("returned", vault="lead")
    assert back["answered"] is True
    assert back["changed"] == [{"field": "/contact/minutes", "before": "3", "after": "30"}]
    shell("accept", record, vault="lead")
    assert shell("returned", vault="lead") == []


def test_no_command_gives_the_second_reader_the_first_reading(enrolled: Shell) -> None:
    shell = enrolled
    (begun,) = shell("start-visit", "--station", "Example Road", vault="lead")
    visit = str(begun["visit"])
    answers = (f"{NUMBER}=B-1", f"{HISTORY}=yes", f"{ATTENDED}=yes", MONTH)
    (made,) = shell("record", visit, "case_file_review", *answers, vault="lead")
    first = str(made["record"])
    shell("complete", first, vault="lead")
    (other,) = shell(
        "record", visit, "case_file_review", f"{NUMBER}=B-2", MONTH.replace("zebra", "okapi"), vault="lead"
    )
    (third,) = shell("record", visit, "case_file_review", f"{NUMBER}=B-3", vault="lead")
    shell("comment", str(third["record"]), "A well told file", vault="lead")
    carry(shell, "lead", "ann")
    shell("search", "okapi", vault="ann")
    shell("comments", str(third["record"]), vault="ann")
    for seen in (other, third):
        shell("read-again", str(seen["record"]), vault="ann", status=2)
        assert "seen this review" in shell.said
    shell("record", visit, "case_file_review", f"second_of={first}", vault="ann", status=2)
    assert "read-again" in shell.said
    shell("read-again", first, vault="lead", status=2)
    (made,) = shell("read-again", first, vault="ann")
    second = str(made["record"])
    (view,) = shell("show", first, vault="ann")
    assert view["blind"] is True
    assert HISTORY not in str(view)
    assert shell("search", "zebra", vault="ann", status=1) == []
    assert "zebra" not in str(shell("timeline", visit, vault="ann"))
    shell("export", "--out", shell.path("export"), "--recipient", "me", vault="ann")
    assert "you read that file too" in shell.said
    written = [one.read_text(encoding="utf-8-sig") for one in (shell.folder / "export").rglob("*.csv")]
    assert not any("zebra" in text for text in written)
    assert any(second in text for text in written)
    shell("differences", second, vault="ann", status=2)
    shell("answer", second, f"{HISTORY}=no", f"{ATTENDED}=yes", vault="ann")
    shell("complete", second, vault="ann")
    assert shell("search", "zebra", vault="ann")
    difference, total = shell("differences", second, vault="ann", status=1)
    assert (difference["path"], difference["first"], difference["second"]) == (HISTORY, "Yes", "No")
    assert total == {"agreed": 1, "of": 2, "percent": 50, "rows": 0}
    decide = (second, HISTORY, "--answer", "second", "--reason", "No log")
    shell("keep", *decide, vault="ann", status=2)
    assert "Only a team lead" in shell.said
    carry(shell, "ann", "lead")
    shell("keep", *decide, vault="lead")
    rates = {rate["path"]: rate for rate in shell("agreement", vault="lead")}
    assert (rates[HISTORY]["n"], rates[HISTORY]["percent"], rates[HISTORY]["kappa"]) == (1, 0, 0.0)


def test_who_exported_a_reading_does_not_read_that_file_again(enrolled: Shell) -> None:
    shell = enrolled
    (begun,) = shell("start-visit", "--station", "Example Road", vault="lead")
    (made,) = shell("record", str(begun["visit"]), "case_file_review", MONTH, vault="lead")
    carry(shell, "lead", "ann")
    shell(
        "export", "--out", shell.path("csv"), "--recipient", "me", "--kind", "case_file_review", vault="ann"
    )
    shell("read-again", str(made["record"]), vault="ann", status=2)
    assert "seen this review" in shell.said
