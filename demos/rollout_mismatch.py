"""Two log-probabilities of one token: rollout engine and trainer.

**Question.** The engine that writes the answers has the same weights as the trainer, and it could
send its log-probabilities along. Why does the trainer compute them again?

**Idea.** The ratio in PPO and GRPO should be 1 on a fresh batch. It is exp(log π_trainer −
log π_engine), and the two compute differently: other precision, other kernels, a cache, another
batch. So the ratio differs from 1 before anything is learned, and for a whole answer the
differences of its tokens add up:

    ratio of an answer = exp( Σ over tokens of (log π_trainer − log π_engine) )

Recomputed by the trainer, the ratio starts at 1. But then the *samples* still come from the engine:
the exact weight is trainer by engine, in practice truncated (min(weight, C)).

**Watch** the histogram of token ratios, and how the spread grows from tokens to answers.

**Try** `engine=float32`: what is left is that it computes token by token with a cache, so sums have
another order: some last bits, and two claims fail. `engine=float8 weights`: a faster engine.

**What papers found.** Yao et al. (2025, "Your efficient RL framework secretly brings you off-policy
RL training") see token probabilities of vLLM and FSDP differ and correct with a truncated ratio. He
et al. (2025, "Defeating nondeterminism in LLM inference") trace changing results to kernels that
sum in another order when the batch has another size.

**Scale.** The bundled model, copied and rounded, writes answers token by token with its cache; the
original scores them at once. Both on one device: two engines on GPUs differ in kernels too.
"""

import copy

import tinyworld
import torch

from quizapp.demo import Choice, Int, Predict, Run, demo


