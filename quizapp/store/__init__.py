"""The learner's memory on disk: an append-only log in SQLite, and everything derived from it."""

from quizapp.store.log import Undone
from quizapp.store.store import Committed, Position, Store

__all__ = ["Committed", "Position", "Store", "Undone"]
