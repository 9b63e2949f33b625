"""The summary before it is issued: its languages, and words that may be names."""

from PySide6.QtWidgets import QAbstractButton

from fieldinspect.domain.kinds import Kind
from fieldinspect.services import capture
from tests.team import NOW
from tests.ui.desktop import Desktop


def on_vault(desktop: Desktop, work: object) -> list[str]:
    background, made = desktop.start.background, []
    assert background is not None
    background.on_vault(work, made.append)  # type: ignore[arg-type]
    desktop.settle()
    return made


def test_only_a_force_that_is_written_to_in_welsh_is_offered_welsh(desktop: Desktop, visit: str) -> None:
    desktop.go("preview", visit)
    assert "English" in desktop.names()
    assert "Cymraeg" not in desktop.names()
    inspection = programme_of(desktop, visit)
    welsh = on_vault(
        desktop,
        lambda vault: capture.start_visit(
            vault, inspection=inspection, station="Heol y Bont", force="gwent", happened=NOW
        ),
    )
    desktop.go("preview", welsh[0])
    assert {"English", "Cymraeg"} <= set(desktop.names())


def programme_of(desktop: Desktop, visit: str) -> str:
    return on_vault(desktop, lambda vault: vault.record(visit).inspection)[0]


def test_a_word_that_is_nobodys_name_is_confirmed_once(desktop: Desktop, visit: str) -> None:
    fields = {
        "text": "Officers used Blackbird before they went in.",
        "polarity": "strength",
        "stream": "station_visit",
        "restricted": "false",
    }
    on_vault(
        desktop,
        lambda vault: capture.add_record(vault, Kind.MATTER, visit, happened=NOW, fields=fields),
    )
    desktop.go("preview", visit)
    assert "“Blackbird” may be the name of a person" in desktop.words()
    assert "“Officers used Blackbird before they went in.”" in desktop.words()
    assert not desktop.by_name("Make the summary with these words").isEnabled()
    assert not desktop.by_name("Save PDF").isEnabled()
    desktop.by_name("“Blackbird” is nobody's name", QAbstractButton).click()
    desktop.press("Make the summary with these words")
    desktop.wait(lambda: "Next copy: 1" in desktop.words())
    assert "may be the name" not in desktop.words()
    assert desktop.by_name("Save PDF").isEnabled()
