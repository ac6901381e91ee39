"""The learner's memory on disk: an append-only log in SQLite, and everything derived from it."""

from quizapp.store.store import Committed, Store, Undone

__all__ = ["Committed", "Store", "Undone"]
