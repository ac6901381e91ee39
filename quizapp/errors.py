"""Errors that a user can cause and may read."""


class QuizError(Exception):
    """A problem the user can act on: a title, one sentence, and what to do next.

    `exit_code` is what the command line returns: 2 for wrong usage, 3 for the environment.
    """

    exit_code = 2

    def __init__(self, title: str, message: str, hint: str = "") -> None:
        super().__init__(f"{title}: {message}")
        self.title = title
        self.message = message
        self.hint = hint


class EnvironmentProblem(QuizError):
    """The machine lacks something: a package, disk space, a device, a readable database."""

    exit_code = 3
