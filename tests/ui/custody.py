"""Screens of care and custody with all they can show, for the accessibility walk and the pictures."""

from dataclasses import replace
from datetime import timedelta

from PySide6.QtWidgets import QWidget

from fieldinspect.domain.custody import (
    Acknowledgement,
    EraseReason,
    EraseState,
    ErasureView,
    Hold,
    Laptop,
    Member,
    WorkingCopy,
)
from fieldinspect.domain.durability import BackupState, Cause, CheckReport, Finding, Heads, LossReport, Part
from fieldinspect.domain.kinds import Kind
from fieldinspect.services import durability, erasure
from fieldinspect.services.ports import Replica
from fieldinspect.ui.screens.account.presenter import Page, Told
from fieldinspect.ui.screens.account.view import AccountView
from fieldinspect.ui.screens.care.presenter import Lost, State
from fieldinspect.ui.screens.care.view import CareView
from fieldinspect.ui.screens.copies.presenter import Copies, Gone
from fieldinspect.ui.screens.copies.view import CopiesView
from fieldinspect.ui.screens.erasures.presenter import Chosen, Requests
from fieldinspect.ui.screens.erasures.view import ErasuresView
from fieldinspect.ui.text import day_and_time
from tests.team import NOW
from tests.ui.desktop import Desktop

_ID = "5" * 32
_LATER = NOW + timedelta(hours=2)
_HEADS = Heads(_ID, _ID, 3, _ID, 0, 3, 3, 0, 0, 1)


def loss() -> LossReport:
    return LossReport(_LATER, Cause.BEHIND, _HEADS, own=3, received=2, since=NOW, until=_LATER)


def show_account(view: QWidget) -> None:
    """An account as it stands after a vault was put back."""
    assert isinstance(view, AccountView)
    view.show_accounts(Page([Told(day_and_time(_LATER), durability.told(loss(), None))], waits=True))


def show_care(view: QWidget) -> None:
    """A backup and a check that run, what an earlier check found, and a loss."""
    assert isinstance(view, CareView)
    sentence = durability.told(loss(), None)[0]
    backup = BackupState(NOW, NOW + timedelta(days=1))
    view.show_state(State(backup, "", [Lost(loss(), sentence, read=False)]))
    findings = (
        Finding(Part.SEARCH, "The word index does not agree with what was written"),
        Finding(Part.LEFTOVERS, "2 files are left over that nothing needs", harmless=True),
    )
    view.show_report(CheckReport(findings, 120, 40, 6, 2))
    view.show_backing_up(40)


def show_erasure(view: QWidget) -> None:
    """A request that waits, one that is erased, and what was left beneath."""
    assert isinstance(view, ErasuresView)
    asked = ErasureView(
        _ID,
        _ID,
        EraseState.DONE,
        (_ID, "6" * 32),
        {"survivors": 1, "visits": 1},
        EraseReason.CONSENT_WITHDRAWN,
        "She took her consent back",
        "UK GDPR article 17",
        "Amal",
        NOW,
        confirmation=_ID,
        confirmed_by="Beth",
        confirmed=_LATER,
        acknowledged=(Acknowledgement(Laptop(_ID, "Amal"), _ID, _LATER),),
        outstanding=(Laptop("7" * 32, "Ann"), Laptop("8" * 32, "Ben", revoked=True)),
    )
    waits = replace(asked, request="9" * 32, state=EraseState.ASKED, acknowledged=(), outstanding=())
    left = Member("1" * 32, _ID, Kind.NOTE, NOW, _ID, withdrawn=False, conflicts=0)
    view.show_requests(Requests([asked, waits], leads=True, central=True, left=[left], me="Amal"))
    view.show_chosen(Chosen(asked, may_withdraw=True, may_confirm=True, alone=True, not_oneself=False))


def show_copies(view: QWidget) -> None:
    """A copy that may go, one that stays, and one that went."""
    assert isinstance(view, CopiesView)
    stays = WorkingCopy(_ID, "Sample Street", NOW, 12, None, (Hold.NOT_CLOSED, Hold.UNRECEIPTED))
    may_go = WorkingCopy("6" * 32, "Example Road", NOW, 30, NOW, ())
    view.show_copies(Copies([may_go, stays], [Gone("7" * 32, "14", _LATER)]))


def ask_for_erasure(desktop: Desktop, record: str) -> None:
    """Ask that a record be erased; nobody has confirmed it."""

    def work(vault: Replica) -> str:
        return erasure.request(
            vault,
            [member.id for member in erasure.beneath(vault, record)],
            reason=EraseReason.COURT_ORDER,
            why="ordered",
            basis="Order of 3 February 2014",
            happened=NOW,
        )

    assert desktop.start.background is not None
    desktop.start.background.on_vault(work, lambda _asked: None)
    desktop.settle()
