"""The screens of the team list, wired."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fieldinspect.i18n import _
from fieldinspect.ui.context import Context
from fieldinspect.ui.screens.force_team.presenter import ForceTeamPresenter
from fieldinspect.ui.screens.force_team.view import ForceTeamView
from fieldinspect.ui.screens.found.presenter import FoundPresenter
from fieldinspect.ui.screens.found.view import FoundView
from fieldinspect.ui.screens.list_rules.presenter import ListRulesPresenter
from fieldinspect.ui.screens.list_rules.view import ListRulesView
from fieldinspect.ui.screens.member.presenter import MemberPresenter
from fieldinspect.ui.screens.member.view import MemberView
from fieldinspect.ui.screens.new_roots.presenter import NewRootsPresenter
from fieldinspect.ui.screens.new_roots.view import NewRootsView
from fieldinspect.ui.screens.proposal.presenter import ProposalPresenter
from fieldinspect.ui.screens.proposal.view import ProposalView
from fieldinspect.ui.screens.revoke.presenter import RevokePresenter
from fieldinspect.ui.screens.revoke.view import RevokeView
from fieldinspect.ui.screens.root_key.presenter import RootKeyPresenter
from fieldinspect.ui.screens.root_key.view import RootKeyView
from fieldinspect.ui.screens.team.presenter import TeamPresenter
from fieldinspect.ui.screens.team.view import TeamView
from fieldinspect.ui.secrets.new_passphrase import wire_choosing
from fieldinspect.ui.shell.built import Built, Kind

if TYPE_CHECKING:
    from fieldinspect.ui.shell.desk import Desk


def _team(context: Context, _desk: Desk) -> Built:
    view = TeamView()
    presenter = TeamPresenter(view, context)
    view.member_chosen.connect(presenter.see_member)
    view.team_chosen.connect(presenter.see_team)
    view.screen_asked.connect(presenter.see_screen)
    view.request_given.connect(presenter.open_request)
    view.admission_asked.connect(presenter.admit)
    view.force_place_given.connect(presenter.put_into_force)
    view.proposal_place_given.connect(presenter.save_proposal)
    view.giving_up_asked.connect(presenter.give_up)
    view.list_place_given.connect(presenter.save_list)
    view.signers_place_given.connect(presenter.save_signers)
    view.revocations_place_given.connect(presenter.save_revocations)
    return Built(view, presenter)


def _member(context: Context, _desk: Desk) -> Built:
    view = MemberView()
    presenter = MemberPresenter(view, context)
    view.back_asked.connect(presenter.back)
    view.saving_asked.connect(presenter.save)
    view.departure_asked.connect(presenter.depart)
    view.revocation_asked.connect(presenter.revoke)
    view.reinstatement_asked.connect(presenter.reinstate)
    return Built(view, presenter)


def _revoke(context: Context, _desk: Desk) -> Built:
    view = RevokeView()
    presenter = RevokePresenter(view, context)
    view.back_asked.connect(presenter.back)
    view.look_asked.connect(presenter.look)
    view.revocation_asked.connect(presenter.revoke)
    return Built(view, presenter)


def _force_team(context: Context, _desk: Desk) -> Built:
    view = ForceTeamView()
    presenter = ForceTeamPresenter(view, context)
    view.back_asked.connect(presenter.back)
    view.saving_asked.connect(presenter.save)
    view.removal_asked.connect(presenter.remove)
    return Built(view, presenter)


def _root_key(context: Context, _desk: Desk) -> Built:
    view = RootKeyView()
    presenter = RootKeyPresenter(view, context)
    view.back_asked.connect(presenter.back)
    view.making_asked.connect(presenter.make)
    wire_choosing(view.passphrase, presenter.choosing)
    return Built(view, presenter)


def _proposal(context: Context, _desk: Desk) -> Built:
    view = ProposalView()
    presenter = ProposalPresenter(view, context)
    view.back_asked.connect(presenter.back)
    view.proposal_given.connect(presenter.open)
    view.key_given.connect(presenter.choose_key)
    view.signing_asked.connect(lambda passphrase, instead: presenter.sign(passphrase, instead=instead))
    view.publication_asked.connect(presenter.publish)
    return Built(view, presenter)


def _new_roots(context: Context, _desk: Desk) -> Built:
    view = NewRootsView()
    presenter = NewRootsPresenter(view, context)
    view.back_asked.connect(presenter.back)
    view.replacement_asked.connect(presenter.replace)
    view.own_asked.connect(presenter.renew_own)
    return Built(view, presenter)


def _list_rules(context: Context, _desk: Desk) -> Built:
    view = ListRulesView()
    presenter = ListRulesPresenter(view, context)
    view.back_asked.connect(presenter.back)
    view.saving_asked.connect(presenter.save)
    return Built(view, presenter)


def _found(context: Context, _desk: Desk) -> Built:
    view = FoundView()
    presenter = FoundPresenter(view, context)
    view.back_asked.connect(presenter.back)
    view.proposal_asked.connect(presenter.open_proposal)
    view.founding_asked.connect(presenter.propose)
    return Built(view, presenter)


TEAM_MENU: dict[str, Kind] = {"team": Kind(lambda: _("Team"), _team, in_menu=True)}
TEAM: dict[str, Kind] = {
    "member": Kind(lambda: _("Person of the team"), _member),
    "revoke": Kind(lambda: _("Revoke a laptop"), _revoke),
    "force_team": Kind(lambda: _("A team and its forces"), _force_team),
    "root_key": Kind(lambda: _("Make a root key"), _root_key),
    "found": Kind(lambda: _("Start an inspection with root keys"), _found),
    "new_roots": Kind(lambda: _("Replace the root keys"), _new_roots),
    "list_rules": Kind(lambda: _("Rules of the team list"), _list_rules),
    "proposal": Kind(lambda: _("A proposal for the team list"), _proposal),
}
