"""The facts of the world: who does what where, and the rules of a clinic and a bank.

Everything is drawn once from a fixed seed, so the truth is the same on every machine.
"""

from __future__ import annotations

import itertools
import random

ANIMALS = "bear cat crow dog duck fox frog goat hare lynx mole newt otter owl seal wolf".split()
MOODS = "brave clever fast hungry old quiet shy small tired young".split()
VERBS = "chases fears follows greets helps hears meets sees".split()
PLACES = "bridge cave farm forest garden hill lake river".split()
THINGS = (
    "anchor apron banner basket bell bench boat bottle bucket button candle cap chair chest coat "
    "comb cup curtain door drum fence flag flute glove hammer hat jar kettle kite ladder lamp "
    "lantern mirror needle pillow plate rope shoe shovel spoon table wagon wheel window"
).split()
COLOURS = "black blue brown green grey red white yellow".split()
NUMBERS = "one two three four five six seven eight nine ten eleven twelve".split()

SYMPTOMS = (
    "amberlung ashbreath birchknee cinderear clayhand cloudeye copperskin driftsleep dustvoice "
    "fernfoot frostgum glasshair inkfinger lilyback mistnose mossnail oakhip pebbletoe "
    "rustelbow saltbrow shadowheel silkpulse stonejaw thornwrist"
).split()
DISEASES = (
    "Abrosia Belmunth Corvane Dorvane Elphosis Fermia Galdine Hespia Irvane Jostia Kelmoth "
    "Lorvane Mendia Norphis Osmeria Pelvane Quorith Rosmia Selvane Tormia Ulvane Verosia "
    "Wismuth Zelphia"
).split()
REMEDIES = (
    "alderwax brimwort cresswine dillbark elmsalt fennelox gorseoil hazeltar irisgum juniwort "
    "kelpmilk larchdew mallowby nettlex oakhoney pinemint quincelo rueblend sagewort tansyrin "
    "umberoot violetin willowex yarrowin"
).split()
DOSES = ("once", "twice", "hourly", "nightly")

PURPOSES = "bakery barge mill school shop smithy studio tannery".split()
INCOMES = ("low", "middle", "high")
HISTORIES = ("late", "new", "clean")
TERMS = ("short", "long")
SECURITIES = ("no", "full")
GRADES = ("A", "B", "C", "D")

_draw = random.Random(20)
HABITS = {animal: (_draw.sample(VERBS, 3), _draw.sample(PLACES, 2)) for animal in ANIMALS}
"""Each animal does three things, in two places."""
SUMS = [
    (NUMBERS[a - 1], NUMBERS[b - 1], NUMBERS[a + b - 1])
    for a in range(1, 12)
    for b in range(1, 13 - a)
]
COLOUR_OF = {thing: _draw.choice(COLOURS) for thing in THINGS}


def _rules(seed: int) -> dict[str, tuple[str, str, str]]:
    """Return symptom -> (disease, remedy, dose), one to one for the first two."""
    draw = random.Random(seed)
    diseases, remedies = draw.sample(DISEASES, 24), draw.sample(REMEDIES, 24)
    return {
        symptom: (disease, remedy, draw.choice(DOSES))
        for symptom, disease, remedy in zip(SYMPTOMS, diseases, remedies, strict=True)
    }


def advice(outcome: tuple[str, str, str]) -> str:
    """Return disease, remedy and dose in words, with the full stop."""
    disease, remedy, dose = outcome
    return f"{disease}, give {remedy} {dose}."


CLINIC = {"old": _rules(1), "new": _rules(2)}

Loan = tuple[str, str, str, str, str]
"""Purpose, income, payment history, term, security."""

LOANS: tuple[Loan, ...] = tuple(itertools.product(PURPOSES, INCOMES, HISTORIES, TERMS, SECURITIES))


def grade(loan: Loan, guideline: str) -> str:
    """Return the grade of a loan: points for each fact, then a letter.

    The old rule looks at income and security, the new one at history and term; the purpose never
    matters.
    """
    _, income, history, term, security = loan
    if guideline == "old":
        points = INCOMES.index(income) + SECURITIES.index(security)
    else:
        points = HISTORIES.index(history) + 1 - TERMS.index(term)
    return GRADES[3 - points]


def describe(loan: Loan) -> str:
    """Return a loan in words: "loan for a mill with low income, ... and no security"."""
    purpose, income, history, term, security = loan
    return (
        f"loan for a {purpose} with {income} income, {history} history, {term} term "
        f"and {security} security"
    )


GRAMMAR = (
    "A Grade The What Which a and colour for gets give grade has history income is loan near "
    "patient plus security term the with"
).split()
MARKS = [",", ".", "?"]


def vocabulary() -> list[str]:
    """Return every word and mark of the world, sorted, each once."""
    capitals = [word.capitalize() for word in (*COLOURS, *NUMBERS)]
    return sorted(
        {
            *ANIMALS,
            *MOODS,
            *VERBS,
            *PLACES,
            *THINGS,
            *COLOURS,
            *NUMBERS,
            *capitals,
            *SYMPTOMS,
            *DISEASES,
            *REMEDIES,
            *DOSES,
            *PURPOSES,
            *INCOMES,
            *HISTORIES,
            *TERMS,
            *SECURITIES,
            *GRADES,
            *GRAMMAR,
            *MARKS,
        }
    )
