"""Front matter of any kind, taken off a page from elsewhere: YAML, TOML or JSON, with whatever keys.

What cannot be read is told and never stops the page: its text is worth more than its keys.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kb.domain.errors import ContentInvalid
from kb.storage.safe_yaml import FRONT_MATTER_BYTES, Kind, Node, parse

_ENDS = {"---": ("---", "..."), "+++": ("+++",)}
_LOOKS_LIKE_KEY = re.compile(r"^[\"']?[A-Za-z][\w .-]{0,60}[\"']?[ \t]*[:=]", re.MULTILINE)
_DEEPEST_JSON = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignPage:
    """A page from elsewhere in two parts.

    values   key → text, list or mapping; days and numbers are texts; keys are in small letters with low
             lines, so that ‘Key Stage’ and ‘key-stage’ are one
    problem  why the front matter could not be read; empty when it could, or when there is none
    """

    values: Mapping[str, object] = field(default_factory=dict)
    body: str
    problem: str = ""


def foreign_page(text: str) -> ForeignPage:
    """The front matter and the body of a page, without line ends of other systems."""
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").lstrip("\n").split("\n")
    mark = lines[0].rstrip()
    if mark in _ENDS:
        end = next(
            (place for place, line in enumerate(lines) if place and line.rstrip() in _ENDS[mark]), None
        )
        if end is not None:
            front, body = "\n".join(lines[1:end]), "\n".join(lines[end + 1 :])
            return _with_front(mark, front, body, "\n".join(lines))
    if mark.startswith("{"):
        return _with_json("\n".join(lines))
    return ForeignPage(body="\n".join(lines))


def _with_front(mark: str, front: str, body: str, whole: str) -> ForeignPage:
    try:
        values = _yaml(front) if mark == "---" else _toml(front)
    except _UnreadableError as error:
        is_front = bool(_LOOKS_LIKE_KEY.search(front))
        # Between two rules may also stand a paragraph; that is no front matter and must not be lost.
        return ForeignPage(body=body, problem=str(error)) if is_front else ForeignPage(body=whole)
    return ForeignPage(values=values, body=body) if values is not None else ForeignPage(body=whole)


class _UnreadableError(Exception):
    """What is wrong with a front matter, in a sentence."""


def _yaml(front: str) -> dict[str, object] | None:
    try:
        root = parse(front, path=Path("page"), first_line=2)
    except ContentInvalid as error:
        mistake = error.mistakes[0]
        raise _UnreadableError(
            f"line {mistake.line}: {mistake.message}" if mistake.line else mistake.message
        ) from None
    if root.kind is Kind.NOTHING:
        return {}
    return _with_plain_keys(_plain(root)) if root.kind is Kind.MAPPING else None


def _plain(node: Node) -> object:
    if node.kind is Kind.MAPPING:
        return {key: _plain(value) for key, value in node.entries.items()}
    if node.kind is Kind.LIST:
        return [_plain(item) for item in node.items]
    return node.text


def _toml(front: str) -> dict[str, object]:
    if len(front.encode("utf-8", "replace")) > FRONT_MATTER_BYTES:
        raise _UnreadableError(f"it is longer than {FRONT_MATTER_BYTES // 1000} kB.")
    try:
        return _with_plain_keys(_texts(tomllib.loads(front)))
    except tomllib.TOMLDecodeError as error:
        raise _UnreadableError(f"it is no TOML ({error}).") from None
    except (RecursionError, ValueError, OverflowError):
        raise _UnreadableError("it is no TOML.") from None


def _with_json(text: str) -> ForeignPage:
    """Front matter as one JSON object; a text that only begins with a bracket stays a text."""
    start = text[:FRONT_MATTER_BYTES]
    if start.count("{") + start.count("[") > _DEEPEST_JSON * 4:
        return ForeignPage(body=text)
    try:
        values, end = json.JSONDecoder().raw_decode(start)
    except (ValueError, RecursionError):
        return ForeignPage(body=text)
    if not isinstance(values, dict) or text[end : end + 1] not in ("", "\n"):
        return ForeignPage(body=text)
    return ForeignPage(values=_with_plain_keys(_texts(values)), body=text[end:].lstrip("\n"))


def _texts(value: object) -> object:
    if isinstance(value, dict):
        return {str(key): _texts(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_texts(one) for one in value]
    return "" if value is None else str(value)


def _with_plain_keys(values: object) -> dict[str, object]:
    given = values if isinstance(values, dict) else {}
    plain: dict[str, object] = {}
    for key, value in given.items():
        plain.setdefault(re.sub(r"[\s-]+", "_", str(key).strip().casefold()), value)
    return plain
