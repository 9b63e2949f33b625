"""Where tests find the public third-party data, and how they say that it is not there."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def shared_data(*parts: str) -> Path:
    """Return a path in the shared data folder, or skip the test, saying what is missing."""
    path = ROOT.parent.joinpath("shared", "data", *parts)
    if not path.exists():
        pytest.skip(f"shared data is not here: {'/'.join(parts)}")
    return path
