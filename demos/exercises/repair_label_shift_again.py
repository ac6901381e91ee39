"""Every second word is missing.

**Exercise.** A small Llama is trained on songs whose verses always come in the same order. The loss
falls to zero. Asked to go on, the model leaves out every second word. Repair the script.

The model is transformers' own `LlamaForCausalLM`. The curve shows what you log.
"""

import torch
from transformers.models.llama.modeling_llama import LlamaConfig, LlamaForCausalLM

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
import torch


def train(model, batches, log):
    """Train a causal language model of transformers in place.

    model:    model(input_ids=, labels=) -> .loss, .logits; labels of -100 carry no loss
    batches:  list of ids, each (songs, T); one step each, in this order
    log:      log(step, mean nats per predicted word of this batch)
    """
    model.train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.01)
    for step, ids in enumerate(batches):
        labels = torch.full_like(ids, -100)
        labels[:, :-1] = ids[:, 1:]
        loss = model(input_ids=ids, labels=labels).loss
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())
'''


def train(model, batches, log):
    """Train a causal language model of transformers in place: the model shifts the labels."""
    model.train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.01)
    for step, ids in enumerate(batches):
        loss = model(input_ids=ids, labels=ids).loss
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        log(step, loss.item())


def small_llama(words: int) -> LlamaForCausalLM:
    """Return a Llama of one layer, untrained, whose first guesses are far from even."""
    config = LlamaConfig(
        vocab_size=words,
        hidden_size=32,
        intermediate_size=48,
        num_hidden_layers=1,
        num_attention_heads=2,
        max_position_embeddings=32,
        initializer_range=0.2,
        bos_token_id=None,
        eos_token_id=None,
    )
    return LlamaForCausalLM(config)


def songs(circle: torch.Tensor, count: int, length: int) -> torch.Tensor:
    """Return songs (count, length): each begins anywhere and follows the circle."""
    ids = [torch.randint(len(circle), (count,))]
    for _ in range(length - 1):
        ids.append(circle[ids[-1]])
    return torch.stack(ids, dim=1)


@torch.no_grad()
def nats_of(model: LlamaForCausalLM, ids: torch.Tensor, apart: int) -> torch.Tensor:
    """Return the mean nats of the words `apart` places on."""
    log_p = model(input_ids=ids).logits.log_softmax(-1)[:, :-apart]
    return -log_p.gather(-1, ids[:, apart:, None]).mean()


@demo(
    topic="repair-data",
    claims={
        "goes-on": "The model goes on with the very next word, eight words long",
        "new-songs": "On new songs the next word costs less than 0.3 nats",
        "first-loss": "The first logged loss is that of the next words, before any step",
    },
    measures={"new_songs": "Nats per next word on new songs"},
    budget_s=1,
)
def main(
    run: Run,
    solution: Solution = Code(entry="train", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    words, length = 13 + 2 * (seed % 4), 7 + seed % 4  # odd, so that two steps on reach all words
    order = torch.randperm(words)
    circle = torch.empty(words, dtype=torch.long)
    circle[order] = order.roll(-1)
    batches = [songs(circle, 24, length) for _ in range(70)]
    model = small_llama(words)
    first = nats_of(model, batches[0], 1)
    mistakes = {"are these the words two places on?": nats_of(model, batches[0], 2)}
    run.axes(x="step", y="loss (nats per word)")
    run.progress(len(batches))
    logged: list[float] = []

    def log(step: int, value: float) -> None:
        run.step()
        logged.append(float(value))
        run.point(step, yours=logged[-1])

    with run.judge("goes-on") as judge:
        with judge.unchanged(ids=batches[0]):
            solution(model, batches, log)
        model.eval()
        song = songs(circle, words, 3)
        wanted = songs_from(circle, song[:, -1], 8)
        said = song
        with torch.no_grad():
            for _ in range(8):
                best = model(input_ids=said).logits[:, -1].argmax(-1)
                said = torch.cat([said, best[:, None]], dim=1)
        run.sample(
            "How a song goes on",
            f"begins {song[0].tolist()}\nsays   {said[0, 3:].tolist()}\n"
            f"wanted {wanted[0].tolist()}",
        )
        right = float((said[:, 3:] == wanted).float().mean())
        skipped = float((said[:, 3] == circle[wanted[:, 0]]).float().mean())
        judge.that(
            right > 0.9,
            f"{right:.0%} of the words are right, and {skipped:.0%} of the first ones are the "
            "word after next",
        )

    with run.judge("new-songs") as judge:
        nats = float(nats_of(model, songs(circle, 200, length), 1))
        run.measure(new_songs=nats)
        judge.that(nats < 0.3, f"the next word costs {nats:.2f} nats on new songs")

    with run.judge("first-loss") as judge:
        judge.that(logged, "nothing was logged: the loss of each step is to be seen")
        judge.equal(logged[0], first, by="the next words", within=1e-3, mistakes=mistakes)


def songs_from(circle: torch.Tensor, last: torch.Tensor, count: int) -> torch.Tensor:
    """Return the next `count` words after each of `last`, (songs, count)."""
    ids = []
    for _ in range(count):
        last = circle[last]
        ids.append(last)
    return torch.stack(ids, dim=1)
