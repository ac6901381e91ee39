"""The two themes of the app; every colour on the screen comes from the theme in use."""

from __future__ import annotations

from textual.theme import Theme

DARK = Theme(
    name="quizapp-dark",
    primary="#82aaff",
    secondary="#7fdbca",
    accent="#e5c07b",
    warning="#e5a55b",
    error="#f2777a",
    success="#99cc88",
    foreground="#dde1e8",
    background="#12151a",
    surface="#191d24",
    panel="#242a34",
    dark=True,
    variables={
        "border": "#3a4250",
        "border-blurred": "#3a4250",
        "block-cursor-text-style": "none",
        "input-cursor-text-style": "reverse",
        "scrollbar": "#3a4250",
        "scrollbar-background": "#12151a",
    },
)

LIGHT = Theme(
    name="quizapp-light",
    primary="#1f5fae",
    secondary="#0b6b6b",
    accent="#8a5a00",
    warning="#9a4d00",
    error="#b3261e",
    success="#2a6f2a",
    foreground="#22262c",
    background="#fbfaf7",
    surface="#f3f1ec",
    panel="#e7e4dc",
    dark=False,
    variables={
        "border": "#bdb8ac",
        "border-blurred": "#bdb8ac",
        "block-cursor-text-style": "none",
        "input-cursor-text-style": "reverse",
        "scrollbar": "#bdb8ac",
        "scrollbar-background": "#fbfaf7",
    },
)

THEMES = (DARK, LIGHT)


def other(dark: bool) -> str:
    """Return the name of our theme of the other brightness."""
    return LIGHT.name if dark else DARK.name
