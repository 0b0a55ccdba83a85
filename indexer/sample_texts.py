"""Questions and passages on which a graph is weighed and compared with the model that it was made of."""

from __future__ import annotations

SAMPLE = (
    "how do I calm a dysregulated pupil after lunch",
    "phonics catch up",
    "SEMH KS3",
    "does setting by ability help the lowest attainers",
    "marking workload",
    "what can a teaching assistant do with three children who cannot read yet",
    "autistic pupils in a busy dining hall",
    "attendance of pupils with anxiety who avoid school",
    "0-dimensional biomaterials show inductive properties",
    (
        "The class came back from lunch loud and hot. We dimmed the lights, put the same quiet task on every desk "
        "and greeted each child by name. Within seven minutes most were writing."
    ),
    (
        "Reading together in year 8 › What we changed\nEvery tutor group reads a novel aloud for twenty minutes on "
        "three mornings a week. The tutor reads, pupils follow with a ruler, and now and then a pupil takes over for a "
        "paragraph that they have practised. We stop at two places that the tutor has marked: once for a word that "
        "most will not know, once for a question that has no single answer. Tutors are given the book, a list of the "
        "words and a recording of each chapter, so that nobody has to prepare more than ten minutes. In the first term "
        "four tutors asked to be left out because they did not like reading aloud themselves. They shared a room with "
        "a colleague until Christmas, and three of them then read on their own. What we would do differently: begin "
        "with shorter books, tell families before the start, and not test comprehension in the first half term."
    ),
    (
        "Reintegration meetings › Who takes part\n1. The pupil, who speaks first. 2. A parent or carer; offer a call "
        "where they cannot come (SENDCo to ring the day before). 3. The head of year, or the member of staff whose "
        "lesson it was: 15 minutes of cover are booked. 4. For pupils with an EHCP, whoever coordinates their support. "
        "Keep to three questions: What happened? Who was affected, and how? What will we do tomorrow at 08:40? Write "
        "down two promises, one by the pupil and one by the school, and give each side a copy. 62% of our meetings "
        "last less than 25 minutes. After ten school days the head of year looks at both promises; where ours was not "
        "kept, the pupil hears it from us."
    ),
)
"""Questions and passages, the longest about as long as a passage may be: what is long is rounded most coarsely."""

WEIGHED = (
    "attendance",
    "EAL new arrivals year 9",
    "how can we help a child who will not speak in class",
    "what works for reading fluency at key stage 2",
    "low-cost ideas for parents' evening",
    "does homework make a difference in primary",
    "Gene expression in mice that lack the receptor is lower than in the controls.",
    (
        "Before: three members of staff on duty, no plan for wet days, twelve incidents a week. After: a rota, four "
        "zones, a bell five minutes before the end; two incidents a week (spring term, counted by the office)."
    ),
    (
        "Teachers plan the first question of a lesson together. It asks for something taught last week, last month and "
        "last term; answers go on a whiteboard, and nobody is marked. Pupils told us that it made them less afraid."
    ),
)
"""Texts by which the channels of a graph are weighed; others than those that it is then compared on."""
