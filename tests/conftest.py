"""What every test may lean on: silence, a tidy room, a home of its own, and English."""

import functools
import os
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# Before anything imports Qt.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

pytest_plugins = ("pytester", "tests.house.silence", "tests.house.tidiness")

# Times vary on a busy machine; what a property finds on one must be found on every one.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("house"), derandomize=True, database=None)
settings.load_profile("ci" if os.environ.get("CI") else "house")


@pytest.fixture(scope="session", autouse=True)
def _home_of_its_own() -> Iterator[None]:
    """Keep tests away from the vaults and settings of whoever runs them."""
    with (
        tempfile.TemporaryDirectory(prefix="fieldinspect-home-") as home,
        pytest.MonkeyPatch.context() as patch,
    ):
        for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
            patch.setenv(name, f"{home}/{name.lower()}")
        yield


@pytest.fixture(scope="session", autouse=True)
def _derive_once() -> Iterator[None]:
    """Opening a vault again asks Argon2id for an answer it gave before: keep it, for as long as the tests run."""
    from fieldinspect.crypto import slots
    from fieldinspect.crypto.argon import derive_slot_key

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(slots, "derive_slot_key", functools.cache(derive_slot_key))
        yield


@pytest.fixture(scope="session", autouse=True)
def _team_lists_last() -> Iterator[None]:
    """Inspections of the tests begin in 2014, on laptops whose clocks are today's: no team list expires meanwhile."""
    from fieldinspect.services import proposals

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(proposals, "VALID", timedelta(days=365 * 100))
        yield


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The vaults of tests.team, made once and copied for every test."""
    from tests.team import found

    folder = tmp_path_factory.mktemp("founded")
    found(folder)
    return folder


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """Undo a test's choice of language."""
    from fieldinspect import i18n

    yield
    i18n.use_language("en")
