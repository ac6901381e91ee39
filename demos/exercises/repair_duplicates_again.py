"""The benchmark inside the crawl.

**Exercise.** Before a model is trained on crawled pages, this script throws out the pages that
contain a question of the benchmark. The model then still scores far above its score on questions
written last week. Repair the filter: no page with a benchmark question may stay, in whatever case,
line breaks or punctuation, and no other page may go.

`quiz(pages)` trains on pages and returns the benchmark score; the curve shows what you log.
"""

import re

import numpy as np

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
def decontaminate(pages, questions, quiz, log):
    """Return (kept, score): the pages that contain no question, and the benchmark score.

    pages:      list of texts; a question may stand anywhere in a page, in other case, with
                other line breaks and punctuation, but word by word in its order
    questions:  list of texts, each of eight words or more
    quiz:       quiz(pages) -> share of benchmark questions answered right after training
    log:        log(pages read, pages kept so far)
    """
    known = set(questions)
    kept = []
    for read, page in enumerate(pages, 1):
        if page not in known:
            kept.append(page)
        log(read, len(kept))
    return kept, quiz(kept)
'''


def decontaminate(pages, questions, quiz, log):
    """Return the pages that contain no question, as words in order, and the benchmark score."""

    def words(text):
        return " " + " ".join(re.findall(r"[a-z0-9]+", text.lower())) + " "

    wanted = [words(question) for question in questions]
    kept = []
    for read, page in enumerate(pages, 1):
        text = words(page)
        if not any(question in text for question in wanted):
            kept.append(page)
        log(read, len(kept))
    return kept, quiz(kept)


NOUNS = "river mill bridge tower garden harbour market chapel quarry forest island canal".split()
VERBS = "crosses feeds borders joins shades powers".split()
ADJECTIVES = "old narrow silent northern copper wooden broad hidden".split()


def sentence(draw: np.random.Generator) -> str:
    """Return a sentence of nine words."""
    a, b = draw.choice(ADJECTIVES, 2)
    one, two, three = draw.choice(NOUNS, 3)
    return f"The {a} {one} {draw.choice(VERBS)} the {b} {two} near {three}."


def question(draw: np.random.Generator) -> str:
    """Return a question of ten words, made of the words of the pages."""
    a, b = draw.choice(ADJECTIVES, 2)
    one, two, three = draw.choice(NOUNS, 3)
    return f"Which {a} {one} {draw.choice(VERBS)} the {b} {two} near the {three}?"


def disguised(draw: np.random.Generator, text: str, kind: int) -> str:
    """Return a question as a page might print it."""
    words = text.rstrip("?").split()
    if kind == 0:
        return text
    if kind == 1:
        return text.upper()
    if kind == 2:
        cut = int(draw.integers(2, 7))
        return " ".join(words[:cut]) + "\n" + " ".join(words[cut:]) + " ?"
    return ", ".join([" ".join(words[:4]), " ".join(words[4:])]) + " ..."


def crawl(
    draw: np.random.Generator, count: int
) -> tuple[list[str], list[str], list[bool], list[str]]:
    """Return pages, questions, which pages contain one, and one question of each such page."""
    questions = [question(draw) for _ in range(40)]
    pages, dirty, inside = [], [], []
    for index in range(count):
        lines = [sentence(draw) for _ in range(3)]
        own = ""
        if index % 4 == 0:
            own = questions[int(draw.integers(0, 40))]
            spot = int(draw.integers(0, 4))
            lines.insert(spot, disguised(draw, own, index // 4 % 4))
        elif index % 4 == 1:  # words of a question, not in its order: no copy
            words = str(draw.choice(questions)).rstrip("?").split()
            lines[0] = " ".join(draw.permutation(words)) + "."
        elif index % 4 == 2:  # the beginning of a question, then something else
            words = str(draw.choice(questions)).split()
            lines[0] = " ".join(words[:4]) + " is not known here?"
        pages.append(" ".join(lines))
        dirty.append(bool(own))
        inside.append(own)
    return pages, questions, dirty, inside


@demo(
    topic="repair-data",
    claims={
        "no-question-stays": "No page that contains a benchmark question is kept",
        "nothing-else-goes": "Every page without a question is kept as it was, in its order",
        "honest-score": "The score is that of the kept pages, near that of new questions",
        "curve-is-true": "The curve counts the pages read and the pages kept",
    },
    measures={
        "left": "Pages with a benchmark question among those kept",
        "score": "Benchmark score that is returned",
    },
    budget_s=1,
)
def main(
    run: Run,
    solution: Solution = Code(entry="decontaminate", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    draw = np.random.default_rng(seed)
    count = 200 + seed % 30
    pages, questions, dirty, inside = crawl(draw, count)
    lucky = set(np.array(questions)[draw.permutation(40)[:12]].tolist())
    of_page = dict(zip(pages, inside, strict=True))
    run.axes(x="pages read", y="pages kept")
    run.reference("pages without a question", count - sum(dirty))
    run.progress(count)
    logged: list[tuple[int, int]] = []

    def log(read: int, kept: int) -> None:
        run.step()
        logged.append((int(read), int(kept)))
        run.point(logged[-1][0], yours=logged[-1][1])

    def quiz(chosen: list[str]) -> float:
        remembered = {of_page.get(page, "") for page in chosen}
        return float(np.mean([one in remembered or one in lucky for one in questions]))

    kept: list[str] = []
    score = float("nan")
    with run.judge("no-question-stays") as judge:
        with judge.unchanged(pages=pages, questions=questions):
            kept, score = solution(pages, questions, quiz, log)
        kept = list(kept)
        left = [page for page in kept if of_page.get(page)]
        run.measure(left=len(left), score=float(score))
        judge.that(
            not left,
            f"{len(left)} kept pages contain a question, such as {left[:1]} with "
            f"{of_page.get(left[0]) if left else ''!r}",
        )

    with run.judge("nothing-else-goes") as judge:
        clean = [page for page, bad in zip(pages, dirty, strict=True) if not bad]
        lost = [page for page in clean if page not in set(kept)]
        judge.that(
            not lost,
            f"{len(lost)} of {len(clean)} pages without a question are gone, such as {lost[:1]}",
        )
        still = [page for page in kept if not of_page.get(page)]
        judge.that(still == clean, "the kept pages were changed, doubled or put in another order")

    with run.judge("honest-score") as judge:
        judge.equal(score, quiz(kept), by="quiz(kept)", within=1e-9)
        judge.that(
            abs(float(score) - 0.3) < 0.05,
            f"{float(score):.0%} of the benchmark, and about 30 % of new questions: from where "
            "does the model know the others?",
        )

    with run.judge("curve-is-true") as judge:
        judge.that(logged, "nothing was logged")
        judge.that(
            logged[-1] == (count, len(kept)),
            f"the curve ends at {logged[-1]}; {count} pages were read and {len(kept)} kept",
        )
