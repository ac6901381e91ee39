"""A falling curve.

It *falls* by a rate, as a toy does.
"""

import os
import signal
import time

from quizapp.demo import Choice, Flag, Float, Int, Predict, Run, demo


@demo(
    topic="toys",
    claims={
        "falls": "The curve falls",
        "large": "It falls by over a thousand",
        "on-cuda": "It falls on CUDA as well",
    },
    measures={"last": "the last value", "way": "the way it goes"},
    predict=Predict("Which way does it go?", options=("up", "down"), measure="way"),
    budget_s=1,
)
def main(
    run: Run,
    mode: str = Choice("run", "sleep", "wait", "crash", "raise", help="how it ends"),
    rate: float = Float(0.1, 0.001, 1.0, log=True, help="how fast it falls"),
    steps: int = Int(20, 1, 500),
    noisy: bool = Flag(False),
    seed: int = Int(0, 0, 999),
) -> None:
    print("a line in the log")
    run.axes(x="step", y="height (m)", title="the curve")
    run.reference("ground", 0.0)
    value = 1.0
    for step in run.steps(steps):
        value = (1 - rate) ** step
        run.point(step, train=value, validation=value + 0.1)
        if mode == "wait":
            run.flush()
        while mode == "wait":
            run.check()
            time.sleep(0.01)
        if mode == "sleep":
            run.flush()
            time.sleep(600)  # deaf to everything but signals
        if mode == "crash":
            run.flush()
            os.kill(os.getpid(), signal.SIGSEGV)
        if mode == "raise":
            raise ValueError("the toy is broken here")
    run.bars("end", {"train": value, "validation": value + 0.1}, chart="ends")
    run.measure("last", value)
    run.measure("way", "down")
    run.claim("falls", value < 1, f"1 to {value:.3f}")
    run.claim("large", value < -999, f"by {1 - value:.3f}")
    if run.device == "cuda":
        run.claim("on-cuda", value < 1)
    run.table("Ends", [{"series": "train", "value": value}])
    run.sample("a word", "[b]falls[/b]")
    run.note("It **fell**.")
