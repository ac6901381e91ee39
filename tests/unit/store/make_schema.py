"""Write schemas/N.sql: a database of the present format N with something in every table.

Run it once after a migration was added, before it is released; files of earlier formats are never
written again: `python -m tests.unit.store.make_schema`.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from quizapp.store.schema import APPLICATION_ID, MIGRATIONS
from quizapp.study.model import Answer, Rating
from quizapp.study.opinion import Opinion, Says
from quizapp.study.record import RunRecord
from tests.unit.store.samples import KINDS, NOW, RULES, action_of, minutes, open_store, rate

SCHEMAS = Path(__file__).parent / "schemas"


def main() -> None:
    """Write the file of the present format."""
    with tempfile.TemporaryDirectory() as folder, open_store(Path(folder)) as store:
        for number, kind in enumerate(KINDS):
            store.commit(action_of(store.state("lora-rank"), kind, number, minutes(number)), RULES)
        opinions = (Opinion("llama3", Says.SAID, "α/r"), Opinion("llama3", Says.NOT_SAID))
        answer = Answer(Rating.HARD, 41_000, True, 2, False, "NF4", True, "typed: α/r", opinions)
        rate(store, "nf4-what", at=minutes(20), answer=answer)
        rate(store, "old-name", 4, minutes(21))
        store.undo()
        store.redo()
        rate(store, "lora-rank", 1, minutes(30))
        store.undo()
        store.adopt({"old-name": "new-name"})
        store.add_run(
            RunRecord(
                "nf4_error",
                {"block_size": 64},
                3,
                "cpu",
                {"torch": "2.13.0"},
                {"rmse": 0.092},
                {"nf4-beats-fp4": "holds"},
                1.25,
                NOW,
                "NF4",
                True,
                "nf4-what",
            )
        )
        store.add_interview(NOW, {"version": 1, "score": 0.5})
        store.set_meta("interview_date", "2026-03-01")
        version = len(MIGRATIONS)
        lines = [
            *store.connection.iterdump(),
            f"PRAGMA application_id = {APPLICATION_ID};",
            f"PRAGMA user_version = {version};",
        ]
        text = "\n".join(lines) + "\n"
        (SCHEMAS / f"{version}.sql").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
