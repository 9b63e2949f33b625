"""Take down where a person is on a screen, and bring them back there after unlocking.

A key of a widget is its accessible name, or in a form the form, the path of the question and the name; what has no
name has its place among its kind. A screen fills step by step (the record, its form, the form's questions), so what
is not there yet is tried again, until all is as it was, the person acts, or six seconds have gone.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QApplication,
    QLineEdit,
    QListView,
    QPlainTextEdit,
    QTabBar,
    QWidget,
)

from fieldinspect.ui.context import Place
from fieldinspect.ui.forms.controls import Control
from fieldinspect.ui.forms.presenter import FormPresenter
from fieldinspect.ui.forms.view import FormView
from fieldinspect.ui.jobs.port import Handle, Jobs, Timers
from fieldinspect.ui.screens.visit.presenter import VisitPresenter
from fieldinspect.ui.screens.visit.view import VisitView
from fieldinspect.ui.shell.built import Built
from fieldinspect.ui.shell.spot import Spot

_EVERY_MS, _TIMES = 40, 150
_FORMS = ("visit_form", "record_form", "form")
_ACTS = frozenset({QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress, QEvent.Type.Wheel})
_SEPARATOR = "\x1f"
_Text = QLineEdit | QPlainTextEdit
_W = TypeVar("_W", bound=QWidget)


def spot_of(place: Place, built: Built) -> Spot:
    """Take down where the person is; to be asked before anything is left or hidden."""
    view, presenter = built
    visit = presenter if isinstance(presenter, VisitPresenter) else None
    focused = view.focusWidget()
    text = focused if isinstance(focused, _Text) else None
    position, anchor = _cursor(text) if text else (0, 0)
    return Spot(
        place.screen,
        place.record,
        details=visit.record if visit else "",
        note=visit.composer.record if visit else "",
        note_text=visit.composer.text if visit else "",
        field=_key(view, focused) if focused else "",
        position=position,
        anchor=anchor,
        length=_length(text) if text else 0,
        forms={name: path for name, form, _p in _forms(built) if (path := form.path_in_front)},
        comment=next(
            ((n, f.comments.path) for n, f, _p in _forms(built) if f.comments.isVisible()), ("", "")
        ),
        words={_key(view, one): _text(one) for one in _half_typed(built)},
        tabs=[bar.currentIndex() for bar in view.findChildren(QTabBar)],
        rows={_key(view, one): one.currentIndex().row() for one in _shown(view, QListView)},
        scrolls={
            _key(view, one): one.verticalScrollBar().value() for one in _shown(view, QAbstractScrollArea)
        },
    )


class Returning(QObject):
    """Brings somebody back once; gives way to the first key or click."""

    def __init__(self, spot: Spot, built: Built, jobs: Jobs, timers: Timers, parent: QObject) -> None:
        super().__init__(parent)
        self._spot, self._built, self._jobs, self._timers = spot, built, jobs, timers
        self._words = dict(spot.words)
        self._waiting_forms = dict(spot.forms)
        self._comment = spot.comment
        self._focused = not spot.field
        self._left = _TIMES
        self._next: Handle | None = None
        self._stopped = False

    def begin(self) -> None:
        """Open again what was open; the rest follows as it comes."""
        application = QApplication.instance()
        assert application is not None  # noqa: S101 - there are widgets
        application.installEventFilter(self)
        spot, presenter = self._spot, self._built.presenter
        if isinstance(presenter, VisitPresenter):
            if spot.note:
                presenter.composer.resume(spot.note, spot.note_text)
            if spot.details:
                presenter.open_record(spot.details)
        # The lane answers in turn: what the screen asked for when it was entered is there before.
        self._jobs.on_vault(lambda _vault: None, lambda _nothing: self._try())

    def stop(self) -> None:
        """Leave everything as it is now."""
        self._stopped = True
        if self._next is not None:
            self._next.cancel()
            self._next = None
        application = QApplication.instance()
        if application is not None:
            application.removeEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() in _ACTS:
            self.stop()
        return False

    def _try(self) -> None:
        if self._stopped:
            return
        self._left -= 1
        self._next = None
        steps = (
            self._bring_details,
            self._bring_forms,
            self._bring_words,
            self._bring_focus,
            self._bring_scrolls,
        )
        if all(step() for step in steps) or self._left <= 0:
            self.stop()
        else:
            self._next = self._timers.after(_EVERY_MS, self._try)

    def _bring_details(self) -> bool:
        presenter, wanted = self._built.presenter, self._spot.details
        if wanted and isinstance(presenter, VisitPresenter) and presenter.record != wanted:
            return False
        bars = self._built.view.findChildren(QTabBar)
        if not self._focused and len(bars) == len(self._spot.tabs):
            for bar, index in zip(bars, self._spot.tabs, strict=True):
                bar.setCurrentIndex(index)
        return True

    def _bring_forms(self) -> bool:
        for name, form, presenter in _forms(self._built):
            if form.sheet is None:
                continue
            path = self._waiting_forms.pop(name, "")
            if path and form.sheet.control(path) is None:
                presenter.go_to(path)
            if self._comment[0] == name:
                control = form.sheet.control(self._comment[1])
                self._comment = ("", "")
                if control is not None:
                    control.comment_asked.emit(control.path)
        return not self._waiting_forms and not self._comment[0]

    def _bring_words(self) -> bool:
        for key in list(self._words):
            field = _find(self._built.view, key)
            if isinstance(field, _Text):
                words = self._words.pop(key)
                if _text(field) != words:
                    field.setText(words) if isinstance(field, QLineEdit) else field.setPlainText(words)
        return not self._words

    def _bring_focus(self) -> bool:
        if self._focused:
            return True
        spot = self._spot
        field = _find(self._built.view, spot.field)
        if field is None or (isinstance(field, _Text) and _length(field) < spot.length and self._left > 1):
            return False
        self._bring_rows()
        field.setFocus(Qt.FocusReason.OtherFocusReason)
        if isinstance(field, _Text):
            _set_cursor(field, spot.position, spot.anchor)
        self._focused = True
        return True

    def _bring_rows(self) -> None:
        for key, row in self._spot.rows.items():
            listed = _find(self._built.view, key)
            if isinstance(listed, QListView) and 0 <= row < listed.model().rowCount():
                listed.setCurrentIndex(listed.model().index(row, 0))

    def _bring_scrolls(self) -> bool:
        """Scroll last: focus and late questions scroll by themselves."""
        there = True
        for key, value in self._spot.scrolls.items():
            area = _find(self._built.view, key)
            if isinstance(area, QAbstractScrollArea):
                bar = area.verticalScrollBar()
                there = there and bar.maximum() >= value
                bar.setValue(value)
        return there


def _forms(built: Built) -> Iterator[tuple[str, FormView, FormPresenter]]:
    for name in _FORMS:
        form, presenter = getattr(built.view, name, None), getattr(built.presenter, name, None)
        if isinstance(form, FormView) and isinstance(presenter, FormPresenter):
            yield name, form, presenter


def _half_typed(built: Built) -> Iterator[_Text]:
    """Yield the fields with text that keep no draft: all but those of questions, the composer's box and secrets."""
    composer = built.view.composer.box if isinstance(built.view, VisitView) else None
    comments = [form.comments for _name, form, _presenter in _forms(built)]
    fields: list[_Text] = [*_shown(built.view, QLineEdit), *_shown(built.view, QPlainTextEdit)]
    for field in fields:
        secret = bool(
            field.inputMethodHints() & Qt.InputMethodHint.ImhSensitiveData
        )  # a passphrase shown, too
        question = _question(field) is not None and not any(one.isAncestorOf(field) for one in comments)
        if field is composer or secret or question or field.isReadOnly():
            continue
        if _text(field) and field.accessibleName():
            yield field


