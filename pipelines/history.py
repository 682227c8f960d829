"""Dagster's SQLite history with its databases kept open for as long as a command runs.

Dagster opens the database of a run anew for each of its thousands of events. Each time SQLAlchemy compiles
its statements again, and each close is the last one of the file, so that SQLite empties the journal into
it. The same rows are written here in the same transactions, over lines that stay open; and which tables and
columns there are is looked up once.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from dagster._core.storage.event_log.sqlite.sqlite_event_log import SqliteEventLogStorage
from dagster._core.storage.sql import create_engine
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from dagster._core.storage.sqlite_storage import DagsterSqliteStorage, _event_logs_directory
from dagster._serdes import ConfigurableClassData
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.pool import QueuePool

#: The index and the runs of the moment; who reads through many runs keeps no more files open.
_KEPT_OPEN = 4


class LastingEventLog(SqliteEventLogStorage):
    """The event log of a process that writes one run after the other."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._engines: OrderedDict[str, Engine] = OrderedDict()
        self._there: set[str] = set()
        super().__init__(base_dir, inst_data)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        # One user at a time, as in the parent: the lock is what lets threads share a connection.
        with self._db_lock, self._engine(shard).begin() as connection:
            yield connection

    def _engine(self, shard: str) -> Engine:
        engine = self._engines.get(shard)
        if engine is None:
            engine = create_engine(
                self.conn_string_for_shard(shard),
                poolclass=QueuePool,
                pool_size=1,
                connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS, "check_same_thread": False},
            )
            self._engines[shard] = engine
        if shard not in self._initialized_dbs:
            self._initdb(engine)
            self._initialized_dbs.add(shard)
        self._engines.move_to_end(shard)
        if len(self._engines) > _KEPT_OPEN:
            self._engines.popitem(last=False)[1].dispose()
        return engine

    def has_table(self, table_name: str) -> bool:
        """Whether the table is there; Dagster asks with every event, and what is there stays."""
        if table_name not in self._there and super().has_table(table_name):
            self._there.add(table_name)
        return table_name in self._there

    def _has_asset_key_col_on_connection(self, conn: Connection, column_name: str) -> bool:
        name = f"asset_keys.{column_name}"
        if name not in self._there and super()._has_asset_key_col_on_connection(conn, column_name):
            self._there.add(name)
        return name in self._there

    def wipe(self) -> None:
        """Forget everything; the files of the runs are deleted, so none may be open."""
        self._close()
        super().wipe()

    def dispose(self) -> None:
        """Close every database."""
        self._close()
        super().dispose()

    def _close(self) -> None:
        self._there.clear()
        with self._db_lock:
            while self._engines:
                self._engines.popitem()[1].dispose()


class History(DagsterSqliteStorage):
    """Dagster's SQLite storage with a `LastingEventLog`; files and tables are the same."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        super().__init__(base_dir, inst_data)
        self._event_log_storage = LastingEventLog(_event_logs_directory(base_dir))

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]
    ) -> History:
        """Made by Dagster from `storage` in the instance's settings."""
        return cls(config_value["base_dir"], inst_data)
