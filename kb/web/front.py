"""Everything a page needs, put together in the one order that works."""

from __future__ import annotations

from flask import Flask

from kb.web import (
    access,
    administration,
    announcements,
    api,
    appointing,
    approach_desk,
    approaches,
    article_address,
    articles,
    authors,
    browse,
    collection_desk,
    collections,
    comments,
    compression,
    contribute,
    contribute_steps,
    contribute_versions,
    cookies,
    cpd,
    editions,
    failures,
    feeds,
    following,
    found,
    health,
    home,
    jobs,
    kept,
    objectives,
    own_account,
    pages,
    pathway_desk,
    pathway_use,
    pathways,
    personal_data,
    pictures,
    pins,
    protection,
    providers,
    reading,
    reports,
    review,
    schools,
    search,
    signin,
    static_files,
    taken_down,
    templating,
    text_import,
    text_pictures,
    tokens,
    verifying,
    ways_in,
)

BLUEPRINTS = (
    home.pages,
    search.pages,
    browse.pages,
    articles.pages,
    schools.pages,
    collections.pages,
    collection_desk.pages,
    approaches.pages,
    approach_desk.pages,
    pins.pages,
    announcements.pages,
    pathways.pages,
    pathway_desk.pages,
    pathway_use.pages,
    cpd.pages,
    objectives.pages,
    reading.pages,
    following.pages,
    feeds.pages,
    pages.pages,
    signin.pages,
    contribute.pages,
    contribute_steps.pages,
    contribute_versions.pages,
    comments.pages,
    authors.pages,
    found.pages,
    article_address.pages,
    editions.pages,
    review.pages,
    ways_in.pages,
    providers.pages,
    kept.pages,
    own_account.pages,
    personal_data.pages,
    administration.pages,
    appointing.pages,
    tokens.pages,
    pictures.pages,
    text_import.pages,
    text_pictures.pages,
    reports.pages,
    health.pages,
    jobs.pages,
    taken_down.pages,
    verifying.pages,
    api.pages,
)


def furnish(app: Flask) -> None:
    """Give an app its templates, files, guards and pages. Make it with ``static_folder=None``."""
    # What is done to an answer runs in the opposite order: compressed last, when nothing changes it any more.
    compression.install(app)
    protection.install(app)
    cookies.install(app)
    access.install(app)
    templating.install(app)
    static_files.install(app)
    failures.install(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
