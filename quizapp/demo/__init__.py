"""What a demo file imports."""

from quizapp.demo.declare import Predict, demo
from quizapp.demo.params import Choice, Code, Flag, Float, Int, Model
from quizapp.demo.run import Run
from quizapp.demo.solution import Solution

__all__ = ["Choice", "Code", "Flag", "Float", "Int", "Model", "Predict", "Run", "Solution", "demo"]
