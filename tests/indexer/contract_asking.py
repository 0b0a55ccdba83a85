"""The asking half of the contract: modes, phrases, spelling, synonyms, order, and questions nobody expects."""

from __future__ import annotations

import math

import pytest

from indexer.document import Filters, Mode, Query, Results, Sort
from indexer.encoder import OnnxEncoder
from indexer.engine import SearchEngine
from indexer.errors import BadQuery
from tests.indexer.library import LIBRARY, SYNONYMS, EngineWith
from tests.indexer.shelves import EVERYBODY, STAFF, found, make_document, search, stage

PUBLIC = {document.id for document in LIBRARY if document.visibility == "public"}
LISTS_ALL = (
    "",
    "   ",
    "\n\t",
    "?!…",
    "- - -",
    '""',
    "“ ”",
    "🦓🦓",
    "\x00",
    "\u200f\u202e",
    "'",
    "\ud800",
    "_",
)
ODD = (
    '"calm',
    'calm"',
    "“calm”",
    "calm\x00 lunch",
    "\u202ecalm\u202c lunch",
    "CALM AFTER LUNCH",
    "calm 🙂 lunch",
    "c̈alm",
    "calm\ud800",
    "calm:lunch AND (reading OR NOT) ^2 ~1 [a TO b] \\ /x/ *",
    "calm lunch " * 200,
    "x" * 5000,
    "é" * 1000,
    "-" * 1000 + "calm",
    '"' * 999 + "calm",
    "安静 午餐",
    "صلى ﷺ",
)


