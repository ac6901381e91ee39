"""Chinese text scores 0.

**Question.** Two Chinese sentences differ in one word. The default scorers give them 0.0. Why?

**Idea.** BLEU and ROUGE count words, and someone must decide what a word is. Written Chinese has
no spaces (nor have Japanese or Thai):

- `rouge-score` lower-cases and replaces everything outside a-z and 0-9. Of a Chinese sentence
  **nothing is left**, so two identical sentences score 0 as well.
- sacreBLEU's default `13a` splits at spaces and punctuation: the sentence becomes **one token**.
  Either it is identical (100) or it is wrong (0).
- sacreBLEU's `zh` separates Chinese characters, `char` separates all. chrF compares character
  n-grams. `RougeScorer` takes any object with a `tokenize` method; here it splits characters.

**Watch** the bars: same two sentences, scores from 0 to 80. The lower plot scores one English
sentence against itself with other spacing: 0, 33 or 100 by tokenizer. A BLEU without its signature
cannot be compared (Post 2018).

**Try** `pair=mixed`: its English words keep the default scores above zero, and ROUGE-L is a perfect
1.0 because only "LoRA" and "Llama" were read. `pair=script` compares simplified with traditional
characters: one sentence to a reader, half wrong to a metric. Normalise the script.

**Scale.** These are facts about two libraries and hold for any text. A fairer score over
characters is still no judge of meaning.
"""

from rouge_score.rouge_scorer import RougeScorer
from sacrebleu import sentence_bleu, sentence_chrf

from quizapp.demo import Choice, Predict, Run, demo


class Characters:
    """A tokenizer as `RougeScorer` wants it: one token per character that is not a space."""

    def tokenize(self, text: str) -> list[str]:
        return [character for character in text if not character.isspace()]


def rouge_l(text: str, reference: str, tokenizer: Characters | None = None) -> float:
    """Return ROUGE-L (F1); without a tokenizer the library's own is used."""
    scorer = RougeScorer(["rougeL"], tokenizer=tokenizer)
    return scorer.score(reference, text)["rougeL"].fmeasure


def bleu(text: str, reference: str, tokenizer: str) -> float:
    return sentence_bleu(text, [reference], tokenize=tokenizer).score


PAIRS = {  # candidate, reference
    "one word": ("大模型微調很有用", "大模型微調非常有用"),
    "longer": ("先評估模型再決定是否需要微調", "先評估模型然後決定是否需要微調"),
    "mixed": ("用 LoRA 微調 Llama 模型很快", "用 LoRA 微調 Llama 模型非常快"),
    # simplified, traditional
    "script": ("大模型微调对医疗问答有帮助", "大模型微調對醫療問答有幫助"),
}
WRONG = "不要用 LoRA，Llama 模型會變差"  # the opposite of the mixed reference, in its Latin words
ENGLISH = ("Hello, world! It's 3.5km.", "Hello , world ! It 's 3.5 km .")


@demo(
    topic="metrics",
    claims={
        "default-rouge-is-zero": "rouge-score with its default tokenizer gives 0.0",
        "default-bleu-is-zero": "sacreBLEU with its default tokenizer gives 0.0",
        "characters-see-the-overlap": "With a Chinese or character tokenizer BLEU is above 30 "
        "and ROUGE-L above 0.7",
        "latin-words-are-all": "A wrong answer with the same Latin words has ROUGE-L 1.0 with the "
        "default tokenizer and below 0.7 with characters",
        "tokenizer-decides-in-english": "One English sentence scores 0 or 100 by tokenizer alone",
    },
    measures={
        "rouge_default": "ROUGE-L (F1), default tokenizer",
        "rouge_identical": "ROUGE-L (F1) of the reference with itself, default tokenizer",
        "rouge_characters": "ROUGE-L (F1), characters",
        "rouge_wrong": "ROUGE-L (F1) of a wrong answer in the same Latin words, default",
        "rouge_wrong_characters": "ROUGE-L (F1) of that answer, characters",
        "bleu_13a": "BLEU, default tokenizer 13a",
        "default_verdict": "Range of the default BLEU",
        "bleu_zh": "BLEU, tokenizer zh",
        "bleu_char": "BLEU, tokenizer char",
        "chrf": "chrF (0 to 100)",
        "english_13a": "BLEU of the English sentence, tokenizer 13a",
        "english_none": "BLEU of the English sentence, tokenizer none",
        "english_char": "BLEU of the English sentence, tokenizer char",
    },
    predict=Predict(
        "The sentences differ in one word. Which BLEU does sacreBLEU's default tokenizer give?",
        options=("0", "1 to 50", "above 50"),
        measure="default_verdict",
    ),
    budget_s=4,
)
def main(run: Run, pair: str = Choice("one word", "longer", "mixed", "script")) -> None:
    candidate, reference = PAIRS[pair]
    run.sample("candidate", candidate)
    run.sample("reference", reference)

    run.axes(title="One pair, many tokenizers", x="scorer", y="score (0 to 100)")
    scores = {}
    for tokenizer in ("13a", "zh", "char"):
        scores[f"BLEU {tokenizer}"] = bleu(candidate, reference, tokenizer)
        run.bars("score", scores)
    default = rouge_l(candidate, reference)
    identical = rouge_l(reference, reference)
    characters = rouge_l(candidate, reference, Characters())
    mixed = PAIRS["mixed"][1]
    wrong, wrong_characters = rouge_l(WRONG, mixed), rouge_l(WRONG, mixed, Characters())
    scores["ROUGE default"] = 100 * default
    scores["ROUGE characters"] = 100 * characters
    scores["chrF"] = sentence_chrf(candidate, [reference]).score
    run.bars("score", scores)

    run.axes(chart="english", title="English, other spacing", x="tokenizer", y="BLEU (0 to 100)")
    english = {}
    for tokenizer in ("none", "13a", "char"):
        english[tokenizer] = bleu(ENGLISH[0], ENGLISH[1], tokenizer)
        run.bars("BLEU", english, chart="english")

    bleu_default, bleu_zh, bleu_char = scores["BLEU 13a"], scores["BLEU zh"], scores["BLEU char"]
    verdict = "0" if bleu_default < 1 else "1 to 50" if bleu_default <= 50 else "above 50"
    overlap = bleu_zh > 30 and characters > 0.7
    decides = english["none"] < 1 and english["char"] > 99

    run.measure(bleu_13a=bleu_default, bleu_zh=bleu_zh, bleu_char=bleu_char, chrf=scores["chrF"])
    run.measure(default_verdict=verdict, rouge_default=default)
    run.measure(rouge_identical=identical, rouge_characters=characters)
    run.measure(rouge_wrong=wrong, rouge_wrong_characters=wrong_characters)
    run.measure(**{f"english_{tokenizer}": score for tokenizer, score in english.items()})
    run.claim("default-rouge-is-zero", default == 0, f"ROUGE-L {default:.2f}")
    run.claim("default-bleu-is-zero", bleu_default < 1e-6, f"BLEU {bleu_default:.1f}")
    shown = f"BLEU zh {bleu_zh:.1f}, ROUGE-L {characters:.2f}"
    run.claim("characters-see-the-overlap", overlap, shown)
    fooled = wrong == 1 and wrong_characters < 0.7
    shown = f"ROUGE-L {wrong:.2f}, characters {wrong_characters:.2f}"
    run.claim("latin-words-are-all", fooled, shown)
    shown = f"none {english['none']:.0f}, char {english['char']:.0f}"
    run.claim("tokenizer-decides-in-english", decides, shown)
