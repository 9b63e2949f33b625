"""The screens of planned and linked visits, and of laptops that are replaced."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fieldinspect.i18n import _
from fieldinspect.ui.context import Context
from fieldinspect.ui.screens.come_back.presenter import ComeBackPresenter
from fieldinspect.ui.screens.come_back.view import ComeBackView
from fieldinspect.ui.screens.links.presenter import LinksPresenter
from fieldinspect.ui.screens.links.view import LinksView
from fieldinspect.ui.screens.plan.presenter import PlanPresenter
from fieldinspect.ui.screens.plan.view import PlanView
from fieldinspect.ui.screens.plan_visit.presenter import PlanVisitPresenter
from fieldinspect.ui.screens.plan_visit.view import PlanVisitView
from fieldinspect.ui.screens.planned.presenter import PlannedPresenter
from fieldinspect.ui.screens.planned.view import PlannedView
from fieldinspect.ui.screens.replace.presenter import ReplacePresenter
from fieldinspect.ui.screens.replace.view import ReplaceView
from fieldinspect.ui.shell.built import Built, Kind

if TYPE_CHECKING:
    from fieldinspect.ui.shell.desk import Desk


def _plan(context: Context, _desk: Desk) -> Built:
    view = PlanView()
    presenter = PlanPresenter(view, context)
    view.chosen.connect(presenter.choose)
    view.plan_opened.connect(presenter.open_plan)
    view.add_asked.connect(presenter.add)
    view.table_given.connect(presenter.read_table)
    view.table_confirmed.connect(presenter.plan_table)
    view.table_dropped.connect(presenter.drop_table)
    view.packs_place_given.connect(presenter.make_packs)
    view.links_asked.connect(presenter.see_links)
    return Built(view, presenter)


def _plan_visit(context: Context, _desk: Desk) -> Built:
    view = PlanVisitView()
    presenter = PlanVisitPresenter(view, context)
    view.save_asked.connect(presenter.save)
    view.cancel_asked.connect(presenter.cancel_visit)
    view.permit_asked.connect(presenter.permit)
    view.back_asked.connect(presenter.back)
    return Built(view, presenter)


def _planned(context: Context, _desk: Desk) -> Built:
    view = PlannedView()
    presenter = PlannedPresenter(view, context)
    view.begin_asked.connect(presenter.begin)
    view.back_asked.connect(presenter.back)
    return Built(view, presenter)


def _links(context: Context, _desk: Desk) -> Built:
    view = LinksView()
    presenter = LinksPresenter(view, context)
    view.pair_chosen.connect(presenter.choose_pair)
    view.link_chosen.connect(presenter.choose_link)
    view.link_asked.connect(presenter.link)
    view.unlink_asked.connect(presenter.unlink)
    view.visit_asked.connect(presenter.open_visit)
    return Built(view, presenter)


def _replace(context: Context, _desk: Desk) -> Built:
    view = ReplaceView()
    presenter = ReplacePresenter(view, context)
    view.request_given.connect(presenter.open_request)
    view.check_asked.connect(presenter.check)
    view.place_given.connect(presenter.replace)
    return Built(view, presenter)


def _come_back(context: Context, _desk: Desk) -> Built:
    view = ComeBackView()
    presenter = ComeBackPresenter(view, context)
    view.request_place_given.connect(presenter.save_request)
    view.team_list_given.connect(presenter.choose_team_list)
    view.join_asked.connect(presenter.join)
    view.bundle_given.connect(presenter.receive)
    view.today_asked.connect(presenter.go_on)
    return Built(view, presenter)


PLANNING: dict[str, Kind] = {
    "plan": Kind(lambda: _("Planned visits"), _plan),
    "plan_visit": Kind(lambda: _("Plan a visit"), _plan_visit),
    "planned": Kind(lambda: _("Planned visit"), _planned),
    "links": Kind(lambda: _("Visits that may be one"), _links),
    "replace": Kind(lambda: _("Replace a laptop"), _replace),
    "come_back": Kind(lambda: _("In place of a lost laptop"), _come_back),
}
