"""What moving a record to a newer form would change is told, whatever the change."""

import pytest

from fieldinspect.domain.kinds import Kind
from fieldinspect.services import capture, reading, versions
from fieldinspect.store.vault import StoredVault
from tests.services.test_review import Team, publish
from tests.team import NOW


def form(version: str, choices: str, limit: int) -> bytes:
    itemset = '<itemset nodeset="instance(\'c\')/root/item"><value ref="name"/><label ref="name"/></itemset>'
    words = "".join(
        f'<translation lang="{language}"><text id="n"><value>{label}</value></text>'
        f'<text id="m"><value>{message}</value></text></translation>'
        for language, label, message in (
            ("English (en)", "Number", "Too many"),
            ("Cymraeg (cy)", "Rhif", "Gormod"),
        )
    )
    items = "".join(f"<item><name>{one}</name></item>" for one in choices.split())
    return f"""<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
 xmlns:jr="http://openrosa.org/javarosa"><h:head><h:title>Contact</h:title><model><itext>{words}</itext>
 <instance><contact id="contact" version="{version}"><colour/><several/><n/><t/></contact></instance>
 <instance id="c"><root>{items}</root></instance>
 <bind nodeset="/contact/n" type="int" constraint=". &lt; {limit}" jr:constraintMsg="jr:itext('m')"/></model>
 </h:head><h:body><select1 ref="/contact/colour"><label>Colour</label>{itemset}</select1>
 <select ref="/contact/several"><label>Several</label>{itemset}</select>
 <input ref="/contact/n"><label ref="jr:itext('n')"/></input>
 <input ref="/contact/t"><label>Text</label></input></h:body></h:html>""".encode()


@pytest.fixture
def planned(team: Team) -> tuple[StoredVault, str]:
    """A contact of a form whose list and limit are others in the form now in force."""
    lead = team["lead"]
    inspection = reading.inspections(lead)[0].id
    publish(lead, inspection, 2, form("2", "red blue", 20))
    visit = capture.start_visit(lead, inspection=inspection, station="Example Road", force="", happened=NOW)
    answers = {
        "/contact/colour": "blue",
        "/contact/several": "red blue",
        "/contact/n": "10",
        "/contact/t": "hey",
    }
    contact = capture.add_record(lead, Kind.CONTACT, visit, happened=NOW, answers=answers)
    publish(lead, inspection, 3, form("3", "red green", 5))
    return lead, contact


def test_a_choice_the_newer_form_lacks_is_told_and_so_is_a_broken_limit(
    planned: tuple[StoredVault, str],
) -> None:
    plan = versions.plan_move(*planned)
    assert plan.closed == {"/contact/colour": "blue", "/contact/several": "blue"}
    assert plan.retyped == {"/contact/n": "Too many"}
    assert (plan.kept, plan.dropped) == (1, {})


def test_the_plan_speaks_the_language_of_the_person(planned: tuple[StoredVault, str]) -> None:
    assert versions.plan_move(*planned, language="cy").retyped == {"/contact/n": "Gormod"}
