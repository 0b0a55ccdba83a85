"""One search server as everything else here sees it: calls with a time limit, failures in one sentence.

The only module that imports pymilvus, apart from the schema. Every write that is sent is one that may be sent twice
(put, take out by a filter, point a name at something), so a write is tried again with growing pauses; a question is
not, because whoever asks has a local index to turn to and no time.
"""

from __future__ import annotations

import logging
import os
import random
import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

from indexer.distributed_address import ServerAddress
from indexer.errors import EngineUnavailable

T = TypeVar("T")
PATIENCE = 30.0
"""Seconds that a write is tried for while the server is away."""

WRITE_WITHIN = 60.0
"""Seconds that one write may take: a batch of some megabytes on a busy server."""

_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 5.0
_log = logging.getLogger(__name__)


def milvus() -> Any:
    """The client library. Raises EngineUnavailable when it is not installed."""
    try:
        import pymilvus
    except ImportError as error:
        raise EngineUnavailable(
            "A search server needs the package pymilvus. Install the extra with "
            '‘pip install "good-practice-knowledge-base[distributed]"’, or set KB_SEARCH to ‘embedded’.'
        ) from error
    for name in ("pymilvus", "pymilvus.decorators"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)  # it logs whole requests; we say what failed
    return pymilvus


class Server:
    """A connection that is made when it is needed, again after a failure, and anew in a forked process."""

    def __init__(self, address: ServerAddress) -> None:
        milvus()
        self.address = address
        self._client: Any = None
        self._process = 0
        self._connecting = threading.Lock()

    def ask(self, question: Callable[[Any, float], T], *, within: float | None = None) -> T:
        """What the server answers to one question, asked once. Raises EngineUnavailable.

        question  called with the client and the seconds that are left
        """
        ends = time.monotonic() + (self.address.timeout if within is None else within)
        try:
            client = self._connected(max(0.05, ends - time.monotonic()))
            return question(client, max(0.05, ends - time.monotonic()))
        except EngineUnavailable:
            raise
        except Exception as error:  # pymilvus raises its own kinds, those of gRPC, and plain ones
            if _is_bug(error):
                raise
            raise self._unavailable(error) from error

    def tell(self, write: Callable[[Any, float], T], *, within: float = WRITE_WITHIN) -> T:
        """Do something that may be done twice; tried again with growing pauses while the server is away."""
        began, pause = time.monotonic(), _FIRST_PAUSE
        while True:
            try:
                return self.ask(write, within=within)
            except EngineUnavailable as error:
                if not _passes(error) or time.monotonic() - began + pause > PATIENCE:
                    raise
                _log.info("trying again in %.1f s: %s", pause, error)
            time.sleep(pause * (0.75 + random.random() / 2))  # noqa: S311 - not a secret
            pause = min(_LONGEST_PAUSE, pause * 2)

    def write(self, verb: str, *what: Any, **how: Any) -> Any:
        """One verb of the client, told as ``tell`` tells it."""
        return self.tell(lambda client, within: getattr(client, verb)(*what, timeout=within, **how))

    def close(self) -> None:
        """Let the connection go."""
        with self._connecting:
            client, self._client = self._client, None
        if client is not None and self._process == os.getpid():
            client.close()

    def _connected(self, within: float) -> Any:
        if self._client is not None and self._process == os.getpid():
            return self._client
        with self._connecting:
            if self._client is None or self._process != os.getpid():
                self._client = milvus().MilvusClient(
                    uri=self.address.uri,
                    token=self.address.token(),
                    db_name=self.address.database,
                    dedicated=True,
                    timeout=within,
                )
                self._process = os.getpid()
            return self._client

    def _unavailable(self, error: Exception) -> EngineUnavailable:
        if _is_transport(error):  # a channel that failed once waits long before it tries again
            self.close()
        told = EngineUnavailable(
            f"The search server at {self.address.shown} cannot be used ({reason_of(error)}). Check that it runs and "
            "that KB_SEARCH is right."
        )
        told.__cause__ = error
        return told


def reason_of(error: BaseException) -> str:
    """What an error of the client library or of gRPC says, in one line."""
    error = _beneath(error)
    details = getattr(error, "details", None)  # gRPC's own text has many lines, and the first says nothing
    said = details() if callable(details) else getattr(error, "message", "") or str(error)
    return (str(said or "").strip() or type(error).__name__).splitlines()[0][:160]


_DEEPEST = 8  # errors made of one another; the client library makes rings of them


def _beneath(error: BaseException) -> BaseException:
    """The error of gRPC that another was made of, which says more; else the error itself."""
    under: BaseException | None = error
    for _ in range(_DEEPEST):
        if under is None:
            break
        if callable(getattr(under, "code", None)) and callable(getattr(under, "details", None)):
            return under
        under = under.__cause__ or under.__context__
    return error


_REFUSALS = {"UNAUTHENTICATED", "PERMISSION_DENIED"}
_TRANSPORT_CODES = {1, 2}  # what pymilvus gives its own failures to connect and to be answered in time


def _is_transport(error: BaseException | None) -> bool:
    """True when the server was not reached or did not answer in time, rather than refused."""
    kind = type(error)
    if kind.__name__ == "MilvusException":
        return getattr(error, "code", None) in _TRANSPORT_CODES or "RPC" in str(error)
    return True


def _passes(error: EngineUnavailable) -> bool:
    """True when trying again may help."""
    if error.__cause__ is None or not _is_transport(error.__cause__):
        return False
    code = getattr(_beneath(error.__cause__), "code", None)
    return not (callable(code) and getattr(code(), "name", "") in _REFUSALS)


def _is_bug(error: Exception) -> bool:
    """True for what only our own mistake raises."""
    return isinstance(error, (AttributeError, NameError, AssertionError))
