"""Settings from the environment. kb.settings_table has their names, defaults and meanings."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kb.domain.account import SiteMode
from kb.settings_table import DEFAULTS
from kb.settings_values import SettingWrong, address, folder, mail, number, sender, timezone

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
    reranker: str = DEFAULTS["KB_RERANKER"]
    public_url: str = DEFAULTS["KB_PUBLIC_URL"]
    mail: str = field(default=DEFAULTS["KB_MAIL"], repr=False)  # may hold a password
    mail_from: str = DEFAULTS["KB_MAIL_FROM"]
    timezone: str = DEFAULTS["KB_TIMEZONE"]
    site_mode: SiteMode = SiteMode.OPEN
    secret_key_file: Path | None = None
    providers_file: Path | None = None
    proxies: int = 0
    content_git: bool = False
    virus_check: str = DEFAULTS["KB_VIRUS_CHECK"]
    shared: Path = field(default_factory=lambda: Path(DEFAULTS["KB_SHARED"]).absolute())

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
        if self.public_url != DEFAULTS["KB_PUBLIC_URL"]:
            return self.public_url.rstrip("/")
        return f"http://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"


def settings_from(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings that the environment gives. Raises SettingWrong."""

    def value(name: str) -> str:
        return environment.get(name, "").strip() or DEFAULTS[name]

    mode = value("KB_SITE_MODE").lower()
    if mode not in list(SiteMode):
        raise SettingWrong("KB_SITE_MODE", mode, "use ‘open’ or ‘trust’")
    providers = environment.get("KB_PROVIDERS_FILE", "").strip()
    key_file = environment.get("KB_SECRET_KEY_FILE", "").strip()
    level = value("KB_LOG_LEVEL").lower()
    if level not in _LEVELS:
        raise SettingWrong("KB_LOG_LEVEL", level, f"use one of {', '.join(_LEVELS)}")
    history = value("KB_CONTENT_GIT").lower()
    if history not in ("off", "commit"):
        raise SettingWrong("KB_CONTENT_GIT", history, "use ‘off’ or ‘commit’")
    return Settings(
        content=folder("KB_CONTENT", value("KB_CONTENT")),
        var=folder("KB_VAR", value("KB_VAR")),
        model=value("KB_MODEL"),
        reranker=value("KB_RERANKER"),
        search=value("KB_SEARCH"),
        host=value("KB_HOST"),
        port=number("KB_PORT", value("KB_PORT"), lowest=0, highest=HIGHEST_PORT),
        workers=number("KB_WORKERS", value("KB_WORKERS"), lowest=1, highest=64),
        threads=number("KB_THREADS", value("KB_THREADS"), lowest=1, highest=256),
        log_level=level,
        public_url=address(value("KB_PUBLIC_URL")),
        mail=mail(value("KB_MAIL")),
        mail_from=sender(value("KB_MAIL_FROM")),
        timezone=timezone(value("KB_TIMEZONE")),
        content_git=history == "commit",
        virus_check=value("KB_VIRUS_CHECK"),
        shared=folder("KB_SHARED", value("KB_SHARED")),
        site_mode=SiteMode(mode),
        secret_key_file=folder("KB_SECRET_KEY_FILE", key_file) if key_file else None,
        providers_file=folder("KB_PROVIDERS_FILE", providers) if providers else None,
        proxies=number("KB_PROXIES", value("KB_PROXIES"), lowest=0, highest=10),
    )
