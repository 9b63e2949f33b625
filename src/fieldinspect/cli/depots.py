"""Commands for depots: destinations, the queue, and synchronising."""

import argparse
import sys
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from fieldinspect.cli.common import command, now, party, read_input, read_secret, say, show
from fieldinspect.domain.depots import Credentials, DepotKind, Destination, SyncStep
from fieldinspect.domain.errors import BadInput
from fieldinspect.exchange.depots.opening import KnownDepots
from fieldinspect.exchange.envelope import BundleEnvelope
from fieldinspect.i18n import _
from fieldinspect.services import destinations, quarantine, queue
from fieldinspect.services.depot_ports import SyncVault
from fieldinspect.services.sync import Sync

if TYPE_CHECKING:
    from fieldinspect.cli.common import Commands

T = TypeVar("T")

SECRET_VARIABLE: Final = "FIELDINSPECT_DEPOT_SECRET"  # noqa: S105 - the name of a variable


def add_commands(commands: "Commands") -> None:
    group = commands.add_parser("depots", help=_("the places bundles are taken to and fetched from"))
    depots = group.add_subparsers(required=True, metavar="COMMAND")
    listed = command(depots, "list", _("list the destinations of this vault"))
    listed.set_defaults(command=_list)
    _add_adding(depots)
    _add_changing(depots)
    check = command(depots, "check", _("reach a destination and sign in"))
    check.add_argument("name")
    check.set_defaults(command=_check)
    remove = command(depots, "remove", _("forget a destination and its credentials"))
    remove.add_argument("name")
    remove.set_defaults(command=_remove)
    sync = command(commands, "sync", _("send what waits, and fetch and receive what others left"))
    sync.add_argument("--to", default="", metavar="NAME", help=_("one destination alone"))
    sync.add_argument("--due", action="store_true", help=_("only what is due, as when nobody asks for it"))
    sync.set_defaults(command=_sync)
    waiting = command(commands, "queue", _("list the sealed bundles, and how far each has come"))
    waiting.add_argument("--cancel", default="", metavar="BUNDLE", help=_("take one out that has not gone"))
    waiting.set_defaults(command=_queue)


def _add_adding(depots: "Commands") -> None:
    add = command(depots, "add", _("keep a destination, with its credentials, in the vault"))
    add.add_argument("name")
    add.add_argument("--kind", choices=[kind.value for kind in DepotKind], required=True)
    add.add_argument(
        "--address",
        required=True,
        help=_("folder, https://server/bucket, https://server/folder or sftp://server/folder"),
    )
    add.add_argument("--region", default="", help=_("region of the bucket"))
    add.add_argument("--plain", action="store_true", help=_("go without TLS, on a network that you trust"))
    _add_signing_in(add)
    add.set_defaults(command=_add)


def _add_changing(depots: "Commands") -> None:
    change = command(
        depots,
        "change",
        _("change what is given of a destination, such as the new key of its server; accept another stick"),
    )
    change.add_argument("name")
    change.add_argument("--rename", metavar="NAME", help=_("another name for it"))
    change.add_argument("--address", help=_("another address of the same kind"))
    change.add_argument("--region", help=_("region of the bucket"))
    change.add_argument(
        "--new-secret", action="store_true", help=_("ask for the password or secret key anew")
    )
    _add_signing_in(change)
    change.set_defaults(command=_change)


def _add_signing_in(add: argparse.ArgumentParser) -> None:
    add.add_argument("--user", help=_("user name or access key id"))
    add.add_argument(
        "--secret-file",
        type=Path,
        help=_(
            "file whose first line is the password or secret key (else {variable}, else asked for)"
        ).format(variable=SECRET_VARIABLE),
    )
    add.add_argument("--key-file", type=Path, help=_("private key for SFTP, as OpenSSH writes it"))
    add.add_argument(
        "--host-key", default="", help=_("fingerprint of the SFTP server, as its keeper told you")
    )
    add.add_argument("--ca", type=Path, help=_("certificates (PEM) to trust beside those of the system"))
    add.add_argument("--offline", action="store_true", help=_("keep it without reaching it first"))


def _list(options: argparse.Namespace) -> int:
    with party(options) as vault:
        for one in vault.destinations():
            show({key: value for key, value in asdict(one).items() if value and key != "pinned"})
    return 0


def _add(options: argparse.Namespace) -> int:
    kind = DepotKind(options.kind)
    pinned = read_input(options.ca).decode("ascii", "replace") if options.ca else ""
    address = _address(options.address, kind)
    wanted = Destination("", options.name, kind, address, pinned, options.region, options.plain)
    destinations.must_make_sense(wanted)
    if kind is DepotKind.SFTP:
        wanted = replace(wanted, pinned=_compared(wanted, options.host_key))
    with party(options) as vault:
        credentials = _credentials(options, kind, Credentials())
        if not options.offline:
            wanted = destinations.reach(KnownDepots(), wanted, credentials)
        show({"id": destinations.add(vault, wanted, credentials).id})
    return 0


