"""A text as the words that count: stemmed, numbers and the field's abbreviations made alike."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

MATRIX_A = "matrix-a"
"""Stands for a capital A that is a name, not the article."""

NOT = "¬"
"""Stands for every word that turns a statement round."""


class Word(NamedTuple):
    """One word of a text."""

    stem: str
    """Its stem in lower case; `NOT` for a negation."""
    start: int
    end: int
    """Where it stands in the text."""
    clause: int
    """Number of the clause, from 0: clauses end at a full stop, a semicolon, "but" and the like."""
    part: int
    """Number of the part, from 0: commas, brackets, "and" and "or" divide clauses."""
    label: bool = False
    """Whether a number only names something: stage-1."""
    quiet: bool = False
    """Whether only a phrase that asks for it hears it: it stands in any text."""
    denied: bool = False
    """Whether it stands right behind "instead of" or "rather than"."""


_TOKEN = re.compile(
    r"(?P<without>\bw/o\b|(?i:\bno longer\b))"
    r"|(?P<also>(?i:\b(?:not|cannot|(?:do|does|did|is|are|was|were|has|have|wo|ca)n['’]?t)"
    r"\s+(?:only|just|merely|simply|solely)\b))"
    r"|(?P<unsure>(?i:\bi\s+(?:don['’]?t|do not|can['’]?t|cannot)\s+(?:know|remember|recall)\b"
    r"|\b(?:i['’]?m not|not) sure\b|\bno idea\b))"
    r"|(?P<instead>(?i:\b(?:instead of|rather than|as opposed to)\b))"
    r"|(?P<than>(?i:\b(?:than|compared (?:to|with)|relative to)\b))"
    r"|(?P<then>(?i:\bfollowed by\b|\bafter (?:that|this|which)\b)|→|[-=]+>)"
    r"|(?P<tuning>[Ff]ine-?\s?tun(?:ing|ed|es|e)\b)"
    r"|(?P<number>\d+(?:[.,]\d+)*(?:e-?\d+)?)(?:(?P<scale>[kKM])\b|(?P<letter>[dDbBxX])\b)?"
    r"|(?P<word>[^\W\d_]+(?:['’][^\W\d_]+)*)"
    r"|(?P<symbol>[%√×±·≤≥<>=+−²³∞])"
    r"|(?P<end>[.;!?:\n])|(?P<comma>[,()])"
)

_NEGATIONS = frozenset(
    """no not never without none nor neither cannot cant dont doesnt isnt arent wasnt werent
    didnt hasnt havent wont wouldnt shouldnt couldnt needn neednt mustnt nothing nobody hardly
    barely rarely""".split()
)
_BREAKS = frozenset("but whereas while although though however because since".split())
"""Words that begin another clause."""

QUIET = frozenset(
    """all any both each more most some other own same again further once only just also too then
    than versus vs up down out over under must > <""".split()
)
"""Words that any text has: they tell nothing alone, and count in a phrase that asks for them."""

_STOP = frozenset(
    """a an the of to in on at by for from with as is are was were be been being am do does did
    have has had having and or if that this these those there here it its i you he she we they them
    their your our my me us one's so such very can could will would should may might shall into
    onto about which who whom whose what when where why how get gets got make makes made thing
    things way ways lot really actually basically kind sort eg ie etc e g i w""".split()
)


def _spelled(table: str) -> dict[str, str]:
    """Return what each word of a table stands for: a line holds it, then the words."""
    lines = (line.partition(":") for line in table.strip().splitlines())
    return {word: meant.strip() for meant, _, words in lines for word in words.split()}


_NUMBERS = _spelled("""
    0: zero
    2: two twice double
    3: three
    4: four
    5: five
    6: six
    7: seven
    8: eight
    9: nine
    10: ten tenfold
    11: eleven
    12: twelve
    20: twenty
    100: hundred
    1000: thousand
    1/2: half
    1/10: tenth
    1/3: third
    1/4: quarter
""")

_ALIKE = _spelled("""
    alpha: α
    beta: β
    lambda: λ
    pi: π
    sigma: σ
    theta: θ
    eta: η
    rate: lr
    parameter: params param
    optimizer: opt optimiser
    gradient: grads grad
    probability: prob probs logprob
    checkpoint: ckpt
    validation: val
    sequence: seq
    evaluation: eval evals
    memory: mem vram
    quantization: quant quantisation
    quantized: quantised
    duplicate: dupes dups
    deduplicate: dedup dedupe
    document: docs doc
    example: ex
    reward: rm
    reference: ref
    preference: pref
    temperature: temp
    finetuning: ft
    deviation: std stdev
    interval: ci
    error: err
    performance: perf
    infrastructure: infra
    you: u
    your: ur
    about: abt approx
    because: bc
    difference: diff
    mathematics: maths math
    hyperparameter: hyperparams hyperparam hparams hparam
    configuration: config configs cfg
    distribution: dist distr
    information: info
    average: avg
    regularization: reg
    token: tok toks
    %: percent
    initialise: inits init initialised initialized initialization initialisation
