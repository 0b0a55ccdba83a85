"""A search library: documents, passages, vectors, words. Knows nothing of articles, people or Flask."""
