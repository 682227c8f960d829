"""Files that are whole or not there (write aside, flush, rename), and locks that end with their process."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

LOCK_PATIENCE_SECONDS = 900
ABANDONED_AFTER_SECONDS = 3600


def write_durably(path: Path, content: bytes) -> None:
    """Write `content` to `path` so that a reader sees the old file or the new one, whatever happens."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    with aside.open("wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    aside.replace(path)
    sync_directory(path.parent)


def sweep(folder: Path) -> None:
    """Remove what writers that were killed left aside; never what a writer at work may still rename."""
    before = time.time() - ABANDONED_AFTER_SECONDS
    for path in folder.rglob(".*.tmp"):
        if path.stat().st_mtime < before:
            path.unlink(missing_ok=True)


def sync_file(path: Path) -> None:
    """Force a written file to disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_directory(path: Path) -> None:
    """Force the names in a directory to disk, where the system lets a directory be opened."""
    if os.name == "posix":
        sync_file(path)


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Hold the lock `path` while the block runs, across threads and processes.

    The lock is an SQLite transaction: it works on every system, and ends with the process that held it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path, timeout=LOCK_PATIENCE_SECONDS, isolation_level=None)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        yield


def is_held(path: Path) -> bool:
    """Whether somebody, in this process or another, holds the lock `path` now; one that is gone is free."""
    try:
        address = f"{path.resolve().as_uri()}?mode=rw"
        with closing(sqlite3.connect(address, uri=True, timeout=0)) as connection:
            connection.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError:
        return path.exists()
    return False
