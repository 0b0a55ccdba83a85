"""Two web machines on one search server: what one publishes both find, and its death is nobody's trouble."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from kb.actions import indexing
from kb.settings import Settings
from kb.storage.content import article_text, front_matter_of
from tests.commands import kb, refused
from tests.indexer.milvus_server import MilvusServer, milvus_server
from tests.samples import make_article, write_text
from tests.serving import Client, Server, serving, until
from tests.shelves import Shelf, indexed_shelf

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Shared(Shelf):
    """A knowledge base that searches on a server."""

    address: str

    @property
    def environment(self) -> dict[str, str]:
        return {**super().environment, "KB_SEARCH": self.address}


@pytest.fixture(scope="module")
def milvus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MilvusServer]:
    with milvus_server(tmp_path_factory.mktemp("serve-milvus")) as server:
        yield server


@pytest.fixture(scope="module")
def shelf(demo: Settings, milvus: MilvusServer, tmp_path_factory: pytest.TempPathFactory) -> Shared:
    """Three articles, indexed here and on the server."""
    root = indexed_shelf(tmp_path_factory.mktemp("shared"), demo).root
    shared = Shared(root, milvus.address(timeout=0.8))
    done = kb(shared, "index", "--to", shared.address)
    assert done.exit_code == 0, done.output
    assert "3 documents sent, 0 taken out, 0 there already" in done.stdout
    return shared


def test_two_web_machines_share_one_server_through_its_death_and_return(
    shelf: Shared, milvus: MilvusServer, tmp_path: Path
) -> None:
    with ExitStack() as stack:
        webs = [stack.enter_context(serving(shelf, tmp_path / name, workers=1)) for name in ("one", "two")]
        for web in webs:
            until(lambda web=web: web.ready()["status"] == "ready")  # type: ignore[misc]
            assert web.ready()["index"]["generation"].endswith("_documents")
        clients = [Client(web) for web in webs]
        for client in clients:
            client.start()

        _publish(shelf)
        for web in webs:
            until(lambda web=web: web.slugs("zebra crossing") == ["zebra"])  # type: ignore[misc]
        milvus.kill()
        for web in webs:
            until(lambda web=web: _told(web))  # type: ignore[misc]
            # The machine's own index looks for a newer generation once a second.
            until(lambda web=web: web.slugs("zebra crossing") == ["zebra"])  # type: ignore[misc]
        milvus.start()
        for web in webs:
            until(lambda web=web: web.ready()["status"] == "ready")  # type: ignore[misc]
            assert web.slugs("zebra crossing") == ["zebra"]

        for client in clients:
            client.over.set()
            client.join()
        assert [wrong for client in clients for wrong in client.wrong] == []
        assert all(client.answers > 10 for client in clients)


def _publish(shelf: Shared) -> None:
    article = make_article(
        slug="zebra", title="A zebra crossing", body="Pupils cross where the zebra is painted.\n"
    )
    write_text(shelf.root / "content" / article.path, article_text(front_matter_of(article), article.body))
    settings = shelf.settings
    indexing.bring_up_to_date(
        settings.content, shelf.database, settings.index, model=settings.model, address=shelf.address
    )


def _told(web: Server) -> bool:
    answer = web.ready()
    return answer["status"] == "degraded" and "The search server at 127.0.0.1" in answer["problems"][0]


def test_an_address_that_cannot_be_used_stops_with_a_sentence(shelf: Shared) -> None:
    refused(kb(shelf, "index", "--to", "milvus://somewhere?colour=red"), "‘colour’ is not known")
    refused(kb(shelf, "index", "--to", "solr"), "milvus://host:port")
    refused(kb(shelf, "search", "calm", KB_SEARCH="milvus://?tls=perhaps"), "there is no host in it")
