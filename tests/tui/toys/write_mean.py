"""Write the mean.

**Exercise.** Return the mean of a list of numbers; of an empty list, return 0.
"""

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
def mean(values):
    """Return the mean of a list of numbers."""
    return sum(values)
'''


def mean(values: list[float]) -> float:
    """Return the mean of a list of numbers."""
    return sum(values) / len(values) if values else 0


@demo(
    topic="toys",
    claims={
        "equals": "Your mean equals that of `statistics`",
        "empty": "An empty list gives 0",
    },
    measures={"error": "Difference from the mean"},
    budget_s=1,
)
def main(
    run: Run,
    solution: Solution = Code(entry="mean", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    values = [seed + 1.0, seed + 4.0, seed + 2.0]
    with run.judge("equals") as judge:
        yours = solution(values)
        for step, value in enumerate(values):
            run.point(step, values=value, yours=float(yours))
        run.measure(error=abs(yours - sum(values) / 3))
        judge.equal(yours, sum(values) / 3, by="statistics")
    with run.judge("empty") as judge:
        judge.equal(solution([]), 0, by="the exercise")
