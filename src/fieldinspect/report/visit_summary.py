"""The force's copy of a visit, on one or two pages (docs/formats/visit-summary.md)."""

from collections.abc import Iterable, Iterator
from typing import Final

from fieldinspect.domain.errors import BadInput
from fieldinspect.domain.summary import DocumentStatus, MatterNoted, Polarity, VisitSummary
from fieldinspect.i18n import _, speaking
from fieldinspect.report import fonts, style, words
from fieldinspect.report.flow import Story
from fieldinspect.report.page import PageFrame, make_pdf

TAGS: Final = {"en": "en-GB", "cy": "cy-GB"}
"""The BCP 47 tag of each language a summary is printed in."""

_NUMBER_WIDTH: Final = 110.0
_DUE_WIDTH: Final = 110.0
_FROM_WIDTH: Final = 150.0


def render_visit_summary(summary: VisitSummary, language: str) -> bytes:
    """Return the summary as a tagged PDF in "en" or "cy"; the same summary gives the same bytes.

    Raises `BadInput` when the force has no copy in that language, or when a character cannot be printed.
    """
    with speaking(language):
        if language not in summary.copy_languages:
            raise BadInput(_("This force's summary is issued in English only"))
        fonts.require_printable(_texts(summary))
        return make_pdf(lambda: _Teller(summary, language).story(), _around(summary, language))


def _texts(summary: VisitSummary) -> Iterator[str]:
    """Yield every text of the summary that somebody typed."""
    yield from (summary.marking, summary.handling, summary.handling_cy, summary.reference, summary.contact)
    yield from (summary.contact_cy, summary.force_name, summary.force_name_cy, summary.station)
    yield from (summary.inspection, summary.inspection_cy)
    yield from (document.title for document in summary.documents)
    for matter in summary.matters:
        yield from (matter.text, matter.translation)


def _around(summary: VisitSummary, language: str) -> PageFrame:
    force = _in(language, summary.force_name, summary.force_name_cy)
    return PageFrame(
        title=_("Visit summary: {force}, {reference}").format(force=force, reference=summary.reference),
        language=TAGS[language],
        marking=summary.marking,
        header_left=_("Visit summary"),
        header_right=force,
        footer_left=words.copy_of(summary),
    )


def _in(language: str, english: str, welsh: str) -> str:
    return welsh if language == "cy" and welsh else english


