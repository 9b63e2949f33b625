"""The three families of failure; each speaks a sentence that a person can act on."""


class FieldInspectError(Exception):
    """Base of every error this program raises on purpose; `str(error)` is the sentence for the person."""


class WorldFailed(FieldInspectError):  # noqa: N818 - named for whose fault it is, as all three families are
    """Something outside failed: a disk, a permission, another process. Trying again later may work."""


class BadInput(FieldInspectError):  # noqa: N818 - see WorldFailed
    """A file or an entry is not what it should be. Trying again will not help; another file may."""


class Refused(BadInput):
    """What came from outside was looked at and not taken in: as it is, it never will be."""


class Bug(FieldInspectError):  # noqa: N818 - see WorldFailed
    """We broke a promise of our own. The person has done nothing wrong and nothing is lost."""
