"""The documents that the engine contract asks about: few, short, and each there for a reason."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from indexer.document import Document
from indexer.engine import SearchEngine
from indexer.synonyms import Synonym

EngineWith = Callable[[Iterable[Document]], SearchEngine]

SYNONYMS = (
    Synonym(typed=("TA", "LSA"), expands_to=("teaching assistant",), kind="eq"),
    Synonym(typed=("AR",), expands_to=("annual review", "accelerated reader"), kind="amb"),
)


def _document(
    number: int, title: str, body: str, *, stage: str, need: str = "", visibility: str = "public"
) -> Document:
    return Document(
        id=title.lower().replace(" ", "-"),
        title=title,
        body=body,
        facets={"stage": tuple(stage.split()), **({"need": tuple(need.split())} if need else {})},
        visibility=visibility,
        published=f"2025-{1 + number % 12:02d}-01",
        reviewed=f"2026-{1 + number // 4:02d}-01",  # four share a date
    )


LIBRARY = tuple(
    _document(number, title, body, stage=stage, need=need, visibility=visibility)
    for number, (title, body, stage, need, visibility) in enumerate(
        (
            (
                "Calm after lunch",
                "We soothe the class at the door. Breathing helps.",
                "ks1",
                "semh",
                "public",
            ),
            (
                "Quiet canteen",
                "Autistic pupils eat their midday meal in a side room.",
                "ks2 ks3",
                "asd",
                "public",
            ),
            (
                "Phonics every morning",
                "Decoding in small groups. Pupils read aloud.",
                "eyfs ks1",
                "",
                "public",
            ),
            ("Paired reading", "Older pupils read with younger pupils each week.", "ks1 ks2", "", "public"),
            ("Literacy across subjects", "Reading in science and maths lessons.", "ks3", "slcn", "public"),
            ("First day calls", "Absence is followed by a call to parents.", "ks3", "semh", "public"),
            ("Walking to school", "A walking bus lifts attendance.", "ks1 ks2", "", "public"),
            ("Whole class feedback", "Marking fell by half; workload with it.", "ks2 ks3", "", "public"),
            ("Quiz and recall", "A low-stakes quiz opens every lesson.", "ks3", "", "public"),
            (
                "A talking board",
                "Twenty symbols on a board for pupils who do not talk.",
                "eyfs",
                "slcn asd",
                "public",
            ),
            (
                "The school garden",
                "Outdoor lessons in a quiet garden calm pupils.",
                "ks1 ks2 ks3",
                "semh",
                "public",
            ),
            ("Support in class", "A teaching assistant keeps the door open.", "ks1", "semh asd", "public"),
            ("Year six transition", "A trip to the new school in the summer term.", "ks2", "", "public"),
            ("Homework club", "Older pupils help younger pupils with homework.", "ks2 ks3", "", "trust"),
            ("Calm room budget", "What the calm room cost, in zebra numbers.", "ks1", "semh", "trust"),
            ("Unfinished notes", "A zebra draft about calm lunch and reading.", "ks4", "hi", "draft"),
        )
    )
)

_WORDS = [
    "pupil",
    "class",
    "teacher",
    "staff",
    "parents",
    "door",
    "garden",
    "music",
    "maths",
    "science",
    "homework",
    "trip",
    "workload",
    "quiz",
    "recall",
]
COMPANY = tuple(
    Document(
        id=f"{name}-{number}",
        title=title,
        body=f"{title}: {_WORDS[number % 15]} {_WORDS[(number * 4 + number // 15 + len(name)) % 15]}.",
        visibility=visibility,
    )
    for name, title, visibility, times in (
        ("plates", "Tectonic plates move", "public", 2),
        ("tales", "Volcanic tales", "trust", 2),
        ("told", "Tales for children", "public", 1),
        ("volcano", "Volcanic rock", "public", 1),
        ("paper", "Paper for painting", "public", 3),
        ("other", "Reading in small groups", "public", 40),
    )
    for number in range(times)
)
"""Documents whose words keep company: which of two words was meant shows by those beside it."""
