"""What a demo file imports."""

from quizapp.demo.declare import Predict, demo
from quizapp.demo.params import Choice, Flag, Float, Int, Model
from quizapp.demo.run import Run

__all__ = ["Choice", "Flag", "Float", "Int", "Model", "Predict", "Run", "demo"]
