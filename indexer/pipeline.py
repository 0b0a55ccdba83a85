"""Bring an index up to date: compare fingerprints, cut, embed what is new, replace, commit."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer.chunker import Window, chunks, embedded_text
from indexer.document import Chunk, Document
from indexer.embedder import Embedder
from indexer.engine import SearchEngine, open_engine
from indexer.graphs import graph_folder, open_embedder, query_encoder
from indexer.model import Model
from indexer.query_encoder import problems_in
from indexer.tokens import token_count
from indexer.vectorcache import VectorCache

BATCH = 128
"""Passages embedded between two steps of the progress bar, and lost at most when the run is killed."""

TOGETHER = 2_000
"""Documents that are cut at a time, so that a run never holds the passages of them all. Batches are of like length
within these."""

SHORTEST = 16
"""Tokens that a passage may have at least, however long a model's prompt is."""

CUT = "2"
"""Raised when passages are cut differently, so that every document is cut anew."""

Progress = Callable[[int, int], None]
"""Called with (passages embedded so far, passages to embed); of documents that are not cut yet as many are reckoned
as of those that are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What an indexing run did. ``embedded`` passages went through the model, the others were known already.

    note  what works less well than it should, as a sentence; empty when nothing does
    """

    added: int
    changed: int
    removed: int
    unchanged: int
    passages: int
    embedded: int
    seconds: float
    note: str = ""

    @property
    def nothing_to_do(self) -> bool:
        """True when the index already was up to date."""
        return not (self.added or self.changed or self.removed)


def fingerprint(document: Document) -> str:
    """A hash of everything that the index holds of a document."""
    fields = {**asdict(document), "cut": CUT}
    return hashlib.sha256(
        json.dumps(fields, sort_keys=True, ensure_ascii=False, default=list).encode()
    ).hexdigest()


