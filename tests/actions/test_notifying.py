"""Letters: written with their cause, sent once, tried again while the mail server is away, and never forged."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
import time_machine

from kb.actions import notifying
from kb.actions.letter_texts import KINDS
from kb.actions.notifying import JOB, Office, post_from
from kb.actions.working import Handler, Worker
from kb.domain.account import Role
from kb.domain.errors import BadRequest
from kb.domain.job import PATIENT, JobState
from kb.storage import accounts, jobs, outbox
from kb.storage.database import Database
from kb.storage.outbox import LetterState
from tests.post import letters_in, mail_server

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
RETURNED = {"title": "Calm starts", "reviewer": "R. Okafor", "link": "/contribute/12"}


def office(db: Database, mail: str = "folder") -> Office:
    return Office(
        database=db,
        post=post_from(mail, db.path.parent / "mail"),
        sender="practice@trust.example",
        public_url="https://practice.trust.example",
        site_name="Good practice",
    )


def worker(db: Database, mail: str = "folder") -> Worker:
    return Worker(db, {JOB: Handler(do=office(db, mail).send, waits=PATIENT)})


def sent(db: Database) -> list[EmailMessage]:
    worker(db).work_off()
    return letters_in(db.path.parent / "mail")


def somebody(db: Database) -> int:
    return accounts.add(
        db, name="A. Writer", email="a@x.test", role=Role.CONTRIBUTOR, schools=["castle"], now=NOW
    ).id


def states(db: Database) -> list[LetterState]:
    return [letter.state for letter in outbox.listed(db)]


def test_a_letter_says_where_to_go_and_comes_from_the_site(db: Database) -> None:
    notifying.notify(db, to=somebody(db), kind="returned", values=RETURNED)

    (letter,) = sent(db)

    assert letter["To"] == "a@x.test"
    assert letter["From"] == "Good practice <practice@trust.example>"
    assert letter["Subject"] == "Changes asked: Calm starts"
    assert "https://practice.trust.example/contribute/12\n" in letter.get_content()
    assert letter["Auto-Submitted"] == "auto-generated"


def test_a_letter_whose_cause_is_undone_is_never_sent(db: Database) -> None:
    with pytest.raises(BadRequest):
        _notify_and_fail(db)

    assert sent(db) == []


def _notify_and_fail(db: Database) -> None:
    with db.write():
        notifying.notify(db, to="a@x.test", kind="returned", values=RETURNED)
        raise BadRequest("no")


def test_a_letter_is_sent_once_however_often_its_job_comes(db: Database) -> None:
    notifying.notify(db, to="a@x.test", kind="returned", values=RETURNED)
    number = outbox.listed(db)[0].id
    with mail_server() as server:
        for _ in range(3):
            worker(db, server.address).work_off()
            jobs.enqueue(db, JOB, {"letter": number})

    assert server.to == ["a@x.test"]


def test_of_one_key_one_letter_is_written(db: Database) -> None:
    for _ in range(2):
        notifying.notify(db, to="a@x.test", kind="returned", values=RETURNED, key="returned:12:3")

    assert len(sent(db)) == 1


def test_what_was_sent_keeps_no_secret(db: Database) -> None:
    values = {"minutes": 30, "link": "/account/reset/very-secret"}
    notifying.notify(db, to="a@x.test", kind="reset", values=values)

    sent(db)

    assert outbox.listed(db)[0].content == {}


def test_while_the_mail_server_is_away_letters_wait_and_then_go_out_once(db: Database) -> None:
    with mail_server() as server:
        port = server.port
    with time_machine.travel(NOW, tick=False) as clock:
        notifying.notify(db, to="a@x.test", kind="returned", values=RETURNED)
        for wait in PATIENT[:3]:
            worker(db, server.address).work_off()
            clock.shift(wait * 1.3)
        waiting = jobs.listed(db, JobState.WAITING)
        with mail_server(server, port):
            worker(db, server.address).work_off()

    assert "cannot be used just now" in waiting[0].problem
    assert server.to == ["a@x.test"]
    assert states(db) == [LetterState.SENT]


@pytest.mark.parametrize(
    ("at_rcpt", "at_data", "state"),
    [
        ("450 4.2.1 mailbox busy", "", JobState.WAITING),
        ("", "451 4.3.0 disk full", JobState.WAITING),
        ("550 5.1.1 no such user", "", JobState.DEAD),
        ("", "554 5.7.1 no", JobState.DEAD),
    ],
)
def test_a_refusal_for_now_is_tried_again_and_one_for_good_is_not(
    db: Database, at_rcpt: str, at_data: str, state: JobState
) -> None:
    notifying.notify(db, to="a@x.test", kind="returned", values=RETURNED)
    with mail_server() as server:
        server.at_rcpt, server.at_data = at_rcpt, at_data
        worker(db, server.address).work_off()

    (job,) = jobs.listed(db, state)
    assert (at_rcpt or at_data)[:3] in job.problem
    assert states(db) == [LetterState.WAITING]
    assert server.taken == []


def test_a_letter_that_may_be_out_is_not_sent_again_before_a_person_says_so(db: Database) -> None:
    notifying.notify(db, to="a@x.test", kind="returned", values=RETURNED)
    with time_machine.travel(NOW, tick=False) as clock, mail_server() as server:
        server.at_data = "hang up"
        worker(db, server.address).work_off()
        server.at_data = ""
        clock.shift(timedelta(days=1))
        worker(db, server.address).work_off()
        before = list(server.to)
        (dead,) = jobs.listed(db, JobState.DEAD)
        jobs.retry(db, dead.id)
        worker(db, server.address).work_off()

    assert before == ["a@x.test"]
    assert "It may have been sent" in dead.problem
    assert server.to == ["a@x.test"] * 2
    assert states(db) == [LetterState.SENT]


def test_a_letter_whose_worker_died_while_the_server_had_it_is_not_sent_again(db: Database) -> None:
    notifying.notify(db, to="a@x.test", kind="returned", values=RETURNED)
    outbox.move(db, outbox.listed(db)[0].id, LetterState.SENDING)
    with time_machine.travel(NOW, tick=False) as clock, mail_server() as server:
        jobs.claim(db)
        clock.shift(timedelta(minutes=2))
        worker(db, server.address).work_off()

    assert server.taken == []
    assert "It may have been sent" in jobs.listed(db, JobState.DEAD)[0].problem


def test_who_has_left_gets_no_more_letters(db: Database) -> None:
    number = somebody(db)
    notifying.notify(db, to=number, kind="returned", values=RETURNED)
    accounts.leave(db, number, NOW)

    assert sent(db) == []
    assert states(db) == [LetterState.DROPPED]


HOSTILE = "Hello\r\nBcc: everybody@x.test\r\n\r\nSign in at http://bad.test\u2028\u202e\x00 now"


def test_what_people_type_cannot_add_to_the_head_of_a_letter_or_draw_its_text(db: Database) -> None:
    notifying.notify(
        db, to="a@x.test", kind="returned", values=RETURNED | {"title": HOSTILE, "reviewer": HOSTILE}
    )

    (letter,) = sent(db)

    assert letter["Bcc"] is None
    assert letter["To"] == "a@x.test"
    assert letter["Subject"] == "Changes asked: Hello Bcc: everybody@x.test Sign in at http://bad.test now"
    assert not any(line.startswith(("Bcc", "Sign in")) for line in letter.get_content().splitlines())


@pytest.mark.parametrize(
    "address",
    [
        "",
        "a",
        "a@",
        "@x.test",
        "a@x.test\nBcc: b@x.test",
        "a@x.test, b@x.test",
        "a b@x.test",
        "A <a@x.test>",
        "ä@x.test",
    ],
)
def test_what_is_no_address_is_refused_before_anything_is_noted(db: Database, address: str) -> None:
    with pytest.raises(BadRequest, match="like name@"):
        notifying.notify(db, to=address, kind="returned", values=RETURNED)

    assert outbox.listed(db) == ()


@pytest.mark.parametrize("link", ["https://bad.test/", "//bad.test", "/a b", "javascript:x"])
def test_a_letter_links_to_the_site_alone(db: Database, link: str) -> None:
    notifying.notify(db, to="a@x.test", kind="returned", values=RETURNED | {"link": link})

    assert sent(db) == []


def test_the_password_of_the_mail_server_is_never_sent_in_the_clear(db: Database) -> None:
    notifying.notify(db, to="a@x.test", kind="returned", values=RETURNED)
    with mail_server() as server:
        address = f"smtp://me:secret@localhost.localdomain:{server.port}"
        worker(db, address).work_off()

    (job,) = jobs.listed(db, JobState.WAITING)
    assert "secret" not in job.problem
    assert server.taken == []


LIST = [
    {
        "title": "Calm starts",
        "link": "/articles/calm-starts",
        "since": "1 March 2026",
        "note": "since 1 March",
    }
]
VALUES: dict[str, dict[str, Any]] = {
    "invited": {"inviter": "A. Lead", "school": "Castle Bridge", "until": "3 December 2026"},
    "reset": {"minutes": 30},
    "submitted": {"title": "Calm starts", "author": "A. Writer", "school": "Castle Bridge"},
    "returned": {"title": "Calm starts", "reviewer": "R. Okafor"},
    "accepted": {"title": "Calm starts", "reviewer": "R. Okafor"},
    "commented": {"title": "Calm starts", "who": "R. Okafor"},
    "overdue": {"articles": LIST},
    "approach": {"title": "Our approach", "version": 2, "until": "3 December 2026", "occasion": "late"},
    "week": {"week": "23 November 2026", "articles": LIST * 25, "stop": {"link": "/following/stop/x"}},
    "tried": {"title": "Calm starts"},
    "asked": {"title": "Calm starts"},
    "ask-answered": {"title": "Calm starts"},
    "ask-taken-up": {"title": "Calm starts"},
    "ask-closed": {"title": "Calm starts"},
    "trial-hidden": {"title": "Calm starts"},
    "out-of-date": {"title": "Calm starts"},
    "feedback-week": {"articles": LIST},
    "commission": {"title": "Calm starts", "said": "Two schools have been matched."},
    "commissions-due": {"commissions": LIST},
    "author": {"title": "Calm starts", "who": "R. Okafor"},
    "consent": {"pictures": [{"title": "Calm starts", "until": "3 December 2026", "link": "/articles/x"}]},
    "next-step": {"due": "3 December 2026"},
    "pathway-asked": {"title": "Our approach", "due": "3 December 2026"},
    "pathway-changed": {"title": "Our approach", "added": 1, "changed": 0, "removed": 2, "finished": True},
    "digest": {
        "week": "23 November 2026",
        "waiting": LIST,
        "found": [],
        "overdue": LIST * 12,
        "soon": [],
        "published": [],
    },
}


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_letter_says_what_it_is_about_in_whole_lines(db: Database, kind: str) -> None:
    notifying.notify(db, to="a@x.test", kind=kind, values=VALUES[kind] | {"link": "/somewhere"})

    (letter,) = sent(db)

    text = letter.get_content()
    assert len(letter["Subject"]) > 10
    assert text.startswith("Hello,\n\n")
    assert "https://practice.trust.example/somewhere" in text
    assert text.rstrip().endswith("nobody reads answers to it.")
    assert "\n\n\n" not in text
    assert not {"{", "}"} & set(text)


def test_letters_in_a_folder_are_for_their_owner_alone(db: Database, tmp_path: Path) -> None:
    notifying.notify(db, to="a@x.test", kind="returned", values=RETURNED)
    sent(db)

    (path,) = (tmp_path / "mail").iterdir()
    assert path.stat().st_mode & 0o077 == 0
