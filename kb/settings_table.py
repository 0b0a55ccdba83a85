"""Every setting with its default and its meaning, in the order in which docs/settings.md prints them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One environment variable."""

    name: str
    default: str
    meaning: str


SETTINGS: tuple[Setting, ...] = (
    Setting(
        name="KB_CONTENT",
        default="content",
        meaning="Folder of the published Markdown: articles, pictures, vocabulary, schools.",
    ),
    Setting(
        name="KB_VAR",
        default="var",
        meaning="Folder for the database, the search index and whatever else can be made again or backed up.",
    ),
    Setting(
        name="KB_MODEL",
        default="packaged",
        meaning=(
            "Embedding model: ‘packaged’ (all-MiniLM-L6-v2, no network), a folder with a sentence-"
            "transformers model, or a hub name with its revision (owner/name@revision)."
        ),
    ),
    Setting(
        name="KB_RERANKER",
        default="none",
        meaning=(
            "Cross-encoder that reads the best answers again beside the question, for their order: a folder with a "
            "sentence-transformers CrossEncoder, or a hub name with its revision; ‘none’ does without. ‘kb index’ "
            "makes it ready."
        ),
    ),
    Setting(
        name="KB_SEARCH",
        default="embedded",
        meaning=(
            "Search engine. ‘embedded’ keeps its index in KB_VAR/index; milvus://host:port asks a Milvus server, "
            "with that index as its stand-in (docs/scaling.md)."
        ),
    ),
    Setting(
        name="KB_HOST",
        default="127.0.0.1",
        meaning="Address that kb serve listens on.",
    ),
    Setting(
        name="KB_PORT",
        default="8000",
        meaning="Port that kb serve listens on.",
    ),
    Setting(
        name="KB_WORKERS",
        default="2",
        meaning="Web processes. Two suit two cores.",
    ),
    Setting(
        name="KB_THREADS",
        default="8",
        meaning=(
            "Requests that one web process answers side by side. With two quick ones in hand it begins no further one; "
            "slow ones (half a second and more) do not count."
        ),
    ),
    Setting(
        name="KB_PUBLIC_URL",
        default="served",
        meaning=(
            "Address under which people reach the site, for links in letters, such as https://practice.trust.example. "
            "‘served’ is the address that kb serve listens on."
        ),
    ),
    Setting(
        name="KB_MAIL",
        default="folder",
        meaning=(
            "Where letters go out: smtp://user:password@server:587 (encrypted when the server offers it), "
            "smtps://user:password@server (encrypted from the start), or ‘folder’, which puts them into KB_VAR/mail "
            "for trying things out; folder:/a/path is another folder."
        ),
    ),
    Setting(
        name="KB_MAIL_FROM",
        default="knowledge-base@localhost",
        meaning="Address that letters come from.",
    ),
    Setting(
        name="KB_TIMEZONE",
        default="Europe/London",
        meaning="Clock by which daily and weekly letters go out.",
    ),
    Setting(
        name="KB_LOG_LEVEL",
        default="info",
        meaning="How much is logged: debug, info, warning or error. Query texts are never logged.",
    ),
    Setting(
        name="KB_SHARED",
        default="../shared",
        meaning="Folder of shared data that kb bench takes its texts from; without it, the articles.",
    ),
    Setting(
        name="KB_SITE_MODE",
        default="open",
        meaning="Who reads without signing in: ‘open’, everybody what is public; ‘trust’, nobody anything.",
    ),
    Setting(
        name="KB_SECRET_KEY_FILE",
        default="KB_VAR/secret.key",
        meaning="File of the secret keys that sign and seal, one a line, newest first; kb init makes the default one.",
    ),
    Setting(
        name="KB_PROVIDERS_FILE",
        default="none",
        meaning="File of the providers through which people sign in, in TOML; docs/administrators.md says how.",
    ),
    Setting(
        name="KB_PROXIES",
        default="0",
        meaning=(
            "How many reverse proxies stand before the site and say in X-Forwarded-For and X-Forwarded-Proto who "
            "asks and how. Too high a number lets anybody pretend to be somebody else."
        ),
    ),
    Setting(
        name="KB_VIRUS_CHECK",
        default="none",
        meaning=(
            "Command that checks every file people give us: it reads the file on its standard input and ends with 0 "
            "for a clean one and 1 for an infected one, such as ‘clamdscan --no-summary -’."
        ),
    ),
    Setting(
        name="KB_CONTENT_GIT",
        default="off",
        meaning=(
            "‘commit’ records every change of an article in the Git repository that KB_CONTENT is, in the name of who "
            "made it; ‘off’ does not. docs/administrators.md says what that means for the erasure of names."
        ),
    ),
    Setting(
        name="KB_CRASHPOINT",
        default="none",
        meaning="For tests only: the named point at which a process kills itself.",
    ),
)
DEFAULTS = {setting.name: setting.default for setting in SETTINGS}
"""Name → default of every setting."""
