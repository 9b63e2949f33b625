"""One record as an XForm submission: the primary instance, answered (ODK XForms specification, “Instance”).

Only what applies is written. The instance id is the record's own, so that a record sent twice is known as one.
"""

import uuid

from lxml import etree

from fieldinspect.services.exporting import Answered


def instance_id(record: str) -> str:
    """Return the instance id of a record."""
    return f"uuid:{uuid.UUID(hex=record)}"


def submission_xml(answered: Answered) -> bytes:
    """Return the record as the XML that a server for XForms takes; the same record gives the same bytes."""
    session, view = answered.session, answered.view
    form = session.form
    made: dict[str, etree._Element] = {}
    top = etree.Element(form.root.name)
    for path in session.paths():
        parent, _slash, _segment = path.rpartition("/")
        if path == form.root.path:
            made[path] = top
            continue
        state = session.state(path)
        if parent not in made or not state.relevant:
            continue
        definition = form.definitions["/".join(step.partition("[")[0] for step in path.split("/"))]
        made[path] = etree.SubElement(made[parent], definition.name)
        if definition.leaf:
            stored = view.fields.get(path, "") if definition.computed else ""
            made[path].text = _xml_text(stored or state.value) or None
    top.set("id", form.id)
    if form.version:
        top.set("version", form.version)
    _identify(top, view.id)
    return etree.tostring(top, encoding="utf-8", xml_declaration=True, pretty_print=True)


def _identify(top: etree._Element, record: str) -> None:
    meta = next((one for one in top if _local(one) == "meta"), None)
    if meta is None:
        meta = etree.SubElement(top, "meta")
    found = next((one for one in meta if _local(one) == "instanceID"), None)
    if found is None:
        found = etree.SubElement(meta, "instanceID")
    found.text = instance_id(record)


def _local(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _xml_text(text: str) -> str:
    """Return a text without the control characters that XML cannot hold."""
    return "".join(one if one >= " " or one in "\t\n\r" else "\ufffd" for one in text)
