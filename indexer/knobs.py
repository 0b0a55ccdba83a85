"""Every number that search quality hangs on, in one place, each with its reason.

Tuned on SciFact's training queries and on data/oak-misconceptions, never on the queries that are reported
(docs/relevance.md says what each step adds).
"""

from __future__ import annotations

# --- candidates -----------------------------------------------------------------------------------------------
WORD_CANDIDATES = 500  # documents taken by their words: fifty pages; totals and counts are true up to there
LIVE_FROM = (
    250  # passages from which a change goes into a live part; below, building everything takes half a second
)
MERGED_FROM = (
    400  # documents in a live part or gone from the large one, built anew with each change: about a second
)
LIVE_MOST = (
    2000  # the same, past which nobody waits for a merge: everything is built anew by whoever publishes
)
CLUSTERED_FROM = (
    30_000  # passages from which vectors are found by short codes: not all documents are scored then
)
SCORED_WHOLE = 30_000  # passages up to which every document is scored: quicker than a search for each count
PASSAGE_CANDIDATES = 750  # passages taken by their meaning; several may belong to one document
PASSAGES_ENOUGH = 300  # of those, under a filter: so many are not looked for again among fewer documents

# --- words ----------------------------------------------------------------------------------------------------
K1 = 1.2  # saturation of repeated terms; the field's usual value
B = 0.75  # how much long documents are held back; the usual value
FIELD_WEIGHTS = {"title": 2.5, "summary": 1.5, "headings": 1.5, "keywords": 1.0, "body": 1.0}
# a title names the subject; a heading and a summary nearly so

# --- synonyms ---------------------------------------------------------------------------------------------------
SYNONYM_WEIGHT = 0.7  # what somebody typed counts more than what it also means
AMBIGUOUS_WEIGHT = 0.45  # every meaning of an ambiguous acronym, the other words of the query decide
NARROW_WEIGHT = 0.4  # a product for a practice: related, not the same

# --- fusion -----------------------------------------------------------------------------------------------------
COSINE_FLOOR = 0.1  # cosine of texts that have nothing to do with one another, for this model
COSINE_CEILING = 0.8  # cosine of a question and a passage that answers it in nearly its words
WORD_CEILING = 0.7  # word score of a document that holds every word often; more is not better
TIGHT_SHARE = 0.2  # of the word score: words that stand in one passage, against words anywhere in the text
SHOWN_MEANING = 1.5  # of the passage that is shown: a point of cosine against all of the query's words
MEANING_SHARE = 0.5  # of the fused score, for a question of several words
MEANING_SHARE_ONE_WORD = 0.4  # a lone word or acronym says little to the model
TITLE_BOOST = 0.4  # the title is the query's own words and nothing else
TITLE_TOLD = 0.05  # a lift by the title that is worth naming: it moves a document past several others
TITLE_IDEAS = 2  # ideas of a query up to which its title counts so; a longer question is no title
REREAD_LIFT = 0.2  # of a text that a cross-encoder is sure of; more let it undo what the search had right

# --- nothing close ----------------------------------------------------------------------------------------------
CLOSENESS = {"meaning": 6.2, "words": 8.4, "meaning_of_long": 3.5, "least": 8.45}
# Whether a document is near enough for the collection to hold anything on the question, in best match: the weights of
# calibrated cosine, of the word score, and of the cosine times the logarithm of the number of ideas, against the sum
# that is needed. A long question is seldom held by one text in its own words, so its nearness in meaning says more.
# A logistic regression over judged training questions of SciFact, Oak and our own tuning half (near) and over
# off-topic questions of the tuning half and questions put to the wrong collection (far), rounded. The least sum was
# 8.75, within 0.03 of a question of the tuning half; graphs of questions made on other processors differ by 0.1. Down
# to 8.4 no more off-topic questions of ours are let through than at 8.65.
CLOSE_MEANING = (
    0.44  # the same for meaning alone: the least score. Exact words need no bar: they are there or not.
)
CLOSE_ONE_WORD = 0.48  # a lone word or phrase says too little for that: the least score
LISTED = {"best": 0.32, "meaning": 0.36}  # the score from which a document is listed once something is close
LISTED_WORDS = 0.6  # words only: the share of the query's telling words that one passage must hold
MOST_WEAK = 5  # further away, folded

# --- spelling ---------------------------------------------------------------------------------------------------
# The four weights are those of a conditional logit over 1,050 slips made by a seeded generator (docs/relevance.md) in
# training queries, rounded: of 1,050 other slips, 96% are mended into the word that was meant.
SHORTEST_CORRECTED = 4  # letters; below this PP, TA and AP would be mended into one another
TWO_EDITS_FROM = 6  # letters from which two mistakes are allowed
THREE_EDITS_FROM = 10  # letters from which three are
SLIP_PRICE = 4.0  # of a point of price, which is about one slip
FIRST_LETTER = 1.0  # people seldom mistake the first letter
LAST_LETTER = 0.2
USE_WEIGHT = 0.77  # of the logarithm of how often the meant word stands here
COMPANY_WEIGHT = (
    0.9  # of the logarithm of how much more often than by chance it stands beside the other words
)
MISSING_SPACE = (
    4.2  # cost of two words run together: a slip, and a little more, because any long word can be cut
)
PRICE_PER_LETTER = 0.22  # more slips than this in a word that sounds different: another word was meant
COMPANY_FOR_ENGLISH = (
    8.0  # an English word that the corpus lacks gives way only to one this much at home here
)
SLIP_RATIO = 20  # a rare word of the corpus is a slip when a near one is used this many times as often
CORRECTIONS_WEIGHED = 5  # the likeliest few; only for them the other words are asked
COMPANY_ASKED = 3  # other words asked, the rarest: each asks the index once for each correction
TELLING_SHARE = 0.2  # of the documents; a word in more of them says nothing about its company
