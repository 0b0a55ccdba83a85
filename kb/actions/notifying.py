"""Letters to people, through the outbox: noted with what they tell about, sent by the worker.

The kinds are the files of templates/letters; what a kind needs to be told stands in its first comment. A letter holds
names, titles and links to pages where one must sign in, and never a person's own words: they might name a pupil.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import default
from email.utils import format_datetime
from typing import Any

from kb.actions.letter_texts import KINDS, letter_text
from kb.actions.posting import Post, Refused, Unsure, post_from
from kb.domain.errors import BadRequest, KnowledgeBaseError
from kb.domain.job import Job
from kb.storage import accounts, jobs, outbox
from kb.storage.database import Database
from kb.storage.outbox import Letter, LetterState

__all__ = ["JOB", "Office", "Post", "notify", "post_from"]

JOB = "letter"
_LONG_LINES = default.clone(
    max_line_length=900
)  # broken lines in the head would begin a subject with a space
_ADDRESS = re.compile(r"[^\s@<>\"(),:;\\\[\]]{1,64}@[^\s@<>\"(),:;\\\[\]]{1,189}")


class AddressWrong(BadRequest):
    """No letter can be sent to this address."""

    field = "email"

    def __init__(self) -> None:
        super().__init__("Enter an e-mail address like name@school.example.")


def notify(
    db: Database, *, to: int | str, kind: str, values: Mapping[str, Any] | None = None, key: str | None = None
) -> None:
    """Note a letter, within the caller's transaction: when that is undone, no letter goes out.

    to      the number of an account, or an address where there is none yet
    kind    the name of a template
    values  what the template says; ``link`` is a path of the site, such as /contribute/12; ``stop`` with a link in it
            is the page that ends letters of this kind, which mail programs are told of, too
    key     of a key only one letter is ever written

    Raises AddressWrong.
    """
    if kind not in KINDS:
        raise ValueError(f"there is no letter {kind}; the kinds are {', '.join(sorted(KINDS))}")
    if isinstance(to, str) and not is_address(to):
        raise AddressWrong
    with db.write():
        number = outbox.add(
            db,
            kind,
            account=to if isinstance(to, int) else None,
            address=to if isinstance(to, str) else None,
            content=values or {},
            key=key,
        )
        if number is not None:
            jobs.enqueue(db, JOB, {"letter": number}, key=f"{JOB}:{number}")


def is_address(text: str) -> bool:
    """True for what can stand in the head of a letter as an address, and nothing else with it."""
    return text.isascii() and _ADDRESS.fullmatch(text) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """Sends what is in the outbox.

    sender      the address in From
    public_url  where people reach the site; links begin with it
    """

    database: Database
    post: Post
    sender: str
    public_url: str
    site_name: str

    def send(self, job: Job) -> None:
        """Send the letter of a job, once: never again when it may be out already."""
        letter = outbox.find(self.database, int(job.payload["letter"]))
        if letter is None or letter.state in (LetterState.SENT, LetterState.DROPPED):
            return
        if letter.state is LetterState.SENDING and job.attempts > 1:
            raise Unsure(
                "The worker stopped while the mail server had the letter. It may have been sent: "
                "ask the person before you try again."
            )
        address = self._address_of(letter)
        if address is None:  # who has left or was erased is told nothing more
            outbox.move(self.database, letter.id, LetterState.DROPPED)
            return
        self._post(letter, self._message(letter, address))
        outbox.move(self.database, letter.id, LetterState.SENT)

    def _post(self, letter: Letter, message: EmailMessage) -> None:
        try:
            self.post.send(
                message,
                name=f"{letter.created:%Y%m%d-%H%M%S}-{letter.id}-{letter.kind}",
                last_moment=lambda: outbox.move(self.database, letter.id, LetterState.SENDING),
            )
        except Unsure:
            raise
        except KnowledgeBaseError:
            outbox.move(self.database, letter.id, LetterState.WAITING)
            raise

    def _address_of(self, letter: Letter) -> str | None:
        if letter.account is None:
            return letter.address
        account = accounts.find(self.database, letter.account)
        return account.email if account and account.active else None

    def _message(self, letter: Letter, address: str) -> EmailMessage:
        if not is_address(address):
            raise Refused(
                "The person’s e-mail address cannot be used; change it on the page of their account."
            )
        subject, text = letter_text(
            letter.kind, letter.content, public_url=self.public_url, site_name=self.site_name
        )
        message = EmailMessage(policy=_LONG_LINES)
        message["From"] = Address(self.site_name, addr_spec=self.sender)
        message["To"] = address
        message["Subject"] = subject
        message["Date"] = format_datetime(letter.created)
        message["Message-ID"] = f"<{_number(letter.created)}.{letter.id}@{self.sender.partition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"
        if "stop" in letter.content:
            _say_how_to_stop(message, self.public_url.rstrip("/") + letter.content["stop"]["link"])
        message.set_content(text)
        return message


def _say_how_to_stop(message: EmailMessage, address: str) -> None:
    """Let the mail program show a button that ends these letters, without opening a page. Source: RFC 8058.

    One click is for addresses of https alone.
    """
    message["List-Unsubscribe"] = f"<{address}>"
    if address.startswith("https://"):
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"


def _number(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