def _of_all(progress: Progress, before: int, cut: int, documents: int) -> Progress:
    """What tells ``progress`` of some documents in terms of all.

    before     passages embedded of earlier documents
    cut        how many documents are cut, these with them
    documents  how many there are
    """

    def told(done: int, of: int) -> None:
        so_far = before + of
        progress(before + done, so_far + so_far * (documents - cut) // cut)

    return told


class Indexer:
    """Brings the index in ``root`` up to date. The model is loaded only when there is something to embed."""

    def __init__(self, root: Path, *, model: Model, address: str = "embedded", size: int = 256) -> None:
        self._root, self._model, self._size = root, model, min(size, model.window)
        self._embedder: Embedder | None = None
        self._loading = threading.Lock()
        self.engine: SearchEngine = open_engine(address, root=root, model=model, encoder=self._encoder_folder)

    def warm(self) -> None:
        """Load what the first change would wait for. Any thread may call this. Raises ModelUnusable."""
        self.engine.fingerprints()
        self._vectors(["We read together."])

    def bring_up_to_date(
        self, documents: Iterable[Document], *, rebuild: bool = False, progress: Progress | None = None
    ) -> Report:
        """Make the index hold exactly these documents. Nothing is written when it already does.

        ``rebuild``: in an index that is begun anew; vectors that are known are used again.

        Raises IndexBusy, IndexNotWritten, ModelUnusable; the old index serves on then.
        """
        wanted = {document.id: document for document in documents}
        held = self.engine.fingerprints()
        known = self.engine.start_anew() if rebuild else held
        gone = [document_id for document_id in {**held, **known} if document_id not in wanted]
        return self._carefully(wanted, gone, known=known, progress=progress)

    def change(self, documents: Iterable[Document], *, gone: Iterable[str] = ()) -> Report:
        """Put some documents in or in place of their old text and take others out; all others stay as they are.

        Nothing is written when the index is like that already. Raises what ``bring_up_to_date`` raises.
        """
        held = self.engine.fingerprints()
        return self._carefully(
            {document.id: document for document in documents},
            [document_id for document_id in gone if document_id in held],
            known=held,
        )

    def _carefully(
        self,
        wanted: Mapping[str, Document],
        gone: Sequence[str],
        *,
        known: Mapping[str, str],
        progress: Progress | None = None,
    ) -> Report:
        try:
            return self._brought(wanted, gone, known, progress)
        except BaseException:
            self.engine.close()  # drops what was staged and lets others build
            raise

    def _brought(
        self,
        wanted: Mapping[str, Document],
        gone: Sequence[str],
        known: Mapping[str, str],
        progress: Progress | None,
    ) -> Report:
        began = time.perf_counter()
        prints = {document_id: fingerprint(document) for document_id, document in wanted.items()}
        changed = (document_id for document_id, value in prints.items() if known.get(document_id) != value)
        # Stored in the order in which they are read.
        stale = [wanted[document_id] for document_id in sorted(changed)]
        for document_id in (*gone, *(document.id for document in stale)):
            self.engine.remove(document_id)  # before anything is embedded: a second indexer is refused here
        passages, embedded = self._replace(stale, prints, progress) if stale else (0, 0)
        self.engine.commit()
        return Report(
            added=sum(document.id not in known for document in stale),
            changed=sum(document.id in known for document in stale),
            removed=len(gone),
            unchanged=len(wanted) - len(stale),
            passages=passages,
            embedded=embedded,
            seconds=time.perf_counter() - began,
            note=" ".join(problems_in(graph_folder(self._root, self._model))),
        )

    def _cut(self, documents: Sequence[Document]) -> dict[str, list[Chunk]]:
        tokenizer, size, prompts = self._model.tokenizer, self._size, self._model.prompts
        if tokenizer:
            count = token_count(tokenizer)
        else:
            loaded = self._load()
            count, size, prompts = loaded.count, min(size, loaded.window), loaded.prompts
        size -= 2 + count(
            prompts.passage
        )  # two are added at the ends, and the prompt stands before each passage
        window = Window(count=count, size=max(SHORTEST, size))
        return {document.id: chunks(document, window) for document in documents}

    def _replace(
        self, documents: Sequence[Document], prints: Mapping[str, str], progress: Progress | None
    ) -> tuple[int, int]:
        """Stage documents, and return how many passages they have and how many of those were embedded."""
        passages = embedded = 0
        with VectorCache(self._root, self._model.sha256) as cache:
            for first in range(0, len(documents), TOGETHER):
                group = documents[first : first + TOGETHER]
                cut = self._cut(group)
                texts = [embedded_text(chunk) for own in cut.values() for chunk in own]
                told = progress and _of_all(progress, embedded, first + len(group), len(documents))
                embedded += self._embed(texts, cache, told)
                passages += len(texts)
                for document in group:
                    own = [embedded_text(chunk) for chunk in cut[document.id]]
                    found = cache.find(own)
                    vectors = np.stack([found[text] for text in own])
                    self.engine.replace(document, cut[document.id], vectors, fingerprint=prints[document.id])
        return passages, embedded

    def _embed(self, texts: Sequence[str], cache: VectorCache, progress: Progress | None) -> int:
        """Embed what the cache does not hold, in batches of like length. Return how many that were."""
        missing = self._missing(texts, cache)
        missing.sort(key=len)  # a batch ends when its longest text does, and a graphics card pads all to that
        for start in range(0, len(missing), BATCH):
            batch = missing[start : start + BATCH]
            cache.keep(batch, self._vectors(batch))
            if progress:
                progress(start + len(batch), len(missing))
        return len(missing)

    @staticmethod
    def _missing(texts: Sequence[str], cache: VectorCache) -> list[str]:
        distinct = list(dict.fromkeys(texts))
        return [
            text
            for start in range(0, len(distinct), 1000)
            for known in (cache.find(distinct[start : start + 1000]),)
            for text in distinct[start : start + 1000]
            if text not in known
        ]

    def _vectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._load().embed_passages(texts)

    def _load(self) -> Embedder:
        """The embedder, opened when it was not."""
        with self._loading:
            if self._embedder is None:
                self._embedder = open_embedder(self._root, self._model)
            return self._embedder

    def _encoder_folder(self) -> Path:
        """The folder of the query encoder for this model, made when it is missing or not as it was made."""
        return query_encoder(self._root, self._model)
