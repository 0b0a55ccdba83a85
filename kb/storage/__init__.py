"""Where the nouns are kept: SQLite and Markdown files."""
