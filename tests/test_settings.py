"""Settings are read once and checked at once: a slip in one stops the start with a sentence that names it."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.settings import Settings, settings_from
from kb.settings_table import SETTINGS
from kb.settings_values import SettingWrong

NUMBERS = {"KB_PORT": (0, 65535), "KB_WORKERS": (1, 64), "KB_THREADS": (1, 256)}


def test_without_an_environment_every_setting_has_its_default() -> None:
    settings = settings_from({})

    assert settings == Settings(
        content=Path.cwd() / "content",
        var=Path.cwd() / "var",
        model="packaged",
        search="embedded",
        host="127.0.0.1",
        port=8000,
        workers=2,
        threads=8,
        log_level="info",
    )
    assert settings.database == Path.cwd() / "var/kb.sqlite"
    assert settings.index == Path.cwd() / "var/index"


def test_every_setting_that_is_read_is_described_and_the_other_way_round() -> None:
    read = {f"KB_{field.name.upper()}" for field in dataclasses.fields(Settings)}

    assert {setting.name for setting in SETTINGS} == read | {"KB_CRASHPOINT"}  # that one is for tests only
    assert all(setting.meaning.endswith(".") for setting in SETTINGS)


def test_what_the_environment_says_counts_and_spaces_round_it_do_not() -> None:
    settings = settings_from({"KB_VAR": " /srv/kb ", "KB_PORT": "9000", "KB_LOG_LEVEL": "WARNING"})

    assert (settings.var, settings.port, settings.log_level) == (Path("/srv/kb"), 9000, "warning")


@pytest.mark.parametrize("nothing", ["", "  ", "\t"])
def test_an_empty_setting_is_one_that_is_not_set(nothing: str) -> None:
    assert settings_from({setting.name: nothing for setting in SETTINGS}) == settings_from({})


def test_a_folder_may_begin_with_the_home_folder() -> None:
    assert settings_from({"KB_CONTENT": "~/articles"}).content == Path.home() / "articles"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("KB_CONTENT", "~nobody-at-all/articles"),
        ("KB_PUBLIC_URL", "practice.trust.example"),
        ("KB_PUBLIC_URL", "https://a b"),
        ("KB_PUBLIC_URL", "https://[a"),
        ("KB_MAIL", "imap://me:secret@server"),
        ("KB_MAIL", "smtp://:secret@:99999"),
        ("KB_MAIL_FROM", "Good practice <practice@trust.example>"),
        ("KB_MAIL_FROM", "a@b\nBcc: c@d"),
        ("KB_TIMEZONE", "Europe/Atlantis"),
        ("KB_TIMEZONE", "../../etc/passwd"),
    ],
)
def test_what_cannot_be_used_is_refused_and_a_password_in_it_is_not_repeated(name: str, value: str) -> None:
    with pytest.raises(SettingWrong, match=name) as refused:
        settings_from({name: value})

    assert "secret" not in str(refused.value)


def test_links_lead_to_where_the_site_is_served_unless_it_is_known_under_another_name() -> None:
    assert settings_from({"KB_PORT": "9000"}).home == "http://127.0.0.1:9000"
    assert settings_from({"KB_HOST": "::1"}).home == "http://[::1]:8000"
    assert settings_from({"KB_PUBLIC_URL": "https://p.trust.example/"}).home == "https://p.trust.example"


def test_the_password_of_the_mail_server_is_not_printed_with_the_settings() -> None:
    assert "pa55word" not in repr(settings_from({"KB_MAIL": "smtp://me:pa55word@server"}))


@pytest.mark.parametrize("name", NUMBERS)
def test_a_number_is_taken_to_its_limits_and_refused_beyond(name: str) -> None:
    lowest, highest = NUMBERS[name]

    for value in (lowest, highest):
        assert getattr(settings_from({name: str(value)}), name.removeprefix("KB_").lower()) == value
    for value in (lowest - 1, highest + 1):
        with pytest.raises(SettingWrong, match=rf"{name} is ‘{value}’; use a whole number from {lowest} to"):
            settings_from({name: str(value)})


@pytest.mark.parametrize("value", ["eight", "8.0", "0x10", "1e3", "+5", "²", "-", "8 000"])
def test_what_is_no_number_is_refused(value: str) -> None:
    with pytest.raises(SettingWrong, match="use a whole number"):
        settings_from({"KB_PORT": value})


def test_an_unknown_log_level_is_refused_with_the_known_ones() -> None:
    with pytest.raises(SettingWrong, match="KB_LOG_LEVEL is ‘loud’; use one of debug, info, warning, error"):
        settings_from({"KB_LOG_LEVEL": "loud"})


@given(st.dictionaries(st.sampled_from([setting.name for setting in SETTINGS]), st.text(max_size=30)))
def test_no_environment_whatever_ends_in_anything_but_settings_or_a_sentence(
    environment: dict[str, str],
) -> None:
    try:
        said = f"The setting KB_ {settings_from(environment)}"
    except SettingWrong as error:
        said = str(error)

    assert said.startswith("The setting KB_")
