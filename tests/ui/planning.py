"""Planned visits and visits that may be one, for tests that look at screens."""

from fieldinspect import app
from fieldinspect.services import capture, planning
from fieldinspect.services.planning import Details
from tests.ui.desktop import Desktop
from tests.ui.test_streams import on_vault


def two_plans(desktop: Desktop) -> list[str]:
    """Plan two visits for today that nobody is assigned to."""
    today = app.now().date()
    details = [Details(today, today, "gwent", "High Street") for _twice in range(2)]
    return on_vault(desktop, lambda vault: planning.plan_all(vault, details, happened=app.now()))


def twice(desktop: Desktop, visit: str) -> str:
    """Start a visit where one was started today already."""
    view = on_vault(desktop, lambda vault: vault.record(visit))
    assert view is not None
    station, force, happened = view.get("station"), view.get("force"), view.happened
    return on_vault(
        desktop,
        lambda vault: capture.start_visit(
            vault, inspection=view.inspection, station=station, force=force, happened=happened
        ),
    )
