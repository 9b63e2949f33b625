"""The screens of what goes out and comes in: send and receive, conflicts, quarantine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fieldinspect.i18n import _
from fieldinspect.ui.context import Context
from fieldinspect.ui.screens.conflicts.presenter import ConflictsPresenter
from fieldinspect.ui.screens.conflicts.view import ConflictsView
from fieldinspect.ui.screens.destination.presenter import DestinationPresenter
from fieldinspect.ui.screens.destination.view import DestinationView
from fieldinspect.ui.screens.quarantine.presenter import QuarantinePresenter
from fieldinspect.ui.screens.quarantine.view import QuarantineView
from fieldinspect.ui.screens.receive.presenter import ReceivePresenter
from fieldinspect.ui.screens.receive.view import ReceiveView
from fieldinspect.ui.screens.send.presenter import SendPresenter
from fieldinspect.ui.screens.send.view import SendView
from fieldinspect.ui.shell.built import Built, Kind

if TYPE_CHECKING:
    from fieldinspect.ui.shell.desk import Desk


def _send(context: Context, desk: Desk) -> Built:
    view = SendView()
    presenter = SendPresenter(view, context, desk.courier)
    view.seal_asked.connect(
        lambda people, folder, everything: presenter.seal(people, folder, everything=everything)
    )
    view.sending_asked.connect(
        lambda people, where, everything: presenter.seal_for(people, where, everything=everything)
    )
    view.sync_asked.connect(presenter.sync)
    view.stop_asked.connect(presenter.stop)
    view.check_asked.connect(presenter.check)
    view.adding_asked.connect(presenter.add_destination)
    view.changing_asked.connect(presenter.change_destination)
    view.removal_asked.connect(presenter.remove)
    view.cancel_asked.connect(presenter.cancel)
    view.copy_place_given.connect(presenter.save)
    view.receive_asked.connect(presenter.receive)
    view.quarantine_asked.connect(presenter.see_quarantine)
    return Built(view, presenter)


def _destination(context: Context, desk: Desk) -> Built:
    view = DestinationView()
    presenter = DestinationPresenter(view, context, desk.courier)
    view.add_asked.connect(presenter.add)
    view.trusted.connect(presenter.trust)
    view.back_asked.connect(presenter.back)
    return Built(view, presenter)


def _receive(context: Context, _desk: Desk) -> Built:
    view = ReceiveView()
    presenter = ReceivePresenter(view, context)
    view.file_given.connect(presenter.receive)
    view.conflicts_asked.connect(presenter.see_conflicts)
    view.quarantine_asked.connect(presenter.see_quarantine)
    return Built(view, presenter)


def _conflicts(context: Context, _desk: Desk) -> Built:
    view = ConflictsView()
    presenter = ConflictsPresenter(view, context)
    view.moved.connect(presenter.choose)
    view.settled.connect(presenter.settle)
    view.newest_asked.connect(presenter.settle_newest)
    view.author_asked.connect(presenter.settle_by)
    view.deferred.connect(presenter.defer)
    view.taken_up.connect(presenter.take_up)
    view.undo_asked.connect(presenter.undo)
    return Built(view, presenter)


def _quarantine(context: Context, _desk: Desk) -> Built:
    view = QuarantineView()
    presenter = QuarantinePresenter(view, context)
    view.reason_moved.connect(presenter.choose_reason)
    view.again_asked.connect(presenter.try_again)
    view.copy_place_given.connect(presenter.save_copy)
    view.deletion_asked.connect(presenter.delete)
    return Built(view, presenter)


EXCHANGING: dict[str, Kind] = {
    "send": Kind(lambda: _("Send and receive"), _send, in_menu=True),
    "receive": Kind(lambda: _("Receive a file"), _receive, in_menu=True),
    "conflicts": Kind(lambda: _("Conflicts"), _conflicts, in_menu=True),
    "quarantine": Kind(lambda: _("Quarantine"), _quarantine),
    "destination": Kind(lambda: _("A destination"), _destination),
}
