"""One setting at a time: from what the environment says to a value that can be used."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from kb.domain.errors import KnowledgeBaseError
from kb.settings_table import DEFAULTS


class SettingWrong(KnowledgeBaseError):
    """A setting cannot be used as it is."""

    def __init__(self, name: str, value: str, advice: str) -> None:
        super().__init__(f"The setting {name} is ‘{value}’; {advice}.")


def number(name: str, text: str, *, lowest: int, highest: int) -> int:
    """The whole number that a setting holds. Raises SettingWrong."""
    if not text.isdecimal() or not lowest <= int(text) <= highest:
        raise SettingWrong(name, text, f"use a whole number from {lowest} to {highest}")
    return int(text)


def folder(name: str, text: str) -> Path:
    """The path that a setting holds, in full. Raises SettingWrong."""
    try:
        return Path(text).expanduser().absolute()
    except RuntimeError:
        raise SettingWrong(
            name, text, "this machine has no such home folder; write the path in full"
        ) from None


def address(text: str) -> str:
    """The address under which people reach the site. Raises SettingWrong."""
    try:
        parts = urlsplit(text)
        usable = (
            parts.scheme in ("http", "https") and parts.hostname and text.isprintable() and " " not in text
        )
    except ValueError:
        usable = False
    if text != DEFAULTS["KB_PUBLIC_URL"] and not usable:
        raise SettingWrong("KB_PUBLIC_URL", text, "use an address such as https://practice.trust.example")
    return text


def mail(text: str) -> str:
    """Where letters go out. Raises SettingWrong, without what was set."""
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


def sender(text: str) -> str:
    """The address that letters come from. Raises SettingWrong."""
    if not re.fullmatch(r"[!-?A-~]+@[!-?A-~]+", text):
        raise SettingWrong("KB_MAIL_FROM", text, "use one e-mail address, without a name")
    return text


def timezone(text: str) -> str:
    """The name of a timezone that this machine knows. Raises SettingWrong."""
    try:
        ZoneInfo(text)
    except (KeyError, ValueError, OSError):
        raise SettingWrong("KB_TIMEZONE", text, "use a name such as Europe/London") from None
    return text
