"""The files below a folder, as a value: to copy a disk, to damage it, to write it down again."""

import shutil
from pathlib import Path

Image = dict[str, bytes | None]
"""Bytes by path; None for a folder."""


def read_tree(root: Path) -> Image:
    """Return every file and folder below a root, folders before what is in them."""
    return {
        path.relative_to(root).as_posix(): None if path.is_dir() else path.read_bytes()
        for path in sorted(root.rglob("*"))
    }


def write_tree(root: Path, image: Image) -> None:
    """Make the folder hold this image and nothing else."""
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir(parents=True)
    for path, content in sorted(image.items()):
        if content is None:
            (root / path).mkdir(mode=0o700)
        else:
            (root / path).write_bytes(content)


def leave_only(vaults: Path, name: str) -> None:
    """Remove every vault but one: nobody needs to write the others down again for every disk."""
    for folder in vaults.iterdir() if vaults.is_dir() else ():
        if folder.name != name:
            shutil.rmtree(folder)
