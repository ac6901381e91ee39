"""In which words and numbers a mock interview asks a card."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from random import Random

from quizapp.cards.variants import OWN, Wording


def choose_wording(
    card: str, variants: int, *, studied: int, interviews: Sequence[int], seed: int
) -> Wording:
    """Return how a card is asked in an interview, so that a learned sentence is no answer.

    A card that was never asked is asked as it stands. Else any but the wording of the interview
    before may come: the one that was asked least often, in study and in interviews; of several,
    one that is not the card's own, drawn by the seed.

    Args:
        card: its id.
        variants: how many it has.
        studied: answers in study, where its own words and its variants come in turn.
        interviews: the variants in which earlier interviews asked it, the latest last; 0 is the
            card's own words.
        seed: the interview's.
    """
    if not variants or not (studied or interviews):
        return OWN
    came = Counter(interviews)
    latest = interviews[-1] if interviews else None
    wordings = variants + 1
    drawn = Random(f"{seed}/{card}/wording").sample(range(wordings), wordings)

    def rank(wording: int) -> tuple[bool, int, bool, int]:
        in_study = (studied + variants - wording) // wordings
        return wording == latest, in_study + came[wording], wording == 0, drawn[wording]

    variant = min(range(wordings), key=rank)
    return Wording(variant, seed) if variant else OWN
