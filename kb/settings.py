"""Settings from the environment, each with its default and meaning. docs/settings.md is printed from this table."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kb.domain.errors import KnowledgeBaseError


class SettingWrong(KnowledgeBaseError):
    """A setting cannot be used as it is."""

    def __init__(self, name: str, value: str, advice: str) -> None:
        super().__init__(f"The setting {name} is ‘{value}’; {advice}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One environment variable."""

    name: str
    default: str
    meaning: str


SETTINGS: tuple[Setting, ...] = (
    Setting(
        name="KB_CONTENT",
        default="content",
        meaning="Folder of the published Markdown: articles, pictures, vocabulary, schools.",
    ),
    Setting(
        name="KB_VAR",
        default="var",
        meaning=(
            "Folder for the database, the search index and whatever else can be made again or backed up."
        ),
    ),
    Setting(
        name="KB_MODEL",
        default="packaged",
        meaning=(
            "Embedding model: ‘packaged’ (all-MiniLM-L6-v2, no network), a folder with a sentence-"
            "transformers model, or a hub name with its revision (owner/name@revision)."
        ),
    ),
    Setting(
        name="KB_SEARCH",
        default="embedded",
        meaning="Search engine. ‘embedded’ keeps its index in KB_VAR/index.",
    ),
    Setting(
        name="KB_HOST",
        default="127.0.0.1",
        meaning="Address that kb serve listens on.",
    ),
    Setting(
        name="KB_PORT",
        default="8000",
        meaning="Port that kb serve listens on.",
    ),
    Setting(
        name="KB_WORKERS",
        default="2",
        meaning="Web processes. Two suit two cores.",
    ),
    Setting(
        name="KB_THREADS",
        default="8",
        meaning="Requests that one web process answers side by side.",
    ),
    Setting(
        name="KB_LOG_LEVEL",
        default="info",
        meaning="How much is logged: debug, info, warning or error. Query texts are never logged.",
    ),
    Setting(
        name="KB_SHARED",
        default="../shared",
        meaning="Folder of shared data that kb bench takes its texts from; without it, the articles.",
    ),
    Setting(
        name="KB_CRASHPOINT",
        default="none",
        meaning="For tests only: the named point at which a process kills itself.",
    ),
)
_DEFAULTS = {setting.name: setting.default for setting in SETTINGS}
_LEVELS = ("debug", "info", "warning", "error")
HIGHEST_PORT = 65535


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All settings, checked. Folders are absolute."""

    content: Path
    var: Path
    model: str
    search: str
    host: str
    port: int
    workers: int
    threads: int
    log_level: str
    shared: Path = field(default_factory=lambda: Path(_DEFAULTS["KB_SHARED"]).absolute())

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.var / "kb.sqlite"

    @property
    def index(self) -> Path:
        """The folder of the search index."""
        return self.var / "index"


def settings_from(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings that the environment gives. Raises SettingWrong."""

    def value(name: str) -> str:
        return environment.get(name, "").strip() or _DEFAULTS[name]

    level = value("KB_LOG_LEVEL").lower()
    if level not in _LEVELS:
        raise SettingWrong("KB_LOG_LEVEL", level, f"use one of {', '.join(_LEVELS)}")
    return Settings(
        content=Path(value("KB_CONTENT")).expanduser().absolute(),
        var=Path(value("KB_VAR")).expanduser().absolute(),
        model=value("KB_MODEL"),
        search=value("KB_SEARCH"),
        host=value("KB_HOST"),
        port=_number("KB_PORT", value("KB_PORT"), lowest=0, highest=HIGHEST_PORT),
        workers=_number("KB_WORKERS", value("KB_WORKERS"), lowest=1, highest=64),
        threads=_number("KB_THREADS", value("KB_THREADS"), lowest=1, highest=256),
        log_level=level,
        shared=Path(value("KB_SHARED")).expanduser().absolute(),
    )


def _number(name: str, text: str, *, lowest: int, highest: int) -> int:
    if not text.isdecimal() or not lowest <= int(text) <= highest:
        raise SettingWrong(name, text, f"use a whole number from {lowest} to {highest}")
    return int(text)
