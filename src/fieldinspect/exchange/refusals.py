"""Why a bundle was not taken in: one type and one sentence for each reason (docs/formats/bundle.md, section 7)."""

from fieldinspect.domain.errors import WorldFailed
from fieldinspect.domain.quarantine import BundleRefused as BundleRefused
from fieldinspect.i18n import _


class NotABundle(BundleRefused):
    reason = "no-bundle"
    worth_keeping = False

    def __init__(self) -> None:
        super().__init__(_("This file is not a bundle. Choose a file whose name ends in .fib"))


class BundleTooNew(BundleRefused):
    reason = "too-new"

    def __init__(self) -> None:
        super().__init__(_("This bundle was made by a newer version. Update this app to open it"))


class NotForYou(BundleRefused):
    reason = "not-for-you"
    worth_keeping = False

    def __init__(self) -> None:
        super().__init__(
            _("This bundle is for somebody else. It was not opened. Ask its sender for one of your own")
        )


class BundleTruncated(BundleRefused):
    reason = "cut-short"

    def __init__(self) -> None:
        super().__init__(
            _("This bundle is cut short or damaged at its end. Copy it again from where it came")
        )


class BundleChanged(BundleRefused):
    reason = "changed"

    def __init__(self) -> None:
        super().__init__(_("This bundle was changed after it was signed. It was not opened"))


class UnknownSigner(BundleRefused):
    reason = "unknown-signer"

    def __init__(self) -> None:
        super().__init__(
            _("This bundle is signed by someone who is not in your team list. It was not opened")
        )


class BundleForwarded(BundleRefused):
    """`env` or `to` do not fit: sealed for others than it says, or in another envelope."""

    reason = "forwarded"

    def __init__(self) -> None:
        super().__init__(
            _(
                "This bundle was sealed for others and passed on. It was not opened. Ask its sender for one of your own"
            )
        )


class BundleExpired(BundleRefused):
    reason = "too-late"

    def __init__(self, not_after: str) -> None:
        super().__init__(
            _("This bundle could be received until {date}. Ask its sender to make a new one").format(
                date=not_after[:10]
            )
        )


class AlreadyReceived(BundleRefused):
    """Receiving twice does no harm; `bundle` is its id, for the receipt of the first time."""

    reason = "already-received"
    worth_keeping = False

    def __init__(self, bundle: str) -> None:
        super().__init__(_("This bundle was already received. Nothing was changed"))
        self.bundle = bundle


class NoSpaceForBundle(WorldFailed):
    """The laptop's fault, not the bundle's: it can be received once there is space."""

    def __init__(self, needed: int) -> None:
        super().__init__(
            _(
                "There is not enough space to receive this bundle: it needs {megabytes} MB. Free some space"
            ).format(megabytes=max(1, needed // 1_000_000))
        )
