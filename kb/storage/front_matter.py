"""Front matter: the part of an article between two lines of dashes, taken off and written."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from pathlib import Path

import yaml

from kb.domain.article import Article, LocalEvidence
from kb.domain.errors import ContentInvalid, Mistake

ARTICLE_KEYS = (
    "type",
    "title",
    "summary",
    "key_stages",
    "provisions",
    "needs",
    "themes",
    "subjects",
    "roles",
    "school",
    "authors",
    "visibility",
    "published",
    "reviewed",
    "review_by",
    "owner",
    "illustrative",
    "local",
    "evidence",
    "references",
    "source",
    "unstated",
)
LOCAL_KEYS = (
    "outcome",
    "how_we_know",
    "level",
    "pupils",
    "staff_hours_setup",
    "staff_hours_week",
    "cost_band",
)

_DASHES = "---"
# What safe_yaml refuses, and lone halves of characters, which no file can hold.
_UNWANTED = re.compile("[^\t\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """An article's text in two.

    front, body            without the lines of dashes and without empty lines before the body
    front_line, body_line  the lines of the file on which they begin
    """

    front: str
    front_line: int
    body: str
    body_line: int


def split(text: str, *, path: Path) -> Parts:
    """The front matter and the body of an article.

    Raises ContentInvalid with one mistake when there is no front matter or it does not end.
    """
    lines = text.split("\n")
    if lines[0].rstrip() != _DASHES:
        raise _refused(
            path, f"There is no front matter; begin the file with a line {_DASHES}, its keys and another."
        )
    end = next((number for number, line in enumerate(lines) if number and line.rstrip() == _DASHES), None)
    if end is None:
        raise _refused(path, f"The front matter does not end; put a line {_DASHES} under its last key.")
    start = end + 1
    while start < len(lines) and not lines[start].strip():
        start += 1
    front, body = "\n".join(lines[1:end]), "\n".join(lines[start:])
    return Parts(front=front, front_line=2, body=body, body_line=start + 1)


def front_matter_text(values: Mapping[str, object]) -> str:
    """The YAML of an article's front matter, one key a line in the usual order, without the lines of dashes.

    values  texts, numbers, days, True or False, lists and mappings; a key whose value is None is left out
    """
    ordered = [key for key in ARTICLE_KEYS if key in values]
    ordered += [key for key in values if key not in ARTICLE_KEYS]
    plain = {key: _plain(values[key]) for key in ordered if values[key] is not None}
    return yaml.dump(plain, Dumper=_Writer, sort_keys=False, allow_unicode=True, width=10_000)


def article_text(values: Mapping[str, object], body: str) -> str:
    """A whole article file: front matter, an empty line, the body."""
    return f"{_DASHES}\n{front_matter_text(values)}{_DASHES}\n\n{body.strip(chr(10))}\n"


def with_days(text: str, days: Mapping[str, date]) -> str:
    """An article's file with other days in its front matter, every other line as it was.

    A key that an import could not fill is not listed as such any more.
    """
    lines = text.split("\n")
    end = next(number for number, line in enumerate(lines) if number and line.rstrip() == _DASHES)
    front = [line for line in lines[1:end] if line.partition(":")[0] not in days]
    front = [kept for line in front if (kept := _stated(line, days)) is not None]
    new = [f"{key}: {day.isoformat()}" for key, day in days.items()]
    at = next(
        (number for number, line in enumerate(lines[1:end]) if line.partition(":")[0] in days), len(front)
    )
    return "\n".join([lines[0], *front[:at], *new, *front[at:], *lines[end:]])


def _stated(line: str, keys: Collection[str]) -> str | None:
    found = re.fullmatch(r"unstated: *\[(.*)\]\s*", line)
    if found is None:
        return line
    left = [key for key in re.split(r"[\s,]+", found[1]) if key and key not in keys]
    return f"unstated: [{', '.join(left)}]" if left else None


def front_matter_of(article: Article) -> dict[str, object]:
    """The keys of an article as they stand in its file; what it does not state is left out."""
    given = {key: getattr(article, key) for key in ARTICLE_KEYS if key not in ("local", "evidence")}
    values: dict[str, object] = {key: value for key, value in given.items() if value not in (None, (), "")}
    for key in ("needs", "subjects"):
        values.setdefault(key, ())
    if article.local:
        values["local"] = _local_values(article.local)
    if article.strands:
        values["evidence"] = [{"strand": strand} for strand in article.strands]
    if not article.illustrative:
        del values["illustrative"]
    return values


def _local_values(local: LocalEvidence) -> dict[str, object]:
    given = {key: getattr(local, key) for key in LOCAL_KEYS}
    return {key: value for key, value in given.items() if value is not None}


class _Writer(yaml.SafeDumper):
    """Lists of single values on one line, everything else on lines of its own, no anchors."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 - the signature is PyYAML's
        return True


def _list_node(writer: _Writer, items: list[object]) -> yaml.Node:
    single = not any(isinstance(item, (list, dict)) for item in items)
    return writer.represent_sequence("tag:yaml.org,2002:seq", items, flow_style=single)


def _mapping_node(writer: _Writer, values: dict[str, object]) -> yaml.Node:
    return writer.represent_mapping("tag:yaml.org,2002:map", values, flow_style=False)


_Writer.add_representer(list, _list_node)
_Writer.add_representer(dict, _mapping_node)


def _plain(value: object) -> object:
    """The value in types that YAML has, without characters that no front matter may hold."""
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items() if one is not None}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(one) for one in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, (bool, int, float, date)):
        return value
    return _UNWANTED.sub(" ", str(value))


def _refused(path: Path, message: str) -> ContentInvalid:
    return ContentInvalid([Mistake(path=path, line=1, message=message)])
