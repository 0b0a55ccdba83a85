"""A search server answers the project's own judged questions as well as the index in a folder, with the same counts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from indexer.copying import copy_index
from indexer.guarded import GuardedEngine
from indexer.serving import ServingEngine
from kb.actions.searching import synonyms_from
from kb.settings import Settings
from kb.storage.content import load_synonyms
from tests.indexer.milvus_server import milvus_server
from tests.relevance.judged import ask, ndcg, questions, shown

pytestmark = pytest.mark.slow

EVERY = 12
"""One question in so many is asked: a small server takes a tenth of a second for each."""

APART = 0.02
"""How far the two may be apart in nDCG@10."""


@pytest.fixture(scope="module")
def engines(
    demo: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[ServingEngine, GuardedEngine]]:
    synonyms = synonyms_from(load_synonyms(demo.content))
    with milvus_server(tmp_path_factory.mktemp("relevance")) as server:
        copy_index(demo.index, server.address())
        folder, remote = (
            ServingEngine(demo.index, synonyms),
            GuardedEngine(server.address(), demo.index, synonyms),
        )
        yield folder, remote
        folder.close()
        remote.close()


def test_both_engines_answer_alike(engines: tuple[ServingEngine, GuardedEngine]) -> None:
    folder, remote = engines
    here, there = [], []
    for judged in questions()[::EVERY]:
        one, other = ask(folder, judged), ask(remote, judged)
        here.append(ndcg(shown(one), judged.grades))
        there.append(ndcg(shown(other), judged.grades))
        if one.corrected != other.corrected:
            continue  # the server cannot be asked which words keep company, and so mends some slips otherwise
        assert (other.total, dict(other.facets)) == (one.total, dict(one.facets)), judged.text
        assert other.nothing_close == one.nothing_close

    assert remote.state().problems == ()
    assert abs(sum(here) - sum(there)) / len(here) <= APART
