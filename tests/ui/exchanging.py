"""The screens of what goes out and comes in with everything on them at once, for pictures and for accessibility."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from PySide6.QtWidgets import QWidget

from fieldinspect.domain.audit import Trace
from fieldinspect.domain.custody import Delivery, Laptop, SentState
from fieldinspect.domain.depots import (
    DepotKind,
    Destination,
    DestinationReport,
    QueuedBundle,
    QueueState,
    SyncReport,
)
from fieldinspect.domain.kinds import Kind
from fieldinspect.domain.quarantine import RefusedBundle
from fieldinspect.domain.views import Conflict, OutboxState, RecordView, Version
from fieldinspect.services import quarantine
from fieldinspect.services.conflict_context import ConflictContext, Side
from fieldinspect.services.conflicts import Deferral, Merge
from fieldinspect.services.outbox import Item
from fieldinspect.ui.courier import SyncState
from fieldinspect.ui.screens.conflicts.presenter import Open
from fieldinspect.ui.screens.conflicts.view import ConflictsView
from fieldinspect.ui.screens.destination.view import DestinationView
from fieldinspect.ui.screens.quarantine.presenter import SetAside
from fieldinspect.ui.screens.quarantine.view import QuarantineView
from fieldinspect.ui.screens.send.presenter import Outgoing
from fieldinspect.ui.screens.send.view import SendView

NOW: Final = datetime(2014, 2, 3, 21, 31, tzinfo=UTC)
_SAID: Final = "The custody sergeant said that {count} risk forms wait for a supervisor"


def show_conflicts(view: QWidget) -> None:
    """Two conflicts, one of them selected, with the first in hand and something to undo."""
    assert isinstance(view, ConflictsView)
    names = {"ann": "Ann Example", "ben": "Ben Example", "lead": "Lena Example"}
    values = {"ann": "twelve", "ben": "nine", "lead": "ten"}
    versions = tuple(
        Version(name, _SAID.format(count=count), name, NOW, NOW, "Counted again")
        for name, count in values.items()
    )
    first, second = (Conflict(record, Kind.NOTE, "text", "v", versions) for record in ("a" * 32, "b" * 32))
    found = {one.record: one for one in (first, second)}
    sides = tuple(Side(one, one.value or "", names[one.author], one.author == "lead") for one in versions)
    view.show_open(Open(found, {}, names, {"v": "Example Road"}, "lead", True))
    before = _SAID.format(count="eleven")
    context = ConflictContext(first, "", "", "Example Road", NOW, "", before, sides, True)
    view.show_context(context, may_settle=True)
    view.rows.toggle()
    view.show_undo(1)


def show_later(view: QWidget) -> None:
    """The list of those that were left for later."""
    assert isinstance(view, ConflictsView)
    show_conflicts(view)
    assert view.found is not None
    said = Deferral("c" * 32, "Lena Example", NOW, "Ask the station first")
    view.show_open(view.found._replace(later=dict.fromkeys(view.found.conflicts, said)))
    view.lists.setCurrentIndex(1)


def show_quarantine(view: QWidget) -> None:
    """One of everything that is not taken over, and the question before deleting."""
    assert isinstance(view, QuarantineView)
    refused = [
        RefusedBundle(
            name * 32,
            "",
            "Office share",
            reason,
            sentence,
            2_345_678,
            NOW,
            NOW + timedelta(hours=1),
        )
        for name, reason, sentence in (
            ("1", "unknown-signer", "This bundle is signed by someone who is not in your team list"),
            (
                "2",
                "cut-short",
                "This bundle is cut short or damaged at its end. Copy it again from where it came",
            ),
        )
    ]
    gone = replace(refused[1], id="3" * 32, present=False, deleted=NOW + timedelta(days=1))
    groups = [
        quarantine.Group(quarantine.entry_reason(reason), 3) for reason in ("revoked", "role", "conflict")
    ]
    newer = RecordView("4" * 32, "drone_flight", "", "", "ann", "d", NOW, NOW, False, {})
    view.show_set_aside(SetAside(groups, [newer], [*refused, gone], {"ann": "Ann Example"}))
    traces = [
        Trace(
            str(n),
            n,
            NOW,
            "ann",
            "d",
            n,
            "5" * 32,
            kind=Kind.NOTE,
            fields=("text", "flagged"),
            reason="Corrected",
        )
        for n in range(3)
    ]
    view.show_entries(traces, {"5" * 32: "Example Road"})
    view.ask_deletion(True)


def show_sending(view: QWidget) -> None:
    """Two destinations, a bundle that failed, one that is outstanding and one that was delivered; what came in."""
    assert isinstance(view, SendView)
    ann, ben = Laptop("d1", "Ann Example", False), Laptop("d2", "Ben Example", False)
    known = [
        Destination("n1", "Team store", DepotKind.S3, "https://store.example.org/inspection"),
        Destination("n2", "Office share", DepotKind.FOLDER, "/mnt/share"),
    ]
    why = "The server cannot be reached. Check the network; it is tried again later"
    queued = QueuedBundle(
        "b1", "n1", "x.fib", 2_345_678, NOW, QueueState.FAILED, 1, NOW + timedelta(minutes=5), why
    )
    gone = replace(queued, bundle="b2", state=QueueState.SENT, reason="", next_try=None, sent=NOW)
    sent = [
        Item(SentState("b1", NOW + timedelta(hours=1), 12, (), (ann,)), queued, "Team store"),
        Item(SentState("b2", NOW, 200, (Delivery(ben, NOW, False),), (ann,)), gone, "Team store"),
        Item(SentState("b3", NOW, 40, (Delivery(ann, NOW, False),), ()), None, ""),
    ]
    came = [Merge("Ann Example", NOW, 120)]
    view.show_outgoing(
        Outgoing([], OutboxState(3, NOW, NOW), "OFFICIAL-SENSITIVE", sent, known, {"n2": NOW}, came)
    )
    report = SyncReport(
        (DestinationReport("Team store", 0, 1, 0, trouble=why), DestinationReport("Office share", 1))
    )
    view.show_sync(SyncState(report=report, ended=NOW))


def show_destination(view: QWidget) -> None:
    """An SFTP server whose fingerprint is to be compared."""
    assert isinstance(view, DestinationView)
    view.choose_kind(DepotKind.SFTP)
    view.show_fingerprint("SHA256:nThbg6kXUpJWGl7E1IGOCspRomTxdCARLviKw6E5SY8")
