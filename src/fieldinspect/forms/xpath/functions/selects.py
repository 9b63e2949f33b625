"""Answers with several choices, and labels."""

import math

from fieldinspect.forms.xpath.functions.registry import here, plain
from fieldinspect.forms.xpath.tree import Node
from fieldinspect.forms.xpath.values import Evaluation, Value, strings, to_number, to_string


@plain("selected", 2, 2)
def selected(values: Value, wanted: Value) -> bool:
    choice = to_string(wanted).strip()
    return any(choice in text.split() for text in strings(values))


@here("selected-at", 2, 2)
def selected_at(evaluation: Evaluation, _node: Node, value: Value, place: Value) -> str:
    """Return the choice at a place, counted from 0."""
    choices = to_string(value).split()
    index = to_number(place, evaluation.zone)
    return choices[int(index)] if not math.isnan(index) and 0 <= index < len(choices) else ""


@plain("count-selected", 1, 1)
def count_selected(value: Value) -> float:
    return float(len(to_string(value).split()))


@here("jr:choice-name", 2, 2)
def choice_name(evaluation: Evaluation, node: Node, value: Value, path: Value) -> str:
    """Return the label of a choice of the select at `path`, in the language in force."""
    return evaluation.choice_label(to_string(path).strip(), to_string(value), node)


@here("jr:itext", 1, 1)
def itext(evaluation: Evaluation, _node: Node, key: Value) -> str:
    return evaluation.text(to_string(key))
