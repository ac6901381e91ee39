"""A number.

Nothing but a number.
"""

from quizapp.demo import Int, Model, Predict, Run, demo


@demo(
    topic="toys",
    claims={"even": "The number is even"},
    measures={"answer": "twice the size"},
    predict=Predict("What is twice the size?", low=0, high=100, unit="units", measure="answer"),
    budget_s=1,
)
def main(run: Run, size: int = Int(21, 1, 50), model: str = Model()) -> None:
    run.measure("answer", 2 * size)
    run.claim("even", True)
