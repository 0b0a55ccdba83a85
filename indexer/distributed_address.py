"""milvus://host:port?token-file=...&tls=1&database=...: where a search server is, and how to use it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from indexer.errors import EngineUnavailable

SCHEME = "milvus://"
DEFAULT_PORT = 19530
LONGEST_WAIT = 60.0
_KEYS = ("token-file", "tls", "database", "index", "trust", "timeout", "consistency", "exact")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
_FORM = "milvus://host:port, with ?" + "=...&".join(_KEYS) + "=... where needed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerAddress:
    """One search server and what is ours on it.

    token_file  holds "user:password" or an API key; read when the server is reached, never shown
    index    name of the index; trusts that share one share collections
    trust    whose documents: the partition key
    timeout  seconds that one question may take
    strong   a question waits until it sees every write before it, instead of those of a moment ago
    exact    meaning is searched without an approximate index: for small collections
    """

    host: str
    port: int
    token_file: Path | None = None
    tls: bool = False
    database: str = "default"
    index: str = "kb"
    trust: str = "trust"
    timeout: float = 0.8
    strong: bool = False
    exact: bool = False

    @property
    def uri(self) -> str:
        """As pymilvus wants it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self.tls else 'http'}://{host}:{self.port}"

    @property
    def shown(self) -> str:
        """For sentences: where it is."""
        return f"{self.host}:{self.port}"

    def token(self) -> str:
        """What the server wants to hear; empty when nothing. Raises EngineUnavailable."""
        if self.token_file is None:
            return ""
        try:
            return self.token_file.read_text(encoding="utf-8").strip()
        except (OSError, ValueError) as error:
            raise EngineUnavailable(
                f"The token file {self.token_file} of the search server cannot be read. Check its path and rights."
            ) from error


def names_server(address: str) -> bool:
    """True when an address is one of a search server."""
    return address.startswith(SCHEME)


def server_address(address: str) -> ServerAddress:
    """The address taken apart. Raises EngineUnavailable with the form that is wanted."""
    try:
        parts = urlsplit(address)
        port = parts.port or DEFAULT_PORT
        options = dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query)))
    except ValueError as error:
        raise _refused(address, str(error)) from error
    if not names_server(address) or not parts.hostname or parts.path not in {"", "/"} or parts.username:
        raise _refused(address, "there is no host in it" if not parts.hostname else "it has parts too many")
    for key in options:
        if key not in _KEYS:
            raise _refused(address, f"‘{key}’ is not known")
    return ServerAddress(
        host=parts.hostname,
        port=port,
        token_file=Path(options["token-file"]).expanduser() if options.get("token-file") else None,
        tls=_switch(address, options, "tls"),
        database=options.get("database") or "default",
        index=_name(address, options, "index", "kb"),
        trust=_name(address, options, "trust", "trust"),
        timeout=_seconds(address, options),
        strong=_consistency(address, options),
        exact=_switch(address, options, "exact"),
    )


def _refused(address: str, reason: str) -> EngineUnavailable:
    plain = address.partition("?")[0]
    return EngineUnavailable(f"‘{plain}’ cannot be used as a search server: {reason}. Write {_FORM}.")


def _switch(address: str, options: Mapping[str, str], key: str) -> bool:
    value = options.get(key, "0").lower()
    if value not in {"0", "1", "true", "false", "yes", "no"}:
        raise _refused(address, f"‘{key}’ must be 1 or 0")
    return value in {"1", "true", "yes"}


def _name(address: str, options: Mapping[str, str], key: str, default: str) -> str:
    value = options.get(key) or default
    if not _NAME.fullmatch(value):
        raise _refused(address, f"‘{key}’ must be made of up to 40 letters, digits and hyphens")
    return value


def _seconds(address: str, options: Mapping[str, str]) -> float:
    try:
        seconds = float(options.get("timeout") or "0.8")
    except ValueError as error:
        raise _refused(address, "‘timeout’ must be seconds") from error
    if not 0.05 <= seconds <= LONGEST_WAIT:  # noqa: PLR2004 - both ends are said in the sentence
        raise _refused(address, "‘timeout’ must be from 0.05 to 60 seconds")
    return seconds


def _consistency(address: str, options: Mapping[str, str]) -> bool:
    value = options.get("consistency") or "bounded"
    if value not in {"bounded", "strong"}:
        raise _refused(address, "‘consistency’ must be bounded or strong")
    return value == "strong"
