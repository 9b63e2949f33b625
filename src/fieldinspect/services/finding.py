"""Searching what was written. What a search shows of a reading of a case file was seen, and is logged like it."""

from datetime import datetime
from typing import Final

from fieldinspect.domain.views import SearchHit
from fieldinspect.services.audit import ConsultationLog
from fieldinspect.services.ports import Vault

MOST: Final = 50


def find(
    vault: Vault, words: str, log: ConsultationLog, *, happened: datetime, limit: int = MOST
) -> list[SearchHit]:
    """Return the best matches for all the words; readings that they are from, or are about, count as consulted."""
    hits = vault.search(words, limit)
    log.met(vault, [hit.record for hit in hits], happened=happened)
    return hits
