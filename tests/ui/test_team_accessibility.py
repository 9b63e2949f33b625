"""The walk of test_accessibility over the screens of the team list, with everything on them that can be shown."""

from pathlib import Path

from fieldinspect.ui.screens.proposal.presenter import Shown
from fieldinspect.ui.screens.root_key.presenter import Made
from tests.ui import test_accessibility as walk
from tests.ui.desktop import Desktop
from tests.ui.test_team import lead, roster_of, team_folder

__all__ = ["lead", "team_folder"]


def check(desktop: Desktop) -> None:
    walk.test_every_control_has_a_name(desktop)
    walk.test_every_target_is_big_enough(desktop)
    walk.test_no_letter_is_claimed_twice(desktop)
    walk.test_tab_reaches_every_control(desktop)


def test_every_screen_of_the_team_list(lead: Desktop, tmp_path: Path) -> None:
    roster = roster_of(lead)
    view = lead.desk.current
    view.request_given.emit(tmp_path / "ben.request")  # type: ignore[attr-defined]
    lead.settle()
    check(lead)
    for screen, record in (
        ("member", roster.people[1].id),
        ("revoke", roster.devices[1].id),
        ("force_team", ""),
        ("list_rules", ""),
        ("new_roots", ""),
        ("found", ""),
    ):
        lead.go(screen, record)
        check(lead)
    lead.go("root_key")
    lead.desk.current.show_made(Made("ssh-ed25519 AAAA", "1 2 3 4"))  # type: ignore[attr-defined]
    check(lead)
    lead.go("proposal")
    shown = Shown("team.proposal", 4, "1 2 3 4", ["Ann takes part"], "Enough", complete=True)
    lead.desk.current.show_proposal(shown)  # type: ignore[attr-defined]
    lead.desk.current.show_key("mine.root-key")  # type: ignore[attr-defined]
    lead.settle()
    check(lead)
    for screen in ("team", "proposal", "list_rules"):
        lead.go(screen)
        walk.test_it_fits_a_small_laptop_at_twice_the_text_size(lead)
