"""A form without a vault: answers are held in memory as long as the window is open, and nowhere else."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import BinaryIO

from fieldinspect.domain.errors import Bug
from fieldinspect.domain.ids import new_id, new_record_id
from fieldinspect.domain.views import Changes, Draft, DraftKey, Identity, RecordView, Version
from fieldinspect.services.ports import BlobRef, Write
from fieldinspect.ui.forms.opening import Found
from fieldinspect.ui.jobs.port import Problem

KIND = "preview"


@dataclass
class NothingKept:
    """What a form needs of services.ports.Vault: the last value of every field, forgotten at the end.

    An attached file is not even read. The lane watches it like any vault; only a form may be shown with it.
    """

    begun: datetime
    records: dict[str, RecordView] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.identity = Identity("", "", new_id(), "", "preview", new_id())
        self.tried = new_record_id(self.identity.device)
        self._keep(Write(self.tried, KIND, "", "", {}, self.begun))

    def record(self, record: str) -> RecordView | None:
        return self.records.get(record)

    def children(self, parent: str, kinds: Sequence[str] = ()) -> list[RecordView]:
        found = (view for view in self.records.values() if view.parent == parent)
        return [view for view in found if not kinds or view.kind in kinds]

    def write(
        self, writes: Sequence[Write], *, promote: Sequence[DraftKey] = (), initiator: str = ""
    ) -> Changes:
        del promote  # there are no drafts
        for write in writes:
            self._keep(write)
        return Changes(frozenset(write.record for write in writes), initiator)

    def _keep(self, write: Write) -> None:
        known = self.records.get(write.record)
        fields = {**(known.fields if known else {}), **write.changes}
        kept = {name: value for name, value in fields.items() if value is not None}
        me = self.identity
        self.records[write.record] = (
            replace(known, fields=kept)
            if known
            else RecordView(
                write.record, write.kind, write.parent, write.inspection, me.person, me.device,
                write.happened, write.happened, write.reconstructed, kept,
            )
        )  # fmt: skip

    def save_draft(self, _draft: Draft) -> None:
        """Keep nothing: what is typed is in the window."""

    def drop_draft(self, _key: DraftKey) -> None:
        """Have nothing to drop."""

    def history(self, _record: str, _field: str) -> list[Version]:
        """Have only what there is now."""
        return []

    def add_blob(self, _record: str, _source: BinaryIO) -> BlobRef:
        return BlobRef("0" * 64, 0)

    def roster(self) -> None:
        return None

    def drafts(self, _about: str = "") -> list[Draft]:
        return []

    def with_field(self, _field: str) -> list[RecordView]:
        return []

    def stop_when(self, _asked: Callable[[], bool]) -> None:
        """Have nothing that takes long enough to be stopped."""

    def close(self) -> None:
        """Forget everything."""
        self.records.clear()


class Unsaved:
    """Stands where a vault would say that something is saved; here nothing ever is."""

    def saving(self) -> None:
        """Say nothing."""

    def saved(self) -> None:
        """Say nothing."""

    def failed(self, problem: Problem) -> None:
        """Let the window say what went wrong."""
        raise Bug(problem.sentence)


def finder(xml: bytes, pictures: Mapping[str, bytes]) -> Callable[..., Found | None]:
    """Return how a form finds the record that is tried: with this form, whatever was signed."""

    def find(vault: NothingKept, record: str, _kind: str) -> Found | None:
        view = vault.record(record)
        return Found(view, xml, [], newer=False, comments=[], pictures=pictures) if view is not None else None

    return find
