"""The question before a run: what will come out?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, OptionList, Static

from quizapp.app.verdict import Guess
from quizapp.demo.declare import Predict
from quizapp.plot.format import short
from quizapp.tui.inline import QUIET


class NumberInput(Input):
    """Takes what belongs to a number and leaves the other keys to the panel."""

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Whether the key is typed here."""
        return character is not None and character in "0123456789.+-e"

    async def _on_key(self, event: events.Key) -> None:
        if event.is_printable and not self.check_consume_key(event.key, event.character):
            event.prevent_default()  # Input's own handler does not type it; it goes on upwards


class Prediction(Vertical):
    """Asks for an option or a number."""

    DEFAULT_CSS = """
    Prediction {
        height: auto; max-height: 50%; padding: 0 1;
        & > Static { height: auto; }
        & > OptionList { height: auto; max-height: 8; background: transparent; }
        & > Input { max-width: 30; }
        & > #predict-problem { color: $text-error; display: none; }
        &.-problem > #predict-problem { display: block; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(str(number), f"choose({number})", f"Predict option {number}", show=False)
        for number in range(1, 10)
    ]

    @dataclass
    class Answered(Message):
        """An option was chosen, or a number confirmed."""

        text: str

    def __init__(self, predict: Predict) -> None:
        super().__init__()
        self.predict = predict
        self._chosen = ""
        self._guess: Guess | None = None

    def compose(self) -> ComposeResult:
        """The question, then options or an input."""
        question = Content.assemble(("Predict first: ", "bold"), self.predict.question)
        yield Static(question, id="predict-question")
        if self.predict.options:
            prompts = map(self._prompt, range(len(self.predict.options)))
            yield OptionList(*prompts, compact=True)
        else:
            yield NumberInput(placeholder=self._range(), compact=True)
        yield Static(id="predict-problem", markup=False)

    def focus_answer(self) -> None:
        """Give the options or the input the focus."""
        for widget in self.query("OptionList, Input"):
            widget.focus()

    @property
    def answer(self) -> str:
        """What is chosen or typed."""
        return self._chosen if self.predict.options else self.query_one(Input).value

    def show(self, guess: Guess | None) -> None:
        """Show what is predicted; None: nothing is, the settings are others."""
        self._guess = guess
        self.problem("")
        if guess is None:
            self._chosen = ""
        if self.predict.options:
            options = self.query_one(OptionList)
            for index in range(len(self.predict.options)):
                options.replace_option_prompt_at_index(index, self._prompt(index))
        elif guess is None:
            self.query_one(Input).value = ""

    def problem(self, sentence: str) -> None:
        """Show why the run does not begin, or what is wrong with the guess."""
        self.set_class(bool(sentence), "-problem")
        self.query_one("#predict-problem", Static).update(sentence)

    @on(OptionList.OptionSelected)
    def _choose(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self._answer(event.option_index)

    def action_choose(self, number: int) -> None:
        """Choose the option with this number."""
        if number <= len(self.predict.options):
            self.query_one(OptionList).highlighted = number - 1
            self._answer(number - 1)

    def _answer(self, index: int) -> None:
        self._chosen = self.predict.options[index]
        self.post_message(self.Answered(self._chosen))

    @on(Input.Submitted)
    def _read(self, event: Input.Submitted) -> None:
        event.stop()
        if event.value:
            self.post_message(self.Answered(event.value))

    def _prompt(self, index: int) -> Content:
        text = self.predict.options[index]
        mark = "(•)" if text == self._guess else "( )"
        return Content.assemble((f"{index + 1} ", QUIET), f"{mark} {text}")

    def _range(self) -> str:
        predict = self.predict
        bounds = ""
        if predict.low is not None and predict.high is not None:
            bounds = f"{short(predict.low)} to {short(predict.high)}"
        return " ".join(filter(None, ("a number", bounds, predict.unit)))
