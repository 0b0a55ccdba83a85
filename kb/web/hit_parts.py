"""The smaller parts of a found article in the JSON API: the stretches of its passage, what its score is made of."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, from_attributes=True)


class PassagePart(_Part):
    """A stretch of a passage."""

    text: str = Field(description="Plain text, its spaces kept: joined, the stretches are the passage.")
    matched: bool = Field(description="True when the stretch answers a word of the question.")


class IdeaJson(_Part):
    """One idea of the question: a word, or words that a synonym covers together."""

    typed: str = Field(description="The words, as they stand in the question.")
    held: float = Field(
        description="How far the article holds it or what it also means: 0 not at all, 1 wholly."
    )


class ExplanationJson(_Part):
    """What a score is made of: the sum of four parts, cut off at 1."""

    words: float = Field(description="For how strongly the article holds the words of the question.")
    together: float = Field(description="For how many of them stand together in one passage.")
    meaning: float = Field(description="For how near its nearest passage is in meaning.")
    title: float = Field(description="For how much of the question its title names.")
    ideas: list[IdeaJson] = Field(description="Each idea of the question, those that are missing too.")
