"""A recovery code on screen: read it as a screen reader would, and keep it."""

from tests.ui.desktop import Desktop

LAST = "The last group, typed back"


def code_shown(desktop: Desktop) -> str:
    """Return the nine groups with hyphens, "" when none is shown."""
    spelt = desktop.by_name("Recovery code").accessibleDescription()
    groups = (one.partition(": ")[2].replace(" ", "") for one in spelt.split(". "))
    return "-".join(filter(None, groups))


def keep_code(desktop: Desktop) -> str:
    """Wait for a code, type its last group back, and return it."""
    desktop.wait(lambda: LAST in desktop.names())
    code = code_shown(desktop)
    desktop.type(LAST, code[-4:])
    desktop.press("Continue")
    desktop.settle()
    return code
