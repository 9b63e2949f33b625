"""Plausible answers to every new instrument, from opening to nothing left to answer."""

from datetime import UTC, datetime

from fieldinspect.forms import Session, load
from fieldinspect.resources import forms_folder

NOW = datetime(2014, 3, 27, 15, 0, tzinfo=UTC)
Answers = dict[str, str]

SETTING = {"started": "10:00", "facilitator": "Ann", "note_taker": "Ben", "chosen_by": "inspectorate"}
VICTIM_SETTING = {
    "held_on": "2014-03-20",
    "setting_type": "voluntary_service",
    "host_code": "V07",
    "started": "10:00",
    "support_worker": "yes",
    "language": "welsh",
    "interpreter": "speaks_it",
    "cut_off": "2014-04-20",
}
CONSENT = {
    "takes_part": "yes",
    "notes": "yes",
    "recording": "no",
    "anonymous_quote": "yes",
    "force_report_quote": "no",
    "recontact": "yes",
    "contact_route": "host",
}
WELLBEING = {
    "any_distress": "yes",
    "distress/distress_at": "11:20",
    "distress/distress_steps": "paused support_stayed",
    "stopped": "no",
    "aftercare": "helplines follow_up",
    "risk_heard": "no",
}
FILE = {
    "sample/reader": "first",
    "sample/review_number": "FR-014",
    "sample/frame": "crimes",
    "sample/selection_rule": "random",
    "sample/replaced": "no",
    "case/offence": "assault_injury",
    "case/month": "2013-11",
    "case/repeat_force": "no",
    "case/repeat_reviewer": "yes",
    "risk/risk_tool": "dash",
    "risk/risk_answered": "27",
    "risk/initial_grade": "medium",
    "risk/revised_grade": "high",
    "risk/revised_by": "specialist",
    "risk/revised_why": "Earlier calls came to light",
    "action/disposal": "no_further",
    "action/referrals": "idva marac",
    "overall/overall_grade": "weak",
    "overall/overall_reasons": "No photographs, no witnesses",
    "overall/risk_now": "no",
}
CONCERN = {
    "concern/category": "child_at_risk",
    "concern/noticed_at": "2014-03-27T14:00:00Z",
    "concern/what": "A child is at the address that the log calls 114",
    "concern/basis": "read",
    "raised/raised_to": "duty_officer children_care",
    "raised/raised_at": "2014-03-27T14:09:00Z",
    "raised/route": "telephone",
    "raised/acknowledged": "yes",
    "raised/acknowledged_by": "Duty inspector",
    "outcome_check/checked_at": "2014-03-27T14:50:00Z",
    "outcome_check/outcome": "under_way",
    "outcome_check/closed": "yes",
}
CONDUCT = {
    "matter/category": "information",
    "matter/learned_at": "2014-03-27T10:00:00Z",
    "matter/facts": "A record was opened without a reason being entered",
    "matter/basis": "reported",
    "matter/person_code": "M3",
    "matter/role": "constable",
    "matter/evidence_at_risk": "no",
    "matter/anybody_at_risk": "no",
    "raised/lead_told_at": "2014-03-27T11:00:00Z",
    "raised/route": "telephone",
    "outcome/decision": "referred",
    "outcome/referred_on": "2014-03-27",
}


def _at(place: str, answers: Answers) -> Answers:
    return {f"{place}/{name}": value for name, value in answers.items()}


PATHS: dict[str, Answers] = {
    "staff_focus_group": _at("setting", SETTING)
    | {
        "setting/supervisor_present": "yes",
        "setting/supervisor_effect": "Asked to leave, and left",
        "setting/ground_rules": "use_told no_names",
        "composition/role": "constable",
        "composition/people": "9",
        "theme/topic": "Call history",
        "theme/said": "It seldom comes before we arrive",
        "theme/agreed": "6",
        "theme/disagreed": "1",
        "theme/silent": "2",
        "theme/verbatim": "yes",
        "theme/quotable": "yes",
        "afterwards/risk_heard": "no",
    },
    "partner_focus_group": _at("setting", SETTING)
    | {
        "setting/police_present": "no",
        "setting/ground_rules": "use_told",
        "composition/organisation": "idva_service",
        "composition/people": "4",
        "working_together/marac_attendance": "always",
        "theme/topic": "Referrals",
        "theme/said": "They come in time",
        "theme/agreed": "4",
        "theme/disagreed": "0",
        "theme/silent": "0",
        "afterwards/risk_heard": "no",
    },
    "victim_focus_group": _at(
        "setting", VICTIM_SETTING | {"facilitator": "Ann", "note_taker": "Ben", "present": "7"}
    )
    | _at("person", CONSENT | {"speaker": "P1", "satisfaction": "satisfied", "safety": "less_safe"})
    | {"account/who": "P1 P4", "account/stage": "first_call", "account/said": "Nobody rang back"}
    | _at("wellbeing", WELLBEING | {"distress/distress_who": "P1"}),
    "victim_interview": _at("setting", VICTIM_SETTING | {"interviewer": "Ann"})
    | _at("consent", CONSENT | {"speaker": "P12"})
    | {"account/stage": "court", "account/said": "I was told the day before", "account/verbatim": "yes"}
    | {"account/quotable": "yes", "experience/satisfaction": "dissatisfied", "experience/safety": "safer"}
    | _at("wellbeing", WELLBEING),
    "case_file_review": FILE,
    "safeguarding_concern": CONCERN,
    "conduct_matter": CONDUCT,
    "document": {
        "title": "Policy on repeat victims",
        "status": "promised",
        "promised_by": "senior",
        "due": "2014-04-10",
        "received_on": "2014-03-26",
    },
}


def walk(name: str, language: str = "en") -> Session:
    """Open an instrument and answer it; questions of the file review not named are answered with not recorded."""
    form = load((forms_folder() / name / "form.xml").read_bytes())
    session = Session(form, language=language, now=lambda: NOW)
    for place, value in PATHS[name].items():
        session.answer(_path(session, f"/{name}/{place}"), value)
    if name == "case_file_review":
        for path in session.paths():
            state = session.state(path)
            if state.problem and "not_recorded" in {one.value for one in state.choices}:
                session.answer(path, "not_recorded")
    return session


def _path(session: Session, schema: str) -> str:
    """Return the path of a question in the first row of each repeat around it; rows are added where there are none."""
    found = ""
    for step in schema.strip("/").split("/"):
        found = f"{found}/{step}"
        definition = session.form.definitions[_plain(found)]
        if definition.repeat:
            if not session.rows(found):
                session.add_row(found)
            found = session.rows(found)[0]
    return found


def _plain(path: str) -> str:
    return "/".join(step.partition("[")[0] for step in path.split("/"))
