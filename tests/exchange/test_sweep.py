"""A sample of the sweep in tests/exchange/sweep.py, and proof that it would catch a reader that is too trusting."""

from pathlib import Path

import pytest

from fieldinspect.crypto import slots as slots_module
from fieldinspect.domain.errors import BadInput
from tests.exchange.sweep import sweep, targets

STEP = 331  # prime: every bit of a byte has its turn


def test_sample(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(slots_module, "derive_slot_key", slots_module.derive_slot_key)  # put back afterwards
    names = []
    for name, raw, use in targets(tmp_path):
        tally = sweep(raw, use, STEP)
        names.append(name)
        assert (tally.accepted, tally.crashes) == (0, 0), name
        assert tally.flips == -(-len(raw) * 8 // STEP)
    assert len(names) == 9


def test_the_sweep_catches_a_broken_reader(capsys: pytest.CaptureFixture[str]) -> None:
    def too_trusting(raw: bytes) -> None:
        if raw[:4] != b"good":
            raise BadInput("not good")

    def crashing(raw: bytes) -> None:
        too_trusting(raw)
        _ = raw[5]

    assert sweep(b"good bytes", too_trusting, 1).accepted == 6 * 8 + 6
    assert sweep(b"good bytes", crashing, 1).crashes == 2
    assert "crash" in capsys.readouterr().err