class _Teller:
    """Tells the summary, section by section, in the order in which it is read."""

    def __init__(self, summary: VisitSummary, language: str) -> None:
        self._summary = summary
        self._language = language
        self._story = Story()

    def story(self) -> Story:
        self._heading()
        self._visit()
        self._activities()
        self._concerns()
        self._matters()
        self._documents()
        self._next_steps()
        self._correction()
        self._checking()
        self._receipt()
        return self._story

    def _section(self, title: str) -> None:
        self._story.add(title, style.SECTION, "H2")

    def _heading(self) -> None:
        summary = self._summary
        self._story.add(_("Visit summary"), style.TITLE, "H1")
        self._story.add(_in(self._language, summary.inspection, summary.inspection_cy), style.SUBTITLE)
        self._story.boxed(
            _(
                "This summary is provisional. It says what was done and what was noted on one visit. It is not a "
                "judgment, and what it says may change when all the evidence has been weighed."
            )
        )

    def _visit(self) -> None:
        summary = self._summary
        handling = _in(self._language, summary.handling, summary.handling_cy)
        rows = (
            (_("Force"), _in(self._language, summary.force_name, summary.force_name_cy)),
            (_("Station"), summary.station),
            (_("Visited"), words.half_days(summary.visited)),
            (_("Languages spoken"), words.spoken(summary.spoken)),
            (_("Reference"), words.copy_of(summary)),
            (_("Issued"), words.issued(summary)),
            (_("Marking"), f"{summary.marking}. {handling}" if handling else summary.marking),
        )
        self._section(_("The visit"))
        self._story.facts(rows)

    def _activities(self) -> None:
        summary = self._summary
        rows: list[tuple[tuple[str, str], bool]] = [
            ((_("Conversations"), words.count(summary.conversations)), False)
        ]
        rows += [((words.role(part.role), words.count(part.count)), True) for part in summary.by_role]
        rows += [
            ((words.activity(part.activity), words.count(part.count)), False) for part in summary.activities
        ]
        self._section(_("What we did"))
        self._story.table(
            (_("Activity"), _("How many")),
            rows,
            (style.MEASURE - _NUMBER_WIDTH, _NUMBER_WIDTH),
            numbers=frozenset({1}),
        )
        self._story.add(_("Numbers are given in bands so that nobody can be identified."), style.CAPTION)
        if any(part.withheld for part in (summary.conversations, *(one.count for one in summary.by_role))):
            self._story.add(
                _("[c] means confidential: the number is withheld for the same reason."), style.CAPTION
            )

    def _concerns(self) -> None:
        self._section(_("Immediate concerns"))
        if not self._summary.concerns:
            self._story.add(_("No concern needed to be raised during the visit."), style.BODY)
            return
        self._story.add(_("We raised these with the force at once."), style.BODY)
        self._story.bullets(
            [
                (
                    _("{concern}: raised on {day}").format(
                        concern=words.concern(concern.category), day=words.day(concern.raised)
                    ),
                    "",
                )
                for concern in self._summary.concerns
            ]
        )

    def _matters(self) -> None:
        positive = [matter for matter in self._summary.matters if matter.polarity is Polarity.STRENGTH]
        others = [matter for matter in self._summary.matters if matter.polarity is not Polarity.STRENGTH]
        self._section(_("Matters noted"))
        if not self._summary.matters:
            self._story.add(_("No matter was noted for this summary."), style.BODY)
        for title, matters in ((_("Positive matters"), positive), (_("Other matters"), others)):
            if matters:
                self._story.add(title, style.SUB, "H3")
                self._story.bullets([self._matter(matter) for matter in matters])

    def _matter(self, matter: MatterNoted) -> tuple[str, str]:
        text, language = matter.words(self._language)
        if language == self._language:
            return text, ""
        return words.written_in(text, language), TAGS[language]

    def _documents(self) -> None:
        seen = [document for document in self._summary.documents if not document.owed]
        owed = [document for document in self._summary.documents if document.owed]
        self._section(_("Documents"))
        if not self._summary.documents:
            self._story.add(_("No document was seen or asked for."), style.BODY)
        if seen:
            self._story.add(_("Seen during the visit"), style.SUB, "H3")
            self._story.bullets([(_document(line.title, line.status), "") for line in seen])
        if owed:
            self._story.add(_("Owed to the inspectorate"), style.SUB, "H3")
            rows = [
                (
                    (
                        line.title,
                        words.role(line.promised_by) if line.promised_by else _("The force"),
                        words.day(line.due) if line.due else _("To be agreed"),
                    ),
                    False,
                )
                for line in owed
            ]
            self._story.table(
                (_("Document"), _("From"), _("Due")),
                rows,
                (style.MEASURE - _FROM_WIDTH - _DUE_WIDTH, _FROM_WIDTH, _DUE_WIDTH),
            )

    def _next_steps(self) -> None:
        with self._story.together():
            self._section(_("What happens next"))
            self._story.bullets([(step, "") for step in self._steps()])

    def _steps(self) -> Iterable[str]:
        if any(document.owed for document in self._summary.documents):
            yield _("Send the documents that are owed by the dates above.")
        yield _("Tell us by {day} of any fact that is wrong.").format(day=words.day(self._summary.correct_by))
        yield _("Sign the receipt at the end of this summary and return it.")
        if self._summary.report_expected:
            yield _("The force report is expected on {day}. You will see it in draft first.").format(
                day=words.day(self._summary.report_expected)
            )

    def _correction(self) -> None:
        self._section(_("If a fact is wrong"))
        self._story.add(
            _(
                "Tell {contact}. Give the reference, the version, the sentence, and the document or record that shows "
                "what is right. Somebody who was not on the visit decides, and you are told what was changed and why."
            ).format(contact=_in(self._language, self._summary.contact, self._summary.contact_cy)),
            style.BODY,
        )

    def _checking(self) -> None:
        self._section(_("How to check this copy"))
        self._story.add(
            _(
                "We keep the SHA-256 fingerprint of every copy. Work out the fingerprint of your file (on Windows: "
                "certutil -hashfile, the name of the file, SHA256) and ask us for ours: the two must be equal."
            ),
            style.BODY,
        )

    def _receipt(self) -> None:
        with self._story.together():
            self._section(_("Receipt for {copy}").format(copy=words.copy_of(self._summary)))
            self._story.signing((_("Signature"), _("Role"), _("Date")), (0.42, 0.36, 0.22))


def _document(title: str, status: DocumentStatus) -> str:
    if status is DocumentStatus.COPIED:
        return _("{title} (copy received)").format(title=title)
    return title
