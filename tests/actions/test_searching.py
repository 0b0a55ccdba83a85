"""What a reader may not see leaves no trace: in hits, totals, filters, weak hits, spelling, suggestions or likes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from kb.actions import searching
from kb.actions.searching import Search
from kb.domain.article import Visibility
from kb.domain.errors import BadRequest, Unavailable
from kb.domain.search import Answer, Facet, Find, Question, Reader
from kb.settings import Settings
from tests.samples import make_article
from tests.shelves import EVERYBODY, THREE, Shelf, make_shelf

READERS = {
    "trust": Reader(visibilities=frozenset({"trust"})),
    "partners": Reader(visibilities=frozenset({"partners"})),
    "public": Reader(visibilities=frozenset({"public"})),
    "nobody": Reader(visibilities=frozenset()),
}
SECRET = {"trust": "zanzibark", "partners": "quolliness"}
"""A word for each circle that stands in its article alone, in the title as well as in the text."""


def secret(circle: str, word: str) -> object:
    return make_article(
        slug=f"about-{word}",
        title=f"Hydrotherapy of {word}" if circle == "trust" else f"A {word} afternoon of hydrotherapy",
        summary=f"What {word} afternoons did for swimmers in one term.",
        body=f"## In the water\n\nEvery {word} afternoon three pupils swam in the warm pool.\n",
        visibility=Visibility(circle),
        themes=("sensory-environment",),
        school="curlew-academy" if circle == "trust" else "reedbed-nursery",
        key_stages=("ks4",),
        needs=("pmld",),
    )


@pytest.fixture(scope="module")
def shelf(demo: Settings, tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """Three articles for all, one for partners, one for the trust."""
    made = make_shelf(
        tmp_path_factory.mktemp("circles"), demo, [*THREE, *(secret(*each) for each in SECRET.items())]
    )
    assert made.index().mistakes == ()
    return made


@pytest.fixture(scope="module")
def search(shelf: Shelf) -> Iterator[Search]:
    made = shelf.search()
    yield made
    made.engine.close()


def ask(search: Search, text: str, reader: Reader = EVERYBODY, **options: object) -> Answer:
    return searching.ask(search, Question(text=text, **options), reader)  # type: ignore[arg-type]


def slugs(answer: Answer) -> set[str]:
    return {find.article.slug for find in (*answer.finds, *answer.weak)}


def held_ideas(find: Find) -> list[str]:
    """What of a question an article holds; what it does not hold is named too, as the reader typed it."""
    return [idea.typed for idea in find.explanation.ideas if idea.held] if find.explanation else []


@pytest.mark.parametrize("circle", SECRET)
@pytest.mark.parametrize("mode", ["best", "words", "meaning"])
def test_those_who_may_read_it_find_it_by_its_word(search: Search, circle: str, mode: str) -> None:
    answer = ask(search, f"{SECRET[circle]} afternoon in the warm pool", READERS[circle], mode=mode)

    assert slugs(answer) == {f"about-{SECRET[circle]}"}


@pytest.mark.parametrize("circle", SECRET)
@pytest.mark.parametrize("mode", ["best", "words", "meaning"])
@pytest.mark.parametrize("asked", ["{word}", "{word} afternoon in the warm pool", '"{word} afternoon"', ""])
def test_others_find_nothing_of_it_anywhere_in_the_answer(
    search: Search, circle: str, mode: str, asked: str
) -> None:
    word = SECRET[circle]
    for name, reader in READERS.items():
        if name != circle:
            answer = ask(search, asked.format(word=word), reader, mode=mode, per_page=50)

            finds = [replace(find, explanation=None) for find in (*answer.finds, *answer.weak)]
            ideas = [idea for find in (*answer.finds, *answer.weak) for idea in held_ideas(find)]
            assert word not in repr((finds, ideas, answer.narrowings, answer.also))
            assert answer.corrected is None
            assert answer.total == len(answer.finds)


@pytest.mark.parametrize("circle", SECRET)
def test_filters_and_totals_count_only_what_the_reader_may_see(search: Search, circle: str) -> None:
    school = "curlew-academy" if circle == "trust" else "reedbed-nursery"
    chosen = {Facet.KEY_STAGE: ("ks4",), Facet.SCHOOL: (school,)}

    assert ask(search, "", READERS[circle], chosen=chosen).total == 1
    for name in READERS.keys() - {circle}:
        answer = ask(search, "", READERS[name], chosen=chosen)
        assert answer.total == 0
        assert all(
            option.count == option.adds == 0
            for narrowing in answer.narrowings
            for option in narrowing.options
            if option.id == "ks4"
        )


def test_every_reader_counts_their_own_articles(search: Search) -> None:
    totals = {name: ask(search, "", reader).total for name, reader in READERS.items()}

    assert totals == {"trust": 1, "partners": 1, "public": 3, "nobody": 0}
    assert ask(search, "").total == 5


@pytest.mark.parametrize("circle", SECRET)
def test_a_slip_is_not_mended_into_a_word_of_an_article_the_reader_may_not_see(
    search: Search, circle: str
) -> None:
    word = SECRET[circle]
    slip = word[:-2] + word[-1] + word[-2]

    assert ask(search, slip, READERS["public"]).corrected is None


@pytest.mark.parametrize("circle", SECRET)
def test_suggestions_show_titles_terms_and_schools_only_to_those_who_may_see_the_article(
    search: Search, circle: str
) -> None:
    word = SECRET[circle]

    for typed in (word[:4], "hydro", f"{word} a"[: len(word)]):
        seen = searching.suggest(search, typed, READERS[circle])
        assert [each.url_parts for each in seen] == [("article", f"about-{word}")]
        for name in READERS.keys() - {circle}:
            other = searching.suggest(search, typed, READERS[name])
            assert word not in repr(other)


def test_a_school_with_nothing_to_show_is_not_suggested(search: Search) -> None:
    kinds = {each.kind for each in searching.suggest(search, "curlew", READERS["trust"])}

    assert kinds == {"school"}
    assert searching.suggest(search, "curlew", READERS["public"]) == ()


def test_a_term_is_suggested_only_to_those_who_would_find_something_under_it(search: Search) -> None:
    of_need = [("filter", "need", "pmld")]

    assert [each.url_parts for each in searching.suggest(search, "profound", READERS["trust"])] == of_need
    assert searching.suggest(search, "profound", READERS["public"]) == ()


def test_similar_articles_are_only_those_the_reader_may_see(search: Search) -> None:
    trust, partners = (f"about-{word}" for word in SECRET.values())

    assert [find.article.slug for find in searching.similar(search, trust, EVERYBODY)] == [partners]
    for reader in READERS.values():
        assert searching.similar(search, trust, reader) in (
            (),
            searching.similar(search, trust, READERS["partners"]),
        )
    assert searching.similar(search, trust, READERS["public"]) == ()
    assert searching.similar(search, "no-such-article", EVERYBODY) == ()


def test_suggestions_begin_with_what_begins_with_the_words_typed(search: Search) -> None:
    found = [each.label for each in searching.suggest(search, "hydro", EVERYBODY)]

    assert found == ["Hydrotherapy of zanzibark", "A quolliness afternoon of hydrotherapy"]


def test_a_word_inside_a_title_is_enough_to_suggest_it(search: Search) -> None:
    assert ("article", "calm-starts") in [
        each.url_parts for each in searching.suggest(search, "after lu", EVERYBODY)
    ]


@pytest.mark.parametrize("typed", ["", "c", " ", "\x00", "🦉", "((", "%%", "zzzz", "a" * 10_000])
def test_nothing_is_suggested_for_nothing_or_nonsense(search: Search, typed: str) -> None:
    assert searching.suggest(search, typed, EVERYBODY) == ()


def test_capitals_and_accents_do_not_matter_to_suggestions(search: Search) -> None:
    expected = searching.suggest(search, "calm st", EVERYBODY)

    assert expected
    assert searching.suggest(search, "CALM ST", EVERYBODY) == expected
    assert searching.suggest(search, "  cälm   st", EVERYBODY) == expected


def test_no_more_is_suggested_than_asked_for(search: Search) -> None:
    assert len(searching.suggest(search, "co", EVERYBODY, limit=1)) <= 1


def test_filters_stand_in_the_order_of_the_vocabulary_narrower_terms_under_their_wider_one(
    search: Search,
) -> None:
    answer = ask(search, "")
    by_facet = {narrowing.facet: narrowing for narrowing in answer.narrowings}

    assert [narrowing.facet for narrowing in answer.narrowings] == [
        facet for facet in Facet if facet in by_facet
    ]
    key_stages = [option.id for option in by_facet[Facet.KEY_STAGE].options]
    assert key_stages == ["eyfs", "ks1", "ks2", "ks4"]
    provisions = [(option.id, option.depth) for option in by_facet[Facet.PROVISION].options]
    assert provisions.index(("sen-unit", 1)) == provisions.index(("inclusion-base", 0)) + 1


def test_long_lists_of_terms_begin_with_the_most_used(search: Search) -> None:
    themes = next(each for each in ask(search, "").narrowings if each.facet is Facet.THEME)

    counts = [option.count for option in themes.options]
    assert counts == sorted(counts, reverse=True)
    assert min(counts) > 0


def test_a_chosen_filter_stays_to_be_taken_off_though_nothing_is_left(search: Search) -> None:
    answer = ask(search, "", chosen={Facet.KEY_STAGE: ("ks3",), Facet.NEED: ("semh",)})

    key_stages = next(each for each in answer.narrowings if each.facet is Facet.KEY_STAGE)
    assert answer.total == 0
    assert [(option.id, option.count) for option in key_stages.options if option.chosen] == [("ks3", 0)]
    assert next(option.adds for option in key_stages.options if option.id == "ks1") > 0


def test_words_of_the_question_are_offered_as_filters_until_they_are_chosen(search: Search) -> None:
    hints = [(hint.facet, hint.id) for hint in ask(search, "calm lunch in year 4").hints]
    chosen = ask(search, "calm lunch in year 4", chosen={Facet.KEY_STAGE: ("ks2",)}).hints

    assert hints == [(Facet.KEY_STAGE, "ks2")]
    assert chosen == ()


def test_a_find_says_why_it_was_found(search: Search) -> None:
    find = ask(search, "breathed together at the door").finds[0]

    assert find.article.slug == "calm-starts"
    assert "words: " in find.why
    assert "breathed" in find.why
    assert "meaning: 0." in find.why


@pytest.mark.parametrize(
    "text",
    [
        "!!!",
        '"',
        '"unbalanced',
        "(((",
        "a OR",
        "AND NOT",
        "title:calm",
        "*",
        "🦉",
        "\u202e",
        "-",
        "^2~",
        "\\",
    ],
)
@pytest.mark.parametrize("mode", ["best", "words", "meaning"])
def test_no_sign_means_more_than_itself(search: Search, text: str, mode: str) -> None:
    answer = ask(search, text, mode=mode)

    assert answer.total == len(answer.finds)


def test_capitals_make_no_difference(search: Search) -> None:
    small, large = ask(search, "breathed at the door"), ask(search, "BREATHED AT THE DOOR")

    assert [find.article.slug for find in large.finds] == [find.article.slug for find in small.finds]


def test_a_page_far_away_is_empty_and_keeps_the_total(search: Search) -> None:
    answer = ask(search, "", page=1000)

    assert (answer.finds, answer.total, answer.pages) == ((), 5, 1)


def test_an_unknown_mode_is_refused_by_the_vocabulary_of_the_engine(search: Search) -> None:
    with pytest.raises((BadRequest, ValueError)):
        ask(search, "calm", mode="guess")


def test_without_an_index_search_says_so_and_nothing_is_similar(shelf: Shelf, tmp_path: object) -> None:
    from dataclasses import replace
    from pathlib import Path

    from indexer.serving import ServingEngine

    empty = replace(shelf.search(), engine=ServingEngine(Path(str(tmp_path))))

    with pytest.raises(Unavailable, match="Search is being prepared"):
        ask(empty, "calm")
    assert searching.similar(empty, "calm-starts", EVERYBODY) == ()
    assert searching.suggest(empty, "calm", EVERYBODY)
