"""Everything shipped beside the code, asked for by name."""

from pathlib import Path

_HERE = Path(__file__).resolve().parent
# A wheel carries the two folders inside the package; a checkout has them at its top.
_SHIPPED = _HERE / "_shipped"
_BASE = _SHIPPED if _SHIPPED.is_dir() else _HERE.parent.parent


def folder(name: str) -> Path:
    """Return a folder of resources/: icons, fonts, translations, reference, styles."""
    return _BASE / "resources" / name


def file(name: str) -> Path:
    """Return a file of resources/ by its path within, such as "fonts/NotoSans-Regular.ttf"."""
    path = _BASE / "resources" / name
    if not path.is_file():
        raise FileNotFoundError(name)
    return path


def forms_folder() -> Path:
    """Return the folder of instruments, one subfolder a form."""
    return _BASE / "forms"
