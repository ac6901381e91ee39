"""Where the thoughts of a reasoning model go in a chat template.

**Question.** Your conversations hold a thought before every answer. You render them with the
model's own template and train on all answers. How many thoughts does the model learn from?

**Idea.** Reasoning models do not read their old thoughts again: it saves context. So the template
writes a thought only after the last question,

    <|im_start|>assistant                 earlier answers: the thought is dropped
    <|im_start|>assistant <think> … </think>      the last answer

In serving that is right. In training one conversation of k answers then shows one thought, and
k − 1 answers without: the model is taught to answer those at once. Two ways out: a training
template that keeps all thoughts, or one example per answer, each ending there.

**Watch** the bars: thoughts in the text, by way of rendering. Then the words: k examples repeat
the history k times.

**Try** `template=training`: the first claim fails, all thoughts are there; but in serving the model
will not see its old ones. `thoughts=False`: data without thoughts. The template writes an *empty*
thought before the last answer; with a loss on it the model learns to think nothing. `turns=1`: one
turn has no history, and nothing is dropped.

**In the libraries.** The rule is that of Qwen3; the templates here are its part for plain text.
TRL 1.16 ships both, `qwen3.jinja` and `qwen3_training.jinja`. Other families have other rules:
print what yours renders.

**Scale.** No model: what is counted is what any model would be trained on.
"""

import tinyworld

from quizapp.demo import Choice, Flag, Int, Predict, Run, demo

SHIPPED = """{%- set ns = namespace(last=-1) %}
{%- for m in messages %}
{%- if m.role == 'user' %}{% set ns.last = loop.index0 %}{% endif %}
{%- endfor %}
{%- for m in messages %}
{{- '<|im_start|>' + m.role + '\\n' }}
{%- if m.role == 'assistant' and loop.index0 > ns.last %}
{{- '<think>\\n' + (m.reasoning_content or '') + '\\n</think>\\n\\n' }}
{%- endif %}
{{- m.content + '<|im_end|>\\n' }}
{%- endfor %}"""
"""A thought is written only after the last question."""

TRAINING = SHIPPED.replace(" and loop.index0 > ns.last", "")
"""A thought is written before every answer."""


def one_per_answer(chat):
    """Return the conversations that end with each answer in turn, the history before it."""
    ends = [place for place, message in enumerate(chat) if message["role"] == "assistant"]
    return [chat[: end + 1] for end in ends]


def thoughts_in(text):
    """Return how many thoughts a rendered text holds, and how many of them are empty."""
    thoughts = [part.split("</think>")[0].strip() for part in text.split("<think>")[1:]]
    return len(thoughts), sum(not thought for thought in thoughts)


@demo(
    topic="sft",
    claims={
        "one-thought-survives": "Rendered whole, a conversation shows one thought, its last",
        "split-keeps-all": "One example per answer shows every thought, each before its own answer",
        "empty-is-written": "Data without thoughts are rendered with an empty one before an answer",
    },
    measures={
        "thoughts_had": "Thoughts in the conversation",
        "thoughts_whole": "Thoughts with words in the conversation rendered whole",
        "thoughts_split": "Thoughts with words in one example per answer, all examples",
        "empty_whole": "Empty thoughts in the conversation rendered whole",
        "words_ratio": "Words of one example per answer over words of the whole conversation",
        "learns_from": "How many of the thoughts training on the whole conversation shows",
    },
    predict=Predict(
        "The conversation is rendered whole. How many of its thoughts are trained on?",
        options=("all", "the last", "none"),
        measure="learns_from",
    ),
    elsewhere_claims=("empty-is-written",),
    budget_s=1,
)
def main(
    run: Run,
    turns: int = Int(4, 1, 20, help="questions, each with a thought and an answer"),
    template: str = Choice("shipped", "training"),
    thoughts: bool = Flag(True, help="whether the data hold thoughts"),
    words: int = Int(60, 1, 500, log=True, help="words of a thought"),
) -> None:
    _, tokenizer = tinyworld.load(device=run.device)
    chat = []
    for turn in run.steps(turns):
        chat.append({"role": "user", "content": f"Question {turn}?"})
        thought = f"Thought {turn} " + "and " * (words - 2) if thoughts else ""
        chat.append(
            {
                "role": "assistant",
                "reasoning_content": thought.strip(),
                "content": f"This is answer {turn}, in a few words.",
            }
        )

    def render(messages):
        """Return the text of a conversation under the chosen template."""
        chosen = SHIPPED if template == "shipped" else TRAINING
        return tokenizer.apply_chat_template(messages, chat_template=chosen, tokenize=False)

    whole = render(chat)
    parts = [render(part) for part in one_per_answer(chat)]
    (shown, empty), of_parts = thoughts_in(whole), [thoughts_in(part) for part in parts]
    in_whole, in_parts = shown - empty, sum(found - nil for found, nil in of_parts)
    last_of_parts = sum(f"Thought {turn} " in part for turn, part in enumerate(parts))
    had = turns if thoughts else 0
    ratio = sum(len(part.split()) for part in parts) / len(whole.split())
    learns_from = "all" if in_whole == had > 1 else "the last" if in_whole == 1 else "none"

    run.axes(title="Thoughts that are trained on", x="rendered as", y="thoughts")
    run.bars("thoughts", {"the data": had, "whole": in_whole, "one per answer": last_of_parts})
    run.sample("whole", whole)
    run.measure(thoughts_had=had, thoughts_whole=in_whole, thoughts_split=in_parts)
    run.measure(empty_whole=empty, words_ratio=ratio, learns_from=learns_from)
    survives = in_whole == 1 if had > 1 else None
    run.claim("one-thought-survives", survives, f"{in_whole} of {had}")
    kept = last_of_parts == had if had else None
    run.claim("split-keeps-all", kept, f"{last_of_parts} of {had}")
    run.claim("empty-is-written", empty > 0 if not thoughts else None, f"{empty} empty")
