"""The doctor finds damage and repairs what it can without losing anything."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from quizapp.errors import EnvironmentProblem
from quizapp.store import Store, log
from quizapp.store.codec import UnreadableRow
from quizapp.store.doctor import examine, repair, tally
from quizapp.study.fit import Fit, Loss, to_keep
from quizapp.study.record import RunRecord
from tests.unit.store.samples import NOW, RULES, minutes, open_store, rate


def tamper(store: Store, statement: str) -> None:
    """Change what the log's triggers keep from changing."""
    db = store.connection
    triggers = db.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
    for name, _ in triggers:
        db.execute(f"DROP TRIGGER {name}")
    db.execute(statement)
    for _, sql in triggers:
        db.execute(sql)


def test_a_healthy_database_has_no_findings(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        for number in range(20):
            rate(store, f"card-{number % 3}", at=minutes(number))
        store.undo()
        assert examine(store, {"card-0", "card-1", "card-2"}) == []
        assert repair(store) == []


def test_states_that_differ_from_the_log_are_rebuilt_from_it(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        for card in ("a", "b", "c"):
            rate(store, card)
        states = store.states()
        store.connection.execute("UPDATE state SET reps = 99 WHERE card = 'a'")
        store.connection.execute("DELETE FROM state WHERE card = 'b'")
        found = examine(store)
        assert [finding.code for finding in found] == ["state", "state"]
        assert all(finding.repair for finding in found)
        assert repair(store) == ["Rebuilt 2 card states from the log."]
        assert store.states() == states and examine(store) == []


def test_a_card_put_off_while_the_clock_was_ahead_is_named_with_its_day(tmp_path: Path) -> None:
    ahead = NOW + timedelta(days=900)
    with open_store(tmp_path, lambda: ahead) as store:
        rate(store, "a", rating=1, at=ahead)  # in its steps, so no day is set for it
        (answer, card) = examine(store, {"a"}, NOW.date())
    assert answer.message.startswith(f"1 answer is dated after today, up to {ahead.date()}: ")
    assert card.message == f"1 card was put off while the clock was ahead, up to {ahead.date()}."
    assert card.repair == "ask them today"


@pytest.mark.parametrize(
    "wrong",
    [
        "phase = 'zzz'",
        "due_day = 99999999",
        "due = 9223372036854775807",
        "ticked = '{x'",
        "ticked = '7'",
    ],
)
def test_a_damaged_state_is_named_and_rebuilt(tmp_path: Path, wrong: str) -> None:
    with open_store(tmp_path) as store:
        rate(store, "a")
        rate(store, "b")
        states = store.states()
        store.connection.execute(f"UPDATE state SET {wrong} WHERE card = 'a'")
        for read in (store.states, lambda: store.state("a")):
            with pytest.raises(EnvironmentProblem, match="The state of a is damaged") as error:
                read()
            assert "`quizapp doctor`" in error.value.hint
        (finding,) = examine(store, {"a", "b"})
        assert finding.message == "The state of a is damaged." and finding.repair
        assert repair(store) == ["Rebuilt 1 card states from the log."]
        assert store.states() == states and examine(store) == []


@pytest.mark.parametrize(
    "after", ["{bad", "[1]", '{"phase":"zzz"}', '{"colour":1}', '{"due_day":99999999}']
)
def test_a_damaged_row_of_the_log_is_named_and_the_state_it_left_stays(
    tmp_path: Path, after: str
) -> None:
    with open_store(tmp_path) as store:
        rate(store, "a")
        rate(store, "b")
        states = store.states()
        tamper(store, f"UPDATE action SET after = '{after}' WHERE id = 1")
        with pytest.raises(EnvironmentProblem, match="A state of a in the log is damaged"):
            log.replay(store.connection)
        found = [finding for finding in examine(store, {"a", "b"}) if finding.code == "row"]
        assert [finding.message for finding in found] == [
            "Row 1 of the log (Good on a) is damaged. A backup may still hold it."
        ]
        store.connection.execute("UPDATE state SET reps = 99 WHERE card = 'b'")
        assert repair(store) == ["Rebuilt 1 card states from the log."]
        assert store.states() == states
        store.connection.execute("UPDATE state SET phase = 'zzz' WHERE card = 'a'")
        assert repair(store) == []
        lost = [finding for finding in examine(store) if finding.code == "state"]
        assert [(f.message, f.repair) for f in lost] == [
            ("The state of a is lost with its log.", "")
        ]


@pytest.mark.parametrize(
    ("table", "wrong", "read"),
    [
        ("review", "day = 99999999", "reviews"),
        ("review", "day = 99999999", "entries"),
        ("review", "ticked = '{'", "reviews"),
        ("review", "opinions = '[1]'", "reviews"),
        ("review", 'opinions = \'[["m","perhaps",""]]\'', "reviews"),
        ("run", "measures = '{'", "runs"),
        ("run", "claims = '7'", "runs"),
        ("run", "claims = '7'", "failed_demos"),
    ],
)
def test_a_damaged_row_is_named_by_the_doctor_and_where_it_is_read(
    tmp_path: Path, table: str, wrong: str, read: str
) -> None:
    with open_store(tmp_path) as store:
        rate(store, "a")
        store.add_run(RunRecord("d", {"x": 1}, 0, "cpu", {}, {"m": 0.5}, {}, 1.5, NOW))
        store.add_interview(NOW, {"score": 0.25})
        tamper(store, f"UPDATE {table} SET {wrong}")
        with pytest.raises(EnvironmentProblem, match=f"Row 1 of {table} is damaged"):
            getattr(store, read)()
        rows = [finding for finding in examine(store) if finding.code == "row"]
        assert [f.message for f in rows] == [
            f"Row 1 of {table} is damaged. A backup may still hold it."
        ]
        assert repair(store) == []


def test_a_damaged_interview_is_named_by_the_doctor_and_among_the_others(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        assert not store.has_interviews()
        store.add_interview(NOW, {"score": 0.25})
        store.add_interview(NOW, {"score": 0.5})
        tamper(store, "UPDATE interview SET record = 'x' WHERE id = 1")
        assert store.has_interviews()
        good, bad = store.interviews()
        assert good == (NOW, {"score": 0.5})
        assert isinstance(bad, UnreadableRow)
        assert bad.what == "Row 1 of interview"
        rows = [finding for finding in examine(store) if finding.code == "row"]
        assert [f.message for f in rows] == [
            "Row 1 of interview is damaged. A backup may still hold it."
        ]
        assert repair(store) == []


def test_progress_without_a_card_is_reported_and_kept(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        rate(store, "gone")
        rate(store, "here")
        (finding,) = examine(store, {"here"})
        assert finding.code == "orphan" and not finding.repair
        assert "aliases: [gone]" in finding.message
        store.adopt({"gone": "renamed"})
        assert examine(store, {"here", "renamed"}) == []


def test_a_log_that_was_tampered_with_is_noticed(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        rate(store, "a", at=minutes(0))
        rate(store, "a", at=minutes(10))
        tamper(store, "UPDATE action SET before = '{}' WHERE id = 2")
        (finding,) = examine(store)
        assert finding.code == "chain" and "Good on a" in finding.message


def test_a_review_without_its_action_is_noticed(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        rate(store, "a")
        store.connection.execute("PRAGMA foreign_keys = OFF")
        store.connection.execute(
            "INSERT INTO review SELECT 77, day, tz_offset, rating, phase, elapsed_ms, hint_used, "
            "confidence, all_musts, ticked, prediction, prediction_right, response, fsrs_version, "
            "card, interval, opinions FROM review"
        )
        assert [finding.code for finding in examine(store)] == ["reference"]


def test_a_rating_of_the_log_without_its_row_is_counted(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        rate(store, "a")
        rate(store, "b")
        tamper(store, "DELETE FROM review WHERE action = 1")
        (finding,) = examine(store)
        assert finding.code == "count" and finding.message == "1 ratings of the log lack their row."


@pytest.mark.parametrize("column", ["card = 'b'", "interval = 7"])
def test_a_rating_that_differs_from_its_step_is_noticed(tmp_path: Path, column: str) -> None:
    with open_store(tmp_path) as store:
        rate(store, "a", 4)
        rate(store, "a", 4, NOW + timedelta(days=8))
        assert examine(store) == []
        tamper(store, f"UPDATE review SET {column} WHERE action = 2")
        (finding,) = examine(store)
        assert finding.code == "count" and not finding.repair
        assert finding.message == "1 ratings differ from their step."


def test_the_tally_counts_what_stands(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        rate(store, "a")
        rate(store, "b")
        store.undo()
        assert tally(store) == {
            "cards met": 1,
            "ratings that stand": 1,
            "steps of the log": 3,
            "demo runs": 0,
            "interviews": 0,
        }


@pytest.mark.parametrize(
    ("drop", "says"),
    [
        ("TRIGGER action_keeps_delete", "The trigger action_keeps_delete is missing."),
        ("INDEX review_day", "The index review_day is missing."),
        ("VIEW undone", "The view undone is missing."),
        ("TABLE meta", "The table meta is missing."),
        ("TABLE alias", "The table alias is missing."),
        ("TABLE state", "The table state is missing."),
    ],
)
def test_what_is_missing_and_follows_from_the_rest_is_made_anew(
    tmp_path: Path, drop: str, says: str
) -> None:
    with open_store(tmp_path) as store:
        rate(store, "a")
        states = store.states()
        store.connection.execute(f"DROP {drop}")
        (finding,) = examine(store, {"a"})
        assert (finding.code, finding.message, finding.repair) == ("schema", says, "recreate it")
        kind, name = drop.lower().split()
        assert repair(store)[0] == f"Recreated the {kind} {name}."
        assert examine(store, {"a"}) == [] and store.states() == states


def test_a_lost_table_of_the_log_points_to_the_backups(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        rate(store, "a")
        store.connection.execute("DROP TABLE interview")
        (finding,) = examine(store)
        assert not finding.repair
        assert finding.message == (
            "The table interview is missing. Restore a copy from the backups folder."
        )
        assert repair(store) == []
        with pytest.raises(EnvironmentProblem, match="no such table: interview") as error:
            store.interviews()
        assert "`quizapp doctor`" in error.value.hint


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("interview_date", '"garbage"'),
        ("interview_date", "3"),
        ("fsrs", "{x"),
        ("fsrs", "[1,2]"),
        ("fsrs", '{"fsrs_version":6}'),
        ("fsrs", '{"fsrs_version":6,"parameters":["a"]}'),
        ("fsrs", '{"fsrs_version":6,"parameters":[1,2]}'),
        ("theme", "7"),
        ("open_interview", "[]"),
        ("draft/lora-rank", '{"reps":1,"texts":[7]}'),
        ("placement", "[]"),
        ("placement", '{"answers":[],"cards":[],"seed":1,"since":"yesterday"}'),
        ("placement", '{"answers":[["a"]],"cards":[],"seed":1,"since":""}'),
        ("other", "{x"),
    ],
)
def test_a_remembered_value_without_meaning_is_forgotten_and_removed(
    tmp_path: Path, key: str, value: str
) -> None:
    with open_store(tmp_path) as store:
        store.connection.execute("INSERT INTO meta VALUES (?, ?)", (key, value))
        assert store.get_meta(key, "default") == "default"
        (finding,) = examine(store)
        assert finding.code == "meta" and finding.message.startswith(f"The value of {key} cannot")
        assert repair(store) == [f"Removed the value of {key}."]
        assert examine(store) == []


def test_remembered_values_of_the_app_have_meaning(tmp_path: Path) -> None:
    fit = Fit(500, 100, 40, Loss(0.3, 0.2), Loss(0.2, 0.1), RULES.parameters)
    kept = {
        "interview_date": "2027-03-01",
        "theme": "dark",
        "open_interview": {"at": 1},
        "draft/lora-rank": {"reps": 1, "texts": ["half a word"]},
        "placement": {
            "answers": [["lora-rank", True]],
            "cards": ["lora-rank"],
            "seed": 1,
            "since": "2027-03-01",
        },
        "fsrs": to_keep(fit, NOW.date()),
    }
    with open_store(tmp_path) as store:
        for key, value in kept.items():
            store.set_meta(key, value)
        assert {key: store.get_meta(key) for key in kept} == kept
        assert examine(store) == []


def test_a_damaged_file_is_found_and_points_to_the_backups(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        for number in range(300):
            rate(store, f"card-{number}", at=minutes(number))
    path = tmp_path / "quizapp.sqlite"
    data = bytearray(path.read_bytes())
    for page in range(24, len(data) // 4096, 3):  # those of the schema stay: it can be opened
        data[page * 4096 : page * 4096 + 2000] = b"\xff" * 2000
    path.write_bytes(data)
    before = path.read_bytes()
    with open_store(tmp_path) as store:
        found = examine(store)
        assert {finding.code for finding in found} == {"integrity"}
        assert all("backups" in finding.message and not finding.repair for finding in found)
        assert repair(store) == []
    assert path.read_bytes() == before


def test_a_damaged_index_is_rebuilt(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        for number in range(20):
            rate(store, f"card-{number}", at=minutes(number))
        db = store.connection
        db.execute("PRAGMA writable_schema = ON")
        db.execute(
            "UPDATE sqlite_schema SET sql = 'CREATE INDEX review_day ON review (rating)' "
            "WHERE name = 'review_day'"
        )
    with open_store(tmp_path) as store:
        assert {(f.code, f.repair) for f in examine(store)} == {
            ("integrity", "rebuild the indexes")
        }
        assert repair(store) == ["Rebuilt the indexes.", "Recreated the index review_day."]
        assert examine(store) == []
