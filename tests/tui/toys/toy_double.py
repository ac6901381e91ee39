"""Double it.

**Exercise.** Return twice as much.
"""

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = """
def double(x):
    return x
"""


def double(x: float) -> float:
    return 2 * x


@demo(topic="written", claims={"twice": "It is twice"}, measures={"m": "the seed"}, budget_s=1)
def main(
    run: Run,
    solution: Solution = Code(entry="double", starter=STARTER),
    seed: int = Int(0, 0, 9),
) -> None:
    with run.judge("twice") as judge:
        judge.equal(solution(seed + 3), 2 * (seed + 3))
    run.measure(m=seed)
