"""Public keys that somebody made to cheat: under which anybody signs, or to which nobody can seal."""

import pytest

from fieldinspect.crypto.age import bech32
from fieldinspect.crypto.age.recipients import generate_identity, parse_recipient
from fieldinspect.crypto.signing import _SMALL_ORDER, PublicKey

P = 2**255 - 19
D = -121665 * pow(121666, -1, P) % P
ALL_HEIGHTS = [*_SMALL_ORDER, P, P + 1]  # the last two write 0 and 1 once more


def test_the_heights_are_those_of_the_eight_points_of_small_order() -> None:
    """Order 1, 2 and 4 lie at y = 1, -1 and 0; doubled, those of order 8 lie at y = 0: d y^4 + 2 y^2 = 1."""
    eighth = [y for y in _SMALL_ORDER if (D * y**4 + 2 * y**2 - 1) % P == 0]
    assert len(eighth) == 2
    assert set(_SMALL_ORDER) - set(eighth) == {0, 1, P - 1}


@pytest.mark.parametrize("height", ALL_HEIGHTS)
@pytest.mark.parametrize("sign", [0, 1 << 255])
def test_a_key_under_which_anybody_could_sign_is_none(height: int, sign: int) -> None:
    raw = (height | sign).to_bytes(32, "little")
    with pytest.raises(ValueError, match="one person alone"):
        PublicKey(raw)


LOW = [0, 1, P - 1, P, P + 1, 325606250916557431795983626356110631294008115727848805560023387167927233504]


@pytest.mark.parametrize("point", LOW)
def test_a_recipient_to_whom_nobody_can_seal_is_none(point: int) -> None:
    low = point.to_bytes(32, "little")
    _identity, hybrid = generate_identity("hybrid")
    _prefix, raw = bech32.decode(hybrid)
    for prefix, public in (("age", low), ("age1pq", raw[:-32] + low)):
        with pytest.raises(ValueError, match=r"."):
            parse_recipient(bech32.encode(prefix, public))
