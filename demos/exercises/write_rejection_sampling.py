"""Write rejection sampling.

**Exercise.** A model wrote several answers to each prompt, and each has a reward. Make the set for
the next round of supervised fine-tuning: of each prompt at most `keep` answers, the best first,
with a reward of at least `threshold`.

An answer that was written twice stands once. Of equal rewards the earlier answer comes first. A
prompt of which no answer passes does not appear. A reward of NaN means that the checker failed, and
such an answer never passes. The judge is a search through all answers.
"""

import copy
import math
import random

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
def build_sft(prompts, answers, rewards, threshold, keep=1):
    """Return the rows of the new training set: a list of (prompt, answer), prompts in their order.

    prompts:   list of texts, all different
    answers:   for each prompt a list of texts; lists differ in length and may be empty
    rewards:   for each prompt the list of its answers' rewards
    threshold: the smallest reward that passes
    keep:      how many answers of a prompt stay at most
    """
    return [(prompt, texts[0]) for prompt, texts in zip(prompts, answers) if texts]
'''


def build_sft(prompts, answers, rewards, threshold, keep=1):
    """Return the rows of the new training set: a list of (prompt, answer)."""
    rows = []
    for prompt, texts, scores in zip(prompts, answers, rewards, strict=True):
        best = {}  # of an answer that stands twice the better reward counts
        for text, score in zip(texts, scores, strict=True):
            if score >= threshold:  # False for NaN
                best[text] = max(score, best.get(text, score))
        # sorted is stable: of equal rewards the earlier answer stays in front
        rows += [(prompt, text) for text in sorted(best, key=best.get, reverse=True)[:keep]]
    return rows


def by_search(
    prompts: list[str],
    answers: list[list[str]],
    rewards: list[list[float]],
    threshold: float,
    keep: int = 1,
) -> list[tuple[str, str]]:
    """Return the rows by looking for the best answer that is left, again and again."""
    rows = []
    for prompt, texts, scores in zip(prompts, answers, rewards, strict=True):
        taken: list[str] = []
        while len(taken) < keep:
            best = -1
            for i, (text, score) in enumerate(zip(texts, scores, strict=True)):
                passes = not math.isnan(score) and score >= threshold and text not in taken
                if passes and (best < 0 or score > scores[best]):
                    best = i
            if best < 0:
                break
            taken.append(texts[best])
        rows += [(prompt, text) for text in taken]
    return rows


def shown(texts: list[str]) -> str:
    """Return the ends of texts, in words."""
    return ", ".join(text[-5:] or "an empty text" for text in texts) or "nothing"


def samples(draw: random.Random, ties: bool = False) -> tuple[list, list, list]:
    """Return prompts, distinct answers and rewards; without `ties` all rewards differ."""
    prompts = [f"task {i}" for i in range(5)]
    answers = [[f"{p}: try {j}" for j in range(draw.randrange(4, 8))] for p in prompts]
    if ties:
        rewards = [[draw.choice((0.25, 0.5, 1.0)) for _ in texts] for texts in answers]
    else:
        rewards = [[n / 1000 for n in draw.sample(range(1000), len(texts))] for texts in answers]
    return prompts, answers, rewards


@demo(
    topic="write-alignment",
    claims={
        "best-first": "At most `keep` answers of each prompt, the best first; fewer where fewer "
        "pass",
        "threshold": "A reward equal to the threshold passes, one just below does not",
        "unsolved-absent": "A prompt of which no answer passes, or that has none, does not appear",
        "distinct": "An answer that was written twice stands once and takes one place, with its "
        "better reward",
        "ties": "Of equal rewards the earlier answer comes first",
        "failed-checker": "An answer with a reward of NaN never passes and disturbs no other",
    },
    measures={"rows": "Rows of your last set", "solved": "Share of its prompts that appear"},
    budget_s=1,
)
def main(
    run: Run,
    solution: Solution = Code(entry="build_sft", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    draw = random.Random(seed)

    def compare(judge, given: tuple[list, list, list], threshold: float, keep: int, of: str):
        """Hold the learner's rows against those of the search, in words about the first prompt."""
        before = copy.deepcopy(given)
        yours = solution(*given, threshold, keep)
        judge.that(given == before, "your code changed its arguments in place")
        judge.that(isinstance(yours, list), f"{of}: a list of rows is wanted, not {yours!r:.60}")
        theirs = by_search(*before, threshold, keep)
        yours = [tuple(row) for row in yours]
        for prompt, texts, scores in zip(*before, strict=True):
            mine = [text for asked, text in yours if asked == prompt]
            right = [text for asked, text in theirs if asked == prompt]
            offered = ", ".join(f"{t[-5:]} {s:g}" for t, s in zip(texts, scores, strict=True))
            judge.that(
                mine == right,
                f"{of}, threshold {threshold:g}, keep {keep}: of {prompt} ({offered or 'none'}) "
                f"you keep {shown(mine)}, the search keeps {shown(right)}",
            )
        judge.that(yours == theirs, f"{of}: the prompts are not in their order")
        return yours

    with run.judge("best-first") as judge:
        for keep in (1, 2, 3, 20):
            given = samples(draw)
            yours = compare(judge, given, 0.3, keep, "different rewards")
        run.measure(rows=len(yours), solved=len({p for p, _ in yours}) / len(given[0]))
        one = solution(*given, 0.3)
        judge.that(len(one) <= len(given[0]), "without `keep` one answer of a prompt is wanted")

    with run.judge("threshold") as judge:
        given = ["task 0", "task 1"], [["a try", "b try"], ["c try"]], [[0.5, 0.499], [0.5]]
        compare(judge, given, 0.5, 2, "rewards at the threshold")
        given = ["task 0"], [["a try", "b try", "c try"]], [[-1.0, 0.0, -0.5]]
        compare(judge, given, -0.5, 3, "negative rewards")
        compare(judge, given, 0.0, 3, "a threshold of zero")

    with run.judge("unsolved-absent") as judge:
        given = (
            ["task 0", "task 1", "task 2", "task 3"],
            [["a try", "b try"], [], ["c try"], ["d try", "e try"]],
            [[0.1, 0.2], [], [0.9], [0.3, 0.0]],
        )
        compare(judge, given, 0.8, 2, "two unsolved prompts, one without answers")
        none = solution(["task 0"], [["a try"]], [[0.0]], 0.5)
        judge.that(none == [], f"nothing passes: an empty list is wanted, not {none!r:.60}")
        judge.that(solution([], [], [], 0.5) == [], "without prompts an empty list is wanted")

    with run.judge("distinct") as judge:
        given = (
            ["task 0", "task 1"],
            [["a try", "b try", "a try", "c try"], ["a try", "a try"]],
            [[0.9, 0.6, 0.9, 0.7], [0.8, 0.8]],
        )
        compare(judge, given, 0.5, 2, "answers written twice")
        given = ["task 0"], [["a try", "b try", "a try"]], [[0.6, 0.7, 0.9]]
        compare(judge, given, 0.5, 2, "rewards of a noisy checker")
        given = ["task 0"], [["a try", "b try", "a try"]], [[0.9, 0.7, 0.6]]
        compare(judge, given, 0.5, 2, "rewards of a noisy checker")

    with run.judge("ties") as judge:
        given = ["task 0"], [["z try", "a try", "m try", "b try"]], [[1.0, 1.0, 1.0, 0.5]]
        compare(judge, given, 0.5, 2, "equal rewards")
        compare(judge, samples(draw, ties=True), 0.5, 3, "equal rewards")

    with run.judge("failed-checker") as judge:
        nan = float("nan")
        given = (
            ["task 0", "task 1", "task 2"],
            [["a try", "b try", "c try"], ["d try"], ["e try", "f try", "g try", "e try"]],
            [[0.6, nan, 0.9], [nan], [nan, 0.7, 0.8, 0.9]],
        )
        for keep in (1, 3):
            compare(judge, given, 0.5, keep, "failed checkers")
