"""A recovery code while it is typed from paper: what was read, and what cannot be right, group by group."""

from __future__ import annotations

from typing import Final

from fieldinspect.i18n import _, ngettext

GROUPS: Final = 9
_SIZE: Final = 4
_ALPHABET: Final = frozenset("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
_READ_AS: Final = str.maketrans("OIL", "011")


def groups_of(typed: str) -> list[str]:
    """Return the groups as the program reads them: where they are not set apart, four characters each."""
    parts = typed.upper().translate(_READ_AS).replace("–", "-").replace("-", " ").split()
    if len(parts) > 1:
        return parts
    whole = "".join(parts)
    return [whole[at : at + _SIZE] for at in range(0, len(whole), _SIZE)]


def trouble(typed: str) -> str:
    """Return what cannot be right in a code, naming the group, or ""; its check is for the vault to try."""
    groups = groups_of(typed)
    if not groups:
        return _("Enter the recovery code")
    for number, group in enumerate(groups, 1):
        strange = next((letter for letter in group if letter not in _ALPHABET), "")
        if strange:
            return _("Group {number} has “{letter}” in it, which no recovery code has").format(
                number=number, letter=strange
            )
        if len(group) != _SIZE:
            return _("Group {number}, “{group}”, is not four characters long").format(
                number=number, group=group
            )
    if len(groups) != GROUPS:
        return ngettext(
            "The code has nine groups; {count} is here",
            "The code has nine groups; {count} are here",
            len(groups),
        ).format(count=len(groups))
    return ""


def read_back(typed: str) -> str:
    """Return the groups with their numbers, to compare with the paper."""
    return "   ".join(f"{number}: {group}" for number, group in enumerate(groups_of(typed), 1))