def ratios(trainer: torch.Tensor, engine: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the ratio of each token, (answers, T), and of each answer, (answers,)."""
    gap = trainer - engine
    return gap.exp(), gap.sum(1).exp()


def engine_copy(model, engine: str):
    """Return the model as the engine holds it: the same weights in fewer bits."""
    held = copy.deepcopy(model)
    if engine == "bfloat16":
        return held.bfloat16()
    if engine == "float8 weights":
        for weight in held.parameters():
            scale = weight.detach().abs().max() / 448  # the largest float8_e4m3fn
            weight.data = (weight.data / scale).to(torch.float8_e4m3fn).to(weight.dtype) * scale
    return held


def write(engine, count: int, length: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the engine's texts, (count, 1 + length), and log-probabilities, (count, length)."""
    begin = torch.full((count, 1), engine.config.bos_token_id, device=engine.device)
    out = engine.generate(
        begin,
        attention_mask=torch.ones_like(begin),
        do_sample=True,
        top_k=0,
        min_new_tokens=length,
        max_new_tokens=length,
        pad_token_id=engine.config.bos_token_id,
        output_logits=True,
        return_dict_in_generate=True,
    )
    every = torch.stack(out.logits, dim=1).float().log_softmax(-1)  # (count, length, V)
    return out.sequences, every.gather(-1, out.sequences[:, 1:, None])[..., 0]


def score(model, ids: torch.Tensor) -> torch.Tensor:
    """Return a model's log-probabilities of all tokens at once, (answers, length)."""
    every = model(ids, use_cache=False).logits[:, :-1].float().log_softmax(-1)
    return every.gather(-1, ids[:, 1:, None])[..., 0]


def score_stepwise(model, ids: torch.Tensor) -> torch.Tensor:
    """Return the same, token by token with a cache as an engine computes, (answers, length)."""
    parts, cache = [], None
    for now, after in zip(ids[:, :-1].unbind(1), ids[:, 1:].unbind(1), strict=True):
        out = model(now[:, None], past_key_values=cache, use_cache=True)
        cache = out.past_key_values
        parts.append(out.logits[:, 0].log_softmax(-1).gather(-1, after[:, None]))
    return torch.cat(parts, dim=1)


@demo(
    topic="rl",
    claims={
        "engine-differs": "With the same weights the token ratio is off by over 0.001 on average",
        "answers-add-up": "The log ratio of an answer spreads over 3 times as wide as a token's",
        "precision-over-order": "The engine moves log-probabilities over 100 times as far as "
        "computing token by token does in float32",
        "recomputed-starts-at-one": "Computed twice by the trainer, every ratio is 1 within 1e-4",
    },
    measures={
        "token_off": "mean distance of the token ratio from 1",
        "token_worst": "largest distance of a token ratio from 1",
        "token_spread": "standard deviation of the log ratio of a token",
        "answer_spread": "standard deviation of the log ratio of a whole answer",
        "answer_off": "mean distance of an answer's ratio from 1",
        "answers_clipped": "share of answers whose ratio is outside 1 ± 0.2",
        "tokens_clipped": "share of tokens whose ratio is outside 1 ± 0.2",
        "recomputed_off": "largest distance of a recomputed ratio from 1",
        "order_off": "largest change of a log-probability when computed token by token, nats",
        "order_bits": "share of log-probabilities with other bits when computed token by token",
        "first_ratio": "what the engine's log-probabilities make of the first ratios",
    },
    predict=Predict(
        "Same weights in engine and trainer, nothing learned yet. The token ratios are ...",
        options=("all 1", "off, all within 1 ± 0.2", "some outside 1 ± 0.2"),
        measure="first_ratio",
    ),
    budget_s=5,
)
def main(
    run: Run,
    engine: str = Choice(
        "bfloat16", "float8 weights", "float32", help="what the engine computes in"
    ),
    answers: int = Int(64, 8, 512, log=True),
    length: int = Int(48, 2, 128, log=True, help="tokens of an answer"),
    seed: int = Int(0, 0, 999),
) -> None:
    trainer, _ = tinyworld.load(device=run.device)
    held = engine_copy(trainer, engine)
    torch.manual_seed(seed)
    run.progress(4)
    with torch.no_grad():
        ids, sent = write(held, answers, length)  # (answers, 1 + length), (answers, length)
        run.step()
        whole = score(trainer, ids)  # (answers, length)
        run.step()
        again = score(trainer, ids)
        run.step()
        stepwise = score_stepwise(trainer, ids)
        run.step()

    token, answer = ratios(whole, sent)  # (answers, length), (answers,)
    recomputed, _ = ratios(whole, again)
    log_token, log_answer = token.log(), answer.log()
    edges = torch.linspace(0.8, 1.2, 41)
    counts = torch.histogram(token.flatten().cpu(), edges).hist
    run.axes(title="Ratio on a fresh batch", x="trainer by engine", y="tokens")
    run.histogram("token ratios", counts, edges)
    run.axes(chart="sum", title="Adds up", x="tokens", y="spread of the log ratio")
    for upto in range(1, length + 1):
        spread_so_far = log_token[:, :upto].sum(1).std()
        run.point(upto, chart="sum", spread=spread_so_far)

    token_off = (token - 1).abs().mean().item()
    token_spread, answer_spread = log_token.std().item(), log_answer.std().item()
    tokens_clipped = ((token - 1).abs() > 0.2).float().mean().item()
    first_ratio = "some outside 1 ± 0.2" if tokens_clipped else "off, all within 1 ± 0.2"
    if token_off < 1e-5:
        first_ratio = "all 1"
    recomputed_off = (recomputed - 1).abs().max().item()
    order_off = (whole - stepwise).abs().max().item()
    engine_off = (whole - sent).abs().max().item()

    run.measure(token_off=token_off, token_worst=(token - 1).abs().max(), first_ratio=first_ratio)
    run.measure(token_spread=token_spread, answer_spread=answer_spread)
    run.measure(answer_off=(answer - 1).abs().mean(), tokens_clipped=tokens_clipped)
    run.measure(answers_clipped=((answer - 1).abs() > 0.2).float().mean())
    run.measure(recomputed_off=recomputed_off, order_off=order_off)
    run.measure(order_bits=(whole != stepwise).float().mean())
    run.claim("engine-differs", token_off > 1e-3, f"off by {token_off:.4f} on average")
    widened = answer_spread > 3 * token_spread
    run.claim(
        "answers-add-up", widened, f"{token_spread:.4f} per token, {answer_spread:.3f} per answer"
    )
    further = engine_off > 100 * order_off
    run.claim("precision-over-order", further, f"{engine_off:.3f} against {order_off:.1e} nats")
    run.claim("recomputed-starts-at-one", recomputed_off < 1e-4, f"off by {recomputed_off:.1e}")