""")
"""What candidates type for words of the rubric."""


_BRITISH = re.compile(r"(?<=[a-z]{3})is(?=(?:e[sd]?|ing|ations?|ers?)$)")
"""Where British spelling has an s for the American z: generalises. Others (precise) go along."""

_WHOLE = frozenset(("useful", "means"))
"""Words whose stem is another word: what is used is not useful, and what means is no mean."""


@cache
def stem(word: str) -> str:
    """Return the stem of a word in lower case; numbers as digits, abbreviations in full."""
    if word in _NUMBERS:
        return _NUMBERS[word]
    if word in _WHOLE:
        return word
    word = _ALIKE.get(word, word)
    return str(_stemmer().stemWord(_BRITISH.sub(lambda match: match[0].replace("s", "z"), word)))


@cache
def _stemmer() -> Any:
    import snowballstemmer  # 36 ms that no start of the app should take

    return snowballstemmer.stemmer("english")


def words(text: str) -> tuple[Word, ...]:
    """Return the words of a text that count, in order; the quiet ones too."""
    return tuple(_words(text))


_DENIED = 4
"""Words behind "instead of" that it denies, at most, if no comma ends it before."""


def _words(text: str) -> Iterator[Word]:
    clause = part = denied = 0
    for match in _TOKEN.finditer(text):
        joint = _joint(match)
        if joint is not None:
            clause, part = clause + (joint == "clause"), part + 1
            denied = denied if joint == "or" else 0
            if match["end"] or match["comma"] or match["unsure"]:
                continue
        for found, label in _read(match, text):
            quiet = found in QUIET
            word = Word(found, *match.span(), clause, part, label, quiet, bool(denied))
            denied -= bool(denied) and not quiet
            yield word
        if match["instead"]:
            denied = _DENIED


def _joint(match: re.Match[str]) -> str | None:
    """Return what begins at a token: another "clause", or a "part" of it, "or" another."""
    if match["end"]:
        return "clause"
    if match["comma"] or match["unsure"]:
        return "part"
    word = (match["word"] or "").casefold()
    if word in _BREAKS:
        return "clause"
    return {"and": "part", "nor": "or", "or": "or"}.get(word)


def _read(match: re.Match[str], text: str) -> Iterator[tuple[str, bool]]:
    """Yield the stems that a token stands for, and whether one is a number that only names."""
    start = match.start()
    if match["without"]:
        yield NOT, False
    elif match["instead"]:
        yield "instead", False
    elif match["than"]:
        yield "than", False
    elif match["then"]:
        yield "then", False
    elif match["tuning"]:
        yield "finetun", False
    elif match["number"]:
        digits = match["number"].replace(",", "")
        if re.search(r"[^\W\d_]-$", text[max(0, start - 2) : start]):  # a label: stage-1
            yield _plain(digits), True
            return
        zeros = {"k": "000", "K": "000", "M": "000000"}.get(match["scale"] or "", "")
        letter = (match["letter"] or "").casefold()  # 7B, 2D, 10x
        yield _plain(digits) + zeros + letter, False
    elif match["symbol"]:
        if match["symbol"] in "%√±∞<>":
            yield match["symbol"], False
    elif match["word"] == "A" and _names(text, start):
        yield MATRIX_A, False
    elif match["word"]:
        whole = match["word"].casefold().replace("’", "'")
        if whole.endswith("n't") or whole.replace("'", "") in _NEGATIONS:
            yield NOT, False
            whole = whole[:-3] if whole.endswith("n't") else ""
        if whole in QUIET:
            yield whole, False
        elif whole and whole not in _STOP and whole not in _BREAKS:
            yield stem(whole.split("'")[0]), False


def _names(text: str, start: int) -> bool:
    """Whether a capital A in a text is a name, as of a matrix: it does not begin a sentence."""
    before = text[:start].rstrip()
    after = re.match(r"A\s*([a-z]*)", text[start:])
    return (bool(before) and before[-1] not in ".!?:") or bool(after and after[1] in _VERBS)


_VERBS = frozenset("is was starts begins gets has stays and".split())
"""What follows a matrix called A where it begins a sentence or a phrase."""


def _plain(digits: str) -> str:
    return digits.rstrip("0").rstrip(".") if "." in digits else digits
