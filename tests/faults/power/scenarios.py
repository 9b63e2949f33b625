"""Every scenario by its name."""

from tests.faults.power import keeping, working
from tests.faults.power.scenario import Scenario

SCENARIOS: dict[str, Scenario] = {
    scenario.name: scenario
    for scenario in (
        working.Creation(),
        working.Capture(),
        working.Merge(),
        working.Export(),
        working.Erasure(),
        keeping.Keys(),
        keeping.Rotation(),
        keeping.Backup(),
        keeping.Restoring(),
        keeping.Migration(),
    )
}
