"""The base form: what is missing is said where it is missing, and nothing that was typed is lost."""

from __future__ import annotations

import pytest
from flask import Flask, g

from kb.domain.errors import BadRequest
from kb.web import forms


class Sample(forms.Form):
    """A form with a field of each kind."""

    title = forms.text("Title", needed="Enter a title.", longest=20)
    email = forms.email()
    pupils = forms.number("Pupils", lowest=1, highest=2000)
    story = forms.long_text("Story", longest=50)
    code = forms.code("Code", needed="")
    kind = forms.radios("Kind", [("a", "A"), ("b", "B")])
    stages = forms.ticks("Stages", [("ks1", "KS1"), ("ks2", "KS2")])


GOOD = {"title": "Calm", "email": "Me@School.example", "kind": "a"}


@pytest.fixture
def plain() -> Flask:
    app = Flask(__name__)
    app.secret_key = "for this test"
    app.config["WTF_CSRF_ENABLED"] = False
    return app


def sent(app: Flask, **changed: object) -> forms.Form:
    """The form as it was sent."""
    with app.test_request_context("/", method="POST", data=GOOD | changed):
        form = Sample()
        form.valid  # noqa: B018 - it validates once
        form.refused_in_title = "form_refused" in g
        return form


def test_a_good_form_gives_tidy_values(plain: Flask) -> None:
    form = sent(
        plain, title="  Calm \x07 starts ", story="a\r\nb", code="123 456", pupils="1,200", stages=["ks1"]
    )

    assert form.valid
    assert form.status == 200
    assert form.values["title"] == "Calm starts"
    assert form.values["email"] == "me@school.example"
    assert form.values["story"] == "a\nb"
    assert form.values["code"] == "123456"
    assert form.values["pupils"] == 1200
    assert form.values["stages"] == ["ks1"]


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("title", "   ", "Enter a title."),
        ("title", "x" * 21, "Use at most 20 characters."),
        ("email", "not an address", "Enter an e-mail address such as"),
        ("email", "", "Enter an e-mail address."),
        ("pupils", "many", "Pupils: enter a whole number"),
        ("pupils", "0", "Pupils: enter a whole number from 1 to 2000."),
        ("kind", "", "Choose one."),
        ("kind", "c", "Choose from the list."),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_kept(plain: Flask, field: str, value: str, said: str) -> None:
    form = sent(plain, **{field: value})

    assert not form.valid
    assert form.status == 400
    assert form.refused_in_title
    (listed,) = form.errors_listed
    assert listed["href"].startswith(f"#{field}")
    assert listed["text"].startswith(said)
    assert form.values["title"] == ("Calm" if field != "title" else value.strip())


def test_what_an_action_refuses_stands_at_its_field_or_on_top(plain: Flask) -> None:
    class Taken(BadRequest):
        field = "email"

    form = sent(plain)
    with plain.test_request_context("/"):
        form.refuse(Taken("This address is taken. Use another."))
        form.refuse(BadRequest("The school has closed. Choose another."))

    assert form.status == 400
    assert form.errors_listed == [
        {"text": "This address is taken. Use another.", "href": "#email"},
        {"text": "The school has closed. Choose another."},
    ]
