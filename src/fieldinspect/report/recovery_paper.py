"""One page with a recovery code, to be printed and locked away; made in memory, and put only where somebody says."""

from typing import Final

from fieldinspect.domain.vault_keys import RecoveryPaper
from fieldinspect.i18n import _, speaking
from fieldinspect.report import fonts, style
from fieldinspect.report.blank_form import TAGS
from fieldinspect.report.flow import Story
from fieldinspect.report.page import PageFrame, make_pdf

_IN_A_LINE: Final = 3
_SHOWN: Final = 8


def render_recovery_paper(paper: RecoveryPaper, language: str) -> bytes:
    """Return one A4 page as a tagged PDF in "en" or "cy", the same bytes for the same paper.

    Raises BadInput when a character of the vault's nickname cannot be printed.
    """
    with speaking(language):
        title = _("Recovery code")
        fonts.require_printable([title, paper.nickname, paper.code])
        around = PageFrame(
            title=title,
            language=TAGS[language],
            marking=_("Lock this page away"),
            header_left=paper.nickname,
            header_right=paper.made,
            footer_left=_("Vault {vault}").format(vault=paper.vault[:_SHOWN]),
        )
        return make_pdf(lambda: _story(paper, title), around)


def _story(paper: RecoveryPaper, title: str) -> Story:
    story = Story()
    story.add(title, style.TITLE, "H1")
    story.add(
        _("Opens the vault “{nickname}” without its passphrase").format(nickname=paper.nickname),
        style.SUBTITLE,
    )
    for line in _lines(paper.code):
        story.add(line, style.CODE)
    story.facts(
        [
            (_("Vault"), paper.nickname),
            (_("Number of the vault"), paper.vault),
            (_("Made on"), paper.made),
        ]
    )
    story.add(_("What this is"), style.SECTION, "H2")
    story.add(
        _(
            "Whoever holds this page and the laptop can read everything in the vault. "
            "Keep it apart from the laptop, in a safe or a sealed envelope. Do not photograph, copy or email it."
        ),
        style.BODY,
    )
    story.add(_("How to use it"), style.SECTION, "H2")
    story.bullets([(text, "") for text in _steps()])
    story.add(_("When to destroy it"), style.SECTION, "H2")
    story.add(
        _(
            "Making a new code, or new keys for the vault, makes this one useless: destroy this page then. "
            "If it is lost, make a new code at once."
        ),
        style.BODY,
    )
    return story


def _lines(code: str) -> list[str]:
    groups = code.split("-")
    return [" – ".join(groups[at : at + _IN_A_LINE]) for at in range(0, len(groups), _IN_A_LINE)]


def _steps() -> list[str]:
    return [
        _("Start the program on the laptop that holds the vault and choose the vault."),
        _(
            "Choose to open it with the recovery code and type the nine groups. Capitals and spaces do not matter."
        ),
        _("Set a new passphrase. The old one stops working; this code goes on working."),
    ]
