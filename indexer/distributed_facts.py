"""What is known of a trust's index on a server: its manifest, its last commit, its term statistics, who is writing."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import socket
import time
from dataclasses import asdict, dataclass
from typing import Any

from indexer.distributed_schema import Names, any_of, own, said
from indexer.distributed_server import Server
from indexer.distributed_statistics import Statistics
from indexer.errors import IndexBusy, IndexDamaged
from indexer.manifest import Manifest

LEASE = 60.0
"""Seconds that a writer is believed to be alive after its last word."""

_TOGETHER = 50  # pieces read with one request
_NOTHING = [1.0, 0.0]


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What a trust's rows amount to.

    commit  number of the last change; grows
    pieces  how many texts its statistics are in
    whole   False while a commit is being written: what was interrupted then is counted anew by the next writer
    """

    manifest: Manifest
    commit: int
    pieces: int
    whole: bool


class Facts:
    """The facts of one trust in one set of collections."""

    def __init__(self, server: Server, names: Names) -> None:
        self._server, self._names = server, names
        self._own = hashlib.blake2b(server.address.trust.encode(), digest_size=16).hexdigest()
        self._token = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"

    def state(self, *, within: float | None = None) -> State | None:
        """What there is, None when nothing is. Raises EngineUnavailable, IndexDamaged."""
        text = self._texts([f"{self._own}state"], within=within).get(f"{self._own}state")
        if text is None:
            return None
        try:
            content = json.loads(text)
            return State(**{**content, "manifest": Manifest(**content["manifest"])})
        except (ValueError, TypeError, KeyError) as error:
            raise IndexDamaged("of the state on the search server", "cannot be read") from error

    def statistics(self, state: State) -> Statistics:
        """The term statistics of a state. Raises IndexDamaged, EngineUnavailable."""
        keys = [self._piece(state.commit, number) for number in range(state.pieces)]
        found: dict[str, str] = {}
        for start in range(0, len(keys), _TOGETHER):
            found |= self._texts(keys[start : start + _TOGETHER], within=10.0)
        if len(found) < len(keys):
            raise IndexDamaged("of term statistics on the search server", "is missing in part")
        return Statistics.of(found[key] for key in keys)

    def mark_unfinished(self, state: State) -> None:
        """Say that a commit has begun."""
        self._put({f"{self._own}state": _text(State(**{**_fields(state), "whole": False}))})

    def record(self, manifest: Manifest, commit: int, statistics: Statistics) -> State:
        """Write the statistics, then the state that names them, then forget older ones."""
        pieces = statistics.pieces()
        for number, piece in enumerate(pieces):
            self._put({self._piece(commit, number): piece})
        state = State(manifest=manifest, commit=commit, pieces=len(pieces), whole=True)
        self._put({f"{self._own}state": _text(state)})
        return state

    def forget_before(self, state: State) -> None:
        """Take out the statistics of older commits."""
        kept = [f"{self._own}state", f"{self._own}lease"]
        kept += [self._piece(state.commit, number) for number in range(state.pieces)]
        chosen = f"{own(self._server.address)} and not ({any_of('key', kept)})"
        self._server.tell(
            lambda client, within: client.delete(self._names.facts, filter=chosen, timeout=within)
        )

    def take_lease(self) -> None:
        """Be the only writer of this trust's rows, or say so again. Raises IndexBusy."""
        held = self._lease()
        if (
            held
            and held["token"] != self._token
            and held["until"] > time.time()
            and not _is_dead(held["token"])
        ):
            raise IndexBusy
        self._put({f"{self._own}lease": json.dumps({"token": self._token, "until": time.time() + LEASE})})
        held = self._lease()
        if held and held["token"] != self._token:
            raise IndexBusy

    def give_lease_back(self) -> None:
        """Let others write."""
        held = self._lease()
        if held and held["token"] == self._token:
            self._put({f"{self._own}lease": json.dumps({"token": self._token, "until": 0})})

    def _lease(self) -> dict[str, Any] | None:
        text = self._texts([f"{self._own}lease"], within=10.0).get(f"{self._own}lease")
        return json.loads(text) if text else None

    def _piece(self, commit: int, number: int) -> str:
        return f"{self._own}words{commit}n{number}"

    def _texts(self, keys: list[str], *, within: float | None) -> dict[str, str]:
        chosen = f"{own(self._server.address)} and {any_of('key', keys)}"
        rows = self._server.ask(
            lambda client, left: client.query(
                self._names.facts,
                filter=chosen,
                output_fields=["key", "text"],
                consistency_level="Strong",  # what was committed a moment ago must be known
                timeout=left,
            ),
            within=within,
        )
        return {row["key"]: row["text"] for row in rows}

    def _put(self, texts: dict[str, str]) -> None:
        rows = [
            {"key": key, "trust": said(self._server.address.trust), "text": text, "nothing": _NOTHING}
            for key, text in texts.items()
        ]
        self._server.write("upsert", self._names.facts, rows)


def _fields(state: State) -> dict[str, Any]:
    return {"manifest": state.manifest, "commit": state.commit, "pieces": state.pieces, "whole": state.whole}


def _text(state: State) -> str:
    return json.dumps(asdict(state), ensure_ascii=False)


def _is_dead(token: str) -> bool:
    """True when a lease was held by a process of this machine that is no more."""
    host, process, _ = token.split(":")
    if host != socket.gethostname():
        return False
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
