"""What KLASS says, by way of the archive: municipalities and KOSTRA groups over the accounting years.

KLASS has no `updated` to compare, and its codes are known long before they are in force: an archived answer
is good for most of a day.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pandas as pd

from assets.klass.groups import kostra_groups
from assets.klass.identity import municipalities
from pipelines.connections import Connections, OfflineError
from pipelines.klass import KOSTRA_GROUPS, MUNICIPALITIES, Answer, KlassClient
from pipelines.klass_bodies import Call, KlassError, read_changes, read_codes, read_correspondences
from pipelines.known import known_to
from pipelines.settings import Settings
from pipelines.storage.archive import Archive, Snapshot
from pipelines.years import FIRST_YEAR, LAST_YEAR
from schemas.municipalities import MunicipalityCatalogue

log = logging.getLogger(__name__)

CODES, CHANGES, GROUPS = KEYS = ("klass/131/codes", "klass/131/changes", "klass/112/corresponds")
KEPT = timedelta(hours=20)

#: The population at 31 December of the last year is counted under the codes of the day after.
FROM, TO = date(FIRST_YEAR, 1, 1), date(LAST_YEAR + 2, 1, 1)
#: The groups were drawn anew and renumbered then; earlier memberships mean something else.
GROUPS_FROM = date(2020, 1, 1)


class KlassEditions:
    """KLASS as archived, asked again when the archived answer is old."""

    def __init__(
        self,
        settings: Settings,
        connections: Connections,
        archive: Archive,
        catalogue: MunicipalityCatalogue,
    ) -> None:
        self._settings = settings
        self._connections = connections
        self._archive = archive
        self._catalogue = catalogue
        self._known = known_to(settings)
        self._used: dict[str, str] = {}

    def municipalities(self) -> tuple[pd.DataFrame, dict[str, str]]:
        """The rows of `klass/municipalities`, and the editions they come from."""
        codes, codes_edition = self._answered(CODES, lambda klass: klass.codes(MUNICIPALITIES, FROM, TO))
        changes, changes_edition = self._answered(
            CHANGES, lambda klass: klass.changes(MUNICIPALITIES, FROM, TO)
        )
        frame = municipalities(read_codes(codes, TO), read_changes(changes[0]), self._catalogue)
        return frame, {"KLASS 131 codes": codes_edition, "KLASS 131 changes": changes_edition}

    def kostra_groups(self, known: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, str]]:
        """The rows of `klass/kostra_groups`, and the edition they come from; empty when KLASS has none."""
        try:
            calls, edition = self._answered(
                GROUPS,
                lambda klass: klass.corresponds(KOSTRA_GROUPS, MUNICIPALITIES, GROUPS_FROM, TO),
            )
        except (KlassError, OfflineError) as error:
            log.warning("%s", error)
            return kostra_groups((), known), {"KLASS 112": "none"}
        return kostra_groups(read_correspondences(calls, KOSTRA_GROUPS, TO), known), {"KLASS 112": edition}

    def _answered(self, key: str, ask: Callable[[KlassClient], Answer[Any]]) -> tuple[list[Call], str]:
        """Address and body of each archived call, asked for now when the archived ones are old."""
        with self._archive.locked(key):
            snapshot = self._archived(key)
            if snapshot is None:
                snapshot = self._archive.store(key, ask(self._connections.klass(key)).responses, {})
        self._used[key] = snapshot.sha256
        bodies = self._archive.bodies(snapshot)
        calls = [(part.url, body) for part, body in zip(snapshot.parts, bodies, strict=True)]
        return calls, snapshot.sha256[:12]

    def locked(self) -> dict[str, str]:
        """Key → hash of every answer used here, else of the one that counts, where there is one."""
        held = {key: self._known.klass(key, self._archive.snapshots(key)) for key in KEYS}
        return {key: snapshot.sha256 for key, snapshot in held.items() if snapshot} | self._used

    def _archived(self, key: str) -> Snapshot | None:
        """The archived answer that is good enough; offline the one that counts."""
        if self._settings.offline:
            return self._known.klass(key, self._archive.snapshots(key))
        return self._archive.latest(key, self._still_good)

    def _still_good(self, snapshot: Snapshot) -> bool:
        return not self._settings.refetch and self._connections.now() - snapshot.retrieved_at < KEPT
