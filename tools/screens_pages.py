"""The pages that pictures are taken of: `tools/screens.py`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page to take pictures of.

    address  with names in braces for what the content offers: see ``samples``
    press    CSS selector of something to press first, where it can be seen
    typed    what to type there
    who      name of the one of the demo's people who is signed in; empty for nobody
    waits    CSS selector of something that script brings, to wait for
    """

    name: str
    address: str
    status: int = 200
    press: str = ""
    typed: str = ""
    who: str = ""
    waits: str = ""


WRITTEN = "[data-live-text] p"
PAGES = (
    Page(name="home", address="/"),
    Page(name="search", address="/search?q=calm+starts+to+the+lesson"),
    Page(name="search-filtered", address="/search?q=behaviour&key_stage=ks2&key_stage=ks3&type=case-study"),
    Page(name="search-filters-open", address="/search?q=reading", press=".finder__open"),
    Page(name="search-suggestions", address="/", press="main input[type=search]", typed="reading"),
    Page(name="search-second-page", address="/search?q=pupils&page=2"),
    Page(name="search-everything", address="/search?q="),
    Page(name="search-nothing-close", address="/search?q=tractor+carburettor"),
    Page(name="search-misspelt", address="/search?q=metacogniton"),
    Page(name="search-acronym", address="/search?q=EAL"),
    Page(name="browse", address="/browse/"),
    Page(name="article-case-study", address="/articles/{case-study}"),
    Page(name="article-research-summary", address="/articles/{research-summary}"),
    Page(name="article-how-to", address="/articles/{how-to}"),
    Page(name="article-policy-example", address="/articles/{policy-example}"),
    Page(name="schools", address="/schools/"),
    Page(name="school", address="/schools/{school}"),
    Page(name="trials", address="/trials/"),
    Page(name="trial-form", address="/articles/{case-study}/tried", who="A. Quintero"),
    Page(name="feedback", address="/articles/{case-study}/feedback"),
    Page(name="feedback-list", address="/feedback/", who="A. Quintero"),
    Page(name="offers", address="/offers/"),
    Page(name="offer-form", address="/offers/new", who="S. Mistry"),
    Page(name="people", address="/people/", who="S. Mistry"),
    Page(name="people-who-know", address="/people/?q=nurture+group"),
    Page(name="asks", address="/asks/", who="A. Quintero"),
    Page(name="ask-form", address="/asks/new?q=noisy+swimming+pool", who="S. Mistry"),
    Page(name="about", address="/about"),
    Page(name="accessibility", address="/accessibility"),
    Page(name="privacy", address="/privacy"),
    Page(name="gallery", address="/gallery"),
    Page(name="not-found", address="/articles/there-is-no-such-article", status=404),
    Page(name="sign-in", address="/account/sign-in"),
    Page(name="forgotten", address="/account/forgotten"),
    *(
        Page(name=name, address=address, who="S. Mistry")
        for name, address in {
            "account": "/account/",
            "account-app": "/account/app",
            "account-data": "/account/data",
            "contribute": "/contribute/",
            "contribute-idea": "/contribute/new",
            "contribute-overview": "/contribute/{changes-asked}",
            "contribute-about": "/contribute/{draft}/about",
            "contribute-setting": "/contribute/{draft}/setting",
            "contribute-results": "/contribute/{draft}/results",
            "contribute-submit": "/contribute/{draft}/submit",
            "contribute-pictures": "/contribute/{draft}/pictures",
            "contribute-import": "/contribute/{draft}/import",
            "contribute-history": "/contribute/{draft}/history",
        }.items()
    ),
    Page(name="contribute-write", address="/contribute/{draft}/write", who="S. Mistry", waits=WRITTEN),
    Page(
        name="contribute-whole",
        address="/contribute/{draft}/write?view=whole",
        who="S. Mistry",
        waits=WRITTEN,
    ),
    Page(
        name="contribute-cite",
        address="/contribute/{draft}/write",
        who="S. Mistry",
        press=".toolbar button:has-text('Cite')",
        typed="Dunlosky",
    ),
    Page(
        name="contribute-picture",
        address="/contribute/{draft}/write",
        who="S. Mistry",
        press=".toolbar button:has-text('Picture')",
    ),
    Page(name="review", address="/review/", who="R. Yeboah"),
    Page(name="review-waiting", address="/review/{submitted}", who="R. Yeboah"),
    Page(name="review-text", address="/review/{in-review}", who="R. Yeboah"),
    Page(name="review-version", address="/contribute/{in-review}/history/1", who="R. Yeboah"),
    Page(name="verify", address="/verify/", who="A. Quintero"),
    Page(name="pathways", address="/pathways/", who="R. Okonjo"),
    Page(name="pathway", address="/pathways/helping-without-doing-it-for-them", who="R. Okonjo"),
    Page(name="record", address="/cpd/", who="R. Okonjo"),
    Page(name="record-new", address="/cpd/new", who="R. Okonjo"),
    Page(name="objectives", address="/objectives/", who="A. Quintero"),
    Page(name="pathways-desk", address="/pathways/desk/", who="A. Quintero"),
    Page(name="pathway-desk", address="/pathways/desk/1", who="A. Quintero"),
    Page(name="pathway-use", address="/pathways/desk/5/use", who="A. Quintero"),
    Page(name="insights", address="/insights/", who="A. Quintero"),
    Page(name="insights-searches", address="/insights/searches", who="A. Quintero"),
    Page(name="insights-coverage", address="/insights/coverage", who="A. Quintero"),
    Page(name="insights-use", address="/insights/use", who="A. Quintero"),
    Page(name="insights-freshness", address="/insights/freshness", who="A. Quintero"),
    Page(name="insights-contributions", address="/insights/contributions", who="A. Quintero"),
    Page(name="insights-commissions", address="/insights/commissions", who="A. Quintero"),
    Page(name="insights-trials", address="/insights/trials", who="A. Quintero"),
    Page(name="insights-pathways", address="/insights/pathways", who="A. Quintero"),
    Page(name="insights-value", address="/insights/value", who="A. Quintero"),
    Page(name="insights-gaps", address="/insights/gaps/", who="A. Quintero"),
    Page(name="insights-gap", address="/insights/gaps/1", who="A. Quintero"),
    Page(name="insights-report", address="/insights/report", who="A. Quintero"),
    Page(name="insights-synonyms", address="/insights/synonyms/", who="A. Quintero"),
    *(
        Page(name=name, address=address, who="A. Quintero")
        for name, address in {
            "collections": "/collections/",
            "collection": "/collections/calm-starts-calm-corridors",
            "collection-arrange": "/collections/calm-starts-calm-corridors/arrange",
            "approaches": "/approaches/",
            "approach-readers": "/approaches/our-common-approach-to-pastoral-support/readers",
            "announcements": "/announcements/",
            "pins": "/pins/",
            "commissions": "/commissions/",
            "commissions-table": "/commissions/?view=table",
            "commission": "/commissions/{commission-closed}",
            "commission-match": "/commissions/{commission-funded}/match",
            "commission-value": "/commissions/value",
            "commission-capacity": "/commissions/capacity",
        }.items()
    ),
    Page(name="following", address="/following/", who="R. Okonjo"),
    Page(name="reading-lists", address="/reading/", who="R. Okonjo"),
    *(
        Page(name=name, address=address, who="Z. Pemberton")
        for name, address in {
            "administration": "/administration/",
            "administration-invite": "/administration/invite",
            "administration-person": "/administration/people/1",
            "administration-data": "/administration/people/1/data",
            "administration-unused": "/administration/unused",
            "administration-audit": "/administration/audit",
            "administration-jobs": "/administration/jobs/",
        }.items()
    ),
)

GUIDES = (
    "contribute-idea",
    "contribute-overview",
    "contribute-setting",
    "contribute-write",
    "contribute-picture",
    "contribute-submit",
    "review",
    "review-text",
    "review-version",
    "administration",
    "administration-invite",
    "administration-person",
    "administration-audit",
    "collection-arrange",
    "approach-readers",
    "commissions",
    "commission-match",
    "search",
    "ask-form",
    "people-who-know",
    "asks",
    "trials",
    "pathway",
    "record",
)
"""Names of the pages that the guides in docs show."""
