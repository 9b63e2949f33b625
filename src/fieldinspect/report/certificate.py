"""The certificate of destruction: what class, how many, which ids, who asked and confirmed, which laptops did it.

It holds nothing of what was erased: no text, no name but those of the team, and no reason in free words.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from fieldinspect.domain.custody import DestructionCertificate, Laptop
from fieldinspect.i18n import _, ngettext, speaking
from fieldinspect.report import fonts, style, words
from fieldinspect.report.flow import Story
from fieldinspect.report.page import PageFrame, make_pdf
from fieldinspect.report.visit_summary import TAGS
from fieldinspect.services import custody_words

_NUMBER_WIDTH: Final = 90.0
_WHEN_WIDTH: Final = 140.0
_COUNT_WIDTH: Final = 44.0
_ID_COLUMNS: Final = 2
_GROUP: Final = 8


def render_certificate(certificate: DestructionCertificate, language: str) -> bytes:
    """Return the certificate as a tagged PDF in "en" or "cy"; the same certificate gives the same bytes.

    Raises `BadInput` when a character cannot be printed.
    """
    with speaking(language):
        fonts.require_printable(_texts(certificate))
        return make_pdf(lambda: _Teller(certificate).story(), _around(certificate, language))


def reference(certificate: DestructionCertificate) -> str:
    """Return what the certificate is called: the beginning of the request's id."""
    request = certificate.erasure.request
    return f"DC-{request[:4]}-{request[4:8]}".upper()


def _texts(certificate: DestructionCertificate) -> Iterator[str]:
    erasure = certificate.erasure
    yield from (
        certificate.inspection,
        certificate.marking,
        erasure.basis,
        erasure.asked_by,
        erasure.confirmed_by,
    )
    yield from (word.laptop.person for word in erasure.acknowledged)
    yield from (laptop.person for laptop in erasure.outstanding)


def _around(certificate: DestructionCertificate, language: str) -> PageFrame:
    return PageFrame(
        title=_("Certificate of destruction, {reference}").format(reference=reference(certificate)),
        language=TAGS[language],
        marking=certificate.marking,
        header_left=_("Certificate of destruction"),
        header_right=reference(certificate),
        footer_left=_("Issued on {day}").format(day=words.day(certificate.issued)),
    )


class _Teller:
    """Tells the certificate, section by section, in the order in which it is read."""

    def __init__(self, certificate: DestructionCertificate) -> None:
        self._certificate = certificate
        self._erasure = certificate.erasure
        self._story = Story()

    def story(self) -> Story:
        self._heading()
        self._authority()
        self._classes()
        self._laptops()
        self._records()
        self._checking()
        return self._story

    def _section(self, title: str) -> None:
        self._story.add(title, style.SECTION, "H2")

    def _heading(self) -> None:
        count = len(self._erasure.records)
        self._story.add(_("Certificate of destruction"), style.TITLE, "H1")
        self._story.add(self._certificate.inspection, style.SUBTITLE)
        self._story.boxed(
            ngettext(
                "{count} record was destroyed: its keys, texts and attachments are gone from every laptop named below "
                "as having done so. Nothing of what it said is in this certificate.",
                "{count} records were destroyed: their keys, texts and attachments are gone from every laptop named "
                "below as having done so. Nothing of what they said is in this certificate.",
                count,
            ).format(count=count)
        )

    def _authority(self) -> None:
        erasure = self._erasure
        confirmed = erasure.confirmed or erasure.asked
        rows = [
            (_("Reference"), reference(self._certificate)),
            (_("Reason"), custody_words.reason(erasure.reason)),
            (_("Legal basis"), erasure.basis),
            (_("Asked for by"), _by(erasure.asked_by, erasure.asked)),
            (_("Confirmed by"), _by(erasure.confirmed_by, confirmed)),
        ]
        self._section(_("On whose authority"))
        self._story.facts(rows)
        if erasure.alone:
            self._story.add(
                _("One person asked and confirmed: the team had nobody else who leads or is the centre."),
                style.CAPTION,
            )

    def _classes(self) -> None:
        self._section(_("What was destroyed"))
        rows = [
            ((custody_words.record_class(name), str(count)), False)
            for name, count in sorted(self._erasure.classes.items())
        ]
        self._story.table(
            (_("Class of records"), _("How many")),
            rows,
            (style.MEASURE - _NUMBER_WIDTH, _NUMBER_WIDTH),
            numbers=frozenset({1}),
        )

    def _laptops(self) -> None:
        erasure = self._erasure
        self._section(_("Laptops"))
        if erasure.acknowledged:
            self._story.add(
                _("These said, signed by their own key, that they hold nothing more of it."), style.BODY
            )
            rows = [
                ((_device(word.laptop), word.laptop.person, _moment(word.written)), False)
                for word in erasure.acknowledged
            ]
            rest = style.MEASURE - _WHEN_WIDTH
            self._story.table(
                (_("Laptop"), _("Of"), _("When")), rows, (rest * 0.55, rest * 0.45, _WHEN_WIDTH)
            )
        if erasure.outstanding:
            self._story.add(_("Still outstanding when this was issued:"), style.SUB, "H3")
            self._story.bullets([(_outstanding(laptop), "") for laptop in erasure.outstanding])
        else:
            self._story.add(_("No laptop is outstanding."), style.CAPTION)

    def _records(self) -> None:
        self._section(_("Records"))
        self._story.add(_("The ids of what was destroyed. They say nothing of what it was."), style.BODY)
        ids = [*(f"{record[:16]} {record[16:]}" for record in self._erasure.records), ""]
        rows = [
            ((str(at + 1), *ids[at : at + _ID_COLUMNS]), False)
            for at in range(0, len(self._erasure.records), _ID_COLUMNS)
        ]
        half = (style.MEASURE - _COUNT_WIDTH) / _ID_COLUMNS
        self._story.table((_("No."), _("Id"), _("Next id")), rows, (_COUNT_WIDTH, half, half))

    def _checking(self) -> None:
        rows = [
            (_("Request"), _spaced(self._erasure.entry)),
            (_("Confirmation"), _spaced(self._erasure.confirmation)),
            *((_("Acknowledged"), _spaced(word.entry)) for word in self._erasure.acknowledged),
        ]
        self._section(_("How to check this"))
        self._story.add(
            _(
                "Each act above is an entry of the journal, signed by the laptop that wrote it. These are the SHA-256 "
                "digests of the entries; whoever holds the journal can find them and verify the signatures."
            ),
            style.BODY,
        )
        self._story.facts(rows)


def _by(name: str, moment: datetime) -> str:
    return _("{name}, {moment}").format(name=name, moment=_moment(moment))


def _moment(moment: datetime) -> str:
    there = moment.astimezone(UTC)
    return _("{day}, {time} UTC").format(day=words.day(there.date()), time=f"{there:%H:%M}")


def _outstanding(laptop: Laptop) -> str:
    if laptop.revoked:
        return _("{laptop} of {name}: revoked, nothing more can come from it").format(
            laptop=_device(laptop), name=laptop.person
        )
    return _("{laptop} of {name}").format(laptop=_device(laptop), name=laptop.person)


def _device(laptop: Laptop) -> str:
    """Return the beginning of the fingerprint: enough to tell the laptops of one team apart."""
    return laptop.device[:19]


def _spaced(digest: str) -> str:
    """Return hex digits in groups, so that a line can break between them and a person can compare them."""
    return " ".join(digest[at : at + _GROUP] for at in range(0, len(digest), _GROUP))