def _shown(view: QWidget, kind: type[_W]) -> list[_W]:
    """Return the view itself, if it is one, and what of a kind is to be seen in it."""
    itself = [view] if isinstance(view, kind) else []
    return [*itself, *(one for one in view.findChildren(kind) if one.isVisibleTo(view))]


def _question(widget: QWidget) -> Control | None:
    above: QWidget | None = widget
    while above is not None and not isinstance(above, Control):
        above = above.parentWidget()
    return above


def _form_of(view: QWidget, control: Control) -> str:
    names = (name for name in _FORMS if (form := getattr(view, name, None)) and form.isAncestorOf(control))
    return next(names, "")


def _key(view: QWidget, widget: QWidget) -> str:
    control = _question(widget)
    path = f"{_form_of(view, control)} {control.path}" if control is not None else ""
    kind, name = type(widget).__name__, widget.accessibleName()
    alike = _alike(control or view, kind, name)
    place = alike.index(widget) if widget in alike else 0
    return _SEPARATOR.join((path, kind, name, str(place)))


def _find(view: QWidget, key: str) -> QWidget | None:
    """Return the widget of a key, None while it is not there or not to be seen."""
    path, kind, name, place = key.split(_SEPARATOR)
    around: QWidget | None = view
    if path:
        form_name, _space, question = path.partition(" ")
        form = getattr(view, form_name, None)
        around = form.sheet.control(question) if isinstance(form, FormView) and form.sheet else None
    alike = _alike(around, kind, name) if around is not None and around.isVisibleTo(view) else []
    return alike[int(place)] if int(place) < len(alike) else None


def _alike(around: QWidget, kind: str, name: str) -> list[QWidget]:
    """Return what is to be seen of one kind and name; a name may be given twice, or not at all."""
    return [
        one for one in _shown(around, QWidget) if type(one).__name__ == kind and one.accessibleName() == name
    ]


def _text(field: _Text) -> str:
    return field.text() if isinstance(field, QLineEdit) else field.toPlainText()


def _length(field: _Text) -> int:
    return len(_text(field))


def _cursor(field: _Text) -> tuple[int, int]:
    """Return where the cursor is and where its selection began."""
    if isinstance(field, QPlainTextEdit):
        return field.textCursor().position(), field.textCursor().anchor()
    position = field.cursorPosition()
    if not field.hasSelectedText():
        return position, position
    start, end = field.selectionStart(), field.selectionEnd()
    return position, end if position == start else start


def _set_cursor(field: _Text, position: int, anchor: int) -> None:
    if isinstance(field, QPlainTextEdit):
        end = field.document().characterCount() - 1
        cursor = field.textCursor()
        cursor.setPosition(min(anchor, end))
        cursor.setPosition(min(position, end), QTextCursor.MoveMode.KeepAnchor)
        field.setTextCursor(cursor)
    elif anchor == position:
        field.setCursorPosition(position)
    else:
        field.setSelection(anchor, position - anchor)
