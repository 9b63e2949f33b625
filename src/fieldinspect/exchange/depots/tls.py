"""Whom to believe: the system's certificates, and those that a destination names beside them."""

import ssl

from fieldinspect.domain.errors import BadInput
from fieldinspect.i18n import _


def context(pinned: str) -> ssl.SSLContext:
    """Return a context that checks the server's name and chain; `pinned` is PEM or "". Raise `BadInput`."""
    made = ssl.create_default_context()
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    if pinned:
        try:
            made.load_verify_locations(cadata=pinned)
        except (ssl.SSLError, ValueError):
            raise BadInput(_("The certificate of this destination cannot be read. Give it as PEM")) from None
    return made


def bundle(pinned: str) -> str:
    """Return everybody that `context` believes as PEM, for a library that wants a file."""
    known = context(pinned).get_ca_certs(binary_form=True)
    return "".join(ssl.DER_cert_to_PEM_cert(one) for one in known)