class AskingContract:
    """``search``, ``ranked`` and ``similar_to``."""

    def test_the_words_of_a_document_find_it(self, library: SearchEngine):
        hit = search(library, "whole class feedback").hits[0]

        assert (hit.document_id, hit.title) == ("whole-class-feedback", "Whole class feedback")
        assert set(hit.reasons.words) == {"whole", "class", "feedback"}
        assert hit.reasons.meaning is not None
        assert "Marking fell by half" in hit.passage_text
        assert 0 < hit.score <= 1

    def test_words_alone_find_no_other_words(self, library: SearchEngine):
        answer = search(library, "soothe midday", mode=Mode.WORDS)

        assert "calm-after-lunch" not in found(answer)
        assert not answer.meaning_missing
        assert all(hit.reasons.meaning is None for hit in search(library, "garden", mode=Mode.WORDS).hits)

    def test_meaning_finds_other_words(self, library: SearchEngine):
        assert found(search(library, "truancy", mode=Mode.MEANING))[0] in {
            "first-day-calls",
            "walking-to-school",
        }
        assert found(search(library, "truancy", mode=Mode.WORDS, correct_spelling=False)) == []

    def test_best_match_finds_by_either(self, library: SearchEngine):
        assert found(search(library, "garden"))[0] == "the-school-garden"
        assert found(search(library, "soothe midday"))[0] == "calm-after-lunch"

    def test_a_word_is_found_in_its_other_forms(self, library: SearchEngine):
        assert "quiz-and-recall" in found(search(library, "quizzes", mode=Mode.WORDS))
        assert "homework-club" in found(search(library, "clubs", mode=Mode.WORDS, visibilities=STAFF))

    def test_matching_words_are_marked_in_the_passage(self, library: SearchEngine):
        hit = search(library, "younger pupils").hits[0]

        assert hit.document_id == "paired-reading"
        assert {part.text for part in hit.passage if part.matched} == {"pupils", "younger"}

    def test_the_passage_that_holds_the_word_is_shown(self, engine_with: EngineWith):
        sections = (f"## Part {part}\n\n" + "We read aloud in pairs each day. " * 12 for part in "ABC")
        engine = engine_with(
            [
                make_document("long", body="\n\n".join([*sections, "## Part D\n\nA harmonica plays."])),
                make_document("other", body="Maths with counters."),
            ]
        )

        (hit,) = search(engine, "harmonica", mode=Mode.WORDS).hits

        assert (hit.heading, [part.text for part in hit.passage if part.matched]) == ("Part D", ["harmonica"])

    @pytest.mark.parametrize("mode", Mode)
    def test_a_phrase_must_stand_as_it_is(self, library: SearchEngine, mode: Mode):
        together = search(library, '"younger pupils"', mode=mode, visibilities=STAFF)

        assert set(found(together)) <= {"paired-reading", "homework-club"}
        assert found(search(library, '"pupils younger"', mode=mode, visibilities=STAFF)) == []

    @pytest.mark.parametrize("phrase", ['"younger pupils"', '"at the door"', "“Eat their midday meal”"])
    def test_a_document_that_holds_the_phrase_is_listed(self, library: SearchEngine, phrase: str):
        assert search(library, phrase).total > 0
        assert search(library, phrase, mode=Mode.WORDS).total > 0

    def test_a_phrase_does_not_run_from_the_title_into_the_text(self, library: SearchEngine):
        assert search(library, '"lunch we soothe"').total == 0

    @pytest.mark.parametrize("mode", Mode)
    def test_a_word_after_a_minus_must_not_occur(self, library: SearchEngine, mode: Mode):
        with_it, without = search(library, "pupils", mode=mode), search(library, "pupils -younger", mode=mode)

        assert "paired-reading" not in found(without)
        assert set(found(without)) <= set(found(with_it)) - {"paired-reading"}
        assert without.total > 0 or mode is Mode.MEANING

    def test_minus_words_alone_are_refused_with_what_to_do(self, library: SearchEngine):
        with pytest.raises(BadQuery, match="Add a word to look for"):
            search(library, "-reading")

    @pytest.mark.parametrize("mode", Mode)
    def test_the_parts_of_an_explanation_add_up_to_the_score(self, library: SearchEngine, mode: Mode):
        results = search(library, "a calm lunch for autistic pupils", mode=mode)

        found_at_all = (*results.hits, *results.weak)
        assert found_at_all
        for hit in found_at_all:
            why = hit.reasons.explanation
            assert why
            total = why.words + why.together + why.meaning + why.title
            assert min(1.0, total) == pytest.approx(hit.score, abs=0.003)
            assert tuple(typed for typed, held in why.ideas if held > 0) == hit.reasons.words
            assert [typed for typed, _ in why.ideas] == ["calm", "lunch", "autistic", "pupils"]

    def test_a_slip_is_mended_and_said(self, library: SearchEngine):
        answer = search(library, "attendence")

        assert answer.corrected == "attendance"
        assert "walking-to-school" in found(answer)

    def test_a_slip_is_left_alone_on_request(self, library: SearchEngine):
        answer = search(library, "feedbak", mode=Mode.WORDS, correct_spelling=False)

        assert answer.corrected is None
        assert found(answer) == []

    def test_a_slip_is_never_mended_into_a_word_of_a_hidden_document(self, library: SearchEngine):
        assert search(library, "zebrra").corrected is None
        assert search(library, "zebrra", visibilities=STAFF).corrected == "zebra"

    def test_the_other_words_tell_which_word_was_meant(self, company: SearchEngine):
        assert search(company, "tectonic plaits").corrected == "tectonic plates"
        assert search(company, "plaits").corrected is None
        assert search(company, "paper plaits").corrected is None

    def test_the_company_of_words_in_hidden_documents_tells_nothing(self, company: SearchEngine):
        assert search(company, "volcanic tails").corrected is None
        assert search(company, "volcanic tails", visibilities=STAFF).corrected == "volcanic tales"

    def test_words_run_together_come_apart_where_a_document_holds_both(self, company: SearchEngine):
        assert search(company, "tectonicplates").corrected == "tectonic plates"
        assert search(company, "tectonicpaper").corrected is None

    def test_a_synonym_is_searched_and_said(self, with_synonyms: SearchEngine):
        answer = search(with_synonyms, "LSA", mode=Mode.WORDS)

        assert found(answer)[0] == "support-in-class"
        assert [(item.typed, item.ambiguous) for item in answer.expanded] == [("LSA", False)]
        assert "teaching assistant" in answer.expanded[0].added

    def test_a_synonym_is_left_out_on_request(self, with_synonyms: SearchEngine):
        answer = search(with_synonyms, "LSA", mode=Mode.WORDS, expand_synonyms=False)

        assert (found(answer), answer.expanded) == ([], ())

    def test_an_ambiguous_acronym_says_so(self, with_synonyms: SearchEngine):
        (expansion,) = search(with_synonyms, "AR").expanded

        assert expansion.ambiguous
        assert expansion.added == ("annual review", "accelerated reader")

    @pytest.fixture(scope="class")
    @classmethod
    def with_synonyms(cls, engine_with: EngineWith) -> SearchEngine:
        engine = engine_with(LIBRARY)
        engine.use_synonyms(SYNONYMS)
        return engine

    def test_far_documents_are_weak_and_never_counted(self, library: SearchEngine):
        answer = search(library, "homework budget")

        assert answer.nothing_close
        assert (answer.hits, answer.total) == ((), 0)
        assert answer.weak
        assert all(not items for items in answer.facets.values())

    def test_weak_documents_are_folded_under_the_first_page_only(self, library: SearchEngine):
        first, second = search(library, "garden"), search(library, "garden", offset=1)

        assert first.weak
        assert not {hit.document_id for hit in first.weak} & set(found(first))
        assert second.weak == ()

    @pytest.mark.parametrize("text", LISTS_ALL)
    def test_a_question_without_words_lists_everything(self, library: SearchEngine, text: str):
        answer = search(library, text, limit=100)

        assert set(found(answer)) == PUBLIC
        assert answer.total == len(PUBLIC)
        assert not answer.nothing_close

    @pytest.mark.parametrize("text", ODD)
    @pytest.mark.parametrize("mode", Mode)
    def test_a_question_nobody_expects_is_answered(self, library: SearchEngine, text: str, mode: Mode):
        answer = search(library, text, mode=mode)

        assert answer.total >= len(answer.hits)
        assert all(math.isfinite(hit.score) for hit in (*answer.hits, *answer.weak))
        assert answer.took_ms < 2000

    @pytest.mark.parametrize(
        "text", ['"calm lunch', "CALM LUNCH", "calm\x00 lunch", "calm 🙂 lunch", "\u202ecalm lunch"]
    )
    def test_odd_marks_do_not_change_the_answer(self, library: SearchEngine, text: str):
        assert found(search(library, text)) == found(search(library, "calm lunch"))

    @pytest.mark.parametrize("text", ["", "pupils", "calm"])
    @pytest.mark.parametrize("sort", Sort)
    def test_sorts_list_the_same_documents_in_their_order(self, library: SearchEngine, text: str, sort: Sort):
        answer = search(library, text, sort=sort, limit=100)

        keys = [_key(answer, sort, hit.document_id) for hit in answer.hits]
        assert keys == sorted(keys, reverse=True)
        assert set(found(answer)) == set(found(search(library, text, limit=100)))

    def test_equal_dates_stay_in_order_of_relevance(self, library: SearchEngine):
        by_worth = found(search(library, "pupils", limit=100))
        by_date = found(search(library, "pupils", limit=100, sort=Sort.REVIEWED))

        reviewed = {document.id: document.reviewed for document in LIBRARY}
        assert by_date == sorted(by_worth, key=lambda document_id: reviewed[document_id], reverse=True)

    def test_a_page_past_the_end_is_empty_and_still_counts(self, library: SearchEngine):
        answer = search(library, "pupils", offset=500)

        assert answer.hits == ()
        assert answer.total == search(library, "pupils").total

    def test_ranking_goes_further_down_than_listing_in_the_same_order(self, library: SearchEngine):
        query = Query(text="calm lunch", filters=Filters(visibilities=EVERYBODY))

        ranked = library.ranked(query, depth=100)

        scores = [score for _, score in ranked]
        assert scores == sorted(scores, reverse=True)
        assert (
            len(ranked)
            == len({document_id for document_id, _ in ranked})
            > search(library, "calm lunch").total
        )
        listed = set(found(search(library, "calm lunch", limit=100)))
        assert [document_id for document_id, _ in ranked if document_id in listed] == found(
            search(library, "calm lunch", limit=100)
        )

    def test_similar_documents_come_nearest_first_without_itself(self, library: SearchEngine):
        near = library.similar_to("paired-reading", filters=Filters(visibilities=EVERYBODY), limit=3)

        assert len(near) == 3
        assert "paired-reading" not in dict(near)
        assert [cosine for _, cosine in near] == sorted((cosine for _, cosine in near), reverse=True)
        assert all(-1.001 <= cosine <= 1.001 for _, cosine in near)

    def test_nothing_is_similar_to_a_document_nobody_knows(self, library: SearchEngine):
        everybody = Filters(visibilities=EVERYBODY)

        assert library.similar_to("never-there", filters=everybody, limit=3) == []
        assert library.similar_to("paired-reading", filters=everybody, limit=0) == []

    def test_one_long_document_does_not_crowd_out_the_similar_ones(
        self, engine_with: EngineWith, small_encoder: OnnxEncoder
    ):
        engine = engine_with([make_document(f"d{number}", body="Reading.") for number in range(4)])
        stage(
            engine, [make_document("long", body="\n\n".join(["## Reading\n\nReading."] * 60))], small_encoder
        )
        engine.commit()

        near = engine.similar_to("d0", filters=Filters(visibilities=EVERYBODY), limit=4)

        assert {document_id for document_id, _ in near} == {"d1", "d2", "d3", "long"}


def _key(answer: Results, sort: Sort, document_id: str) -> float | str:
    document = next(document for document in LIBRARY if document.id == document_id)
    if sort is Sort.NEWEST:
        return document.published
    if sort is Sort.REVIEWED or all(hit.reasons.meaning is None for hit in answer.hits):
        return document.reviewed  # a listing has no relevance to go by
    return next(hit.score for hit in answer.hits if hit.document_id == document_id)
