"""Nothing somebody wrote goes without a word: what will not count is told first."""

from fieldinspect.domain.kinds import Kind
from fieldinspect.services import capture, leaving_out, reading
from tests.services.test_review import Team, publish
from tests.team import NOW

FORM = b"""<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"><h:head>
 <h:title>Contact</h:title><model><instance><contact id="contact" version="2"><a/><b/><c/></contact></instance>
 <bind nodeset="/contact/b" relevant="/contact/a = 'yes'"/><bind nodeset="/contact/c" calculate="1 + 1"/></model>
 </h:head><h:body><input ref="/contact/a"><label>A</label></input><input ref="/contact/b"><label>B</label></input>
 </h:body></h:html>"""


def test_what_does_not_count_is_told_before_a_record_is_completed(team: Team) -> None:
    lead = team["lead"]
    inspection = reading.inspections(lead)[0].id
    publish(lead, inspection, 2, FORM)
    visit = capture.start_visit(lead, inspection=inspection, station="Example Road", force="", happened=NOW)
    answers = {"/contact/a": "yes", "/contact/b": "kept", "/contact/c": "2", "/contact/asked_before": "old"}
    contact = capture.add_record(lead, Kind.CONTACT, visit, happened=NOW, answers=answers)
    assert leaving_out.at_completion(lead, contact) == {"/contact/asked_before": "old"}
    capture.answer(lead, contact, {"/contact/a": "no"}, happened=NOW)
    assert leaving_out.at_completion(lead, contact) == {"/contact/asked_before": "old", "/contact/b": "kept"}
