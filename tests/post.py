"""Letters as tests see them: those in a folder, and a mail server on this machine that does as it is told."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path
from typing import Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP


def letters_in(folder: Path) -> list[EmailMessage]:
    """The letters that lie in a folder, the first one first."""
    return [parsed(path.read_bytes()) for path in sorted(folder.glob("*.eml"))]


def parsed(raw: bytes) -> EmailMessage:
    return cast("EmailMessage", email.message_from_bytes(raw, policy=email.policy.default))


class MailServer:
    """Keeps what it takes.

    at_rcpt, at_data  answers to give instead, such as "451 later"; "hang up" breaks the line
    """

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.to: list[str] = []
        self.at_rcpt = self.at_data = ""
        self.port = 0

    @property
    def address(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    async def handle_RCPT(  # noqa: N802 - the library's name
        self, server: SMTP, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if self.at_rcpt:
            return self.at_rcpt
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.at_data and self.at_data != "hang up":
            return self.at_data
        self.taken.append(parsed(envelope.content))
        self.to += envelope.rcpt_tos
        if self.at_data == "hang up":
            server.transport.close()
        return "250 OK"


@contextmanager
def mail_server(server: MailServer | None = None, port: int = 0) -> Iterator[MailServer]:
    """A mail server on a free port, or on one it had before, until the end of the block."""
    server = server or MailServer()
    controller = Controller(server, hostname="127.0.0.1", port=port or _free_port())
    controller.start()
    server.port = controller.port
    try:
        yield server
    finally:
        controller.stop()


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
