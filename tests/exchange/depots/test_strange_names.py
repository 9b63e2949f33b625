"""Others may put files of any name into a depot: they are passed over, or told."""

import os
from pathlib import Path

import pytest

from fieldinspect.domain.depots import DepotKind
from fieldinspect.exchange.depots import troubles
from tests.exchange.depots.servers import Place
from tests.exchange.depots.test_every_kind import opened

NAMES = (
    b"\xff\xfe.fib",
    b"\xc3.fib",
    b"line\nfeed.fib",
    b"..fib",
    b"x" * 200 + b".fib",
    "\u202efib.fib".encode(),
    b"a.fib",
)


def test_strange_names_are_passed_over_or_told(somewhere: Place) -> None:
    if somewhere.destination.kind is DepotKind.S3:
        pytest.skip("the store of the tests keeps its objects in a form of its own")
    for name in NAMES:
        os.close(os.open(os.fsencode(somewhere.folder) + b"/" + name, os.O_CREAT | os.O_WRONLY))
    with opened(somewhere) as depot:
        if somewhere.destination.kind is DepotKind.SFTP:
            with pytest.raises(troubles.NameUnreadable, match="name that is no text"):
                depot.names()
            for name in NAMES[:2]:
                Path(os.fsdecode(os.fsencode(somewhere.folder) + b"/" + name)).unlink()
        assert depot.names() == ["a.fib"]
