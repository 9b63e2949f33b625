import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.attacks.field import Field, prepare
from tests.kept_team import _made

__all__ = ["_made"]


@pytest.fixture(scope="session")
def prepared(_made: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("field")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(folder / "state"))
        prepare(_made, folder)
    return folder


@pytest.fixture
def make_field(
    prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[], Field]]:
    """Make fields, each with vaults of its own."""
    made: list[Field] = []

    def make() -> Field:
        folder = tmp_path / f"field{len(made)}"
        shutil.copytree(prepared, folder)
        monkeypatch.setenv("XDG_STATE_HOME", str(folder / "state"))
        made.append(Field(folder))
        return made[-1]

    yield make
    for field in made:
        field.close()
