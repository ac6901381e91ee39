"""Write padding, left and right.

**Exercise.** Make a batch of rows of unequal length. Return four tensors of one shape:

    input_ids        the ids, and pad_id on the side named
    attention_mask   1 for a token of the text, 0 for padding
    position_ids     0, 1, 2, … from the first token of the text on; padding has 0
    labels           the ids, not shifted; -100 on padding

pad_id may be the end token, so a text may contain it: there it is text. The judge is tokenizer.pad
of transformers, and a small Llama that reads and continues every row alone.
"""

import tinyworld
import torch

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
import torch


def pad_batch(rows, pad_id, side):
    """Return input_ids, attention_mask, position_ids and labels in a dict, (rows, longest) each.

    rows:   list of lists of token ids; they stay as they are
    pad_id: the id to pad with; it may also stand inside a text
    side:   "left" or "right": where the padding goes
    """
    longest = max(len(row) for row in rows)
    ids = torch.tensor([row + [pad_id] * (longest - len(row)) for row in rows])
    return {
        "input_ids": ids,
        "attention_mask": torch.ones_like(ids),
        "position_ids": torch.arange(longest).expand_as(ids),
        "labels": ids.clone(),
    }
'''


def pad_batch(rows, pad_id, side):
    """Return input_ids, attention_mask, position_ids and labels in a dict, (rows, longest) each."""
    longest = max(len(row) for row in rows)
    columns = {"input_ids": [], "attention_mask": [], "position_ids": [], "labels": []}
    for row in rows:
        pad, n = longest - len(row), len(row)
        # by length, not by id: a text may contain the id that pads
        parts = {
            "input_ids": (row, pad_id),
            "attention_mask": ([1] * n, 0),
            "position_ids": (list(range(n)), 0),
            "labels": (row, -100),
        }
        for name, (own, fill) in parts.items():
            fills = [fill] * pad
            columns[name].append(fills + own if side == "left" else own + fills)
    return {name: torch.tensor(column) for name, column in columns.items()}


NAMES = ("input_ids", "attention_mask", "position_ids", "labels")


def by_transformers(tokenizer, rows: list[list[int]], side: str) -> dict[str, torch.Tensor]:
    """Return ids and mask that transformers pads, with the positions that generate makes of it."""
    tokenizer.padding_side = side
    found = dict(tokenizer.pad({"input_ids": rows}, return_tensors="pt"))
    mask = found["attention_mask"]
    found["position_ids"] = (mask.cumsum(1) - 1) * mask
    found["labels"] = found["input_ids"].masked_fill(mask == 0, -100)
    return found


def continued(model, ids: torch.Tensor, mask: torch.Tensor, pad_id: int) -> list[list[int]]:
    """Return the next five tokens of each row, greedy."""
    out = model.generate(
        input_ids=ids,
        attention_mask=mask,
        max_new_tokens=5,
        min_new_tokens=5,
        do_sample=False,
        pad_token_id=pad_id,
    )
    return out[:, ids.shape[1] :].tolist()


@demo(
    topic="write-training",
    claims={
        "continues-as-alone": "Padded left, generate continues each row as it does alone",
        "reads-as-alone": "Padded left or right, the text has the outputs that it has alone",
        "ids-and-mask": "Ids and mask are those of transformers, your arguments as before",
        "positions": "Positions count from 0 at the first token of each text, on both sides",
        "labels": "Every token of the text is a label, and padding none",
        "pad-inside": "The id that pads is text where it stands inside a text",
    },
    measures={"error": "Largest difference of an output from that of the row alone"},
    budget_s=1,
)
def main(
    run: Run,
    solution: Solution = Code(entry="pad_batch", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    model, tokenizer = tinyworld.load()
    tokenizer.pad_token = tokenizer.eos_token
    pad = tokenizer.pad_token_id
    generator = torch.Generator().manual_seed(seed)
    texts = tinyworld.documents("general", 4, seed=seed, guideline="old")
    lengths = (torch.randperm(9, generator=generator)[:4] + 3).tolist()  # all unequal
    begin = [tokenizer.bos_token_id]
    rows = [
        begin + tokenizer(text)["input_ids"][:n] for text, n in zip(texts, lengths, strict=True)
    ]

    def padded(rows: list[list[int]], pad_id: int, side: str) -> dict[str, torch.Tensor]:
        """Return the learner's batch."""
        batch = solution(rows, pad_id, side)
        missing = [name for name in NAMES if name not in batch]
        if missing:
            raise KeyError(f"the dict has no {missing[0]}")
        return batch

    theirs = {side: by_transformers(tokenizer, rows, side) for side in ("left", "right")}

    with run.judge("continues-as-alone") as judge:
        batch = padded([list(row) for row in rows], pad, "left")
        together = continued(model, batch["input_ids"], batch["attention_mask"], pad)
        for number, row in enumerate(rows):
            ids = torch.tensor([row])
            alone = continued(model, ids, torch.ones_like(ids), pad)[0]
            said = [repr(tokenizer.decode(one)) for one in (together[number], alone)]
            judge.that(
                together[number] == alone,
                f"row {number} of length {len(row)} continues with {said[0]}, alone with {said[1]}",
            )

    single = []
    with torch.no_grad():
        for row in rows:
            single.append(model(torch.tensor([row])).logits[0])  # (length, vocabulary)
    with run.judge("reads-as-alone") as judge:
        gaps = {}
        for side in ("left", "right"):
            batch = padded([list(row) for row in rows], pad, side)
            real = theirs[side]["attention_mask"].bool()
            with torch.no_grad():
                outputs = model(
                    batch["input_ids"],
                    attention_mask=batch["attention_mask"],
                    position_ids=batch["position_ids"],
                ).logits
            for number, alone in enumerate(single):
                gap = (outputs[number][real[number]] - alone).abs().amax(1)
                gaps[f"{side}, row {number}"] = gap.max().item()
                off = (gap > 1e-3).nonzero().flatten().tolist()
                judge.that(
                    not off,
                    f"{side}, row {number}: token {off[:1]} of the text differs by "
                    f"{gap.max():.2g} in an output: which tokens does it see, and from where?",
                )
        run.bars("difference of an output", gaps)
        run.measure(error=max(gaps.values()))

    with run.judge("ids-and-mask") as judge:
        for side, right in theirs.items():
            given = [list(row) for row in rows]
            batch = padded(given, pad, side)
            for name in ("input_ids", "attention_mask"):
                judge.equal(batch[name], right[name], by="transformers", of=f"{side}: {name}")
            judge.that(
                given == rows, "the lists that you were given have changed: were they copied?"
            )

    with run.judge("positions") as judge:
        for side, right in theirs.items():
            mask = right["attention_mask"]
            yours = padded([list(row) for row in rows], pad, side)["position_ids"]
            hints = {
                "what is the position of the first token of a text?": torch.arange(
                    mask.shape[1]
                ).expand_as(mask)
                * mask,
                "does the count begin at 1?": mask.cumsum(1) * mask,
            }
            judge.equal(list(yours.shape), list(mask.shape), by="the task", of=f"{side}: shape")
            judge.equal(yours * mask, right["position_ids"], by="the task", of=side, mistakes=hints)

    with run.judge("labels") as judge:
        for side, right in theirs.items():
            hints = {
                "does padding count?": right["input_ids"],
                "who shifts the labels?": right["labels"].roll(-1, 1),
            }
            yours = padded([list(row) for row in rows], pad, side)["labels"]
            judge.equal(yours, right["labels"], by="the task", of=side, mistakes=hints)

    with run.judge("pad-inside") as judge:
        inside = [[*rows[0][:2], pad, *rows[0][2:], pad], [pad, *rows[1][:2]], rows[2][:3]]
        for side in ("left", "right"):
            right = by_transformers(tokenizer, inside, side)
            batch = padded([list(row) for row in inside], pad, side)
            for name in ("attention_mask", "labels"):
                judge.equal(
                    batch[name],
                    right[name],
                    by="transformers",
                    of=f"{side}, pad inside: {name}",
                )
