"""The visit workspace."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QTabWidget, QVBoxLayout, QWidget

from fieldinspect.domain.kinds import Kind
from fieldinspect.domain.views import AttachmentCard, TimelineItem, Version
from fieldinspect.i18n import _, ngettext
from fieldinspect.services.reference import force_name
from fieldinspect.ui.forms.view import FormView
from fieldinspect.ui.screens.visit.composer_view import ComposerView
from fieldinspect.ui.screens.visit.details import Details
from fieldinspect.ui.text import clock_time, day_and_time, kind_name, size
from fieldinspect.ui.widgets.files import ask_files
from fieldinspect.ui.widgets.flow import flow
from fieldinspect.ui.widgets.focus import focus_first
from fieldinspect.ui.widgets.page import Page, row
from fieldinspect.ui.widgets.panes import Panes
from fieldinspect.ui.widgets.rows import Row, RowList
from fieldinspect.ui.widgets.text import Button, hint, tag, title
from fieldinspect.ui.widgets.timeline import Timeline


class VisitView(QWidget):
    """Timeline and composer on the left; form, contacts, attachments and details on the right."""

    add_asked = Signal(str)
    record_opened = Signal(str)
    correction_asked = Signal(str)
    files_given = Signal(list)
    preview_asked = Signal()
    interview_asked = Signal()
    close_asked = Signal()
    erasure_asked = Signal()
    other_form_asked = Signal()
    links_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAcceptDrops(True)
        self._compact = False
        self.composer = ComposerView()
        self.visit_form, self.record_form = FormView(), FormView()
        self.details = Details(self.record_form)
        self.timeline = Timeline()
        self._station, self._force, self._closed = title(), hint(), tag(_("Closed"))
        self._empty = hint(_("Nothing noted yet. Type below; the time is added for you"))
        self._contacts = RowList(_("Contacts"), most=100)
        self._attachments = RowList(_("Attachments"), most=100)
        self._no_contacts = hint(_("No one added. Add a contact for each conversation"))
        self._no_attachments = hint(_("No files yet. Attach one, or drop it here"))
        self._conduct, self._conduct_page = RowList(_("Conduct matters"), most=100), Page()
        self._concern = ""
        self._open_concern = Button(
            _("A safeguarding concern is open: check its outcome before you leave"),
            lambda: self.record_opened.emit(self._concern),
            look="errorlink",
        )
        self._open_concern.hide()
        self._erase = Button(_("Ask for erasure"), self.erasure_asked.emit, look="link")
        self._erase.hide()
        self._other_form = Button(_("See the next visit's form"), self._see_other_form, look="link")
        self._links = Button("", self.links_asked.emit, look="link")
        self._other_form.hide()
        self._links.hide()
        self.side = QTabWidget()
        self.left = self._lay_out_left()
        self._lay_out_side()
        self.panes = Panes([(_("Notes"), self.left), (_("Form"), self.side)], stretch=(6, 4))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.panes)
        self._connect()
        self.first: QWidget = self.composer

    @property
    def form_in_front(self) -> FormView:
        """The form that keys are about: the record's when its details are in front, else the visit's."""
        return self.record_form if self.side.currentWidget() is self.details else self.visit_form

    def set_compact(self, compact: bool) -> None:
        """Leave more of a low window to the timeline."""
        self._compact = compact
        self.composer.set_compact(compact)
        self._force.setVisible(bool(self._force.text()) and not compact)

    # The presenter speaks

    def show_visit(self, station: str, force: str, *, closed: bool, linked: int = 1) -> None:
        self._station.setText(station)
        self._force.setText(force_name(force))
        self._force.setVisible(bool(force) and not self._compact)
        self._closed.setVisible(closed)
        words = ngettext("{count} visit", "{count} linked visits", linked).format(count=linked)
        self._links.setText(words)
        self._links.setAccessibleName(words)
        for part in (self._links, self._other_form):
            part.setVisible(linked > 1)

    def show_missing(self) -> None:
        self.show_visit(_("This visit is not in this vault"), "", closed=False)
        self.show_timeline([])
        self.show_contacts([])
        self.show_attachments([])
        self.show_conduct([])
        self.show_concerns([])
        self.show_no_record()

    def show_timeline(self, items: Sequence[TimelineItem]) -> None:
        self.timeline.rows.replace(items)
        self._empty.setVisible(not items)

    def merge_timeline(self, items: Sequence[TimelineItem]) -> None:
        self.timeline.rows.merge(items)
        self._empty.hide()

    def show_contacts(self, items: Sequence[TimelineItem]) -> None:
        self._contacts.show_rows(
            [
                Row(one.id, one.label, one.text or _("Nothing entered yet"), clock_time(one.happened))
                for one in items
            ]
        )
        self._contacts.setVisible(bool(items))
        self._no_contacts.setVisible(not items)
        self.side.setTabText(1, _("Contacts: {count}").format(count=len(items)))

    def show_attachments(self, cards: Sequence[AttachmentCard]) -> None:
        self._attachments.show_rows([_attachment(card) for card in cards])
        self._attachments.setVisible(bool(cards))
        self._no_attachments.setVisible(not cards)
        self.side.setTabText(2, _("Attachments: {count}").format(count=len(cards)))

    def show_conduct(self, matters: Sequence[tuple[str, datetime]]) -> None:
        self._conduct.show_rows(
            [Row(one, kind_name(Kind.CONDUCT_MATTER), day_and_time(at)) for one, at in matters]
        )
        place = self.side.indexOf(self._conduct_page)
        self.side.setTabText(place, _("Conduct: {count}").format(count=len(matters)))
        self.side.setTabVisible(place, bool(matters))

    def show_erasable(self, erasable: bool) -> None:
        """Offer to ask for the erasure of the visit: whoever leads may."""
        self._erase.setVisible(erasable)

    def show_concerns(self, concerns: Sequence[str]) -> None:
        self._concern = concerns[0] if concerns else ""
        self._open_concern.setVisible(bool(concerns))

    def show_record(self, item: TimelineItem, *, has_form: bool) -> None:
        self.details.show_record(item, has_form=has_form)
        self.side.setCurrentWidget(self.details)
        self.panes.bring(self.side)
        if has_form:
            focus_first(self.details)

    def show_no_record(self) -> None:
        self.details.show_nothing()

    def show_versions(self, versions: Sequence[tuple[Version, str]]) -> None:
        self.details.show_versions(
            [
                (name, day_and_time(version.written), version.value or "", version.reason)
                for version, name in versions
            ]
        )

    def show_text(self, text: str) -> None:
        self.composer.show_text(text)

    def hold_back(self, record: str) -> None:
        self.timeline.rows.hold_back(record)

    def show_kind(self, kind: str) -> None:
        self.composer.show_kind(kind)

    def show_recovered(self, sentence: str) -> None:
        self.composer.show_recovered(sentence)

    def show_correcting(self, sentence: str) -> None:
        self.composer.show_correcting(sentence)

    def ask_reason(self, sentence: str) -> None:
        self.composer.ask_reason(sentence)

    # The person acts

    def choose_files(self) -> None:
        paths = ask_files(self, _("Attach files"))
        if paths:
            self.files_given.emit(paths)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.setDropAction(Qt.DropAction.CopyAction)  # whatever was dropped stays where it was
            event.accept()
            self.files_given.emit(paths)

    def _correct_last(self) -> None:
        last = self.timeline.rows.last_mine(Kind.NOTE)
        if last is not None:
            self.correction_asked.emit(last.id)

    def _focus_moved(self, before: QWidget | None, now: QWidget | None) -> None:
        """Tell that the note was left for another part of the visit; the palette and other windows are no part."""
        if before is None or now is None or not self.isAncestorOf(now):
            return
        if self.composer.isAncestorOf(before) and not self.composer.isAncestorOf(now):
            self.composer.left.emit()

    def _connect(self) -> None:
        application = QApplication.instance()
        assert isinstance(application, QApplication)  # noqa: S101 - there is no widget without one
        application.focusChanged.connect(self._focus_moved)
        self.composer.last_asked.connect(self._correct_last)
        self.timeline.opened.connect(self.record_opened)
        self._contacts.chosen.connect(self.record_opened)
        self._attachments.chosen.connect(self.record_opened)
        self._conduct.chosen.connect(self.record_opened)

    def _lay_out_left(self) -> QWidget:
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        head = QVBoxLayout()
        head.setContentsMargins(16, 12, 16, 8)
        head.setSpacing(2)
        head.addWidget(self._station)
        head.addLayout(row(self._force, self._closed))
        head.addWidget(self._open_concern)
        head.addLayout(
            flow(
                self._raising(Kind.SAFEGUARDING_CONCERN, _("Safeguarding concern Ctrl+Shift+S")),
                self._raising(Kind.CONDUCT_MATTER, _("Conduct matter Ctrl+Shift+C")),
                Button(_("Close visit"), self.close_asked.emit, look="link", name=_("Close the visit")),
                self._links,
                self._other_form,
                self._erase,
            )
        )
        head.addWidget(self._empty)
        column.addLayout(head)
        column.addWidget(self.timeline, 1)
        column.addWidget(self.composer)
        for text, kind in (
            (_("&Contact"), Kind.CONTACT),
            (_("&Observation"), Kind.OBSERVATION),
            (_("&Document"), Kind.DOCUMENT),
            (_("&Test"), Kind.TEST),
        ):
            self.composer.beside.addWidget(
                Button(text, partial(self.add_asked.emit, kind), name=_added(kind))
            )
        self.composer.beside.addWidget(Button(_("&Attach"), self.choose_files, name=_("Attach files")))
        return left

    def _see_other_form(self) -> None:
        self.side.setCurrentWidget(self.visit_form)
        self.panes.bring(self.side)
        self.other_form_asked.emit()

    def _raising(self, kind: Kind, words: str) -> Button:
        return Button(words, partial(self.add_asked.emit, kind), look="link", name=_added(kind))

    def _lay_out_side(self) -> None:
        self.side.setAccessibleName(_("Beside the timeline"))
        self.side.tabBar().setAccessibleName(_("Beside the timeline"))
        self.side.addTab(self.visit_form, _("Form"))
        contacts, attachments = Page(), Page()
        contacts.add(self._no_contacts)
        contacts.add(self._contacts)
        attachments.add(self._no_attachments)
        attachments.add(self._attachments)
        self.side.addTab(contacts, "")
        self.side.addTab(attachments, "")
        self._conduct_page.add(hint(_("Held by you and those who lead. In no timeline and no summary")))
        self._conduct_page.add(self._conduct)
        self.side.addTab(self._conduct_page, "")
        self.side.addTab(self.details, _("Details"))
        self.side.setDocumentMode(True)
        self.show_conduct([])
        self.show_contacts([])
        self.show_attachments([])


def _added(kind: Kind) -> str:
    return {
        Kind.CONTACT: _("Add a contact"),
        Kind.OBSERVATION: _("Add an observation"),
        Kind.DOCUMENT: _("Add a document"),
        Kind.TEST: _("Add a test"),
        Kind.SAFEGUARDING_CONCERN: _("Raise a safeguarding concern"),
        Kind.CONDUCT_MATTER: _("Raise a conduct matter"),
    }[kind]


def _attachment(card: AttachmentCard) -> Row:
    detail = " · ".join(filter(None, (size(card.size), card.media_type, card.digest[:12], card.caption)))
    return Row(card.id, card.name, detail, "" if card.present else _("Not received yet"))
