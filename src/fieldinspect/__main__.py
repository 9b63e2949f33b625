"""Start the desktop application, or the command line when given a command."""

import sys
from collections.abc import Mapping
from pathlib import Path


def main() -> int:
    """Run what the arguments ask for and return the exit status."""
    arguments = sys.argv[1:]
    if arguments and arguments[0] != "desktop":
        from fieldinspect.cli import run

        return run(arguments, _try_form)
    from fieldinspect import app

    return app.run(_vaults(arguments[1:]))


def _try_form(xml: bytes, pictures: Mapping[str, bytes], language: str, form_language: str) -> int:
    from fieldinspect import app

    return app.try_form(xml, pictures, language, form_language)


def _vaults(options: list[str]) -> Path | None:
    return Path(options[1]) if len(options) == 2 and options[0] == "--vaults" else None


if __name__ == "__main__":
    sys.exit(main())
