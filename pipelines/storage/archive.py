"""The raw archive: every answer as it was served, append-only, verified on every read.

    objects/<2>/<sha256>.gz      the body, gzip of the bytes served; named by the SHA-256 of the body
    objects/<2>/<sha256>.json    its sidecar: request, response headers, when, licence, hash of the file
    snapshots/<key>/<time>-<id>.json   one logical fetch: its bodies in order and what is known of it

A snapshot is written last and names everything it needs, so a fetch that was cut off leaves at most
objects nobody refers to. A snapshot's name carries the hash of its own text.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipelines import __version__
from pipelines.statbank.transport import Response
from pipelines.storage.files import exclusive, write_durably

_RIGHTS = {
    "licence": "CC BY 4.0, Kilde: Statistisk sentralbyrå / Source: Statistics Norway",
    "client": f"kostra-pipeline {__version__}",
}
_KEY = re.compile(r"[a-z0-9_]+(/[A-Za-z0-9_]+)*")


class ArchiveError(Exception):
    """An archived file is damaged or absent. Nothing is computed from such an archive."""


@dataclass(frozen=True, slots=True)
class Part:
    """One archived answer: hashes of the body, the file that holds it and its sidecar, and the request."""

    sha256: str
    file_sha256: str
    sidecar_sha256: str
    method: str
    url: str
    request_body: str | None
    headers: Mapping[str, str]
    retrieved_at: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One logical fetch. `facts` holds what the fetch was for (SSB's `updated`, hash of the selection …)."""

    key: str
    retrieved_at: datetime
    parts: tuple[Part, ...]
    facts: Mapping[str, str]

    @property
    def sha256(self) -> str:
        """Hash of the answer: of its body, or of the list of bodies when it took several calls."""
        if len(self.parts) == 1:
            return self.parts[0].sha256
        return sha256_of("\n".join(part.sha256 for part in self.parts).encode())


