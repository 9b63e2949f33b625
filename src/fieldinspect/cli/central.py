"""Commands for the centre: init, join, run, status, passphrase."""

import argparse
import getpass
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, Final

from fieldinspect.cli.common import now, read_input, read_secret, say, show
from fieldinspect.crypto.argon import FLOOR_COST, calibrate
from fieldinspect.crypto.passphrase import require_strength
from fieldinspect.crypto.slots import check_length
from fieldinspect.domain.errors import BadInput, WorldFailed
from fieldinspect.exchange.ahead import AheadEnvelope, OpeningPool
from fieldinspect.exchange.depots.opening import KnownDepots
from fieldinspect.files import private_folder, write_new
from fieldinspect.i18n import _
from fieldinspect.services import programme, queue
from fieldinspect.services.gathering import Gathered, Gathering
from fieldinspect.services.running import Runner
from fieldinspect.services.sync import Sync
from fieldinspect.store.central import keyfile
from fieldinspect.store.central.making import make_central
from fieldinspect.store.central.replica import SENDING, CentralReplica, open_replica
from fieldinspect.store.central.server import read_server
from fieldinspect.store.central.status import central_status

if TYPE_CHECKING:
    from fieldinspect.cli.common import Commands

REQUEST: Final = "central.request"


def add_commands(commands: "Commands") -> None:
    summary = _("the centre: a replica on PostgreSQL that merges what depots hold")
    group = commands.add_parser("central", help=summary, description=summary)
    parts = group.add_subparsers(required=True, metavar="COMMAND")
    _add_init(parts)
    join = _command(parts, "join", _("take over the team list that admits the centre"))
    join.add_argument("team_list", type=Path)
    join.add_argument("digits", help=_("the 20 digits that the lead reads out"))
    join.set_defaults(command=_join)
    _add_run(parts)
    status = _command(parts, "status", _("tell what is here, what came last, and what waits"))
    status.set_defaults(command=_status)
    change = _command(parts, "passphrase", _("give the key file another passphrase"))
    change.add_argument(
        "--new-passphrase-file", type=Path, help=_("file whose first line is the new one (else asked for)")
    )
    change.set_defaults(command=_change)


def _command(parts: "Commands", name: str, summary: str) -> argparse.ArgumentParser:
    parser = parts.add_parser(name, help=summary, description=summary)
    parser.add_argument(
        "--folder",
        type=Path,
        required=True,
        help=_("the centre's own folder: its key file, attachments, refused"),
    )
    secret = parser.add_mutually_exclusive_group()
    secret.add_argument(
        "--passphrase-file",
        type=Path,
        help=_("file whose first line is the passphrase, such as a credential"),
    )
    secret.add_argument(
        "--passphrase-fd", type=int, help=_("open file descriptor to read it from (else asked for)")
    )
    return parser


def _add_init(parts: "Commands") -> None:
    init = _command(
        parts, "init", _("make the key file, the database, its roles, and the request to be admitted")
    )
    init.add_argument("--name", required=True, help=_("what the team list is to call the centre"))
    init.add_argument(
        "--database",
        required=True,
        help=_('where it is to be: "host=NAME port=5432 dbname=NAME sslrootcert=FILE"'),
    )
    init.add_argument(
        "--admin", required=True, help=_("role that may make databases and roles; used only now")
    )
    init.add_argument(
        "--admin-password-file",
        type=Path,
        help=_("file whose first line is its password (else libpq's own ways)"),
    )
    init.add_argument("--quick", action="store_true", help=_("the cheapest key derivation: for trials only"))
    init.set_defaults(command=_init)


def _add_run(parts: "Commands") -> None:
    run = _command(parts, "run", _("watch the depots and merge what comes, until told to end"))
    run.add_argument("--once", action="store_true", help=_("end when nothing is left to merge"))
    run.add_argument("--every", type=float, default=5.0, metavar="SECONDS", help=_("pause between two looks"))
    run.add_argument(
        "--processes",
        type=int,
        default=max(1, (os.cpu_count() or 2) - 1),
        help=_("processes that open bundles"),
    )
    run.add_argument(
        "--send", default="", metavar="NAME", help=_("destination to which everybody is sent what they lack")
    )
    run.add_argument(
        "--send-every",
        type=float,
        default=600.0,
        metavar="SECONDS",
        help=_("least time between two of these"),
    )
    run.set_defaults(command=_run)


def passphrase(options: argparse.Namespace, prompt: str = "") -> str:
    """Return the passphrase from a file, a descriptor or the keyboard: never from an argument or the environment."""
    if options.passphrase_fd is not None:
        try:
            with os.fdopen(options.passphrase_fd, "rb") as file:
                return file.readline(4096).decode().rstrip("\n")
        except (OSError, UnicodeDecodeError):
            raise BadInput(_("The passphrase could not be read from that file descriptor")) from None
    if options.passphrase_file is not None:
        return read_secret(options.passphrase_file, "", "")
    return getpass.getpass(prompt or _("Passphrase: "))


