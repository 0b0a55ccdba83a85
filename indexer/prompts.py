"""What a model wants before a question and before a text: "query: " and "passage: ", for instance.

A model says so in config_sentence_transformers.json. Some well-known ones say it on their page alone; those are known
here by their name. One that says nothing gets its texts as they are.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

SETTINGS = "config_sentence_transformers.json"
NAME = "prompts.json"
"""The file beside a graph."""

_OF_QUESTIONS = ("query", "question", "search_query")
_OF_TEXTS = ("document", "passage", "corpus", "search_document")


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompts:
    """What stands before each question and before each text."""

    query: str = ""
    passage: str = ""

    def write(self, folder: Path) -> None:
        """Put them beside a graph; nothing when there are none."""
        if self != Prompts():
            (folder / NAME).write_text(json.dumps(asdict(self), ensure_ascii=False), encoding="utf-8")

    @classmethod
    def beside(cls, folder: Path) -> Prompts:
        """Those of the graph in a folder. Raises ValueError, TypeError when the file is not as it was written."""
        path = folder / NAME
        return cls(**json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else cls()


NONE = Prompts()

KNOWN: Mapping[str, Prompts] = {
    r"(multilingual-)?e5-(small|base|large)(-v2)?": Prompts(query="query: ", passage="passage: "),
    r"bge-(small|base|large)-en(-v1\.5)?": Prompts(
        query="Represent this sentence for searching relevant passages: "
    ),
}
"""Last part of a model's name → what its page says and its files do not."""


def prompts_of(name: str, said: Mapping[str, str | None], default: str | None) -> Prompts:
    """The prompts of a model.

    name     its folder's name, or that on a hub
    said     name of a prompt → text, as the model's settings give them
    default  name of the one that is used for everything that has none of its own
    """
    filled = {key: text for key, text in said.items() if text}
    if not filled:
        last = re.split(r"[/@]", name)[1 if "/" in name else 0]
        return next((known for form, known in KNOWN.items() if re.fullmatch(form, last)), NONE)
    fallback = filled.get(default or "", "")

    def first(own: tuple[str, ...], other: tuple[str, ...]) -> str:
        found = next((filled[key] for key in own if key in filled), None)
        return found if found is not None else "" if default in other else fallback

    return Prompts(query=first(_OF_QUESTIONS, _OF_TEXTS), passage=first(_OF_TEXTS, _OF_QUESTIONS))


def prompts_in(folder: Path) -> Prompts:
    """The prompts of a model that lies in a folder."""
    try:
        settings = json.loads((folder / SETTINGS).read_text(encoding="utf-8"))
        said, default = settings.get("prompts") or {}, settings.get("default_prompt_name")
    except (OSError, ValueError, AttributeError):
        said, default = {}, None
    return prompts_of(folder.name, said if isinstance(said, dict) else {}, default)
