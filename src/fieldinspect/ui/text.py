"""Times, sizes and kinds in words; plain Python."""

from collections.abc import Callable
from datetime import date, datetime, time

from fieldinspect.domain.depots import DepotKind
from fieldinspect.domain.kinds import Kind
from fieldinspect.i18n import _
from fieldinspect.services.dates import clock_time, day, day_and_time, months
from fieldinspect.services.team_words import role_name

__all__ = [
    "clock_seconds",
    "clock_time",
    "date_in_words",
    "day",
    "day_and_time",
    "kind_name",
    "months",
    "role_name",
    "size",
]


def clock_seconds(moment: datetime) -> str:
    return moment.astimezone().strftime("%H:%M:%S")


def date_in_words(when: date) -> str:
    """Return a date of the calendar, which has no time and no zone, such as 14 March 2026."""
    return day(datetime.combine(when, time()).astimezone())


def read_day(text: str) -> date | None:
    """Return the day that was typed, 2014-02-03 or 3/2/2014; None for anything else."""
    for pattern in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(text.strip(), pattern).date()
        except ValueError:
            continue
    return None


def size(count: int) -> str:
    """Return a size in bytes as people say it."""
    amount = float(count)
    for unit in ("B", "KB", "MB"):
        if amount < 1000:
            return f"{amount:.0f} {unit}" if unit == "B" or amount >= 10 else f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:.1f} GB"


def kind_name(kind: str) -> str:
    """Return the name of a kind of record; one this program does not know keeps its own."""
    name = _KINDS.get(kind)
    return name() if name else kind


_KINDS: dict[str, Callable[[], str]] = {
    Kind.VISIT: lambda: _("Visit"),
    Kind.CONTACT: lambda: _("Contact"),
    Kind.OBSERVATION: lambda: _("Observation"),
    Kind.DOCUMENT: lambda: _("Document"),
    Kind.TEST: lambda: _("Test"),
    Kind.NOTE: lambda: _("Note"),
    Kind.INTERVIEW: lambda: _("Officer interview"),
    Kind.ATTACHMENT: lambda: _("Attachment"),
    Kind.MATTER: lambda: _("Matter"),
    Kind.INSPECTION: lambda: _("Inspection"),
    Kind.FORM_SET: lambda: _("Form set"),
    Kind.FORM_PICTURE: lambda: _("Picture of a form"),
    Kind.STAFF_FOCUS_GROUP: lambda: _("Staff focus group"),
    Kind.PARTNER_FOCUS_GROUP: lambda: _("Partner focus group"),
    Kind.VICTIM_FOCUS_GROUP: lambda: _("Victim focus group"),
    Kind.VICTIM_INTERVIEW: lambda: _("Victim interview"),
    Kind.CASE_FILE_REVIEW: lambda: _("Case-file review"),
    Kind.SAFEGUARDING_CONCERN: lambda: _("Safeguarding concern"),
    Kind.CONDUCT_MATTER: lambda: _("Conduct matter"),
    Kind.COMMENT: lambda: _("Comment"),
    Kind.CHAIN: lambda: _("Chain begun"),
    Kind.PRINT_LOG: lambda: _("Copy handed out"),
    Kind.CONSULTATION: lambda: _("Records opened"),
    Kind.DISCLOSURE: lambda: _("Given to others"),
    Kind.ERASURE_REQUEST: lambda: _("Request to erase"),
    Kind.ERASURE: lambda: _("Erasure"),
    Kind.ERASURE_ACKNOWLEDGEMENT: lambda: _("A laptop's word that it erased"),
    Kind.RETENTION: lambda: _("Decision to keep"),
    Kind.PLANNED_VISIT: lambda: _("Planned visit"),
    Kind.VISIT_LINK: lambda: _("Link between visits"),
    Kind.CONFLICT_OVERRIDE: lambda: _("Permission despite a conflict of interest"),
    Kind.RECEIPT: lambda: _("Receipt for a bundle"),
    Kind.WORKING_COPY: lambda: _("Working copy removed or brought back"),
    "said": lambda: _("Said"),
    "question": lambda: _("Question"),
    "action": lambda: _("Action"),
}


def field_name(field: str) -> str:
    """Return the name of a field: the last step of a path in a form, in words."""
    name = _FIELDS.get(field)
    return name() if name else field.rstrip("/").rsplit("/", 1)[-1].replace("_", " ")


_FIELDS: dict[str, Callable[[], str]] = {
    "text": lambda: _("text"),
    "station": lambda: _("station"),
    "force": lambda: _("force"),
    "caption": lambda: _("caption"),
    "when": lambda: _("day or days"),
    "lead": lambda: _("lead of the visit"),
    "contacts": lambda: _("contacts of the force"),
    "briefing": lambda: _("briefing"),
    "unannounced": lambda: _("unannounced"),
    "cancelled": lambda: _("cancelled"),
    "closed": lambda: _("closed"),
    "withdrawn": lambda: _("withdrawn"),
}


def product_name(product: str) -> str:
    """Return the name of what was given out; one this program does not know keeps its own."""
    name = _PRODUCTS.get(product)
    return name() if name else product


_PRODUCTS: dict[str, Callable[[], str]] = {
    "visit_summary": lambda: _("Visit summary"),
    "records": lambda: _("Records, as a file"),
    "audit": lambda: _("The log, as a file"),
    "backup": lambda: _("A backup of the vault"),
    "bundle": lambda: _("Sealed bundle"),
    "destruction_certificate": lambda: _("Certificate of destruction"),
}


def depot_kind_name(kind: DepotKind) -> str:
    """Return the name of a kind of destination."""
    return {
        DepotKind.FOLDER: _("Folder, stick or network share"),
        DepotKind.S3: _("Object store (S3)"),
        DepotKind.WEBDAV: _("WebDAV server"),
        DepotKind.SFTP: _("SFTP server"),
    }[kind]
