"""Turn an exception into a sentence, once, for every screen."""

import logging
import traceback

from fieldinspect.domain.errors import BadInput, FieldInspectError, WorldFailed
from fieldinspect.i18n import _
from fieldinspect.ui.jobs.port import Family, Problem

_log = logging.getLogger(__name__)


def problem(error: BaseException) -> Problem:
    """Return what to tell the person. A failure nobody foresaw is logged by place alone: its text may hold content."""
    if isinstance(error, WorldFailed):
        return Problem(str(error), Family.WORLD)
    if isinstance(error, BadInput):
        return Problem(str(error), Family.INPUT)
    if isinstance(error, FieldInspectError):
        return Problem(str(error), Family.BUG)
    if isinstance(error, OSError) and error.strerror:
        return Problem(
            _("This laptop reported: {reason}. Nothing was lost; try again.").format(reason=error.strerror),
            Family.WORLD,
        )
    _log.error("%s at %s", type(error).__name__, _place(error))
    return Problem(
        _("The program made a mistake. What was saved is safe; what is on screen stays there."), Family.BUG
    )


def _place(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)[-3:]
    return " < ".join(f"{frame.name}:{frame.lineno}" for frame in reversed(frames))
