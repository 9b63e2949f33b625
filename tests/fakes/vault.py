"""A vault in memory, without signatures or a second laptop: records are their last values.

vault = FakeVault()
visit = vault.put(Kind.VISIT, station="Example Road")
capture.add_note(vault, visit, "seen", happened=NOW)
vault.texts()  # ["seen"]
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from fieldinspect.domain.ids import new_id
from fieldinspect.domain.kinds import Kind
from fieldinspect.domain.views import Changes, Conflict, Draft, DraftKey, Identity, OutboxState, RecordView
from fieldinspect.services.ports import Write

NOW = datetime(2014, 2, 3, 21, 31, 7, tzinfo=UTC)


class FakeVault:
    """What presenters need of services.ports.Vault."""

    def __init__(self) -> None:
        self.identity = Identity("vault", "Field laptop", "me", "Amal", "device", "one")
        self.records: dict[str, RecordView] = {}
        self.reasons: list[str] = []
        self._drafts: dict[DraftKey, Draft] = {}

    def put(self, kind: str, parent: str = "", inspection: str = "inspection", **fields: str) -> str:
        """Put a record in, as if it had always been there."""
        record = new_id()
        self._keep(Write(record, kind, parent, inspection, dict(fields), NOW))
        return record

    def texts(self) -> list[str]:
        return [view.get("text") for view in self.records.values() if view.kind == Kind.NOTE]

    def notes(self) -> list[RecordView]:
        return [view for view in self.records.values() if view.kind == Kind.NOTE]

    def write(
        self, writes: Sequence[Write], *, promote: Sequence[DraftKey] = (), initiator: str = ""
    ) -> Changes:
        for write in writes:
            self._keep(write)
        for key in promote:
            self._drafts.pop(key, None)
        return Changes(frozenset(write.record for write in writes), initiator)

    def _keep(self, write: Write) -> None:
        known = self.records.get(write.record)
        fields = {**(known.fields if known else {}), **write.changes}
        kept = {name: value for name, value in fields.items() if value is not None}
        self.reasons.append(write.reason)
        if known is not None:
            self.records[write.record] = replace(known, fields=kept)
            return
        self.records[write.record] = RecordView(
            write.record, write.kind, write.parent, write.inspection, "me", "device", write.happened, NOW,
            write.reconstructed, kept,
        )  # fmt: skip

    def record(self, record: str) -> RecordView | None:
        return self.records.get(record)

    def children(self, parent: str, kinds: Sequence[str] = ()) -> list[RecordView]:
        found = (view for view in self.records.values() if view.parent == parent)
        return [view for view in found if not kinds or view.kind in kinds]

    def children_of(self, parents: Sequence[str], kinds: Sequence[str] = ()) -> list[RecordView]:
        return [view for parent in parents for view in self.children(parent, kinds)]

    def of_kind(self, kind: str) -> list[RecordView]:
        return [view for view in self.records.values() if view.kind == kind]

    def save_draft(self, draft: Draft) -> None:
        self._drafts[draft.key] = draft

    def drop_draft(self, key: DraftKey) -> None:
        self._drafts.pop(key, None)

    def drafts(self, about: str = "") -> list[Draft]:
        return [draft for draft in self._drafts.values() if not about or draft.about == about]

    def roster(self) -> None:
        return None

    def conflicts(self) -> list[Conflict]:
        return []

    def counts(self, parent: str) -> Mapping[str, int]:
        kinds = [view.kind for view in self.children(parent)]
        return {kind: kinds.count(kind) for kind in kinds}

    def quarantined(self) -> Mapping[str, int]:
        return {}

    def outbox(self) -> OutboxState:
        return OutboxState(0, None, None)

    def unsent(self, _record: str) -> int:
        return 0

    def has_blob(self, _digest: str) -> bool:
        return False
