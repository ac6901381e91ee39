"""Comparing what a learner predicted with what the run measured."""

from __future__ import annotations

import math

from quizapp.demo.declare import Predict


def read_guess(predict: Predict, text: str) -> float | str:
    """Return the guess that was typed: an option, its number from 1, or a number.

    Raises:
        ValueError: it is none of these, with a sentence.
    """
    text = text.strip()
    if predict.options:
        named = [option for option in predict.options if option.lower() == text.lower()]
        if named:
            return named[0]
        if text.isdecimal() and 1 <= int(text) <= len(predict.options):
            return predict.options[int(text) - 1]
        raise ValueError(f"Answer one of {', '.join(predict.options)}, or its number.")
    try:
        guess = float(text)
    except ValueError:
        raise ValueError(f"Answer a number, not {text!r}.") from None
    if not math.isfinite(guess):
        raise ValueError("Answer a finite number.")
    return guess


def is_right(predict: Predict, guess: float | str, measured: float | str) -> bool:
    """Whether the guess came true: the option itself, or a number near enough."""
    if isinstance(guess, str) or isinstance(measured, str):
        return guess == measured
    return math.isclose(guess, measured, rel_tol=predict.within, abs_tol=1e-12)
