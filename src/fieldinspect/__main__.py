"""Start the desktop application, or the command line when given a command."""

from __future__ import annotations

import sys
import threading
import traceback
from collections.abc import Mapping
from pathlib import Path


def main() -> int:
    """Run what the arguments ask for and return the exit status."""
    keep_texts_out_of_reports()
    arguments = sys.argv[1:]
    if arguments and arguments[0] != "desktop":
        from fieldinspect.cli import run

        return run(arguments, _try_form)
    from fieldinspect import app

    return app.run(_vaults(arguments[1:]))


def _try_form(xml: bytes, pictures: Mapping[str, bytes], language: str, form_language: str) -> int:
    from fieldinspect import app

    return app.try_form(xml, pictures, language, form_language)


def keep_texts_out_of_reports() -> None:
    """Report a mistake of ours by kind and place alone, wherever it happens.

    Python's own report ends with the text of the error, which may quote what somebody wrote, and names the object
    that a failing destructor belongs to.
    """
    sys.excepthook = lambda _kind, error, _trace: _report(error)
    threading.excepthook = lambda told: _report(told.exc_value)
    sys.unraisablehook = lambda told: _report(told.exc_value)


def _report(error: BaseException | None) -> None:
    if isinstance(error, KeyboardInterrupt) or error is None or sys.stderr is None:
        return
    frames = traceback.extract_tb(error.__traceback__)
    where = " < ".join(f"{frame.name}:{frame.lineno}" for frame in reversed(frames))
    sys.stderr.write(f"fieldinspect: {type(error).__name__} at {where}\n")


def _vaults(options: list[str]) -> Path | None:
    return Path(options[1]) if len(options) == 2 and options[0] == "--vaults" else None


if __name__ == "__main__":
    sys.exit(main())
