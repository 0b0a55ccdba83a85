"""Settings from the environment, each with its default and meaning. docs/settings.md is printed from this table."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from kb.domain.account import SiteMode
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
        meaning="Folder for the database, the search index and whatever else can be made again or backed up.",
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
        meaning=(
            "Search engine. ‘embedded’ keeps its index in KB_VAR/index; milvus://host:port asks a Milvus server, "
            "with that index as its stand-in (docs/scaling.md)."
        ),
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
        name="KB_PUBLIC_URL",
        default="served",
        meaning=(
            "Address under which people reach the site, for links in letters, such as https://practice.trust.example. "
            "‘served’ is the address that kb serve listens on."
        ),
    ),
    Setting(
        name="KB_MAIL",
        default="folder",
        meaning=(
            "Where letters go out: smtp://user:password@server:587 (encrypted when the server offers it), "
            "smtps://user:password@server (encrypted from the start), or ‘folder’, which puts them into KB_VAR/mail "
            "for trying things out; folder:/a/path is another folder."
        ),
    ),
    Setting(
        name="KB_MAIL_FROM",
        default="knowledge-base@localhost",
        meaning="Address that letters come from.",
    ),
    Setting(
        name="KB_TIMEZONE",
        default="Europe/London",
        meaning="Clock by which daily and weekly letters go out.",
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
        name="KB_SITE_MODE",
        default="open",
        meaning="Who reads without signing in: ‘open’, everybody what is public; ‘trust’, nobody anything.",
    ),
    Setting(
        name="KB_SECRET_KEY_FILE",
        default="KB_VAR/secret.key",
        meaning="File of the secret keys that sign and seal, one a line, newest first; kb init makes the default one.",
    ),
    Setting(
        name="KB_PROVIDERS_FILE",
        default="none",
        meaning="File of the providers through which people sign in, in TOML; docs/administrators.md says how.",
    ),
    Setting(
        name="KB_PROXIES",
        default="0",
        meaning=(
            "How many reverse proxies stand before the site and say in X-Forwarded-For and X-Forwarded-Proto who "
            "asks and how. Too high a number lets anybody pretend to be somebody else."
        ),
    ),
    Setting(
        name="KB_VIRUS_CHECK",
        default="none",
        meaning=(
            "Command that checks every file people give us: it reads the file on its standard input and ends with 0 "
            "for a clean one and 1 for an infected one, such as ‘clamdscan --no-summary -’."
        ),
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
    public_url: str = _DEFAULTS["KB_PUBLIC_URL"]
    mail: str = field(default=_DEFAULTS["KB_MAIL"], repr=False)  # may hold a password
    mail_from: str = _DEFAULTS["KB_MAIL_FROM"]
    timezone: str = _DEFAULTS["KB_TIMEZONE"]
    site_mode: SiteMode = SiteMode.OPEN
    secret_key_file: Path | None = None
    providers_file: Path | None = None
    proxies: int = 0
    virus_check: str = _DEFAULTS["KB_VIRUS_CHECK"]
    shared: Path = field(default_factory=lambda: Path(_DEFAULTS["KB_SHARED"]).absolute())

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.var / "kb.sqlite"

    @property
    def secret_key(self) -> Path:
        """The file of the secret keys."""
        return self.secret_key_file or self.var / "secret.key"

    @property
    def index(self) -> Path:
        """The folder of the search index."""
        return self.var / "index"

    @property
    def mail_folder(self) -> Path:
        """The folder of letters when there is no mail server."""
        return self.var / "mail"

    @property
    def home(self) -> str:
        """The address of the site, without a slash at its end."""
        if self.public_url != _DEFAULTS["KB_PUBLIC_URL"]:
            return self.public_url.rstrip("/")
        return f"http://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"


def settings_from(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings that the environment gives. Raises SettingWrong."""

    def value(name: str) -> str:
        return environment.get(name, "").strip() or _DEFAULTS[name]

    mode = value("KB_SITE_MODE").lower()
    if mode not in list(SiteMode):
        raise SettingWrong("KB_SITE_MODE", mode, "use ‘open’ or ‘trust’")
    providers = environment.get("KB_PROVIDERS_FILE", "").strip()
    key_file = environment.get("KB_SECRET_KEY_FILE", "").strip()
    level = value("KB_LOG_LEVEL").lower()
    if level not in _LEVELS:
        raise SettingWrong("KB_LOG_LEVEL", level, f"use one of {', '.join(_LEVELS)}")
    return Settings(
        content=_folder("KB_CONTENT", value("KB_CONTENT")),
        var=_folder("KB_VAR", value("KB_VAR")),
        model=value("KB_MODEL"),
        search=value("KB_SEARCH"),
        host=value("KB_HOST"),
        port=_number("KB_PORT", value("KB_PORT"), lowest=0, highest=HIGHEST_PORT),
        workers=_number("KB_WORKERS", value("KB_WORKERS"), lowest=1, highest=64),
        threads=_number("KB_THREADS", value("KB_THREADS"), lowest=1, highest=256),
        log_level=level,
        public_url=_address(value("KB_PUBLIC_URL")),
        mail=_mail(value("KB_MAIL")),
        mail_from=_sender(value("KB_MAIL_FROM")),
        timezone=_timezone(value("KB_TIMEZONE")),
        virus_check=value("KB_VIRUS_CHECK"),
        shared=_folder("KB_SHARED", value("KB_SHARED")),
        site_mode=SiteMode(mode),
        secret_key_file=_folder("KB_SECRET_KEY_FILE", key_file) if key_file else None,
        providers_file=_folder("KB_PROVIDERS_FILE", providers) if providers else None,
        proxies=_number("KB_PROXIES", value("KB_PROXIES"), lowest=0, highest=10),
    )


def _number(name: str, text: str, *, lowest: int, highest: int) -> int:
    if not text.isdecimal() or not lowest <= int(text) <= highest:
        raise SettingWrong(name, text, f"use a whole number from {lowest} to {highest}")
    return int(text)


def _folder(name: str, text: str) -> Path:
    try:
        return Path(text).expanduser().absolute()
    except RuntimeError:
        raise SettingWrong(
            name, text, "this machine has no such home folder; write the path in full"
        ) from None


def _address(text: str) -> str:
    try:
        parts = urlsplit(text)
        usable = (
            parts.scheme in ("http", "https") and parts.hostname and text.isprintable() and " " not in text
        )
    except ValueError:
        usable = False
    if text != _DEFAULTS["KB_PUBLIC_URL"] and not usable:
        raise SettingWrong("KB_PUBLIC_URL", text, "use an address such as https://practice.trust.example")
    return text


def _mail(text: str) -> str:
    try:
        parts = urlsplit(text)
        usable = (parts.scheme in ("smtp", "smtps") and parts.hostname and parts.port != 0) or re.fullmatch(
            "folder(:.+)?", text
        )
    except ValueError:
        usable = None
    if not usable:  # what was set is not repeated: it may hold a password
        raise SettingWrong("KB_MAIL", "…", "use ‘folder’, folder:/a/path, smtp://server or smtps://server")
    return text


def _sender(text: str) -> str:
    if not re.fullmatch(r"[!-?A-~]+@[!-?A-~]+", text):
        raise SettingWrong("KB_MAIL_FROM", text, "use one e-mail address, without a name")
    return text


def _timezone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (KeyError, ValueError, OSError):
        raise SettingWrong("KB_TIMEZONE", text, "use a name such as Europe/London") from None
    return text
