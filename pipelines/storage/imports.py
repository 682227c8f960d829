"""Files that were handed in: kept as they are, append-only, verified on every read.

    objects/<2>/<sha256>.gz       the file, gzip of its bytes; named by the SHA-256 of the file
    imports/<time>-<hash>.json    its sidecar: name, kind, what it stands for, how it is read, when, why

A sidecar is written last, and its name carries the hash of its own text. What a file stands for are its
slots, such as one accounting year; the newest import of a slot is the current one, and an older one is only
superseded by saying why.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from assets.errors import DataError
from pipelines import __version__
from pipelines.storage.archive import ArchiveError, sha256_of
from pipelines.storage.files import exclusive, write_durably

#: Account data compress well; a higher level costs seconds on a million lines.
_GZIP_LEVEL = 3


class ImportRefusedError(DataError):
    """A slot is held by another file, and no reason was given to replace it."""


def bytes_of(path: Path) -> bytes:
    """The content of a file that is handed in.

    Raises:
        DataError: it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror}") from error


@dataclass(frozen=True, slots=True)
class Imported:
    """One file as imported.

    `slots` is what it stands for. `facts` says how it is to be read. `reason` says why it replaced another
    file, or is None.
    """

    sha256: str
    file_sha256: str
    name: str
    kind: str
    slots: tuple[str, ...]
    facts: Mapping[str, Any]
    imported_at: str
    reason: str | None
    client: str = f"kostra-pipeline {__version__}"


class Imports:
    """The imported files under `root`."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def all(self) -> list[Imported]:
        """Every import, oldest first, each sidecar checked against its name."""
        return [_load(path) for path in sorted((self.root / "imports").glob("*.json"))]

    def current(self, counts: Callable[[Imported], bool] = lambda _: True) -> dict[str, Imported]:
        """The newest import of each slot, of those that count."""
        return {slot: imported for imported in filter(counts, self.all()) for slot in imported.slots}

    def add(
        self,
        content: bytes,
        name: str,
        kind: str,
        slots: Sequence[str],
        facts: Mapping[str, Any],
        replace: str | None,
    ) -> tuple[Imported, bool]:
        """Keep a file; False when it is the current one of all its slots already, read in the same way.

        Raises:
            ImportRefusedError: a slot is held by another file and `replace` gives no reason.
        """
        sha256, held = sha256_of(content), self.current()
        kept = json.loads(json.dumps(dict(facts)))
        same = [
            each
            for slot in slots
            if (each := held.get(slot)) and each.sha256 == sha256 and each.facts == kept
        ]
        if len(same) == len(slots):
            return same[0], False
        taken = {slot: held[slot] for slot in slots if slot in held and held[slot] not in same}
        if taken and not replace:
            raise ImportRefusedError(_taken(taken))
        packed = self._keep(content, sha256)
        now = datetime.now(UTC)
        reason = replace if taken else None
        imported = Imported(
            sha256, sha256_of(packed), name, kind, tuple(slots), kept, now.isoformat(), reason
        )
        text = json.dumps(asdict(imported), ensure_ascii=False, indent=1, sort_keys=True).encode()
        moment = now.strftime("%Y%m%dT%H%M%S%fZ")
        write_durably(self.root / "imports" / f"{moment}-{sha256_of(text)[:16]}.json", text)
        return imported, True

    def content(self, imported: Imported) -> bytes:
        """The file as it was handed in.

        Raises:
            ArchiveError: when it is absent or not what was kept.
        """
        path = self._object(imported.sha256)
        try:
            packed = path.read_bytes()
        except FileNotFoundError as error:
            raise ArchiveError(f"{path}: the imported file is gone; restore it from a backup") from error
        content = _unpacked(packed)
        if (
            content is None
            or imported.file_sha256 != sha256_of(packed)
            or imported.sha256 != sha256_of(content)
        ):
            raise ArchiveError(_damaged(path))
        return content

    def files(self, imported: Imported) -> list[Path]:
        """The files an import rests on, below the root: its sidecar and the file itself."""
        sidecars = sorted((self.root / "imports").glob("*.json"))
        own = next(path for path in sidecars if _load(path) == imported)
        return [path.relative_to(self.root) for path in (own, self._object(imported.sha256))]

    def verify(self) -> list[str]:
        """Read everything; one line per damaged or absent file."""
        damage: list[str] = []
        for path in sorted((self.root / "imports").glob("*.json")):
            try:
                self.content(_load(path))
            except ArchiveError as error:
                damage.append(str(error))
        return damage

    def locked(self) -> AbstractContextManager[None]:
        """Only one process at a time decides what is current."""
        return exclusive(self.root / "imports.lock")

    def _object(self, sha256: str) -> Path:
        return self.root / "objects" / sha256[:2] / f"{sha256}.gz"

    def _keep(self, content: bytes, sha256: str) -> bytes:
        """Keep the file unless it is held already; the packed bytes as they lie on disk."""
        path = self._object(sha256)
        if path.exists() and _unpacked(held := path.read_bytes()) == content:
            return held
        packed = gzip.compress(content, compresslevel=_GZIP_LEVEL, mtime=0)
        write_durably(path, packed)
        return packed


def _unpacked(packed: bytes) -> bytes | None:
    try:
        return gzip.decompress(packed)
    except (OSError, EOFError, zlib.error):
        return None


def _load(path: Path) -> Imported:
    text = path.read_bytes()
    if sha256_of(text)[:16] != path.stem.rpartition("-")[2]:
        raise ArchiveError(_damaged(path))
    record = json.loads(text)
    return Imported(**{**record, "slots": tuple(record["slots"])})


def _taken(taken: Mapping[str, Imported]) -> str:
    held = "\n".join(
        f"  {slot}: {imported.name}, imported {imported.imported_at[:10]} ({imported.sha256[:12]})"
        for slot, imported in taken.items()
    )
    return f"another file is held already; to replace it, say why: --replace REASON\n{held}"


def _damaged(path: Path) -> str:
    return (
        f"{path}: the imported file is not the one that was kept (its hash differs); restore it from a backup"
    )
