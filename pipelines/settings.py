"""Settings: what a run needs to know from outside, from the environment and the command line."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from ipaddress import ip_address
from pathlib import Path
from typing import Literal, cast, get_args
from urllib.parse import urlparse

SourceKind = Literal["sample", "ssb"]
STATBANK_URL = "https://data.ssb.no/api/pxwebapi/v2"
KLASS_URL = "https://data.ssb.no/api/klass/v1"
V0_URL = "https://data.ssb.no/api/v0/no"
PROJECT = Path(__file__).resolve().parents[1]

#: Environment variable of each setting; the command line overrides them.
ENVIRONMENT = {
    "home": "KOSTRA_HOME",
    "source": "KOSTRA_SOURCE",
    "statbank_url": "KOSTRA_STATBANK_URL",
    "klass_url": "KOSTRA_KLASS_URL",
    "v0_url": "KOSTRA_V0_URL",
    "municipality": "KOSTRA_MUNICIPALITY",
    "network": "KOSTRA_NETWORK",
    "quiet_hours": "KOSTRA_QUIET_HOURS",
    "warehouse_url": "KOSTRA_WAREHOUSE_URL",
}


class SettingsError(ValueError):
    """A setting has a value that cannot be used."""


@dataclass(frozen=True, slots=True)
class Settings:
    """One consistent set of settings.

    `home` holds everything that is written, a folder per source so that sample and real never mix.
    `offline` runs from the archive alone. `as_of` uses what was known at that date, `lock` (a file) exactly
    what it names, whatever the code and catalogue are with `lock_anyway`; both keep what comes of it apart.
    `quiet_hours`: whether SSB's unsettled hours (05:00-08:15) are respected; by
    default for every server that is not on this machine.
    """

    home: Path = Path("data")
    source: SourceKind = "sample"
    statbank_url: str = STATBANK_URL
    klass_url: str = KLASS_URL
    v0_url: str = V0_URL
    municipality: str = "baerum"
    network: str = "asss"
    quiet_hours: Literal["auto", "on", "off"] = "auto"
    warehouse_url: str | None = None
    offline: bool = False
    refetch: bool = False
    as_of: date | None = None
    lock: Path | None = None
    lock_anyway: bool = False

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """Settings as the environment gives them, defaults elsewhere."""
        environment = os.environ if environment is None else environment
        given = {name: environment[key] for name, key in ENVIRONMENT.items() if environment.get(key)}
        return cls().but(**given)

    def but(self, **changes: object) -> Settings:
        """These settings with others in place; None leaves a setting as it is."""
        wanted = {name: value for name, value in changes.items() if value is not None}
        if "home" in wanted:
            wanted["home"] = Path(str(wanted["home"])).expanduser()
        if wanted.get("source", "sample") not in get_args(SourceKind):
            raise SettingsError(f"source must be sample or ssb, not {wanted['source']!r}")
        if wanted.get("quiet_hours", "auto") not in ("auto", "on", "off"):
            raise SettingsError(f"quiet_hours must be auto, on or off, not {wanted['quiet_hours']!r}")
        return replace(self, **wanted)  # type: ignore[arg-type]

    def environment(self) -> dict[str, str]:
        """The environment that gives these settings to another process."""
        values = {name: getattr(self, name) for name in ENVIRONMENT}
        values["home"] = self.home.resolve()
        return {ENVIRONMENT[name]: str(value) for name, value in values.items() if value is not None}

    @property
    def folder(self) -> Path:
        """Everything of one source."""
        return self.home / self.source

    @property
    def archive(self) -> Path:
        """The raw archive of the source."""
        return self.folder / "archive"

    @property
    def ledger(self) -> Path:
        """The ledgers and account files imported into the source."""
        return self.folder / "ledger"

    @property
    def register(self) -> Path:
        """The register files imported into the source."""
        return self.folder / "register"

    @property
    def warehouse(self) -> str:
        """Root of the Delta tables: a folder, or an object-store address with the source as last part."""
        if self._runs_apart:
            return str(self._of_run / "warehouse")
        return self.main_warehouse

    @property
    def quality(self) -> Path:
        """The log of what was held against its expectations, beside the warehouse it is of."""
        return self._of_run / "quality"

    @property
    def _runs_apart(self) -> bool:
        return self.lock is not None or self.as_of is not None

    @property
    def _of_run(self) -> Path:
        """Where runs keep what they make: replays and runs as of a date each in a folder of their own."""
        if self.lock is not None:
            return self.folder / "locked" / _short_hash(self.lock)
        if self.as_of is not None:
            return self.folder / "as_of" / self.as_of.isoformat()
        return self.folder

    @property
    def main_warehouse(self) -> str:
        """The warehouse of runs that work from everything that is known; its history is the source's."""
        if self.warehouse_url:
            return f"{self.warehouse_url.rstrip('/')}/{self.source}"
        return str(self.folder / "warehouse")

    def respects_quiet_hours(self, address: str) -> bool:
        """Whether answers of `address` are refused from 05:00 to 08:15 Oslo time."""
        if self.quiet_hours == "auto":
            return self.source == "ssb" and not _on_this_machine(address)
        return self.quiet_hours == "on"


def _short_hash(lock: Path) -> str:
    """The start of a lock's hash, which names the warehouse it is replayed in."""
    try:
        return hashlib.sha256(lock.read_bytes()).hexdigest()[:12]
    except OSError as error:
        raise SettingsError(f"{lock} cannot be read: {error.strerror}") from error


def _on_this_machine(url: str) -> bool:
    host = urlparse(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def sources_in(home: Path) -> list[SourceKind]:
    """The sources that have an archive in `home`, the one run last first."""
    kinds = cast("tuple[SourceKind, ...]", get_args(SourceKind))
    held = [kind for kind in kinds if (home / kind / "archive").is_dir()]
    return sorted(held, key=lambda kind: _last_run(home / kind), reverse=True)


def _last_run(folder: Path) -> float:
    return max((path.stat().st_mtime for path in (folder / "runs").glob("*/report.json")), default=0.0)
