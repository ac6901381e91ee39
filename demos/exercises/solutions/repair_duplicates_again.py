"""Repairs of repair_duplicates_again: right ones, and wrong ones with their claim."""

# %% right: eight words in a row
import re


def decontaminate(pages, questions, quiz, log):
    def grams(text):
        words = re.findall(r"\w+", text.lower())
        return {tuple(words[i : i + 8]) for i in range(len(words) - 7)}

    known = set().union(*map(grams, questions))
    kept = []
    for read, page in enumerate(pages, 1):
        if not known & grams(page):
            kept.append(page)
        log(read, len(kept))
    return kept, quiz(kept)


# %% right: one regular expression
import re


def decontaminate(pages, questions, quiz, log):
    parts = [r"\W+".join(map(re.escape, re.findall(r"\w+", one))) for one in questions]
    pattern = re.compile(r"\b(" + "|".join(parts) + r")\b", re.IGNORECASE)
    kept = []
    for read, page in enumerate(pages, 1):
        if not pattern.search(page):
            kept.append(page)
        log(read, len(kept))
    return kept, quiz(kept)


# %% right: letters alone, without spaces
def decontaminate(pages, questions, quiz, log):
    def letters(text):
        return "".join(c for c in text.casefold() if c.isalnum())

    wanted = [letters(one) for one in questions]
    kept = []
    for read, page in enumerate(pages, 1):
        text = letters(page)
        if all(one not in text for one in wanted):
            kept.append(page)
        log(read, len(kept))
    return kept, quiz(kept)


# %% wrong: substring as it is written -> no-question-stays
def decontaminate(pages, questions, quiz, log):
    kept = []
    for read, page in enumerate(pages, 1):
        if not any(one in page for one in questions):
            kept.append(page)
        log(read, len(kept))
    return kept, quiz(kept)


# %% wrong: case alone -> no-question-stays
def decontaminate(pages, questions, quiz, log):
    kept = []
    for read, page in enumerate(pages, 1):
        if not any(one.lower() in page.lower() for one in questions):
            kept.append(page)
        log(read, len(kept))
    return kept, quiz(kept)


# %% wrong: case and spaces, punctuation forgotten -> no-question-stays
def decontaminate(pages, questions, quiz, log):
    def flat(text):
        return " ".join(text.lower().split())

    kept = []
    for read, page in enumerate(pages, 1):
        if not any(flat(one) in flat(page) for one in questions):
            kept.append(page)
        log(read, len(kept))
    return kept, quiz(kept)


# %% wrong: the same words in any order -> nothing-else-goes
import re


def decontaminate(pages, questions, quiz, log):
    def words(text):
        return set(re.findall(r"\w+", text.lower()))

    kept = []
    for read, page in enumerate(pages, 1):
        if not any(words(one) <= words(page) for one in questions):
            kept.append(page)
        log(read, len(kept))
    return kept, quiz(kept)


# %% wrong: three words in a row -> nothing-else-goes
import re


def decontaminate(pages, questions, quiz, log):
    def grams(text):
        words = re.findall(r"\w+", text.lower())
        return {tuple(words[i : i + 3]) for i in range(len(words) - 2)}

    known = set().union(*map(grams, questions))
    kept = []
    for read, page in enumerate(pages, 1):
        if not known & grams(page):
            kept.append(page)
        log(read, len(kept))
    return kept, quiz(kept)


# %% wrong: every page with a question mark -> nothing-else-goes
def decontaminate(pages, questions, quiz, log):
    kept = []
    for read, page in enumerate(pages, 1):
        if "?" not in page and "which" not in page.lower():
            kept.append(page)
        log(read, len(kept))
    return kept, quiz(kept)


# %% wrong: the question cut out of the page -> nothing-else-goes
import re


def decontaminate(pages, questions, quiz, log):
    parts = [r"\W+".join(re.findall(r"\w+", one)) for one in questions]
    pattern = re.compile("|".join(parts), re.IGNORECASE)
    kept = []
    for read, page in enumerate(pages, 1):
        kept.append(pattern.sub("", page))
        log(read, len(kept))
    return kept, quiz(kept)


# %% wrong: the score is written down -> honest-score
def decontaminate(pages, questions, quiz, log):
    for read in range(1, len(pages) + 1):
        log(read, read)
    return list(pages), 0.3


# %% wrong: normalised pages kept -> nothing-else-goes
import re


def decontaminate(pages, questions, quiz, log):
    def words(text):
        return " ".join(re.findall(r"\w+", text.lower()))

    wanted = [words(one) for one in questions]
    kept = []
    for read, page in enumerate(map(words, pages), 1):
        if not any(one in page for one in wanted):
            kept.append(page)
        log(read, len(kept))
    return kept, quiz(kept)


# %% wrong: questions thrown out instead of pages -> no-question-stays
import re


def decontaminate(pages, questions, quiz, log):
    text = " ".join(re.findall(r"\w+", " ".join(pages).lower()))
    asked = [one for one in questions if " ".join(re.findall(r"\w+", one.lower())) not in text]
    kept = []
    for read, page in enumerate(pages, 1):
        if not any(one in page for one in asked):
            kept.append(page)
        log(read, len(kept))
    return kept, quiz(kept)


# %% wrong: only the last line of the curve is missing -> curve-is-true
import re


def decontaminate(pages, questions, quiz, log):
    def words(text):
        return " ".join(re.findall(r"\w+", text.lower()))

    wanted = [words(one) for one in questions]
    kept = [page for page in pages if not any(one in words(page) for one in wanted)]
    log(len(pages), len(pages))
    return kept, quiz(kept)
