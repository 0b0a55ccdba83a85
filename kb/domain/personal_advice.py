"""What is said about each kind of personal data: how serious it is, what it is, and what to do."""

from __future__ import annotations

from collections.abc import Mapping

from kb.domain.finding import Kind, Level

ADVICE: Mapping[Kind, tuple[Level, str, str]] = {
    Kind.UPN: (Level.BLOCK, "This looks like a unique pupil number.", "Take it out; nobody needs it here."),
    Kind.NHS_NUMBER: (Level.BLOCK, "This looks like an NHS number.", "Take it out; nobody needs it here."),
    Kind.INSURANCE_NUMBER: (
        Level.BLOCK,
        "This looks like a National Insurance number.",
        "Take it out; nobody needs it here.",
    ),
    Kind.BIRTH_DATE: (Level.BLOCK, "This looks like a date of birth.", "Say the year group instead."),
    Kind.CASE_REFERENCE: (
        Level.BLOCK,
        "This looks like the reference of a pupil’s plan or case.",
        "Take it out, and write ‘the plan’ or ‘the case’.",
    ),
    Kind.PRIVATE_EMAIL: (
        Level.BLOCK,
        "This looks like a private e-mail address or a pupil’s.",
        "Take it out, or give the school’s office address.",
    ),
    Kind.PRIVATE_PHONE: (
        Level.BLOCK,
        "This looks like a mobile number or a family’s number.",
        "Take it out, or give the school’s office number.",
    ),
    Kind.HOME_ADDRESS: (
        Level.BLOCK,
        "This looks like a home address.",
        "Take it out, or name only the area.",
    ),
    Kind.PUPIL_NAME: (
        Level.BLOCK,
        "This looks like a pupil’s name.",
        "Write ‘a pupil’, ‘one boy’ or an invented letter, and leave out what else tells who it is.",
    ),
    Kind.PERSON_NAME: (
        Level.WARN,
        "This may be somebody’s name.",
        "If it is a pupil or a parent, take it out; if not, tick that you have looked.",
    ),
    Kind.SMALL_GROUP: (
        Level.WARN,
        "This group is so small that readers may know who it is.",
        "Leave out the number or what sets them apart, or speak of ‘a few pupils’.",
    ),
    Kind.POSTCODE: (Level.WARN, "This is a full postcode.", "Name the area, or only its first half."),
    Kind.STAFF_NAME: (
        Level.NOTE,
        "This looks like a colleague’s name.",
        "Ask whether they agree to be named, or give their role.",
    ),
    Kind.SCHOOL_PHONE: (Level.NOTE, "This is a telephone number.", "Check that it is the school’s office."),
    Kind.SCHOOL_EMAIL: (Level.NOTE, "This is an e-mail address.", "Check that it is the school’s office."),
}
