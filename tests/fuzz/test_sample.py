from pathlib import Path

import pytest

from tests.fuzz.__main__ import fuzz
from tests.fuzz.targets import targets

NAMES = (
    *("entry line", "entry body", "team list", "slots", "anchor", "backup"),
    *("manifest", "record keys", "bundle", "form"),
)


@pytest.mark.parametrize("name", NAMES)
def test_broken_input_is_refused_and_crashes_nothing(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (target,) = [one for one in targets(tmp_path) if one.name == name]
    assert fuzz(target, 0.5) == 0, capsys.readouterr().err
