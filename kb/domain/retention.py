"""What is kept about people, what for and how long: shown on the privacy page."""

from __future__ import annotations

KEPT = (
    ("Your name, e-mail address, role and schools", "to know who may do what", "until you ask for erasure"),
    (
        "Your password and second factor, as hashes or sealed",
        "to let you in and nobody else",
        "until you change them",
    ),
    ("Where you are signed in: browser and time", "so that you can sign out elsewhere", "8 days"),
    ("Tries to sign in, as a hash of address and place", "to stop guessing", "1 day"),
    ("A text that you sent after your session had ended", "so that it is not lost", "1 hour"),
    ("Invitations", "to let people join", "90 days after they end"),
    ("Letters that the site sent you", "to know that they were sent", "90 days, without their words"),
    (
        "What was searched for, to the hour, without who asked; no search that may name somebody",
        "to see what is missing and to mend the search",
        "its words 30 days, the rest 400 days",
    ),
    ("How often an article was opened each day, without by whom", "to see what is of use", "800 days"),
    (
        "What you told of trials, offered, asked for and thought of articles",
        "so that colleagues can use it",
        "until you take it back; after erasure without your name",
    ),
    ("Whether you can be found in the list of people", "to do as you chose", "until you ask for erasure"),
    (
        "Who did what, by number",
        "to find out what happened",
        "for good; once you are erased the number has no name",
    ),
)
"""What, what for, how long."""

SESSIONS_DAYS = 8
LINKS_DAYS = 90
