"""Two questions at most."""

from collections.abc import Sequence

from PySide6.QtCore import QStringListModel, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QCompleter, QListView, QRadioButton, QVBoxLayout, QWidget

from fieldinspect.i18n import _
from fieldinspect.services.reference import Force
from fieldinspect.ui.planning_words import when, where
from fieldinspect.ui.reference import Station
from fieldinspect.ui.screens.start_visit.presenter import Carried
from fieldinspect.ui.widgets.fields import LineField
from fieldinspect.ui.widgets.page import Page, row
from fieldinspect.ui.widgets.rows import Row, RowList
from fieldinspect.ui.widgets.summary import ErrorSummary
from fieldinspect.ui.widgets.text import Button, label, title


class StartVisitView(Page):
    """Enter starts; what is typed need not be on any list."""

    start_asked = Signal(str, str, str)
    """Inspection, station, force."""
    planned_chosen = Signal(str)
    cancelled = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._summary = ErrorSummary()
        self._station = LineField(
            _("Which &station are you visiting?"), note=_("Type a few letters, or any name")
        )
        self._force = LineField(_("Which &force?"), note=_("Carried forward from your last visit"), width=480)
        self._stations, self._forces = QStringListModel(self), QStringListModel(self)
        self._force_of: dict[str, str] = {}
        self._names: dict[str, str] = {}
        for field, model in ((self._station, self._stations), (self._force, self._forces)):
            completer = QCompleter(model, self)
            completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
            completer.setFilterMode(Qt.MatchFlag.MatchContains)
            suggestions = QListView()
            suggestions.setAccessibleName(_("Suggestions"))
            completer.setPopup(suggestions)
            field.line.setCompleter(completer)
        self._station.line.completer().activated.connect(self._station_chosen)
        self._planned_title = label(_("Is it one that is planned for you?"))
        self._planned = RowList(_("Planned for you"), most=4)
        self._planned.chosen.connect(self.planned_chosen)
        self._choices = QWidget()
        self._choice_column = QVBoxLayout(self._choices)
        self._choice_column.setContentsMargins(0, 0, 0, 0)
        self._group = QButtonGroup(self)
        self._inspections: list[str] = []
        for part in (
            self._summary,
            title(_("Start a visit")),
            self._planned_title,
            self._planned,
            self._station,
            self._force,
            self._choices,
        ):
            self.add(part)
        self.add(
            row(
                Button(_("Start the &visit"), self._start, look="primary"),
                Button(_("Cancel"), self.cancelled.emit, look="link"),
            )
        )
        self._station.line.returnPressed.connect(self._start)
        self._force.line.returnPressed.connect(self._start)
        self.first: QWidget = self._station.line

    def offer(self, stations: Sequence[Station], forces: Sequence[Force]) -> None:
        self._names = {force.slug: force.title for force in forces}
        self._force_of = {station.name: self._names.get(station.force, station.force) for station in stations}
        self._stations.setStringList([station.name for station in stations])
        self._forces.setStringList([force.title for force in forces])
        self._force.line.setText(self._names.get(self._force.value, self._force.value))

    def show_carried(self, carried: Carried) -> None:
        self._station.line.clear()
        self._force.line.setText(self._names.get(carried.force, carried.force))
        self._inspections = [inspection.id for inspection in carried.inspections]
        for old in self._choices.findChildren(QWidget):
            old.deleteLater()
        self._planned.show_rows(
            [Row(one.id, where(one.details), when(one.details)) for one in carried.planned]
        )
        for part in (self._planned_title, self._planned):
            part.setVisible(bool(carried.planned))
        several = len(carried.inspections) > 1
        if several:
            self._choice_column.addWidget(label(_("Which inspection is it for?")))
        for place, inspection in enumerate(carried.inspections if several else ()):
            radio = QRadioButton(inspection.title.replace("&", "&&"))
            radio.setAccessibleName(inspection.title)
            radio.setChecked(place == 0)
            self._group.addButton(radio, place)
            self._choice_column.addWidget(radio, 0, Qt.AlignmentFlag.AlignLeft)
        self._choices.setVisible(several)

    def show_problem(self, sentence: str) -> None:
        self._summary.show_problems([(sentence, self._station.line)] if sentence else [])
        self._station.show_problem(sentence)

    def _station_chosen(self, name: str) -> None:
        force = self._force_of.get(name)
        if force:
            self._force.line.setText(force)

    def _start(self) -> None:
        chosen = max(self._group.checkedId(), 0)
        inspection = self._inspections[chosen] if self._inspections else ""
        self.start_asked.emit(inspection, self._station.value, self._force.value)
