"""Write packing: several documents in one row.

**Exercise.** Put documents of token ids one after the other into a row, so that a causal model
reads each as if it stood alone. Return what the model is called with:

    input_ids       (1, T)         all ids
    position_ids    (1, T)         0, 1, 2, …, beginning anew with each document
    attention_mask  (1, 1, T, T)   True where token i may see token j: same document, j ≤ i
    labels          (1, T)         the ids, not shifted; -100 where no token predicts the label

The judge reads the documents one by one with a small Llama, and takes ids, positions and labels
from transformers' DataCollatorWithFlattening.
"""

import tinyworld
import torch
from transformers import DataCollatorWithFlattening

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
import torch


def pack(documents):
    """Return input_ids, position_ids, attention_mask and labels of one row, in a dict.

    documents: list of lists of token ids, each of one token or more
    The model shifts the labels: its output at t is judged by labels[t + 1].
    """
    ids = torch.tensor([[id for document in documents for id in document]])
    length = ids.shape[1]
    return {
        "input_ids": ids,
        "position_ids": torch.arange(length)[None],
        "attention_mask": torch.ones(1, 1, length, length, dtype=torch.bool).tril(),
        "labels": ids.clone(),
    }
'''


def pack(documents):
    """Return input_ids, position_ids, attention_mask and labels of one row, in a dict."""
    ids = torch.tensor([[id for document in documents for id in document]])
    lengths = torch.tensor([len(document) for document in documents])
    owner = torch.arange(len(documents)).repeat_interleave(lengths)  # (T,) whose token it is
    positions = torch.cat([torch.arange(len(document)) for document in documents])
    same = owner[:, None] == owner[None, :]
    return {
        "input_ids": ids,
        "position_ids": positions[None],
        "attention_mask": same.tril()[None, None],
        # the last token of a document must not be judged by the first of the next
        "labels": ids.masked_fill(positions == 0, -100),
    }


NAMES = ("input_ids", "position_ids", "attention_mask", "labels")


def allowed(documents: list[list[int]]) -> torch.Tensor:
    """Return the right mask by going through all pairs, (1, 1, T, T)."""
    owner = [number for number, document in enumerate(documents) for _ in document]
    rows = [[a == b and j <= i for j, b in enumerate(owner)] for i, a in enumerate(owner)]
    return torch.tensor(rows)[None, None]


def alone(model: torch.nn.Module, documents: list[list[int]]) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the outputs of all tokens, (T, vocabulary), and the mean loss, read one by one."""
    outputs, losses, counted = [], [], 0
    with torch.no_grad():
        for document in documents:
            ids = torch.tensor([document])
            outputs.append(model(ids).logits[0])
            log_p = outputs[-1][:-1].log_softmax(-1)
            losses.append(-log_p.gather(1, ids[0, 1:, None]).sum())
            counted += len(document) - 1
    return torch.cat(outputs), sum(losses) / counted


def drawn(seed: int, lengths: list[int], vocabulary: int) -> list[list[int]]:
    """Return documents of these lengths with random ids above the special ones."""
    generator = torch.Generator().manual_seed(seed)
    return [torch.randint(6, vocabulary, (n,), generator=generator).tolist() for n in lengths]


def where(found: torch.Tensor, right: torch.Tensor) -> str:
    """Say which pair of tokens a mask gets wrong first, or nothing."""
    wrong = (found != right).nonzero()
    if not len(wrong):
        return ""
    i, j = wrong[0][-2:].tolist()
    sees = "sees" if found[0, 0, i, j] else "does not see"
    return f"token {i} {sees} token {j}; {len(wrong)} of {right.numel()} entries are wrong"


@demo(
    topic="write-training",
    claims={
        "reads-as-alone": "A Llama's outputs for the row are those of the documents one by one",
        "mask": "Token i sees token j if both are of one document and j ≤ i, else not",
        "positions": "Positions begin at 0 in each document",
        "labels": "First tokens have no label, all others their own id: the loss is that of all",
        "equal-documents": "Two equal documents and one of a single token are kept apart",
    },
    measures={"error": "Largest difference of an output from that of the document alone"},
    budget_s=1,
)
def main(
    run: Run,
    solution: Solution = Code(entry="pack", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    model, _ = tinyworld.load()
    lengths = [4 + seed % 4, 9, 3, 6 + seed % 3]
    documents = drawn(seed, lengths, model.config.vocab_size)

    def packed(documents: list[list[int]]) -> dict[str, torch.Tensor]:
        """Return the learner's row of copies of the documents."""
        row = solution([list(document) for document in documents])
        missing = [name for name in NAMES if name not in row]
        if missing:
            raise KeyError(f"the dict has no {missing[0]}")
        return {name: row[name] for name in NAMES}

    flat = DataCollatorWithFlattening()([{"input_ids": ids} for ids in documents], "pt")
    theirs, loss = alone(model, documents)
    mask = allowed(documents)

    with run.judge("reads-as-alone") as judge:
        row = packed(documents)
        judge.equal(row["input_ids"], flat["input_ids"], by="transformers", of="input_ids")
        with torch.no_grad():
            outputs = model(**row).logits[0]
        gap = (outputs - theirs).abs().amax(1)  # (T,)
        for place, one in enumerate(gap.tolist()):
            run.point(place, difference=one)
        run.measure(error=gap.max())
        first = int((gap > 1e-3).nonzero()[0]) if (gap > 1e-3).any() else -1
        begins = [sum(lengths[:n]) for n in range(len(lengths))]
        number = sum(first >= begin for begin in begins)
        judge.that(
            first < 0,
            f"token {first}, in document {number}, reads otherwise than alone, by "
            f"{gap[first]:.2g} in an output: which tokens does it see?",
        )

    with run.judge("mask") as judge:
        found = packed(documents)["attention_mask"]
        judge.equal(list(found.shape), list(mask.shape), by="the task", of="the mask's shape")
        judge.that(
            found.dtype == torch.bool,
            f"the mask is {found.dtype}, not bool: how does a model read numbers in a mask?",
        )
        judge.that(torch.equal(found, mask), where(found, mask))

    with run.judge("positions") as judge:
        hints = {
            "do they begin anew?": torch.arange(sum(lengths))[None],
            "which position has a first token?": flat["position_ids"] + 1,
        }
        found = packed(documents)["position_ids"]
        judge.equal(found, flat["position_ids"], by="transformers", mistakes=hints)

    with run.judge("labels") as judge:
        ids, right = flat["input_ids"], flat["labels"]
        ends = torch.cat([right[:, 1:], torch.full((1, 1), -100)], 1)
        hints = {
            "which token predicts the first one of a document?": ids,
            "who shifts the labels?": torch.cat([ids[:, 1:], torch.full((1, 1), -100)], 1),
            "are they shifted already? the model shifts them": ends,
            "which label is the wrong one at a boundary, the last or the first?": torch.where(
                ends == -100, -100, ids
            ),
        }
        row = packed(documents)
        judge.equal(row["labels"], right, by="transformers", mistakes=hints)
        right_row = {**row, "attention_mask": mask, "position_ids": flat["position_ids"]}
        with torch.no_grad():
            yours = model(**right_row).loss
        judge.equal(yours, loss, within=1e-4, by="one by one", of="the loss")

    with run.judge("equal-documents") as judge:
        twins = [documents[0], documents[0], [documents[1][0]], documents[0][:3]]
        row, right = packed(twins), allowed(twins)
        found = row["attention_mask"]
        judge.equal(list(found.shape), list(right.shape), by="the task", of="the mask's shape")
        judge.that(torch.equal(found.bool(), right), f"equal documents: {where(found, right)}")
        expected = DataCollatorWithFlattening()([{"input_ids": ids} for ids in twins], "pt")
        for name in ("input_ids", "position_ids", "labels"):
            judge.equal(row[name], expected[name], by="transformers", of=name)
        single = packed([documents[1]])
        judge.equal(
            single["attention_mask"], allowed([documents[1]]), by="the task", of="one document"
        )
