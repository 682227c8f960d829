"""Lines to the outside: SSB's live services, or the stand-in on this machine."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import NamedTuple

from pipelines.klass import KlassClient
from pipelines.ledger_files import HIERARCHY
from pipelines.ledger_import import Options, import_file
from pipelines.settings import Settings
from pipelines.standin.server import StandinServer
from pipelines.statbank.client import StatbankClient
from pipelines.statbank.errors import StatbankError
from pipelines.statbank.limiter import Limiter
from pipelines.statbank.retries import RetryPolicy
from pipelines.statbank.transport import Transport
from pipelines.statbank.v0 import StatbankV0Client
from pipelines.statbank.window import refuse_unsettled
from pipelines.storage.imports import Imports

#: The stand-in must never make a run wait; SSB's own limit is 40 in 60 seconds.
_STANDIN_CALLS_PER_MINUTE = 10_000


class OfflineError(StatbankError):
    """Something is not in the archive, and this run may not fetch it."""


class _Clients(NamedTuple):
    statbank: StatbankClient
    klass: KlassClient
    v0: StatbankV0Client


class Connections:
    """Clients for one run, made when first needed; the sample source starts its stand-in server.

    Every question to SSB goes through one transport and one call budget, kept in a file so that
    concurrent runs share it.
    """

    def __init__(self, settings: Settings, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._settings = settings
        self._now = now
        self._lock = threading.RLock()
        self._standin: StandinServer | None = None
        self._clients: _Clients | None = None

    def statbank(self, wanted: str) -> StatbankClient:
        """The StatBank client; `wanted` says what for, should the hour or the run forbid it.

        Raises:
            OfflineError: when the run works from the archive alone.
            UnsettledFiguresError: from 05:00 to 08:15 in Oslo, when SSB's figures are unsettled.
        """
        self._refuse_offline(wanted)
        self.refuse_unsettled(wanted)
        return self._connected().statbank

    def v0(self, wanted: str) -> StatbankV0Client:
        """The client for the older API, for closed tables the newer one does not offer; as `statbank`."""
        self._refuse_offline(wanted)
        self.refuse_unsettled(wanted, self._settings.v0_url)
        return self._connected().v0

    def klass(self, wanted: str) -> KlassClient:
        """The KLASS client.

        Raises:
            OfflineError: when the run works from the archive alone.
        """
        self._refuse_offline(wanted)
        return self._connected().klass

    def hand_in_ledger(self) -> None:
        """Import the modelled ledger the sample source brings, unless somebody has handed in another."""
        if self._settings.source != "sample" or self._settings.offline:
            return
        from pipelines.standin.ledger import MUNICIPALITY, write_sample_ledger  # noqa: PLC0415 - loads the model

        held = Imports(self._settings.ledger).current()
        taken = any(slot == HIERARCHY or slot.startswith("ledger ") for slot in held)
        if taken or self._settings.municipality != MUNICIPALITY:
            return
        for path in write_sample_ledger(self._settings.folder / "sample_ledger"):
            examined, imported, _ = import_file(path, self._settings, Options(), None)
            if imported is None:
                examined.findings.refuse()

    def now(self) -> datetime:
        """The present."""
        return self._now()

    def refuse_unsettled(self, wanted: str, address: str | None = None) -> None:
        """Refuse to go on, and to store what has just arrived, in SSB's unsettled hours."""
        if self._settings.respects_quiet_hours(address or self._settings.statbank_url):
            refuse_unsettled(self._now(), what=wanted)

    def close(self) -> None:
        """Stop the stand-in, if one was started."""
        with self._lock:
            if self._standin is not None:
                self._standin.stop()
            self._standin, self._clients = None, None

    def _refuse_offline(self, wanted: str) -> None:
        if self._settings.offline:
            raise OfflineError(
                f"{wanted} is not in the archive {self._settings.archive}, and this run may not fetch it; "
                f"run `kostra run --source {self._settings.source}` first"
            )

    def _connected(self) -> _Clients:
        with self._lock:
            if self._clients is None:
                statbank_url, klass_url, v0_url = self._addresses()
                limiter = Limiter(self._settings.home / "limits.sqlite")
                # For KLASS "not found" is a plain answer: there is no correspondence on that day.
                plain = RetryPolicy(not_found_retries=0)
                self._clients = _Clients(
                    StatbankClient(statbank_url, Transport(limiter)),
                    KlassClient(klass_url, Transport(limiter, retries=plain)),
                    StatbankV0Client(v0_url, Transport(limiter)),
                )
            return self._clients

    def _addresses(self) -> tuple[str, str, str]:
        if self._settings.source != "sample":
            return self._settings.statbank_url, self._settings.klass_url, self._settings.v0_url
        from pipelines.standin.sample import sample_klass, sample_tables  # noqa: PLC0415 - costs a second

        self._standin = StandinServer(sample_tables(), sample_klass(), rate_limit=_STANDIN_CALLS_PER_MINUTE)
        self._standin.start()
        return self._standin.statbank_url, self._standin.klass_url, self._standin.v0_url
