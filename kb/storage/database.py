"""The SQLite file: opened in one way, read through connections that cannot write, written in short transactions.

Writing goes through ``Database.write``, which sends BEGIN IMMEDIATE: a plain BEGIN takes its lock too late, and a
transaction that reads first and writes then fails at once when another one was quicker, whatever the busy timeout.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kb.domain.errors import Unavailable
from kb.storage.migrations import SCHEMA
from kb.storage.sqlite import Database as Writing
from kb.storage.sqlite import sqlite3

_FIXED = ((3, 51, 3), (3, 50, 7), (3, 44, 6))
_PRAGMAS = (
    "busy_timeout = 5000",
    "foreign_keys = on",
    "trusted_schema = off",
    "secure_delete = on",
    "synchronous = full",
)


_LEFT_BEHIND: list[object] = []
"""Connections of the parent process: even closing one here could damage what the parent has open (SQLite's rule)."""

_PATIENCE = 10.0
"""Seconds to wait for those who write at the same time."""

_BETWEEN_TRIES = 0.003


class DatabaseUnusable(Unavailable):
    """The database cannot be opened, or not safely."""


def has_reset_bug(version: tuple[int, ...]) -> bool:
    """True for an SQLite whose write-ahead log can lose pages when two connections write and checkpoint at once.

    Fixed in 3.51.3, and in the older lines 3.50.7 and 3.44.6. Source: SQLite's release notes.
    """
    return not any(version >= fixed and (fixed == _FIXED[0] or version[:2] == fixed[:2]) for fixed in _FIXED)


class Database:
    """One SQLite file. Threads and processes each get connections of their own."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._own = threading.local()

    @contextlib.contextmanager
    def read(self) -> Iterator[Any]:
        """A connection to read with: one that cannot write, or within ``write`` the one that sees what was written.

        Raises DatabaseUnusable.
        """
        try:
            yield self._within() or self._connection("reader", write=False)
        except sqlite3.DatabaseError as error:
            raise _unusable(self.path, error) from error

    @contextlib.contextmanager
    def write(self) -> Iterator[Writing]:
        """One transaction: all of it is kept, or nothing when an exception leaves it. Keep it short.

        Within another one of the same thread it is a part of that: kept with the whole, undone alone. So an action
        puts one ``write`` around what storage does.

        Raises DatabaseUnusable when the disk is full or the file cannot be written.
        """
        outer = self._within()
        if outer:
            whole = Writing(outer)
            with whole.atomic():
                yield whole
            return
        connection = self._connection("writer", write=True)
        try:
            _patiently(connection, "begin immediate")
            try:
                yield Writing(connection)
            except BaseException:
                if connection.in_transaction:  # a full disk has undone it already
                    connection.execute("rollback")
                raise
            connection.execute("commit")
        except sqlite3.IntegrityError:
            if connection.in_transaction:  # the commit itself was refused
                connection.execute("rollback")
            raise
        except sqlite3.DatabaseError as error:
            if connection.in_transaction:
                connection.execute("rollback")
            raise _unusable(self.path, error) from error

    def migrate(self) -> None:
        """Bring the schema up to date. Raises DatabaseUnusable for a file of a newer program."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        connection = self._connection("writer", write=True)
        try:
            _patiently(connection, "pragma journal_mode = wal")
            newer = [item.name for item in SCHEMA.applied(Writing(connection)) if item.name not in _names()]
        except sqlite3.DatabaseError as error:
            raise _unusable(self.path, error) from error
        if newer:
            raise DatabaseUnusable(
                f"The database {self.path} was written by a newer version of this program ({newer[0]}). "
                "Start that version, or restore an older backup."
            )
        if self.pending():
            with self.write() as db:  # all steps or none; a second process waits here and finds nothing to do
                SCHEMA.apply(db)

    def pending(self) -> bool:
        """True when the schema is not the one this program needs."""
        with self.read() as connection:
            return bool(SCHEMA.pending(Writing(connection)))

    def empty_log(self) -> None:
        """Write everything into the file itself and cut the log to nothing, as far as nobody reads it just now."""
        try:
            _patiently(self._connection("writer", write=True), "pragma wal_checkpoint(truncate)")
        except sqlite3.DatabaseError as error:
            raise _unusable(self.path, error) from error

    def close(self) -> None:
        """Let go of this thread's connections."""
        for kind in ("reader", "writer"):
            connection = self._own.__dict__.pop(kind, None)
            if connection is not None:
                connection.close()

    def _within(self) -> Any:
        """This thread's writing connection while a transaction of its runs, else None."""
        connection = (
            getattr(self._own, "writer", None) if getattr(self._own, "process", None) == os.getpid() else None
        )
        return connection if connection is not None and connection.in_transaction else None

    def _connection(self, kind: str, *, write: bool) -> Any:
        if getattr(self._own, "process", None) != os.getpid():  # a connection must not cross a fork
            _LEFT_BEHIND.append(dict(self._own.__dict__))
            self._own.__dict__.clear()
            self._own.process = os.getpid()
        connection = getattr(self._own, kind, None)
        if connection is None:
            connection = _connect(self.path, write=write)
            setattr(self._own, kind, connection)
        return connection


def open_database(path: Path) -> Database:
    """The database at a path, made or brought up to date where needed. Raises DatabaseUnusable."""
    if has_reset_bug(sqlite3.sqlite_version_info):
        raise DatabaseUnusable(
            f"SQLite {sqlite3.sqlite_version} can damage the database. Install pysqlite3 0.6.1 or newer (‘make setup’)."
        )
    database = Database(path)
    database.migrate()
    return database


def _connect(path: Path, *, write: bool) -> Any:
    mode = "rwc" if write else "ro"
    try:
        connection = sqlite3.connect(
            f"file:{path}?mode={mode}", uri=True, isolation_level=None, check_same_thread=False
        )
        for pragma in (*_PRAGMAS, *(() if write else ("query_only = on",))):
            connection.execute(f"pragma {pragma}")
    except sqlite3.DatabaseError as error:
        raise _unusable(path, error) from error
    return connection


def _patiently(connection: Any, statement: str) -> None:
    """Execute a statement as soon as nobody else writes.

    SQLite's own waiting sleeps longer each time, so that one of many writers starves; and for the switch to the
    write-ahead log it does not wait at all.
    """
    until = time.monotonic() + _PATIENCE
    connection.execute("pragma busy_timeout = 0")
    try:
        while True:
            try:
                connection.execute(statement)
            except sqlite3.OperationalError as error:
                if "locked" not in str(error) or time.monotonic() > until:
                    raise
                time.sleep(_BETWEEN_TRIES)
            else:
                return
    finally:
        connection.execute(f"pragma {_PRAGMAS[0]}")


def _names() -> set[str]:
    blank = Writing(memory=True)
    try:
        return {migration.name for migration in SCHEMA.pending(blank)}
    finally:
        blank.close()


def _unusable(path: Path, error: Exception) -> DatabaseUnusable:
    text = str(error)
    if "full" in text:
        return DatabaseUnusable("The disk is full. Nothing was lost; free some space and try again.")
    if "disk I/O error" in text:
        return DatabaseUnusable(
            f"The disk refuses the database {path}. Nothing was lost; check its space and health and try again."
        )
    if "readonly" in text or "unable to open" in text:
        return DatabaseUnusable(
            f"The database {path} cannot be opened. Check that its folder exists and may be written to."
        )
    if "malformed" in text or "not a database" in text:
        return DatabaseUnusable(
            f"The database {path} is damaged. Restore it from a backup, or delete it and run ‘kb index’."
        )
    return DatabaseUnusable(f"The database {path} cannot be used just now ({text}). Try again in a moment.")
