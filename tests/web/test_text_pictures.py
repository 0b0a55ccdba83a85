"""Pictures of a text through its pages: added, described, shown to whom they may be shown, and hidden in time."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from kb.actions import demo_people
from kb.application import create_app
from kb.settings import Settings
from kb.storage import pictures, published_pictures
from kb.storage.picture_making import made_anew
from tests.bad_files import bad_pictures, picture
from tests.browser import Browser
from tests.drafts import begin, send, site_of
from tests.workplace import workplace

SMALL = 400_000  # bytes; the test client keeps larger ones in files that it does not close
TOMORROW = datetime.now(tz=UTC).date() + timedelta(days=1)


@pytest.fixture
def own(demo: Settings, tmp_path: Path) -> Iterator[Flask]:
    with workplace(demo, tmp_path) as settings:
        app = create_app(settings)
        demo_people.make(site_of(app).database)
        yield app
        site_of(app).renderer.close()


def fetched(browser: Browser, path: str, accept: str = "image/webp") -> tuple[int, bytes, Mapping[str, str]]:
    """Status, bytes and headers of a picture."""
    with browser.client.get(path, headers={"Accept": accept}) as answer:
        return answer.status_code, answer.data, dict(answer.headers)


def answers(**changes: object) -> dict[str, object]:
    file = (io.BytesIO(picture()), "IMG_2041.png")
    return {"file": file, "alt": "Three chairs in a corner", "recognisable": "no"} | changes


def test_a_picture_is_added_without_script_and_stands_on_the_page_with_its_line(own: Flask) -> None:
    text = begin(own)
    browser = Browser(own).sign_in("contributor")

    answer = send(browser, f"/contribute/{text}/pictures", answers())
    page = browser.get(f"/contribute/{text}/pictures")
    (kept,) = pictures.of_text(site_of(own).database, text)

    assert answer.status_code == 303
    assert f"![Three chairs in a corner](../pictures/{kept.name}.webp)" in page.text
    assert fetched(browser, f"/pictures/{kept.name}-small.webp")[0] == 200


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"alt": ""}, "Say what the picture shows."),
        ({"recognisable": ""}, "Say whether a pupil can be recognised"),
        (
            {"recognisable": "yes", "consent": "Office", "consent_until": "soon"},
            "Enter the day like this: 31/07/2027.",
        ),
        ({"recognisable": "yes", "consent_until": "31/07/2099"}, "Say where the consent is recorded"),
        ({"file": (io.BytesIO(b"GIF89a"), "a.png")}, "This is a GIF picture; save it as JPEG or PNG"),
    ],
)
def test_a_question_without_an_answer_is_asked_again_and_the_others_are_kept(
    own: Flask, changes: dict[str, object], said: str
) -> None:
    text = begin(own)
    browser = Browser(own).sign_in("contributor")

    page = send(browser, f"/contribute/{text}/pictures", answers(**changes))

    assert page.status_code == 400
    assert said in page.text
    assert pictures.of_text(site_of(own).database, text) == ()


def test_the_editors_script_is_told_what_to_write_or_which_question_to_ask_again(own: Flask) -> None:
    text = begin(own)
    browser = Browser(own).sign_in("contributor")

    kept = send(browser, f"/contribute/{text}/pictures.json", answers())
    refused = send(
        browser, f"/contribute/{text}/pictures.json", answers(alt="", file=(io.BytesIO(picture()), "a.png"))
    )

    assert kept.status_code == 201
    assert re.fullmatch(
        r"!\[Three chairs in a corner\]\(\.\./pictures/[0-9a-f]{32}\.webp\)", kept.json["markdown"]
    )
    assert refused.status_code == 400
    assert refused.json["error"]["field"] == "alt"


def test_a_picture_of_a_draft_is_seen_by_those_who_see_the_draft_and_by_nobody_else(own: Flask) -> None:
    text = begin(own)
    send(Browser(own).sign_in("contributor"), f"/contribute/{text}/pictures", answers())
    (kept,) = pictures.of_text(site_of(own).database, text)

    seen = {
        who: fetched(Browser(own).sign_in(who), f"/pictures/{kept.name}.webp")[0]
        for who in ("contributor", "reviewer", "lead", "partner", "reader", "administrator")
    }

    assert seen == {
        "contributor": 200,
        "reviewer": 200,
        "lead": 200,
        "partner": 404,
        "reader": 404,
        "administrator": 404,
    }
    assert fetched(Browser(own), f"/pictures/{kept.name}.webp")[0] == 404


@pytest.mark.parametrize("who", ["partner", "reader", "administrator"])
def test_a_strangers_text_takes_no_picture(own: Flask, who: str) -> None:
    text = begin(own)

    answer = send(Browser(own).sign_in(who), f"/contribute/{text}/pictures", answers())

    assert answer.status_code in (403, 404)
    assert pictures.of_text(site_of(own).database, text) == ()


def test_a_published_picture_is_hidden_when_its_consent_has_ended_and_the_article_says_so_neutrally(
    own: Flask,
) -> None:
    here, text = site_of(own), begin(own)
    browser = Browser(own).sign_in("contributor")
    consent = {"recognisable": "yes", "consent": "Photo form", "consent_until": f"{TOMORROW:%d/%m/%Y}"}
    send(browser, f"/contribute/{text}/pictures", answers(**consent))
    (kept,) = pictures.of_text(here.database, text)
    pictures.publish(here.database, here.settings.content, here.settings.var, [kept.name])
    shows(own, "calm-starts-after-lunch", f"![Three chairs in a corner](../pictures/{kept.name}.webp)")
    with here.database.write() as writing:
        writing.execute("delete from pictures")
    reader = Browser(own).sign_in("reader")

    before = reader.get("/articles/calm-starts-after-lunch")
    status, _, headers = fetched(reader, f"/pictures/{kept.name}.webp")
    sidecar = here.settings.content / "pictures" / f"{kept.name}.json"
    sidecar.write_text(sidecar.read_text().replace(f"{TOMORROW}", "2020-01-01"))
    after = reader.get("/articles/calm-starts-after-lunch")
    hidden, _, _ = fetched(reader, f"/pictures/{kept.name}.webp")

    assert f'src="/pictures/{kept.name}.webp"' in before.text
    assert status == 200
    assert headers["Content-Security-Policy"].startswith("sandbox")
    assert kept.name not in after.text
    assert "A picture is not shown here at the moment." in after.text
    assert hidden == 404


def test_an_imported_picture_is_described_in_a_new_version_and_readers_see_it_from_then_on(
    own: Flask,
) -> None:
    here, name = site_of(own), "ab" * 16
    published_pictures.take_in(here.settings.content, name, made_anew(picture()))
    published_pictures.say(here.settings.content, name, alt="", about=None, size=(80, 60))
    shows(own, "calm-starts-after-lunch", f"![Picture 1: say what it shows](../../pictures/{name}.webp)")
    lead, reader = Browser(own).sign_in("lead"), Browser(own).sign_in("reader")

    before = fetched(reader, f"/pictures/{name}.webp")[0]
    begun = lead.post("/contribute/articles/calm-starts-after-lunch")
    own_page = f"{begun.headers['Location']}/pictures"
    listed = lead.get(own_page)
    seen_by_its_writer = fetched(lead, f"/pictures/{name}-small.webp")[0]
    said = {"recognisable": "yes", "consent": "Photo form", "consent_until": f"{TOMORROW:%d/%m/%Y}"}
    lead.post(f"{own_page}/{name}", data={"alt": "A class at the door"} | said)

    assert before == 404
    assert "Not shown to readers yet" in listed.text
    assert seen_by_its_writer == 200
    assert fetched(reader, f"/pictures/{name}.webp")[0] == 200


def test_consent_for_a_picture_of_an_older_version_is_renewed_in_the_new_one(own: Flask) -> None:
    here, text = site_of(own), begin(own)
    browser = Browser(own).sign_in("contributor")
    consent = {"recognisable": "yes", "consent": "Photo form", "consent_until": f"{TOMORROW:%d/%m/%Y}"}
    send(browser, f"/contribute/{text}/pictures", answers(**consent))
    (kept,) = pictures.of_text(here.database, text)
    pictures.publish(here.database, here.settings.content, here.settings.var, [kept.name])
    with here.database.write() as writing:
        writing.execute("update texts set state = 'published', slug = 'pegs' where id = ?", [text])
    newer = begin(own)
    with here.database.write() as writing:
        writing.execute("update texts set replaces = 'pegs' where id = ?", [newer])
    later = TOMORROW + timedelta(days=300)

    answer = browser.post(
        f"/contribute/{newer}/pictures/{kept.name}",
        data={"alt": "Three chairs", **consent, "consent_until": f"{later:%d/%m/%Y}"},
    )
    removed = browser.post(f"/contribute/{newer}/pictures/{kept.name}/remove")

    told = published_pictures.published_about(here.settings.content, kept.name)
    assert answer.status_code == 303
    assert told
    assert told.consent_until == later
    assert removed.status_code == 400
    assert pictures.find(here.database, kept.name)


def shows(own: Flask, slug: str, line: str) -> None:
    """Let an article show a picture."""
    with site_of(own).database.write() as writing:
        writing.execute(
            "update articles set body = body || ?, sha256 = 'new' where slug = ?", [f"\n\n{line}\n", slug]
        )


def test_a_browser_that_knows_no_webp_gets_the_older_format(own: Flask) -> None:
    text = begin(own)
    browser = Browser(own).sign_in("contributor")
    send(browser, f"/contribute/{text}/pictures", answers())
    (kept,) = pictures.of_text(site_of(own).database, text)

    _, new, _ = fetched(browser, f"/pictures/{kept.name}.webp", "image/avif,image/webp,*/*;q=0.8")
    _, old, headers = fetched(browser, f"/pictures/{kept.name}.webp", "image/png,image/*;q=0.8,*/*;q=0.5")

    assert new.startswith(b"RIFF")
    assert old.startswith(b"\xff\xd8\xff")
    assert headers["Content-Type"] == "image/jpeg"
    assert "Accept" in headers["Vary"]


def test_what_is_said_of_a_picture_can_be_changed_and_the_picture_taken_away(own: Flask) -> None:
    text = begin(own)
    browser = Browser(own).sign_in("contributor")
    send(browser, f"/contribute/{text}/pictures", answers())
    (kept,) = pictures.of_text(site_of(own).database, text)
    place = f"/contribute/{text}/pictures/{kept.name}"

    page = browser.get(place)
    changed = browser.post(place, data={"alt": "Four chairs in a corner", "recognisable": "no"})
    (described,) = pictures.of_text(site_of(own).database, text)
    gone = browser.post(f"{place}/remove")

    assert 'value="Three chairs in a corner"' in page.text
    assert changed.status_code == 303
    assert described.alt == "Four chairs in a corner"
    assert gone.status_code == 303
    assert pictures.of_text(site_of(own).database, text) == ()


def test_pasted_text_comes_back_as_markdown(own: Flask) -> None:
    text = begin(own)
    browser = Browser(own).sign_in("contributor")

    answer = browser.post(
        f"/contribute/{text}/pasted.json", data={"html": "<h2>Why</h2><ul><li>One</ul><script>x</script>"}
    )

    assert answer.json["markdown"] == "## Why\n\n- One\n"


@pytest.mark.slow
def test_bad_files_are_refused_through_the_page_in_words(own: Flask) -> None:
    text = begin(own)
    browser = Browser(own).sign_in("contributor")

    told = {
        bad.name: send(browser, f"/contribute/{text}/pictures", answers(file=(io.BytesIO(bad.raw), bad.name)))
        for bad in [each for each in bad_pictures() if len(each.raw) < SMALL][::6]
    }

    assert {name: page.status_code for name, page in told.items() if page.status_code not in (400, 413)} == {}
    assert list((site_of(own).settings.var / "pictures").glob("*")) == []
