import os
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


@pytest.fixture(scope="session")
def _fields(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Field]]:
    folder = tmp_path_factory.mktemp("fields")
    made: list[Field] = []

    def lend() -> Field:
        if made and made[-1].is_untouched():
            made[-1].aim_at("ann")
            return made[-1]
        if made:
            made[-1].close()
        place = folder / str(len(made))
        shutil.copytree(prepared, place)
        os.environ["XDG_STATE_HOME"] = str(place / "state")
        made.append(Field(place))
        return made[-1]

    yield lend
    if made:
        made[-1].close()


@pytest.fixture
def field(_fields: Callable[[], Field], monkeypatch: pytest.MonkeyPatch) -> Field:
    """Lend a field that nobody has touched: the same one again, as long as attacks leave no trace."""
    monkeypatch.setenv("XDG_STATE_HOME", "")  # put back afterwards
    field = _fields()
    monkeypatch.setenv("XDG_STATE_HOME", str(field.folder / "state"))
    return field
