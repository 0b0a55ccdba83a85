"""Handing a message to a mail server, or to a folder where there is none."""

from __future__ import annotations

import contextlib
import os
import secrets
import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from email.headerregistry import AddressHeader
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol, cast
from urllib.parse import unquote, urlsplit

from kb.domain.errors import Unavailable
from kb.domain.job import NoUseTrying

PATIENCE = 20.0
"""Seconds that a mail server may take for one answer."""

_FOR_GOOD = 500
_HERE = frozenset({"localhost", "127.0.0.1", "::1"})


class Refused(NoUseTrying):
    """The mail server says that this letter will never be taken."""


class Unsure(NoUseTrying):
    """The mail server had the text and did not say whether it took it."""


class Post(Protocol):
    """Where letters go out."""

    def send(self, message: EmailMessage, *, name: str, last_moment: Callable[[], None]) -> None:
        """Hand a message over.

        name         of the letter, the same for every try
        last_moment  called when nothing can be taken back any more

        Raises Unavailable when it may be tried again, Refused when that is of no use, Unsure when it must not.
        """


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder with a file for each letter, for trying things out."""

    path: Path

    def send(self, message: EmailMessage, *, name: str, last_moment: Callable[[], None]) -> None:  # noqa: ARG002
        """Write the letter; a second time it is the same file."""
        new = self.path / f".{name}.{secrets.token_hex(4)}"
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(message.as_bytes())
                file.flush()
                os.fsync(file.fileno())
            new.replace(self.path / f"{name}.eml")
        except OSError as error:
            with contextlib.suppress(OSError):
                new.unlink(missing_ok=True)
            raise Unavailable(
                f"The letter could not be written to {self.path} ({error.strerror})."
            ) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """An SMTP server.

    at_once   encrypted from the first byte (smtps), else as soon as the server offers it
    password  sent over an encrypted line alone, but for a server on this machine
    """

    host: str
    port: int
    at_once: bool
    user: str = ""
    password: str = ""

    def send(self, message: EmailMessage, *, name: str, last_moment: Callable[[], None]) -> None:  # noqa: ARG002
        """Hand the letter over; what is certain before the text goes out is asked before."""
        try:
            with self._connected() as server:
                self._to_the_last_moment(server, message)
                last_moment()
                _hand_over(server, message)
                with contextlib.suppress(
                    smtplib.SMTPException, OSError
                ):  # it is taken; how we part does not matter
                    server.quit()
        except smtplib.SMTPResponseException as error:
            raise _answered(error.smtp_code, error.smtp_error) from error
        except (smtplib.SMTPException, OSError) as error:
            raise Unavailable(
                f"The mail server {self.host}:{self.port} cannot be used just now ({error})."
            ) from error

    def _connected(self) -> contextlib.closing[smtplib.SMTP]:
        secure = ssl.create_default_context()
        server: smtplib.SMTP
        if self.at_once:
            server = smtplib.SMTP_SSL(self.host, self.port, timeout=PATIENCE, context=secure)
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=PATIENCE)
        return contextlib.closing(server)

    def _to_the_last_moment(self, server: smtplib.SMTP, message: EmailMessage) -> None:
        server.ehlo_or_helo_if_needed()
        encrypted = self.at_once
        if not encrypted and server.has_extn("starttls"):
            server.starttls(context=ssl.create_default_context())
            server.ehlo()
            encrypted = True
        if self.user:
            if not encrypted and self.host not in _HERE:
                raise Unavailable(
                    f"The mail server {self.host} offers no encryption, so it is not told the password. "
                    "Use smtps:// in KB_MAIL, or another server."
                )
            server.login(self.user, self.password)
        _expect(server.mail(_bare(message["From"])))
        _expect(server.rcpt(_bare(message["To"])))


def post_from(address: str, folder: Path) -> Post:
    """What KB_MAIL names: ‘folder’ (the usual one), ‘folder:PATH’, ‘smtp://…’ or ‘smtps://…’."""
    parts = urlsplit(address)
    if parts.scheme in ("smtp", "smtps"):
        at_once = parts.scheme == "smtps"
        return MailServer(
            host=parts.hostname or "",
            port=parts.port or (465 if at_once else 587 if parts.username else 25),
            at_once=at_once,
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
        )
    path = address.removeprefix("folder").removeprefix(":")
    return Folder(Path(path) if path else folder)


def _hand_over(server: smtplib.SMTP, message: EmailMessage) -> None:
    try:
        _expect(server.data(message.as_bytes(policy=message.policy.clone(linesep="\r\n"))))
    except smtplib.SMTPResponseException:  # it has answered, so we know
        raise
    except OSError as error:
        raise Unsure(
            "The line to the mail server broke when it had the letter. It may have been sent: "
            "ask the person before you try again."
        ) from error


def _expect(answer: tuple[int, bytes]) -> None:
    code, words = answer
    if code not in (250, 251):
        raise smtplib.SMTPResponseException(code, words)


def _answered(code: int, words: bytes | str) -> Unavailable | Refused:
    said = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    told = f"The mail server answered {code}: {' '.join(said.split())[:200]}"
    return Refused(told) if code >= _FOR_GOOD else Unavailable(told)


def _bare(header: object) -> str:
    (address,) = cast("AddressHeader", header).addresses
    return str(address.addr_spec)
