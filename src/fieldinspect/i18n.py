"""The person's language: gettext, for screens, commands and printed pages alike."""

import gettext as _gettext
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from fieldinspect import resources

LANGUAGES = {"en": "English", "cy": "Cymraeg"}
DOMAIN = "fieldinspect"

_default: _gettext.NullTranslations = _gettext.NullTranslations()
_scoped: ContextVar[_gettext.NullTranslations | None] = ContextVar("translation", default=None)


def _load(language: str) -> _gettext.NullTranslations:
    # English is the source language: a missing catalogue is then no fault.
    return _gettext.translation(
        DOMAIN, resources.folder("translations"), languages=[language], fallback=language == "en"
    )


def use_language(language: str) -> None:
    """Set the language of this process; `OSError` when its catalogue was not built."""
    global _default
    _default = _load(language)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak another language within a block: a Welsh page printed from an English screen."""
    token = _scoped.set(_load(language))
    try:
        yield
    finally:
        _scoped.reset(token)


def language() -> str:
    """Return the code of the language in force."""
    return (_scoped.get() or _default).info().get("language", "en")


def _(message: str) -> str:
    """Return the message in the language in force."""
    return (_scoped.get() or _default).gettext(message)


def ngettext(singular: str, plural: str, count: int) -> str:
    """Return the form for `count` in the language in force."""
    return (_scoped.get() or _default).ngettext(singular, plural, count)
