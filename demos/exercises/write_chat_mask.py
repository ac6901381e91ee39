"""Write the labels of a chat.

**Exercise.** Conversations were rendered by a chat template into rows of ids:

    <bos> <user> question <eos> <assistant> answer <eos> <user> … <assistant> answer <eos>

Return the labels: the ids of every answer and of the end token that closes it, -100 everywhere
else. The tag <assistant> is written by the server, not by the model, and does not count. A row may
be cut off inside an answer. Padding is made of end tokens too. Labels are not shifted.
The judge is apply_chat_template(return_assistant_tokens_mask=True) of transformers.
"""

import tinyworld
import torch

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
import torch


def chat_labels(input_ids, attention_mask, user_id, assistant_id, end_id):
    """Return labels, (rows, length): ids of answers with their end token, else -100.

    input_ids:      (rows, length)   padded with end_id, left or right
    attention_mask: (rows, length)   1 for tokens, 0 for padding
    user_id, assistant_id, end_id: the tags that begin a turn, the token that ends one
    """
    return input_ids.clone()
'''


def chat_labels(input_ids, attention_mask, user_id, assistant_id, end_id):
    """Return labels, (rows, length): ids of answers with their end token, else -100."""
    labels = torch.full_like(input_ids, -100)
    rows = zip(input_ids.tolist(), attention_mask.tolist(), strict=True)
    for row, (ids, mask) in enumerate(rows):
        answering = False  # anew in each row: the one before may be cut off
        for t, (token, real) in enumerate(zip(ids, mask, strict=True)):
            if answering and real:
                labels[row, t] = token
            if token == assistant_id:
                answering = True
            elif token in (end_id, user_id):
                answering = False
    return labels


TEMPLATE = (
    "{{ bos_token }}{% for m in messages %}{{ '<' + m['role'] + '> ' }}"
    "{% if m['role'] == 'assistant' %}"
    "{% generation %}{{ m['content'] + ' ' + eos_token }}{% endgeneration %}"
    "{% else %}{{ m['content'] + ' ' + eos_token }}{% endif %}{{ ' ' }}{% endfor %}"
)
"""Marks what the assistant wrote, as transformers needs it for its mask."""


def rendered(tokenizer, chat: list[dict[str, str]]) -> tuple[list[int], list[int]]:
    """Return the ids of a conversation and transformers' labels."""
    row = tokenizer.apply_chat_template(
        chat,
        chat_template=TEMPLATE,
        tokenize=True,
        return_dict=True,
        return_assistant_tokens_mask=True,
    )
    labels = [
        id if own else -100
        for id, own in zip(row["input_ids"], row["assistant_masks"], strict=True)
    ]
    return row["input_ids"], labels


def padded(rows: list[tuple[list[int], list[int]]], end_id: int, side: str) -> tuple:
    """Return ids, mask and labels of rows that are padded with end tokens."""
    width = max(len(ids) for ids, _ in rows)
    columns: list[list[list[int]]] = [[], [], []]
    for ids, labels in rows:
        pad = width - len(ids)
        for column, row, fill in zip(
            columns, (ids, [1] * len(ids), labels), (end_id, 0, -100), strict=True
        ):
            column.append([fill] * pad + row if side == "left" else row + [fill] * pad)
    return tuple(torch.tensor(column) for column in columns)


def talks(seed: int, turns: list[int]) -> list[list[dict[str, str]]]:
    """Return conversations with so many questions and answers each."""
    pairs = tinyworld.chats("general", sum(turns), seed=seed)
    return [[message for _ in range(count) for message in pairs.pop()] for count in turns]


@demo(
    topic="write-training",
    claims={
        "one-answer": "One question: the answer and its end token count, nothing else",
        "every-answer": "In longer conversations every answer counts, and no question",
        "padding": "Padding counts nothing, left or right, though it is made of end tokens",
        "cut-off": "An answer that is cut off counts up to the cut, and the next row begins afresh",
        "ids-kept": "Ids and mask that you were given are as before",
    },
    measures={"agreeing": "Share of labels that are transformers', over longer conversations"},
    budget_s=1,
)
def main(
    run: Run,
    solution: Solution = Code(entry="chat_labels", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    _, tokenizer = tinyworld.load()
    user, assistant = tokenizer.convert_tokens_to_ids(["<user>", "<assistant>"])
    end = tokenizer.eos_token_id

    def labels(ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Return the learner's labels of copies."""
        return solution(ids.clone(), mask.clone(), user, assistant, end)

    def compare(judge, rows: list[tuple[list[int], list[int]]], side: str = "right") -> tuple:
        """Test the labels of rows, and name the first token that differs."""
        ids, mask, right = padded(rows, end, side)
        yours = labels(ids, mask)
        judge.equal(list(yours.shape), list(right.shape), by="the task", of="shape of the labels")
        wrong = (yours != right).nonzero().tolist()
        if wrong:
            row, t = wrong[0]
            token = tokenizer.convert_ids_to_tokens([int(ids[row, t])])[0]
            before = tokenizer.convert_ids_to_tokens(ids[row, max(0, t - 3) : t].tolist())
            kind = "padding" if not mask[row, t] else f"{token!r} after {' '.join(before)!r}"
            should = "should not count" if right[row, t] == -100 else "should count"
            judge.that(
                False,
                f"row {row}, place {t}, {kind}: yours {int(yours[row, t])}, transformers "
                f"{int(right[row, t])}; it {should}. {len(wrong)} of {right.numel()} differ",
            )
        return yours, right

    with run.judge("one-answer") as judge:
        for chat in talks(seed, [1, 1, 1]):
            compare(judge, [rendered(tokenizer, chat)])

    long = [rendered(tokenizer, chat) for chat in talks(seed + 1, [2 + seed % 2, 4])]
    with run.judge("every-answer") as judge:
        ids, mask, right = padded(long, end, "right")
        run.measure(agreeing=(labels(ids, mask) == right).float().mean())
        for row in long:
            compare(judge, [row])
        # the first answer is empty: only its end token is left
        first = long[0][0].index(assistant) + 1
        stop = long[0][0].index(end, first)
        compare(judge, [tuple(row[:first] + row[stop:] for row in long[0])])

    with run.judge("padding") as judge:
        rows = [*long, rendered(tokenizer, talks(seed + 2, [1])[0])]
        for side in ("right", "left"):
            compare(judge, rows, side)

    with run.judge("cut-off") as judge:
        ids, right = long[0]
        last = max(t for t, token in enumerate(ids) if token == assistant)
        cut = ids[: last + 2], right[: last + 2]  # one token of the last answer is left
        compare(judge, [cut, (long[1][0][: len(cut[0])], long[1][1][: len(cut[0])])])
        compare(judge, [(ids[:5], right[:5]), cut, long[1]])

    with run.judge("ids-kept") as judge:
        ids, mask, _ = padded(long, end, "right")
        with judge.unchanged(input_ids=ids, attention_mask=mask):
            solution(ids, mask, user, assistant, end)
