"""Pages from elsewhere get addresses of their own, and titles that can be told apart."""

from __future__ import annotations

from kb.domain.foreign_names import LONGEST_SLUG, LONGEST_TITLE, Page, key_of, slug_of, titles_of


def page(source: str, given: str, **more: object) -> Page:
    return Page(source=source, given=given, **({"links": {}} | more))  # type: ignore[arg-type]


def test_an_address_is_made_from_the_whole_path() -> None:
    assert slug_of("ucl/Year 1/autumn-week-4_ECT-what you'll learn.md", set()) == (
        "ucl-year-1-autumn-week-4-ect-what-youll-learn"
    )
    assert slug_of("handbook/index.md", set()) == "handbook"
    assert slug_of("Élèves/café.md", set()) == "eleves-cafe"
    assert slug_of("数学.md", set()) == "page"


def test_a_long_address_is_cut_between_words_and_keeps_the_name_of_the_file() -> None:
    source = (
        "teach-first/" + "how-can-you-create-an-effective-environment-" * 3 + "/summer-week-4-ect-theory.md"
    )

    slug = slug_of(source, set())

    assert len(slug) <= LONGEST_SLUG
    assert slug.startswith("teach-first-how-can-you-create")
    assert slug.endswith("-summer-week-4-ect-theory")
    assert slug_of("x" * 300 + ".md", set()) == "x" * 60


def test_an_address_that_is_taken_gets_a_number() -> None:
    assert slug_of("a/b.md", {"a-b", "a-b-2"}) == "a-b-3"


def test_a_page_is_named_without_its_ending_and_a_front_page_by_its_folder() -> None:
    assert key_of("a/b.md") == "a/b"
    assert key_of("a/README.md") == "a"
    assert key_of("index.md") == ""


def test_a_title_of_its_own_is_left_alone() -> None:
    assert titles_of([page("a.md", "Calm starts"), page("b.md", "Exit tickets")]) == {
        "a.md": "Calm starts",
        "b.md": "Exit tickets",
    }


def test_pages_of_one_title_are_told_apart_by_the_heading_their_folder_lists_them_under() -> None:
    front = page(
        "behaviour.md",
        "Behaviour",
        headings=("Week 4: directing attention", "Mentors", "Week 5: consistency", "Mentors"),
        links={
            "behaviour/w4-challenge": ("Week 4: directing attention",),
            "behaviour/w5-challenge": ("Week 5: consistency", "Mentors"),
        },
    )
    pages = [
        front,
        page("behaviour/w4-challenge.md", "Teaching challenge"),
        page("behaviour/w5-challenge.md", "Teaching challenge"),
    ]

    titles = titles_of(pages)

    assert titles["behaviour/w4-challenge.md"] == "Week 4: directing attention – Teaching challenge"
    assert titles["behaviour/w5-challenge.md"] == "Week 5: consistency – Teaching challenge"


def test_without_such_a_heading_the_caption_the_first_heading_or_the_place_tells_them_apart() -> None:
    by_caption = titles_of(
        [page("a.md", "Theory", caption="Week 1"), page("b.md", "Theory", caption="Week 2")]
    )
    by_heading = titles_of(
        [page("a.md", "Theory", headings=("Talk",)), page("b.md", "Theory", headings=("Reading",))]
    )
    by_folder = titles_of([page("maths/x.md", "Theory"), page("art-and-design/x.md", "Theory")])
    by_name = titles_of([page("maths/week-1-theory.md", "Theory"), page("maths/week-2-theory.md", "Theory")])

    assert set(by_caption.values()) == {"Week 1: Theory", "Week 2: Theory"}
    assert set(by_heading.values()) == {"Talk: Theory", "Reading: Theory"}
    assert set(by_folder.values()) == {"Theory (maths)", "Theory (art and design)"}
    assert set(by_name.values()) == {"Theory (maths, week 1)", "Theory (maths, week 2)"}


def test_a_heading_that_most_pages_of_a_title_share_tells_nothing() -> None:
    pages = [page(f"w/{day}.md", "Reflect", headings=("Reminder",)) for day in ("mon", "tue", "wed")]
    pages.append(page("w/thu.md", "Reflect", headings=("Review: 25 mins",)))

    assert titles_of(pages)["w/thu.md"] == "Reflect (w, thu)"


def test_every_title_fits_and_is_long_enough() -> None:
    pages = [page("ucl.md", "UCL"), page("a.md", "word " * 60), page("b.md", "word " * 60)]

    titles = titles_of(pages)

    assert titles["ucl.md"] == "UCL (ucl.md)"
    assert all(5 <= len(title) <= LONGEST_TITLE for title in titles.values())
    assert len(set(titles.values())) == 3
