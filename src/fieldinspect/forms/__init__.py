"""The form runtime: a compiled XLSForm to questions, relevance, constraints and calculations.

    form = load(xml)                                # raises BadInput: a sentence for the form's author
    session = Session(form, fields, language="cy")  # fields as the journal has them
    changed = session.answer("/visit/arrival/entrance", "front")
    changed.fields                                  # what to store
    changed.nodes                                   # whose state(path) to ask again

Pure: no file, no clock of its own, no Qt. docs/formats/forms.md says what is supported and what was decided.
"""

from fieldinspect.forms.loader import load
from fieldinspect.forms.model import Element, Form
from fieldinspect.forms.session import Session
from fieldinspect.forms.states import Changed, Choice, Entry, NodeState, Problem, Section

__all__ = [
    "Changed",
    "Choice",
    "Element",
    "Entry",
    "Form",
    "NodeState",
    "Problem",
    "Section",
    "Session",
    "load",
]
