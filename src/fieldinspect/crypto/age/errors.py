"""What can be wrong with an age file. Callers turn these into sentences for the thing they were opening."""


class AgeRefused(Exception):  # noqa: N818 - says what happened; callers decide whose fault it is
    """The file cannot be opened."""


class ArmorMalformed(AgeRefused):
    """The text around a binary file is not strict PEM."""


class HeaderMalformed(AgeRefused):
    """The header is not in the one encoding the format allows."""


class NotAge(HeaderMalformed):
    """The first line is not that of an age file."""


class HeaderTruncated(HeaderMalformed):
    """The file ends before its payload begins."""


class VersionUnknown(HeaderMalformed):
    """An age file of a later version."""


class NoMatch(AgeRefused):
    """No stanza opens with the identities given."""


class HeaderChanged(AgeRefused):
    """The header's MAC does not fit: stanzas were changed, added or removed."""


class PayloadRefused(AgeRefused):
    """The payload is not what was sealed under this key."""


class PayloadChanged(PayloadRefused):
    """A chunk that is not the last does not open: changed, moved or sealed under another key."""


class PayloadTruncated(PayloadRefused):
    """The file ends without a valid last chunk: cut short, or damaged at its end."""
