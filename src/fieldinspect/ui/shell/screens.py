"""The screens by name, each built when it is first needed: the view, the presenter, and the wires between."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from fieldinspect.domain.custody import EraseReason
from fieldinspect.i18n import _
from fieldinspect.ui.context import Context
from fieldinspect.ui.forms.wiring import wire_form
from fieldinspect.ui.screens.account.presenter import AccountPresenter
from fieldinspect.ui.screens.account.view import AccountView
from fieldinspect.ui.screens.audit.presenter import AuditPresenter
from fieldinspect.ui.screens.audit.view import AuditView
from fieldinspect.ui.screens.begin.presenter import BeginPresenter
from fieldinspect.ui.screens.begin.view import BeginView
from fieldinspect.ui.screens.care.presenter import CarePresenter
from fieldinspect.ui.screens.care.view import CareView
from fieldinspect.ui.screens.copies.presenter import CopiesPresenter
from fieldinspect.ui.screens.copies.view import CopiesView
from fieldinspect.ui.screens.differences.presenter import DifferencesPresenter
from fieldinspect.ui.screens.differences.view import DifferencesView
from fieldinspect.ui.screens.erase.presenter import ErasePresenter
from fieldinspect.ui.screens.erase.view import EraseView
from fieldinspect.ui.screens.erasures.presenter import ErasuresPresenter
from fieldinspect.ui.screens.erasures.view import ErasuresView
from fieldinspect.ui.screens.find.presenter import FindPresenter
from fieldinspect.ui.screens.find.view import FindView
from fieldinspect.ui.screens.help.presenter import HelpPresenter
from fieldinspect.ui.screens.help.view import HelpView
from fieldinspect.ui.screens.interview.presenter import InterviewPresenter
from fieldinspect.ui.screens.interview.view import InterviewView
from fieldinspect.ui.screens.keys.presenter import KeysPresenter
from fieldinspect.ui.screens.keys.view import KeysView
from fieldinspect.ui.screens.periods.presenter import PeriodsPresenter
from fieldinspect.ui.screens.periods.view import PeriodsView
from fieldinspect.ui.screens.preview.presenter import PreviewPresenter
from fieldinspect.ui.screens.preview.view import PreviewView
from fieldinspect.ui.screens.record.presenter import RecordPresenter
from fieldinspect.ui.screens.record.view import RecordView
from fieldinspect.ui.screens.records.presenter import RecordsPresenter
from fieldinspect.ui.screens.records.view import RecordsView
from fieldinspect.ui.screens.retention.presenter import RetentionPresenter
from fieldinspect.ui.screens.retention.view import RetentionView
from fieldinspect.ui.screens.settings.presenter import Choices, SettingsPresenter
from fieldinspect.ui.screens.settings.view import SettingsView
from fieldinspect.ui.screens.start_visit.presenter import StartVisitPresenter
from fieldinspect.ui.screens.start_visit.view import StartVisitView
from fieldinspect.ui.screens.today.presenter import TodayPresenter
from fieldinspect.ui.screens.today.view import TodayView
from fieldinspect.ui.screens.visit.presenter import VisitPresenter
from fieldinspect.ui.screens.visit.view import VisitView
from fieldinspect.ui.secrets.code_view import wire_code
from fieldinspect.ui.secrets.new_passphrase import wire_choosing
from fieldinspect.ui.shell.built import Built, Kind
from fieldinspect.ui.shell.exchanging import EXCHANGING
from fieldinspect.ui.shell.planning import PLANNING
from fieldinspect.ui.shell.teams import TEAM, TEAM_MENU

if TYPE_CHECKING:
    from fieldinspect.ui.shell.desk import Desk


def _today(context: Context, _desk: Desk) -> Built:
    view = TodayView()
    presenter = TodayPresenter(view, context)
    view.visit_chosen.connect(presenter.open_visit)
    view.record_chosen.connect(presenter.open_record)
    view.planned_chosen.connect(presenter.open_planned)
    view.screen_asked.connect(presenter.go_to)
    return Built(view, presenter)


def _start_visit(context: Context, _desk: Desk) -> Built:
    view = StartVisitView()
    presenter = StartVisitPresenter(view, context)
    view.start_asked.connect(presenter.start)
    view.planned_chosen.connect(presenter.open_planned)
    view.cancelled.connect(presenter.cancel)
    return Built(view, presenter)


def _visit(context: Context, _desk: Desk) -> Built:
    view = VisitView()
    presenter = VisitPresenter(view, view.visit_form, view.record_form, context)
    view.add_asked.connect(presenter.add)
    view.record_opened.connect(presenter.open_record)
    view.correction_asked.connect(presenter.correct)
    view.files_given.connect(presenter.attach)
    view.preview_asked.connect(presenter.preview)
    view.interview_asked.connect(presenter.interview)
    view.close_asked.connect(presenter.close_visit)
    view.erasure_asked.connect(presenter.ask_erasure)
    view.other_form_asked.connect(presenter.next_form)
    view.links_asked.connect(presenter.see_links)
    view.details.correction_asked.connect(presenter.correct)
    view.details.versions_asked.connect(presenter.ask_versions)
    view.details.withdrawal_asked.connect(presenter.withdraw_record)
    view.composer.typed.connect(presenter.composer.typed)
    view.composer.ended.connect(presenter.composer.end)
    view.composer.left.connect(presenter.composer.leave)
    view.composer.set_aside.connect(presenter.composer.promote)
    view.composer.next_kind_asked.connect(presenter.composer.next_kind)
    view.composer.correction_given_up.connect(presenter.composer.give_up_correction)
    wire_form(view.visit_form, presenter.visit_form)
    wire_form(view.record_form, presenter.record_form)
    return Built(view, presenter)


def _interview(context: Context, _desk: Desk) -> Built:
    view = InterviewView()
    presenter = InterviewPresenter(view, view.form, context)
    view.back_asked.connect(presenter.back)
    wire_form(view.form, presenter.form)
    return Built(view, presenter)


def _record(context: Context, _desk: Desk) -> Built:
    view = RecordView()
    presenter = RecordPresenter(view, view.form, context)
    view.back_asked.connect(presenter.back)
    view.completed_said.connect(presenter.say_completed)
    view.erasure_asked.connect(presenter.ask_erasure)
    wire_form(view.form, presenter.form)
    return Built(view, presenter)


def _records(context: Context, _desk: Desk) -> Built:
    view = RecordsView()
    presenter = RecordsPresenter(view, context)
    view.begin_asked.connect(presenter.begin)
    view.record_chosen.connect(presenter.open_record)
    view.second_asked.connect(presenter.read_again)
    view.pair_chosen.connect(presenter.open_pair)
    view.returned_chosen.connect(presenter.open_returned)
    return Built(view, presenter)


def _differences(context: Context, _desk: Desk) -> Built:
    view = DifferencesView()
    presenter = DifferencesPresenter(view, context)
    view.keep_asked.connect(presenter.keep)
    view.back_asked.connect(presenter.back)
    view.wording_counted.connect(presenter.count_wording)
    view.rates_asked.connect(presenter.ask_rates)
    return Built(view, presenter)


def _find(context: Context, _desk: Desk) -> Built:
    view = FindView()
    presenter = FindPresenter(view, context)
    view.typed.connect(presenter.typed)
    view.hit_chosen.connect(presenter.open_hit)
    return Built(view, presenter)


def _preview(context: Context, _desk: Desk) -> Built:
    view = PreviewView()
    presenter = PreviewPresenter(view, context)
    view.language_chosen.connect(presenter.choose_language)
    view.recipient_chosen.connect(presenter.choose_recipient)
    view.words_confirmed.connect(presenter.confirm)
    view.issue_asked.connect(presenter.issue)
    view.back_asked.connect(presenter.back)
    return Built(view, presenter)


def _begin(context: Context, _desk: Desk) -> Built:
    view = BeginView()
    presenter = BeginPresenter(view, context)
    view.start_asked.connect(presenter.start)
    view.request_place_given.connect(presenter.save_request)
    view.roster_given.connect(presenter.choose_roster)
    view.join_asked.connect(presenter.join)
    view.come_back_asked.connect(presenter.come_back)
    view.root_keys_asked.connect(presenter.start_with_root_keys)
    return Built(view, presenter)


def _audit(context: Context, _desk: Desk) -> Built:
    view = AuditView()
    presenter = AuditPresenter(view, context)
    view.act_chosen.connect(presenter.choose_act)
    view.person_chosen.connect(presenter.choose_person)
    view.more_asked.connect(presenter.show_more)
    view.export_place_given.connect(presenter.export)
    return Built(view, presenter)


def _care(context: Context, _desk: Desk) -> Built:
    view = CareView()
    presenter = CarePresenter(view, context)
    view.backup_place_given.connect(presenter.back_up)
    view.backup_stop_asked.connect(presenter.stop_backup)
    view.check_asked.connect(presenter.check)
    view.check_stop_asked.connect(presenter.stop_check)
    view.repair_asked.connect(lambda: presenter.check(repair=True))
    view.sweep_asked.connect(lambda: presenter.check(sweep=True))
    view.gaps_asked.connect(presenter.look_for_gaps)
    view.account_chosen.connect(presenter.open_account)
    return Built(view, presenter)


def _account(context: Context, desk: Desk) -> Built:
    view = AccountView()
    presenter = AccountPresenter(view, context, desk.resume)
    view.read_said.connect(presenter.read)
    view.back_asked.connect(presenter.back)
    return Built(view, presenter)


def _erase(context: Context, _desk: Desk) -> Built:
    view = EraseView()
    presenter = ErasePresenter(view, context)
    view.asked.connect(lambda reason, why, basis: presenter.ask(EraseReason(reason), why, basis))
    view.visit_asked.connect(presenter.whole_visit)
    view.cancelled.connect(presenter.cancel)
    return Built(view, presenter)


def _erasures(context: Context, desk: Desk) -> Built:
    view = ErasuresView()
    presenter = ErasuresPresenter(view, context, desk.certify)
    view.chosen.connect(presenter.choose)
    view.withdrawn.connect(presenter.withdraw)
    view.confirmed.connect(presenter.confirm)
    view.certificate_place_given.connect(presenter.certify)
    view.left_chosen.connect(presenter.ask_about)
    return Built(view, presenter)


def _retention(context: Context, _desk: Desk) -> Built:
    view = RetentionView()
    presenter = RetentionPresenter(view, context)
    view.everything_asked.connect(presenter.list_everything)
    view.chosen.connect(presenter.choose)
    view.keep_asked.connect(presenter.keep)
    view.destroy_asked.connect(presenter.destroy)
    view.requests_asked.connect(presenter.see_requests)
    view.periods_asked.connect(presenter.see_periods)
    return Built(view, presenter)


def _periods(context: Context, _desk: Desk) -> Built:
    view = PeriodsView()
    presenter = PeriodsPresenter(view, context)
    view.chosen.connect(presenter.choose)
    view.rule_given.connect(presenter.set_rule)
    view.publication_given.connect(presenter.set_publication)
    view.back_asked.connect(presenter.back)
    return Built(view, presenter)


def _copies(context: Context, desk: Desk) -> Built:
    view = CopiesView()
    presenter = CopiesPresenter(view, context, lambda: desk.in_use)
    view.removal_asked.connect(presenter.remove)
    view.all_asked.connect(presenter.remove_all)
    view.return_asked.connect(presenter.bring_back)
    return Built(view, presenter)


def _settings(context: Context, desk: Desk) -> Built:
    view = SettingsView()
    choices: Choices = desk.choices
    presenter = SettingsPresenter(view, context, choices, desk.lock)
    view.theme_chosen.connect(presenter.choose_theme)
    view.size_stepped.connect(presenter.step_size)
    view.language_chosen.connect(presenter.choose_language)
    view.lock_asked.connect(presenter.lock)
    view.screen_asked.connect(presenter.go_to)
    return Built(view, presenter)


def _keys(context: Context, desk: Desk) -> Built:
    view = KeysView()
    presenter = KeysPresenter(view, context, desk.parts.door, desk.parts.paper, desk.rotation_asked.emit)
    view.passphrase_asked.connect(presenter.begin_passphrase)
    view.passphrase_given.connect(presenter.change_passphrase)
    view.code_asked.connect(presenter.begin_code)
    view.code_passphrase_given.connect(presenter.make_code)
    view.rotation_asked.connect(presenter.rotate)
    view.back_asked.connect(presenter.back)
    wire_choosing(view.passphrase, presenter.choosing)
    wire_code(view.code, presenter.keeping)
    return Built(view, presenter)


def _help(_context: Context, desk: Desk) -> Built:
    view = HelpView()

    def keys() -> Sequence[tuple[str, str]]:
        return [(command.name, command.keys) for command in desk.commands()]

    return Built(view, HelpPresenter(view, keys))


SCREENS: dict[str, Kind] = {
    "today": Kind(lambda: _("Today"), _today, in_menu=True),
    "visit": Kind(lambda: _("Visit"), _visit, in_menu=True),
    "records": Kind(lambda: _("Records"), _records, in_menu=True),
    **EXCHANGING,
    "find": Kind(lambda: _("Find"), _find, in_menu=True),
    **TEAM_MENU,
    "settings": Kind(lambda: _("Settings"), _settings, in_menu=True),
    "start_visit": Kind(lambda: _("Start a visit"), _start_visit),
    "interview": Kind(lambda: _("Officer interview"), _interview),
    "record": Kind(lambda: _("Record"), _record),
    "differences": Kind(lambda: _("Two readings of one file"), _differences),
    "preview": Kind(lambda: _("Visit summary"), _preview),
    "begin": Kind(lambda: _("Start or join an inspection"), _begin),
    "keys": Kind(lambda: _("Keys of this vault"), _keys),
    "audit": Kind(lambda: _("Who did what"), _audit),
    "care": Kind(lambda: _("Care of this vault"), _care),
    "account": Kind(lambda: _("What happened to this vault"), _account),
    "erase": Kind(lambda: _("Ask for erasure"), _erase),
    "erasures": Kind(lambda: _("Erasures"), _erasures),
    "retention": Kind(lambda: _("Retention"), _retention),
    "periods": Kind(lambda: _("Classes and periods"), _periods),
    "copies": Kind(lambda: _("Working copies"), _copies),
    "help": Kind(lambda: _("Help and keys"), _help),
    **PLANNING,
    **TEAM,
}
