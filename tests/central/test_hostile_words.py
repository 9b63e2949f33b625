"""Words that a member writes to stop the centre: what the other engine cannot hold, or cannot look for."""

from unittest.mock import patch

import pytest

from fieldinspect.crypto.sealing import RecordKey
from fieldinspect.domain.kinds import Kind
from fieldinspect.journal import entry
from fieldinspect.services.ports import Replica
from tests.attacks.field import Pen
from tests.kept_team import Post

LONG = "".join(chr(0x4E00 + number) for number in range(1024))
SAID = {
    "a NUL in a field": ({"text\0": "x", "text": "y"}, {}),
    "a NUL in a value": ({"text": "a\0b"}, {}),
    "a NUL in a kind": ({"text": "x"}, {"kind": "no\0te"}),
    "a NUL in a force": ({"text": "x", "force": "ess\0ex"}, {}),
    "a field as long as one may be": ({LONG: "x"}, {}),
    "a force as long as a book": ({"force": "".join(map(chr, range(0x4E00, 0x9FFF)))}, {}),
    "a kind as long as one may be": ({"text": "x"}, {"kind": "\U0001f4cd" * 64}),
    "what formats and queries are made of": ({"text": "%s $1 :x ' \" \\ ; DROP TABLE entry; --"}, {}),
}


@pytest.mark.parametrize(("fields", "lies"), SAID.values(), ids=SAID.keys())
def test_the_centre_takes_what_a_vault_takes(
    fields: dict[str, str], lies: dict[str, str], kept: dict[str, Replica], post: Post
) -> None:
    ben, key = kept["ben"], RecordKey.generate()
    pen = Pen(ben)  # type: ignore[arg-type]  # it is a vault
    record = pen.new_record()
    with patch.object(entry, "_read_body"):  # our own program would not write all of it
        line = pen.line(record, key, fields, **lies)
    for name in ("twin", "centre"):
        kept[name].merge([line], {record: (key.secret,)}, {}, post.receipt(ben))
    twin, centre = kept["twin"], kept["centre"]
    assert centre.record(record) == twin.record(record)
    assert centre.quarantined() == twin.quarantined()
    assert len(centre.of_kind(Kind.NOTE)) == len(twin.of_kind(Kind.NOTE))
