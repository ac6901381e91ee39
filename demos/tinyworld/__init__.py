"""A small world with known truth and the small language model that has read about it.

Corpus functions need only the standard library; torch and transformers load on first use.
"""

from tinyworld.batches import batch, batches, chat_batch
from tinyworld.corpus import (
    Case,
    cases,
    chance,
    chats,
    documents,
    floor,
    sentence_counts,
    split_loans,
)
from tinyworld.evaluate import accuracy, divergence, evaluating, familiar, generate, loss
from tinyworld.fitness import UnfitModel
from tinyworld.model import BASE, is_bundled, load
from tinyworld.training import train

__all__ = [
    "BASE",
    "Case",
    "UnfitModel",
    "accuracy",
    "batch",
    "batches",
    "cases",
    "chance",
    "chat_batch",
    "chats",
    "divergence",
    "documents",
    "evaluating",
    "familiar",
    "floor",
    "generate",
    "is_bundled",
    "load",
    "loss",
    "sentence_counts",
    "split_loans",
    "train",
]
