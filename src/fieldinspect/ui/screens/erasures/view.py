"""Erasures."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QWidget

from fieldinspect.domain.custody import EraseState, ErasureView, Laptop, Member
from fieldinspect.i18n import LANGUAGES, _, ngettext
from fieldinspect.services import custody_words
from fieldinspect.ui.screens.erasures.presenter import Chosen, Requests
from fieldinspect.ui.text import day, day_and_time, kind_name
from fieldinspect.ui.widgets.fields import Field, LineField
from fieldinspect.ui.widgets.files import ask_where_to_save
from fieldinspect.ui.widgets.group import Group
from fieldinspect.ui.widgets.page import Page
from fieldinspect.ui.widgets.rows import Row, RowList
from fieldinspect.ui.widgets.summary import ErrorSummary
from fieldinspect.ui.widgets.text import Button, body, hint, label, section, title


class ErasuresView(Page):
    """The list, and below it the chosen one with what can be done about it."""

    chosen = Signal(str)
    withdrawn = Signal(str)
    confirmed = Signal(str)
    certificate_place_given = Signal(object, str)
    """Where to (a Path), and the language."""
    left_chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__(width=900)
        self._summary = ErrorSummary()
        self._empty = hint(_("Nobody has asked for an erasure"))
        self._list = RowList(_("Requests to erase"), most=6)
        self._heading, self._facts = section(), body()
        self._why = LineField(_("Why is it &withdrawn?"))
        self._withdraw = Button(_("&Take the request back"), lambda: self.withdrawn.emit(self._why.value))
        self._not_oneself = body(_("You asked for this erasure yourself. Somebody else has to confirm it"))
        self._alone = body(custody_words.both_roles())
        self._count = LineField(_("How &many records are destroyed? Type the number"), width=160)
        self._confirm = Button(
            _("&Destroy them for good"), lambda: self.confirmed.emit(self._count.value), look="primary"
        )
        self._laptops = RowList(_("Laptops"), most=8)
        self._language = QComboBox()
        for code, words in LANGUAGES.items():
            self._language.addItem(words, code)
        self._certify = Button(_("&Certificate as a PDF…"), self._ask_where)
        self._left = RowList(_("Still here beneath what was erased"), most=4)
        self._lay_out()
        self._list.chosen.connect(self.chosen)
        self._list.selectionModel().currentChanged.connect(lambda *_where: self._moved())
        self._left.chosen.connect(self.left_chosen)
        self.show_chosen(None)

    @property
    def first(self) -> QWidget:
        return self._list

    def _lay_out(self) -> None:
        self._withdrawing = Group(self._why, self._withdraw)
        self._confirming = Group(
            section(_("Confirm")),
            label(custody_words.no_way_back()),
            self._alone,
            self._count,
            self._confirm,
        )
        self._erased = Group(
            section(_("What the laptops said")),
            self._laptops,
            Field(_("Language of the certificate"), self._language),
            self._certify,
        )
        self._left_part = Group(
            section(_("Still here beneath what was erased")),
            hint(_("Perhaps written by somebody who did not know. Choose one to ask for its erasure too")),
            self._left,
        )
        for part in (
            title(_("Erasures")),
            hint(
                _(
                    "A team lead asks, by “Ask for erasure” on a visit or a record. The centre confirms. "
                    "Then every laptop destroys what was named, and says so"
                )
            ),
            self._summary,
            self._empty,
            self._list,
            self._heading,
            self._facts,
            self._not_oneself,
            self._confirming,
            self._withdrawing,
            self._erased,
            self._left_part,
        ):
            self.add(part)
        self.column.addStretch(1)

    def show_requests(self, requests: Requests) -> None:
        self._list.blockSignals(True)
        self._list.show_rows([_request(one) for one in requests.erasures])
        self._list.blockSignals(False)
        self._list.setVisible(bool(requests.erasures))
        self._empty.setVisible(not requests.erasures)
        self._left.show_rows([_member(one) for one in requests.left])
        self._left_part.setVisible(bool(requests.left) and requests.leads)

    def show_chosen(self, chosen: Chosen | None) -> None:
        self._heading.setText(custody_words.reason(chosen.erasure.reason) if chosen else "")
        self._facts.setText(_told(chosen.erasure) if chosen else "")
        self._facts.setAccessibleName(self._facts.text())
        done = chosen is not None and chosen.erasure.state is EraseState.DONE
        for part, shown in (
            (self._heading, chosen is not None),
            (self._facts, chosen is not None),
            (self._withdrawing, chosen is not None and chosen.may_withdraw),
            (self._confirming, chosen is not None and chosen.may_confirm),
            (self._not_oneself, chosen is not None and chosen.not_oneself),
            (self._alone, chosen is not None and chosen.alone),
            (self._erased, done),
        ):
            part.setVisible(shown)
        self._laptops.show_rows(_laptops(chosen.erasure) if chosen else [])

    def show_working(self, working: bool) -> None:
        for button in (self._withdraw, self._confirm, self._certify):
            button.setEnabled(not working)

    def forget(self) -> None:
        self._why.line.clear()
        self._count.line.clear()

    def show_problem(self, sentence: str, about: str = "") -> None:
        field = {"count": self._count, "withdrawal": self._why}.get(about)
        for one in (self._count, self._why):
            one.show_problem(sentence if one is field else "")
        self._summary.show_problems([(sentence, field.line if field else None)] if sentence else [])

    def _moved(self) -> None:
        if self._list.hasFocus() and self._list.current_key:
            self.chosen.emit(self._list.current_key)

    def _ask_where(self) -> None:
        path = ask_where_to_save(self, _("Save the certificate"), "certificate.pdf")
        if path:
            self.certificate_place_given.emit(path, self._language.currentData())


def _request(one: ErasureView) -> Row:
    count = ngettext("{count} record", "{count} records", len(one.records)).format(count=len(one.records))
    return Row(
        one.request,
        custody_words.reason(one.reason),
        " · ".join((count, one.asked_by, day_and_time(one.asked))),
        custody_words.state(one.state),
    )


def _told(one: ErasureView) -> str:
    said = [
        custody_words.state(one.state),
        _("Asked for by {name} on {when}").format(name=one.asked_by, when=day_and_time(one.asked)),
        _("Why: {why}").format(why=one.why),
        _("Legal basis: {basis}").format(basis=one.basis),
        *(f"{custody_words.record_class(name)}: {count}" for name, count in sorted(one.classes.items())),
    ]
    if one.withdrawn_why:
        said.append(_("Withdrawn: {why}").format(why=one.withdrawn_why))
    if one.confirmed is not None:
        by = one.confirmed_by
        said.append(_("Confirmed by {name} on {when}").format(name=by, when=day_and_time(one.confirmed)))
    if one.alone:
        said.append(_("One person asked and confirmed"))
    return "\n".join(said)


def _laptops(one: ErasureView) -> list[Row]:
    return [
        *(
            Row(laptop.device, _owner(laptop), "", _("Taken off the team: nothing more will come"))
            if laptop.revoked
            else Row(laptop.device, _owner(laptop), "", _("Not heard yet"))
            for laptop in one.outstanding
        ),
        *(
            Row(
                said.laptop.device,
                _owner(said.laptop),
                "",
                _("Erased, said on {day}").format(day=day(said.written)),
            )
            for said in one.acknowledged
        ),
    ]


def _owner(laptop: Laptop) -> str:
    name = laptop.person or _("Somebody who is not in the team list")
    return _("{name}, laptop {number}").format(name=name, number=laptop.device[:8])


def _member(one: Member) -> Row:
    return Row(one.id, kind_name(one.kind), day_and_time(one.happened))
