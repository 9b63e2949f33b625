"""The command line: everything a team automates has a command."""

import argparse
import sys
from collections.abc import Sequence
from typing import Final

from fieldinspect.cli import (
    audit,
    bundles,
    care,
    central,
    demo,
    depots,
    erasure,
    forms,
    keys,
    laptops,
    people,
    planning,
    records,
    records_export,
    reviewing,
    roster,
    settling,
    vaults,
)
from fieldinspect.cli.preview import Window
from fieldinspect.domain.errors import BadInput, FieldInspectError, WorldFailed
from fieldinspect.files import harden_process
from fieldinspect.i18n import _, use_language

_STATUS: Final = ((BadInput, 2), (WorldFailed, 3), (FieldInspectError, 4))
"""Exit status by family: the input is bad, the world failed, we have a bug."""


def run(arguments: Sequence[str], window: Window | None = None) -> int:
    """Run one command and return its exit status: 0, 1 for a check that failed, or one of the families'.

    `window` shows a form, where there is somebody who can; the command line itself never does.
    """
    harden_process()
    options = make_parser().parse_args(arguments)
    options.window = window
    use_language(options.language)
    try:
        status: int = options.command(options)
    except FieldInspectError as error:
        print(error, file=sys.stderr)
        return next(status for family, status in _STATUS if isinstance(error, family))
    return status


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of every command."""
    parser = argparse.ArgumentParser(
        prog="fieldinspect", description=_("Inspections, offline and encrypted.")
    )
    parser.add_argument("--language", choices=("en", "cy"), default="en")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for part in (
        vaults,
        people,
        roster,
        planning,
        laptops,
        records,
        reviewing,
        records_export,
        bundles,
        depots,
        settling,
        forms,
        audit,
        erasure,
        central,
        demo,
    ):
        part.add_commands(commands)
    own = vaults.add_group(commands)
    for part in (keys, care):
        part.add_commands(own)
    keys.add_escrow_group(commands)
    return parser
