"""Ask for files and folders, and leave no trace of which ones.

Qt's own dialog is used: the system's lists what was opened among recently used files. Qt's keeps a history too,
in a settings file of its own, which is emptied after each use.
"""

from pathlib import Path

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QFileDialog, QWidget

from fieldinspect.i18n import _

_KEPT_BY_QT = ("FileDialog/history", "FileDialog/lastVisited", "FileDialog/shortcuts")


def ask_files(parent: QWidget, caption: str) -> list[Path]:
    """Return the files chosen, none when the person changed their mind."""
    return _ask(parent, caption, QFileDialog.FileMode.ExistingFiles, _("Choose"))


def ask_file(parent: QWidget, caption: str, names: str = "") -> Path | None:
    """Return one file; `names` is a pattern such as "*.fib"."""
    found = _ask(parent, caption, QFileDialog.FileMode.ExistingFile, _("Open"), names)
    return found[0] if found else None


def ask_folder(parent: QWidget, caption: str) -> Path | None:
    found = _ask(parent, caption, QFileDialog.FileMode.Directory, _("Use this folder"))
    return found[0] if found else None


def ask_where_to_save(parent: QWidget, caption: str, name: str) -> Path | None:
    """Return where to save; the dialog asks before it replaces a file."""
    found = _ask(parent, caption, QFileDialog.FileMode.AnyFile, _("Save"), suggested=name)
    return found[0] if found else None


def _ask(
    parent: QWidget,
    caption: str,
    mode: QFileDialog.FileMode,
    verb: str,
    names: str = "",
    *,
    suggested: str = "",
) -> list[Path]:
    dialog = QFileDialog(parent, caption, str(Path.home()))
    dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
    dialog.setFileMode(mode)
    dialog.setLabelText(QFileDialog.DialogLabel.Accept, verb)
    dialog.setLabelText(QFileDialog.DialogLabel.Reject, _("Cancel"))
    if mode == QFileDialog.FileMode.Directory:
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    if names:
        dialog.setNameFilter(names)
    if suggested:
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.selectFile(suggested)
    chosen = [Path(path) for path in dialog.selectedFiles()] if dialog.exec() else []
    dialog.setHistory([])
    dialog.deleteLater()
    dialog.destroyed.connect(forget_paths)
    return chosen


def forget_paths() -> None:
    """Empty what Qt keeps of its file dialogs."""
    kept = QSettings(QSettings.Scope.UserScope, "QtProject")
    for name in _KEPT_BY_QT:
        kept.remove(name)
