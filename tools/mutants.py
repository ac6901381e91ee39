"""How many small mistakes the unit tests find: `make mutants`, or this file and its options.

Changes places of the core one at a time, drawn at random from a seed, and runs the unit tests of
their package: a mutant whose tests fail is killed, one that passes has survived and is printed.
The mutations are those of cosmic-ray, which needs no place in the environment of the app; so this
program runs in the environment that `make mutants` gives it. It mutates a copy of the last commit.

What was run is kept in build/mutants for as long as quizapp/ is the same: stopped, it goes on where
it was; with `--again` the survivors meet the tests of the last commit once more.
"""

from __future__ import annotations

import argparse
import ast
import os
import re
import shutil
import subprocess
import sys
import tarfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path
from random import Random

from cosmic_ray.commands.init import init
from cosmic_ray.modules import find_modules
from cosmic_ray.mutating import mutate_and_test
from cosmic_ray.testing import run_tests
from cosmic_ray.work_db import WorkDB, use_db
from cosmic_ray.work_item import MutationSpec, TestOutcome, WorkerOutcome, WorkItem

ROOT = Path(__file__).parent.parent
PACKAGES = ("app", "cards", "exchange", "store", "study")
VALUES = "test_values.py"
"""What holds for the values of every package; the other tests beside it run commands over `app`."""
SPARE = 5
"""A mutant may take this many times as long as the unchanged code: more is an endless loop."""


def main(arguments: Sequence[str]) -> None:
    """Run what is not yet run of a sample, and print the survivors."""
    options = read_options(arguments)
    folder = ROOT / "build" / "mutants" / git("rev-parse", "HEAD:quizapp").decode()[:12]
    folder.mkdir(parents=True, exist_ok=True)
    unpack(folder / "tree")
    os.chdir(folder / "tree")
    os.environ.update(PYTHONPATH=str(Path.cwd()), CI="true")  # CI: the same examples each time
    name = "-".join([*options.packages, str(options.sample), f"seed{options.seed}"])
    with use_db(folder / f"{name}.sqlite") as session:
        if not session.num_work_items:
            session.add_work_items(draw(options.packages, options.sample, Random(options.seed)))
        left = list(session.pending_work_items)
        if options.again:
            left += [item for item, found in session.completed_work_items if not found.is_killed]
        run(session, sorted(left, key=place))
        report(session)


def read_options(arguments: Sequence[str]) -> argparse.Namespace:
    """Return the sample's size and seed, the packages, and whether survivors run again."""
    parser = argparse.ArgumentParser(prog="mutants", description=__doc__.partition("\n")[0])
    parser.add_argument("packages", nargs="*", default=PACKAGES)
    parser.add_argument("--sample", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--again", action="store_true")
    return parser.parse_args(arguments)


def git(*words: str) -> bytes:
    """Return what a git command prints."""
    return subprocess.run(["git", *words], cwd=ROOT, check=True, capture_output=True).stdout


def unpack(folder: Path) -> None:
    """Write the last commit to a folder; what a killed run left there goes."""
    shutil.rmtree(folder, ignore_errors=True)
    with tarfile.open(fileobj=BytesIO(git("archive", "HEAD"))) as tar:
        tar.extractall(folder, filter="data")


def draw(packages: Sequence[str], size: int, rng: Random) -> list[WorkItem]:
    """Return a random mutant of each of `size` random places.

    Not of all mutants: an arithmetic sign has eleven, nearly all of them killed by a TypeError.
    """
    modules = find_modules([Path("quizapp", package) for package in packages])
    by_place = defaultdict(list)
    with use_db(":memory:") as mutants:
        init(sorted(modules), mutants, {})
        items = mutants.work_items
    for item in items:
        mutation = item.mutations[0]
        by_place[mutation.module_path, mutation.start_pos].append(item)
    hidden = {path: set(unevaluated(path)) for path, _ in by_place}
    places = [key for key in by_place if key[1] not in hidden[key[0]]]
    return [
        rng.choice(sorted(by_place[key], key=place)) for key in rng.sample(sorted(places), size)
    ]


def unevaluated(path: Path) -> Iterator[tuple[int, int]]:
    """Yield line and column of every place in a module's annotations, which are never evaluated."""
    text = path.read_bytes()
    lines = text.splitlines()
    for node in ast.walk(ast.parse(text)):
        for field in ("annotation", "returns"):
            if (hint := getattr(node, field, None)) is not None:
                for row in range(hint.lineno, hint.end_lineno + 1):
                    first = hint.col_offset if row == hint.lineno else 0
                    last = hint.end_col_offset if row == hint.end_lineno else len(lines[row - 1])
                    yield from ((row, column) for column in range(first, last))


def place(item: WorkItem) -> tuple[Path, tuple[int, int], str, int]:
    """Return what orders mutants as they stand in the code; their ids are random."""
    mutation: MutationSpec = item.mutations[0]
    return mutation.module_path, mutation.start_pos, mutation.operator_name, mutation.occurrence


def run(session: WorkDB, items: Sequence[WorkItem]) -> None:
    """Test mutants, one at a time, and keep each result at once."""
    limits: dict[str, float] = {}
    for number, item in enumerate(items, 1):
        (mutation,) = item.mutations
        package = mutation.module_path.parts[1]
        if package not in limits:
            limits[package] = SPARE * seconds_unchanged(package)
        tests = tests_of(package, mutation.module_path)
        result = mutate_and_test(item.mutations, tests, limits[package])
        if result.worker_outcome is not WorkerOutcome.NORMAL:
            sys.exit(f"{mutation} cannot be tested:\n{result.output}")
        session.set_result(item.job_id, result)
        where = f"{mutation.module_path}:{mutation.start_pos[0]}"
        print(f"[{number}/{len(items)}] {where} {result.test_outcome.value}", flush=True)


def tests_of(package: str, module: Path | None = None) -> str:
    """Return the command that runs the quick unit tests of a package until one fails.

    The test file of the mutated module comes first, then those that import it, the short before
    the long: they are the likeliest to end the run.
    """
    name = ".".join(module.with_suffix("").parts) if module else "quizapp"
    imports = re.compile(rf"\b{re.escape(name)}\b")

    def order(file: Path) -> tuple[bool, bool, int]:
        text = file.read_text(encoding="utf-8")
        stem = name.rpartition(".")[2]
        return file.stem != f"test_{stem}", not imports.search(text), len(text)

    own = Path("tests/unit", package).rglob("test_*.py")
    others = Path("tests/unit").glob("test_*.py" if package == "app" else VALUES)
    files = sorted([*own, *others], key=order)
    pytest = f"{ROOT}/.venv/bin/python -m pytest -x -q -n0 -p no:cacheprovider"
    pytest += " --hypothesis-profile=mutants"
    return f"{pytest} -m 'not slow and not torch' {' '.join(map(str, files))}"


def seconds_unchanged(package: str) -> float:
    """Return how long the tests of a package take, which must pass."""
    start = time.monotonic()
    outcome, output = run_tests(tests_of(package), None)
    if outcome is not TestOutcome.SURVIVED:
        sys.exit(f"The tests of {package} fail without a mutation:\n{output}")
    return time.monotonic() - start


def report(session: WorkDB) -> None:
    """Print each survivor's change and how many were killed."""
    done = sorted(session.completed_work_items, key=lambda pair: place(pair[0]))
    survived = [result for _, result in done if not result.is_killed]
    for result in survived:
        print(result.diff)
    killed = len(done) - len(survived)
    print(f"{killed} of {len(done)} killed, {killed / len(done):.0%}; {len(survived)} survived")


if __name__ == "__main__":
    main(sys.argv[1:])
