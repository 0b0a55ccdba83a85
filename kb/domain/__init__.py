"""Nouns and rules of the knowledge base. Standard library only."""
