"""What several processes, a kill or a full disk do to a database: run as ``python -m``, prints one JSON object."""

from __future__ import annotations

import json
import multiprocessing
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from kb.domain.errors import Unavailable
from kb.storage.database import Database, open_database
from tests.samples import ROOT

FORK = multiprocessing.get_context("fork")


def seen_by(what: str, folder: Path, *around: str) -> dict[str, Any]:
    """Run one of the functions below in a process of its own; what it saw. ``around``: a command to run it under."""
    command = [*around, sys.executable, "-m", "tests.storage.database_processes", what, str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    seen: dict[str, Any] = json.loads(done.stdout)
    return seen


def opening(folder: Path) -> dict[str, Any]:
    """Eight processes open a database that is not there yet, at the same moment; five times."""
    said: list[str] = []
    for round_ in range(5):
        said += _side_by_side(8, _open_one, folder / f"{round_}.sqlite")
    return {"said": sorted(set(said)), "times": len(said)}


def _open_one(path: Path, _number: int) -> str:
    database = open_database(path)
    return "pending" if database.pending() else "up to date"


def contending(folder: Path) -> dict[str, Any]:
    """Eight processes each read a number and write it back one larger, 300 times."""
    database = open_database(folder / "kb.sqlite")
    with database.write() as writing:
        writing.execute("create table numbers(name text primary key, value integer not null) strict")
        writing.execute("insert into numbers values ('sum', 0)")
    database.close()
    said = _side_by_side(8, _add_many, folder / "kb.sqlite")
    with database.read() as connection:
        total = connection.execute("select value from numbers").fetchone()[0]
        sound = connection.execute("pragma integrity_check").fetchone()[0]
    return {"said": sorted(set(said)), "sum": total, "integrity": sound}


def _add_many(path: Path, _number: int) -> str:
    database = Database(path)
    for _ in range(300):
        with database.write() as writing:
            value = writing.execute("select value from numbers").fetchone()[0]
            writing.execute("update numbers set value = :value", {"value": value + 1})
    return "done"


def _side_by_side(processes: int, work: Any, path: Path) -> list[str]:
    barrier, answers = FORK.Barrier(processes), FORK.Queue()

    def run(number: int) -> None:
        barrier.wait()
        try:
            answers.put(work(path, number))
        except Unavailable as error:
            answers.put(str(error))

    running = [FORK.Process(target=run, args=(number,)) for number in range(processes)]
    for process in running:
        process.start()
    said = [answers.get(timeout=100) for _ in running]
    for process in running:
        process.join()
    return said


def killed_while_migrating(folder: Path) -> dict[str, Any]:
    """Kill a new database's first opening at its 1st, 2nd, 3rd ... statement; open it again each time."""
    kills, wrong = 0, []
    fresh = _schema(open_database(folder / "fresh.sqlite"))
    for number in range(1, 200):
        path = folder / f"killed-{number}.sqlite"
        process = FORK.Process(target=_open_and_die, args=(path, number))
        process.start()
        process.join()
        if process.exitcode != -signal.SIGKILL:
            break
        kills += 1
        again = open_database(path)
        if again.pending() or _schema(again) != fresh:
            wrong.append(number)
    return {"kills": kills, "wrong": wrong}


def _open_and_die(path: Path, number: int) -> None:
    database, left = Database(path), number

    def count(_statement: str) -> None:
        nonlocal left
        left -= 1
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)

    database._connection("writer", write=True).set_trace_callback(count)
    database.migrate()


def _schema(database: Database) -> list[str]:
    with database.read() as connection:
        return [row[0] for row in connection.execute("select sql from sqlite_master order by name")]


def filling(folder: Path) -> dict[str, Any]:
    """Write until files may not grow, small pieces then one large; read all the while; go on with more room."""
    database = open_database(folder / "kb.sqlite")
    with database.write() as writing:
        writing.execute("create table lines(id integer primary key, text text not null) strict")
    largest = max(path.stat().st_size for path in folder.iterdir())
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest + 300_000, resource.RLIM_INFINITY))
    small, kept = _refusal(database, 2_000, 1_000)
    large, _ = _refusal(database, 1, 5_000_000)
    readable = _count(database)
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    return {"small": small, "large": large, "kept": kept, "readable": readable, **_afterwards(database)}


def filling_a_small_disk(folder: Path) -> dict[str, Any]:
    """The same on a disk of one megabyte. Needs a mount of its own: run it under ``unshare -rm``."""
    (folder / "disk").mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder / "disk"], check=True)
    database = open_database(folder / "disk/kb.sqlite")
    with database.write() as writing:
        writing.execute("create table lines(id integer primary key, text text not null) strict")
    (folder / "disk/ballast").write_bytes(b"x" * 100_000)
    small, kept = _refusal(database, 2_000, 1_000)
    large, _ = _refusal(database, 1, 5_000_000)
    readable = _count(database)
    opened_again = _refusal_to_open(folder / "disk/kb.sqlite")
    (folder / "disk/ballast").unlink()
    seen = {"small": small, "large": large, "kept": kept, "readable": readable, "opened": opened_again}
    return {**seen, **_afterwards(database)}


def _refusal(database: Database, times: int, letters: int) -> tuple[str, int]:
    """What was said when it was full, and how many transactions were kept before."""
    for kept in range(times):
        try:
            with database.write() as writing:
                writing.execute("insert into lines(text) values (:text)", {"text": "x" * letters})
        except Unavailable as error:
            return str(error), kept
    return "", times


def _refusal_to_open(path: Path) -> str:
    try:
        return str(_count(open_database(path)))
    except Unavailable as error:
        return str(error)


def _count(database: Database) -> int:
    with database.read() as connection:
        return int(connection.execute("select count(*) from lines").fetchone()[0])


def _afterwards(database: Database) -> dict[str, Any]:
    with database.write() as writing:
        writing.execute("insert into lines(text) values ('after')")
    with database.read() as connection:
        return {
            "after": _count(database),
            "integrity": connection.execute("pragma integrity_check").fetchone()[0],
        }


def forking(folder: Path) -> dict[str, Any]:
    """Parent and child use the same Database object by turns."""
    database = open_database(folder / "kb.sqlite")
    with database.write() as writing:
        writing.execute("create table lines(id integer primary key, text text not null) strict")
    with database.read() as reading:
        process = FORK.Process(target=_write_as_child, args=(database, reading))
        process.start()
    _write_many(database)
    process.join()
    time.sleep(0.05)
    return {"exit": process.exitcode, **_afterwards(database)}


def _write_as_child(database: Database, of_parent: object) -> None:
    with database.read() as reading:
        if reading is of_parent:
            sys.exit("The child reads through its parent's connection.")
    _write_many(database)


def _write_many(database: Database) -> None:
    for _ in range(50):
        with database.write() as writing:
            writing.execute("insert into lines(text) values ('x')")
        _count(database)


if __name__ == "__main__":
    functions = (opening, contending, killed_while_migrating, filling, filling_a_small_disk, forking)
    chosen = {function.__name__: function for function in functions}[sys.argv[1]]
    sys.stdout.write(json.dumps(chosen(Path(sys.argv[2]))))
