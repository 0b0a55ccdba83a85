"""Train a cross-encoder for KB_RERANKER on questions that nothing is reported on.

    .venv/bin/python -m tools.train_reranker var/reranker --data ../shared/data
    KB_RERANKER=var/reranker .venv/bin/kb evaluate ../shared/data/scifact

It begins as the packaged embedding model with a new last layer, and learns to tell the passage that answers a question
from others that the search itself put high (listwise softmax). A graphics card is used when there is one; without one
this takes hours. Sources: Nogueira and Cho, "Passage Re-ranking with BERT" (2019); Gao, Dai and Callan, "Rethink
Training of BERT Rerankers in Multi-Stage Retrieval Pipeline" (2021).
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from indexer.chunker import Window, chunks
from indexer.document import Document, Filters, Query
from indexer.encoder import LONGEST_QUESTION
from indexer.engine import SearchEngine
from indexer.evaluation import EVERYBODY, JudgedSet, read_set
from indexer.model import Model, find_model
from indexer.pipeline import Indexer
from indexer.reranking import read_text
from indexer.tokens import token_count

SETS: Mapping[str, str] = {"scifact": "_train", "oak-misconceptions": ""}
"""Folder of judged questions that one may tune on → what is added to the names of their files."""

FOUND = 30
"""Answers of the search among which the wrong ones are drawn: further down nobody reads."""

WRONG = 7
"""Wrong passages beside each right one, drawn anew in each round."""

QUESTIONS_AT_ONCE = 16
LONGEST = 256
"""Tokens of question and passage together, as when it is used."""

SEED = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A question, the passages that answer it and passages that the search put high and that do not."""

    question: str
    right: tuple[str, ...]
    wrong: tuple[str, ...]


def examples(judged: JudgedSet, model: Model, root: Path) -> Iterator[Example]:
    """One for each question of a set that has a right answer and a wrong one."""
    indexer = Indexer(root, model=model)
    try:
        indexer.bring_up_to_date(judged.documents(), progress=_told)
        texts = {document.id: document for document in judged.documents()}
        for key, question in judged.queries.items():
            right = {document for document, grade in judged.judgements[key].items() if grade > 0}
            example = _example(indexer.engine, question, right & texts.keys(), texts, model)
            if example.right and example.wrong:
                yield example
    finally:
        indexer.engine.close()


def _example(
    engine: SearchEngine, question: str, right: set[str], texts: Mapping[str, Document], model: Model
) -> Example:
    query = Query(text=question, filters=Filters(visibilities=EVERYBODY), limit=FOUND)
    found = engine.search(query)
    hits = {hit.document_id: read_text(hit) for hit in (*found.hits, *found.weak)}
    return Example(
        question=question,
        right=tuple(hits.get(document) or _first(texts[document], model) for document in sorted(right)),
        wrong=tuple(text for document, text in hits.items() if document not in right),
    )


def _first(document: Document, model: Model) -> str:
    """The beginning of a document that the search did not find."""
    assert model.tokenizer  # noqa: S101 - the packaged model has one
    window = Window(count=token_count(model.tokenizer), size=model.window - 2)
    chunk = chunks(document, window)[0]
    return ". ".join(part for part in (chunk.title, *chunk.heading_path, chunk.text) if part)


def train(learned: Sequence[Example], model: Model, *, rounds: int, rate: float) -> Any:
    """A cross-encoder that has seen every example ``rounds`` times, ``rate`` the highest learning rate."""
    import torch
    from sentence_transformers import CrossEncoder

    torch.manual_seed(SEED)
    dice = random.Random(SEED)  # noqa: S311 - to draw examples, not to keep a secret
    reader = CrossEncoder(model.place, num_labels=1, max_length=LONGEST, local_files_only=True)
    network = reader.model.train()
    steps = rounds * -(-len(learned) // QUESTIONS_AT_ONCE)
    optimizer = torch.optim.AdamW(network.parameters(), lr=rate, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, max_lr=rate, total_steps=steps, pct_start=0.1, anneal_strategy="linear"
    )
    for number in range(rounds):
        order = dice.sample(list(learned), len(learned))
        lost = 0.0
        for start in range(0, len(order), QUESTIONS_AT_ONCE):
            optimizer.zero_grad()
            loss = _loss(reader, order[start : start + QUESTIONS_AT_ONCE], dice)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            lost += loss.item()
        print(f"round {number + 1}: loss {lost * QUESTIONS_AT_ONCE / len(order):.3f}", flush=True)
    network.eval()
    return reader


def _loss(reader: Any, batch: Sequence[Example], dice: random.Random) -> Any:
    """How little of the chance falls on the right passage of each question, the mean over the questions."""
    import torch

    pairs, sizes = [], []
    for example in batch:
        wrong = dice.sample(example.wrong, min(WRONG, len(example.wrong)))
        texts = [dice.choice(example.right), *wrong]
        question = " ".join(example.question.split()[:LONGEST_QUESTION])
        pairs += [(question, text) for text in texts]
        sizes.append(len(texts))
    device = reader.model.device
    features = reader.tokenizer(
        [question for question, _ in pairs],
        [text for _, text in pairs],
        truncation="only_second",
        max_length=LONGEST,
        padding=True,
        return_tensors="pt",
    ).to(device)
    with torch.autocast(device.type, dtype=torch.bfloat16, enabled=device.type == "cuda"):
        scores = reader.model(**features).logits[:, 0]
    losses = [-torch.log_softmax(own, dim=0)[0] for own in torch.split(scores.float(), sizes)]
    return torch.stack(losses).mean()


def _told(done: int, total: int) -> None:
    if done == total or done % 4096 == 0:
        print(f"{done} of {total} passages", flush=True)


def main() -> None:
    """Train on the sets in a folder and write the cross-encoder into another."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])  # type: ignore[union-attr]
    parser.add_argument("out", type=Path, help="the folder that KB_RERANKER will name")
    parser.add_argument("--data", type=Path, required=True, help="holds scifact and oak-misconceptions")
    parser.add_argument("--only", choices=sorted(SETS), help="learn from one of them")
    parser.add_argument("--index", type=Path, help="keep the indexes here, for another time")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--rate", type=float, default=5e-5)
    options = parser.parse_args()
    model = find_model()
    learned: list[Example] = []
    with tempfile.TemporaryDirectory(prefix="train-reranker-") as temporary:
        for name in [options.only] if options.only else SETS:
            judged = read_set(options.data / name, part=SETS[name])
            learned += examples(judged, model, (options.index or Path(temporary)) / name)
    print(f"{len(learned)} questions", flush=True)
    reader = train(learned, model, rounds=options.rounds, rate=options.rate)
    reader.save(str(options.out))
    read = {
        "questions": len(learned),
        "rounds": options.rounds,
        "rate": options.rate,
        "sets": SETS,
        "seed": SEED,
    }
    (options.out / "training.json").write_text(json.dumps(read, indent=2), encoding="utf-8")


if __name__ == "__main__":
    main()
