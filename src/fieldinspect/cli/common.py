"""What the commands share: opening a vault, the time, and ways to print."""

import argparse
import getpass
import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from fieldinspect.crypto.argon import Cost
from fieldinspect.domain.errors import BadInput
from fieldinspect.domain.views import VaultPlace
from fieldinspect.files import state_folder
from fieldinspect.i18n import _
from fieldinspect.services.durability import anchor_not_kept, not_swept, told
from fieldinspect.services.vault_keys import escrow_sentences, keys_state
from fieldinspect.store.central.keyfile import is_central, open_key_file
from fieldinspect.store.central.replica import open_replica
from fieldinspect.store.door import Door
from fieldinspect.store.party import Party
from fieldinspect.store.vault import StoredVault

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]

PASSPHRASE_VARIABLE: Final = "FIELDINSPECT_PASSPHRASE"  # noqa: S105 - the name of a variable


def now() -> datetime:
    """Return the local time with its offset."""
    return datetime.now().astimezone()


def command(commands: "Commands", name: str, summary: str, *, vault: bool = True) -> argparse.ArgumentParser:
    """Add a command; most work on a vault."""
    parser = commands.add_parser(name, help=summary, description=summary)
    if vault:
        parser.add_argument("--vault", type=Path, required=True, help=_("folder of the vault"))
        add_passphrase(parser)
    return parser


def add_passphrase(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--passphrase-file",
        type=Path,
        help=_("file whose first line is the passphrase (else {variable}, else asked for)").format(
            variable=PASSPHRASE_VARIABLE
        ),
    )


def passphrase(options: argparse.Namespace) -> str:
    """Return the passphrase from the file, the environment or the keyboard, in this order."""
    return read_secret(options.passphrase_file, PASSPHRASE_VARIABLE, _("Passphrase: "))


def read_secret(file: Path | None, variable: str, prompt: str, *, again: str = "") -> str:
    """Return the first line of a file, a variable's value, or what is typed: twice where `again` asks for it."""
    if file is not None:
        try:
            return read_input(file).decode().partition("\n")[0]
        except UnicodeDecodeError:
            raise BadInput(_("{file} is not a text file").format(file=file.name)) from None
    given = os.environ.get(variable)
    if given is not None:
        return given
    typed = getpass.getpass(prompt)
    if again and getpass.getpass(again) != typed:
        raise BadInput(_("The two are not the same. Type both again"))
    return typed


def place(options: argparse.Namespace) -> VaultPlace:
    """Return the vault that the options name; raise `BadInput` when there is no such folder."""
    folder: Path = options.vault
    if not folder.is_dir():
        raise BadInput(_("There is no vault in this folder"))
    return VaultPlace(str(folder), folder.name)


def own_door(root: Path, cost: Cost | None = None) -> Door:
    """Return the door to the vaults in a folder of this person's."""
    return Door(root, cost, state_folder())


@contextmanager
def opened(options: argparse.Namespace) -> Iterator[StoredVault]:
    """Open the vault that the options name; close it after the block."""
    door = own_door(options.vault.parent)
    if sentence := door.settle(place(options)):
        say(sentence)
    vault = door.open(place(options), passphrase(options))
    if vault.escrow_changed:
        for sentence in escrow_sentences(keys_state(vault, door.keys(vault))):
            say(sentence)
    if vault.account is not None:
        for sentence in told(vault.account, vault.roster()):
            say(sentence)
    try:
        yield vault
    finally:
        if vault.anchor_trouble is not None:
            say(anchor_not_kept(vault.anchor_trouble))
        if vault.sweep_trouble is not None:
            say(not_swept())
        vault.close()


@contextmanager
def party(options: argparse.Namespace) -> Iterator[Party]:
    """Open what the options name: a vault, or the centre by the folder of its key file."""
    if not is_central(options.vault):
        with opened(options) as vault:
            yield vault
        return
    replica = open_replica(open_key_file(options.vault, passphrase(options)), options.vault)
    try:
        yield replica
    finally:
        replica.close()


def read_input(path: Path) -> bytes:
    """Return the content of a file the person named; raise `BadInput` when it cannot be read."""
    with open_input(path) as file:
        return file.read()


@contextmanager
def open_input(path: Path) -> Iterator[BinaryIO]:
    """Lend a file the person named, for reading; raise `BadInput` when it cannot be opened."""
    try:
        file = path.open("rb")
    except OSError as error:
        raise BadInput(
            _("{file} cannot be read: {reason}").format(file=path.name, reason=error.strerror)
        ) from None
    with file:
        yield file


def pairs(given: Iterable[str]) -> dict[str, str]:
    """Read NAME=VALUE arguments."""
    found = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals:
            raise BadInput(_("Write answers as NAME=VALUE, not {text}").format(text=text))
        found[name] = value
    return found


def show(facts: Mapping[str, object]) -> None:
    """Print one thing as a line of JSON: readable, and for another program to read."""
    print(json.dumps(facts, ensure_ascii=False, default=str))


def say(sentence: str) -> None:
    """Tell the person something that is not part of the result."""
    # What others wrote stands in many sentences, and terminals obey some characters.
    shown = "".join(
        one if one.isprintable() or one == "\n" else "\N{REPLACEMENT CHARACTER}" for one in sentence
    )
    print(shown, file=sys.stderr)


def percent(done: int, total: int) -> None:
    """Show on a terminal how far long work is."""
    if sys.stderr.isatty():
        share = done * 100 // total if total else 100
        print(f"\r{share:3} %", end="\n" if done >= total else "", file=sys.stderr, flush=True)