def _init(options: argparse.Namespace) -> int:
    server = read_server(options.database)
    said = passphrase(options)
    check_length(said)
    require_strength(said)
    folder = private_folder(options.folder)
    keys = keyfile.new_keys(options.name, server)
    admin = server.parameters(options.admin)
    if options.admin_password_file:
        admin["password"] = read_secret(options.admin_password_file, "", "")
    # The key file first: a database that nobody can open is of no use, a key file without one does no harm.
    keyfile.make_key_file(folder, keys, said, FLOOR_COST if options.quick else calibrate())
    try:
        make_central(keys, admin)
    except BaseException:
        (folder / keyfile.NAME).unlink()
        raise
    replica = open_replica(keys, folder)
    try:
        request = programme.enrolment_request(replica)
        write_new(folder / REQUEST, request)
    finally:
        replica.close()
    show({"request": str(folder / REQUEST), "digits": programme.request_digits(request)})
    say(_("Keep a copy of the key file elsewhere: without it nobody can read the database again."))
    return 0


@contextmanager
def opened(options: argparse.Namespace) -> Iterator[CentralReplica]:
    """Open the centre's replica; close it after the block."""
    replica = open_replica(keyfile.open_key_file(options.folder, passphrase(options)), options.folder)
    try:
        yield replica
    finally:
        replica.close()


def _join(options: argparse.Namespace) -> int:
    with opened(options) as replica:
        programme.join(replica, read_input(options.team_list), options.digits)
        roster = replica.roster()
    show({"version": roster.version if roster else 0})
    return 0


def _status(options: argparse.Namespace) -> int:
    keys = keyfile.open_key_file(options.folder, passphrase(options))
    refused = options.folder / "refused"
    found = central_status(keys)
    found["refused"] = len(list(refused.glob("*.fib"))) if refused.is_dir() else 0
    show(found)
    return 0


def _change(options: argparse.Namespace) -> int:
    old = passphrase(options)
    new = (
        read_secret(options.new_passphrase_file, "", "")
        if options.new_passphrase_file
        else getpass.getpass(_("New passphrase: "))
    )
    check_length(new)
    require_strength(new)
    keyfile.change_passphrase(options.folder, old, new, calibrate())
    return 0


def _run(options: argparse.Namespace) -> int:
    ending = threading.Event()
    with opened(options) as replica, _ended_by_signals(ending):
        if replica.roster() is None:
            raise BadInput(_("The centre has no team list yet. Have it admitted, then use central join"))
        pool = (
            OpeningPool(replica.receiving_identities(), replica.staging, options.processes)
            if options.processes > 0
            else nullcontext(None)
        )
        with pool as ahead:
            gathering = Gathering(replica, KnownDepots(), AheadEnvelope(), ahead, now, ending.is_set)
            rounds = _Rounds(gathering, replica, options)
            runner = Runner(rounds.one, ending.wait, ending.is_set, rounds.failed, options.every)
            runner.run(once=options.once)
    show(vars(rounds.total))
    return 0


class _Rounds:
    """One look into all depots, and what is sent back now and then."""

    def __init__(self, gathering: Gathering, replica: CentralReplica, options: argparse.Namespace) -> None:
        self._gathering = gathering
        self._replica = replica
        self._destination: str = options.send
        self._every: float = options.send_every
        self._sent_at: float | None = None
        self.total = Gathered()

    def one(self) -> bool:
        done = self._gathering.round()
        done.sealed = self._send(time.monotonic())
        for trouble in done.troubles:
            say(trouble)
        self.total.merged += done.merged
        self.total.entries += done.entries
        self.total.known += done.known
        self.total.refused += done.refused
        self.total.others += done.others
        self.total.sealed += done.sealed
        return done.merged > 0

    def failed(self, error: WorldFailed) -> None:
        say(str(error))
        self._replica.close()

    def _send(self, moment: float) -> int:
        due = self._sent_at is None or moment - self._sent_at >= self._every
        if not self._destination or not due:
            return 0
        self._sent_at = moment
        with self._replica.alone(SENDING):
            sealed = self._gathering.send(self._destination)
        if queue.outlook(self._replica).waiting:
            sync = Sync(self._on_replica, KnownDepots(), AheadEnvelope(), now)
            for report in sync.run(only=self._destination, due=True).destinations:
                if report.trouble:
                    say(report.trouble)
        return sealed

    def _on_replica(self, work: Callable[[Any], Any]) -> Any:
        return work(self._replica)


@contextmanager
def _ended_by_signals(ending: threading.Event) -> Iterator[None]:
    """Have SIGTERM and SIGINT ask for the end, which comes after the bundle that is being merged."""

    def ask(_signal: int, _frame: FrameType | None) -> None:
        ending.set()

    before = {name: signal.signal(name, ask) for name in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)
