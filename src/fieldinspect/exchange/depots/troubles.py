"""Why a depot did not do it: one type and one sentence for each reason."""

from fieldinspect.i18n import _
from fieldinspect.services.depot_ports import BundleStuck, DepotFailed, DepotRefused


class NoConnection(DepotFailed):
    def __init__(self) -> None:
        super().__init__(_("The server cannot be reached. Check the network; it is tried again later"))


class Interrupted(DepotFailed):
    """The connection broke, or the server stumbled; worth another try at once."""

    def __init__(self) -> None:
        super().__init__(_("The connection broke off. It is tried again later"))


class DepotGone(DepotFailed):
    def __init__(self) -> None:
        super().__init__(_("The folder or stick is not there. Connect it, then try again"))


class AnotherFolder(DepotFailed):
    def __init__(self) -> None:
        super().__init__(
            _(
                "This is not the stick or folder you chose. Connect that one; to take this one instead, "
                "change the destination"
            )
        )


class DepotUnreadable(DepotFailed):
    def __init__(self) -> None:
        super().__init__(
            _(
                "What lies there cannot be read: the stick or folder may be failing. Check that it is connected"
            )
        )


class NoSpaceThere(DepotFailed):
    reached = True

    def __init__(self) -> None:
        super().__init__(_("Not sent: there is no space left there. Free some space on it, or use another"))


class NotStored(DepotFailed):
    reached = True

    def __init__(self) -> None:
        super().__init__(_("The server could not store it. It may be full: ask who runs it"))


class NotWhole(DepotFailed):
    reached = True

    def __init__(self) -> None:
        super().__init__(
            _("The bundle did not arrive whole. The stick or folder may be failing: try another one")
        )


class NameTaken(BundleStuck):
    def __init__(self) -> None:
        super().__init__(
            _(
                "Something else lies there under the name of this bundle. Take it out of the queue, and seal anew"
            )
        )


class NoSuchBundle(DepotFailed):
    reached = True

    def __init__(self) -> None:
        super().__init__(_("The bundle is not there any more"))


class WrongCredentials(DepotRefused):
    def __init__(self) -> None:
        super().__init__(
            _("Sign-in refused: the user name, password or key is not right. Correct it, then try again")
        )


class NotAllowed(DepotRefused):
    reached = True

    def __init__(self) -> None:
        super().__init__(
            _("You may not do this there. Ask who runs the server for the right to read and write")
        )


class NoSuchPlace(DepotRefused):
    def __init__(self) -> None:
        super().__init__(_("The server has no such folder or bucket. Check the address"))


class NotThatServer(DepotFailed):
    """Something answered, but not as such a server does: a sign-in page of the network, or a wrong address."""

    def __init__(self) -> None:
        super().__init__(
            _("What answered is not the server. Sign in to the network first, or check the address")
        )


class TooMuchThere(DepotRefused):
    def __init__(self) -> None:
        super().__init__(
            _("There is too much in this folder or bucket to be listed. Ask who runs the server to clear it")
        )


class NameUnreadable(DepotRefused):
    def __init__(self) -> None:
        super().__init__(
            _(
                "A file there has a name that is no text: nothing can be listed. Ask who runs the server to remove it"
            )
        )


class HostKeyUnknown(DepotRefused):
    def __init__(self) -> None:
        super().__init__(
            _("The key of this server is not known yet. Compare its fingerprint, then accept it")
        )


class HostKeyChanged(DepotRefused):
    def __init__(self) -> None:
        super().__init__(
            _(
                "The key of this server has changed. Nothing was sent. Ask who runs it before you accept a new one"
            )
        )


class NotTrusted(DepotRefused):
    def __init__(self) -> None:
        super().__init__(
            _("The certificate of this server is not trusted. Nothing was sent. Ask who runs it, or your IT")
        )


class KeyUnusable(DepotRefused):
    def __init__(self) -> None:
        super().__init__(_("The private key cannot be read, or its passphrase is not right"))


class SourceChanged(BundleStuck):
    """The sealed file is not what was queued."""

    def __init__(self) -> None:
        super().__init__(
            _("The sealed file on this laptop is missing or damaged. Take it out of the queue, and seal anew")
        )
