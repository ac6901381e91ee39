"""A demo that lacks a library."""

import a_library_nobody_has  # type: ignore[import-not-found]  # that is the point

from quizapp.demo import Run, demo


@demo(topic="toys", claims={"c": "It runs"}, measures={"m": "nothing"})
def main(run: Run) -> None:
    run.measure(m=a_library_nobody_has.answer)
    run.claim("c", True)