def _change(options: argparse.Namespace) -> int:
    """Change what is given; unless it is to stay offline, the destination is reached before anything is kept."""
    with party(options) as vault:
        old = destinations.named(vault, options.name)
        wanted = _changed(old, options)
        destinations.must_make_sense(wanted)
        if old.kind is DepotKind.SFTP and (options.host_key or wanted.address != old.address):
            wanted = replace(wanted, pinned=_compared(wanted, options.host_key))
        kept = vault.credentials(old.id)
        signs_in = options.new_secret or options.secret_file or options.key_file or options.user is not None
        credentials = _credentials(options, old.kind, kept) if signs_in else kept
        if not options.offline:
            wanted = destinations.reach(KnownDepots(), wanted, credentials)
        destinations.change(vault, wanted, credentials)
    say(_("Changed."))
    return 0


def _changed(old: Destination, options: argparse.Namespace) -> Destination:
    new = old
    if options.rename is not None:
        new = replace(new, name=options.rename)
    if options.address is not None:
        new = replace(new, address=_address(options.address, old.kind))
    if options.region is not None:
        new = replace(new, region=options.region)
    if options.ca is not None and old.kind in (DepotKind.S3, DepotKind.WEBDAV):
        new = replace(new, pinned=read_input(options.ca).decode("ascii", "replace"))
    return new


def _address(given: str, kind: DepotKind) -> str:
    return str(Path(given).absolute()) if kind is DepotKind.FOLDER else given


def _compared(destination: Destination, expected: str) -> str:
    """Return the server's key once its fingerprint is the one that was told; else say what it is, and refuse."""
    key = KnownDepots().host_key(destination)
    found = destinations.fingerprint(key)
    if expected != found:
        raise BadInput(
            _(
                "The fingerprint of this server is {fingerprint}. Compare it with what its keeper says, then give it "
                "with --host-key"
            ).format(fingerprint=found)
        )
    return key


def _credentials(options: argparse.Namespace, kind: DepotKind, kept: Credentials) -> Credentials:
    """Return what is given, and asked for; what is not given stays as it is kept."""
    if kind is DepotKind.FOLDER:
        return Credentials()
    key = read_input(options.key_file).decode("ascii", "replace") if options.key_file else kept.key
    user = kept.user if options.user is None else options.user
    secret = read_secret(options.secret_file, SECRET_VARIABLE, _("Password or passphrase: "))
    return Credentials(user, secret, key)


def _check(options: argparse.Namespace) -> int:
    with party(options) as vault:
        chosen = destinations.named(vault, options.name)
        destinations.check(KnownDepots(), chosen, vault.credentials(chosen.id))
    say(_("It can be reached, and signing in works."))
    return 0


def _remove(options: argparse.Namespace) -> int:
    with party(options) as vault:
        destinations.remove(vault, destinations.named(vault, options.name).id)
    return 0


def _sync(options: argparse.Namespace) -> int:
    with party(options) as vault:

        def on_vault(work: Callable[[SyncVault], T]) -> T:
            return work(vault)

        sync = Sync(on_vault, KnownDepots(), BundleEnvelope(), now)
        report = sync.run(_tell, only=options.to, due=options.due)
        while quarantine.reconsider(vault, BundleEnvelope(), now=now()):
            pass  # one may have brought the team list that an earlier one was refused for
    for one in report.destinations:
        show(asdict(one))
    return 1 if any(one.trouble for one in report.destinations) else 0


def _tell(step: SyncStep) -> None:
    """Show on a terminal how far it is."""
    if not sys.stderr.isatty():
        return
    percent = step.done * 100 // step.size if step.size else 0
    words = (
        _("{name}: sending {index} of {count}, {percent} %")
        if step.sending
        else _("{name}: fetching {index} of {count}, {percent} %")
    )
    told = words.format(name=step.destination, index=step.index, count=step.count, percent=percent)
    print(f"\r{told}", end="\n" if step.done >= step.size > 0 else "", file=sys.stderr, flush=True)


def _queue(options: argparse.Namespace) -> int:
    with party(options) as vault:
        if options.cancel:
            queue.cancel(vault, options.cancel)
            say(_("Taken out. What was in it waits to be sealed again"))
        names = {one.id: one.name for one in vault.destinations()}
        for one in queue.waiting(vault):
            show({**asdict(one), "destination": names.get(one.destination, one.destination)})
    return 0