class Archive:
    """The archive of one source, under `root`."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def store(self, key: str, responses: Sequence[Response], facts: Mapping[str, str]) -> Snapshot:
        """Keep the answers of one logical fetch under `key`, such as `statbank/t12367`."""
        parts = tuple(self._store_body(response) for response in responses)
        snapshot = Snapshot(key, max(r.retrieved_at for r in responses), parts, dict(facts))
        text = _as_json(_snapshot_record(snapshot))
        moment = snapshot.retrieved_at.astimezone(UTC).strftime("%Y%m%dT%H%M%S%fZ")
        write_durably(self._folder(key) / f"{moment}-{sha256_of(text)[:16]}.json", text)
        return snapshot

    def snapshots(self, key: str) -> list[Snapshot]:
        """All snapshots under `key`, oldest first, each checked against its name."""
        return [self._load(path, key) for path in sorted(self._folder(key).glob("*.json"))]

    def latest(self, key: str, wanted: Callable[[Snapshot], bool] = lambda _: True) -> Snapshot | None:
        """The newest snapshot under `key` that is `wanted`."""
        return next((s for s in reversed(self.snapshots(key)) if wanted(s)), None)

    def keys(self) -> list[str]:
        """Every key something is archived under."""
        base = self.root / "snapshots"
        return sorted({path.parent.relative_to(base).as_posix() for path in base.rglob("*.json")})

    def bodies(self, snapshot: Snapshot) -> list[bytes]:
        """The bodies of a snapshot, in order.

        Raises:
            ArchiveError: naming the file, when one is absent or not what was stored.
        """
        return [self._body(part) for part in snapshot.parts]

    def files(self, snapshot: Snapshot) -> list[Path]:
        """The files a snapshot rests on, below the root: itself, its bodies and their sidecars."""
        held = (path for path in sorted(self._folder(snapshot.key).glob("*.json")))
        own = next(path for path in held if self._load(path, snapshot.key) == snapshot)
        bodies = [self._object(part.sha256) for part in snapshot.parts]
        paths = [own, *(file for body in bodies for file in (body, body.with_suffix(".json")))]
        return [path.relative_to(self.root) for path in dict.fromkeys(paths)]

    def verify(self) -> list[str]:
        """Read everything; one line per damaged or absent file."""
        return list(self._damage())

    def locked(self, name: str) -> AbstractContextManager[None]:
        """Only one process at a time fetches what `name` stands for; the others then find it archived."""
        return exclusive(self.root / "locks" / f"{name.replace('/', '-')}.lock")

    def _damage(self) -> Iterator[str]:
        for key in self.keys():
            for path in sorted(self._folder(key).glob("*.json")):
                try:
                    self.bodies(self._load(path, key))
                except ArchiveError as error:
                    yield str(error)

    def _folder(self, key: str) -> Path:
        if not _KEY.fullmatch(key):
            raise ValueError(f"not an archive key: {key!r}")
        return self.root / "snapshots" / key

    def _object(self, sha256: str) -> Path:
        return self.root / "objects" / sha256[:2] / f"{sha256}.gz"

    def _store_body(self, response: Response) -> Part:
        """Write the body unless it is held already; the first retrieval keeps its sidecar."""
        sha256 = hashlib.sha256(response.content).hexdigest()
        path = self._object(sha256)
        asked = _request_record(response)
        if not path.with_suffix(".json").exists():
            packed = gzip.compress(response.content, compresslevel=6, mtime=0)
            write_durably(path, packed)
            record = {"sha256": sha256, "file_sha256": sha256_of(packed), **asked, **_RIGHTS}
            write_durably(path.with_suffix(".json"), _as_json(record))
        sidecar = path.with_suffix(".json").read_bytes()
        part = Part(sha256, json.loads(sidecar)["file_sha256"], sha256_of(sidecar), **asked)
        self._body(part)
        return part

    def _body(self, part: Part) -> bytes:
        path = self._object(part.sha256)
        try:
            packed = path.read_bytes()
        except FileNotFoundError as error:
            raise ArchiveError(f"{path}: the archived body is gone; restore it from a backup") from error
        if sha256_of(packed) != part.file_sha256:
            raise ArchiveError(_damaged(path))
        sidecar = path.with_suffix(".json")
        if not sidecar.exists() or sha256_of(sidecar.read_bytes()) != part.sidecar_sha256:
            raise ArchiveError(_damaged(sidecar))
        body = gzip.decompress(packed)
        if sha256_of(body) != part.sha256:
            raise ArchiveError(_damaged(path))
        return body

    def _load(self, path: Path, key: str) -> Snapshot:
        text = path.read_bytes()
        if sha256_of(text)[:16] != path.stem.rpartition("-")[2]:
            raise ArchiveError(_damaged(path))
        record = json.loads(text)
        parts = tuple(Part(**part) for part in record["parts"])
        return Snapshot(key, datetime.fromisoformat(record["retrieved_at"]), parts, record["facts"])


def _snapshot_record(snapshot: Snapshot) -> dict[str, Any]:
    return {
        "key": snapshot.key,
        "retrieved_at": snapshot.retrieved_at.astimezone(UTC).isoformat(),
        "parts": [asdict(part) for part in snapshot.parts],
        "facts": dict(snapshot.facts),
        **_RIGHTS,
    }


def _request_record(response: Response) -> dict[str, Any]:
    return {
        "method": response.method,
        "url": response.url,
        "request_body": None if response.request_body is None else response.request_body.decode(),
        "headers": dict(response.headers),
        "retrieved_at": response.retrieved_at.astimezone(UTC).isoformat(),
    }


def _as_json(record: Mapping[str, Any]) -> bytes:
    return json.dumps(record, ensure_ascii=False, indent=1, sort_keys=True).encode()


def sha256_of(content: bytes) -> str:
    """Hex SHA-256."""
    return hashlib.sha256(content).hexdigest()


def _damaged(path: Path) -> str:
    return (
        f"{path}: the archived file is not the one that was stored (its hash differs). "
        "Restore it from a backup, or move the whole archive aside and fetch again"
    )
