"""Parallel training, inference memory and resuming: oracles, and settings at which claims fail."""

from __future__ import annotations

import threading
from queue import Queue
from typing import Any

import pytest

from tests.demos.running import load, part, run_demo

pytestmark = pytest.mark.torch


def in_a_ring(count: int, work: Any) -> list[Any]:
    """Call `work(ring, rank)` in one thread for each process of a ring joined by queues."""
    ring_class: Any = part(load("shards"), "Ring")
    inboxes: list[Queue[Any]] = [Queue() for _ in range(count)]

    class Joined(ring_class):  # type: ignore[misc]  # the demo's class is not typed
        def hand_on(self, mine: Any) -> Any:
            inboxes[(self.rank + 1) % self.size].put(mine.clone())
            self.sent += mine.nbytes
            return inboxes[self.rank].get(timeout=30)

    found: list[Any] = [None] * count

    def run(rank: int) -> None:
        ring = Joined(rank, count)
        found[rank] = (work(ring, rank), ring.sent)

    threads = [threading.Thread(target=run, args=(rank,)) for rank in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return found


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_a_ring_adds_up_what_all_hold_and_sends_what_the_formula_says(count: int) -> None:
    import torch

    held = torch.randn(count, 24)
    for whole, sent in in_a_ring(count, lambda ring, rank: ring.all_reduce(held[rank])):
        torch.testing.assert_close(whole, held.sum(0))
        assert sent == pytest.approx(2 * (count - 1) / count * 24 * 4)


def test_each_process_gets_the_sum_of_its_own_chunk() -> None:
    import torch

    held = torch.randn(3, 24)
    found = in_a_ring(3, lambda ring, rank: ring.reduce_scatter(held[rank]))
    for rank, (own, sent) in enumerate(found):
        torch.testing.assert_close(own, held.sum(0).chunk(3)[rank])
        assert sent == pytest.approx(2 / 3 * 24 * 4)


def test_a_gathered_layer_is_a_linear_layer() -> None:
    """In a ring of one: the outputs and gradients of torch's own linear layer."""
    import torch
    from torch.nn.functional import linear

    demo = load("shards")
    gathered: Any = part(demo, "Gathered")
    ring = part(demo, "Ring")(0, 1)
    x = torch.randn(5, 6, dtype=torch.double, requires_grad=True)
    W = torch.randn(4, 6, dtype=torch.double)
    shard = W.flatten().clone().requires_grad_()
    assert torch.equal(gathered.apply(x, shard, ring, (4, 6)), linear(x, W))
    assert torch.autograd.gradcheck(lambda x, w: gathered.apply(x, w, ring, (4, 6)), (x, shard))


def test_processes_hold_and_send_what_the_stages_say() -> None:
    found = run_demo("shards")
    held = [found.measures[f"held_{name}"] for name in ("ddp", "zero1", "zero2", "zero3")]
    assert held == pytest.approx([4 + 4 + 8, 4 + 4 + 4, 4 + 2 + 4, 2 + 2 + 4], rel=1e-3)
    sent = [found.measures[f"sent_{name}"] for name in ("ddp", "zero1", "zero2", "zero3")]
    assert sent == pytest.approx([1, 1, 1, 1.5])
    assert set(found.claims.values()) == {"holds"}


def test_a_summed_loss_a_plain_optimizer_and_many_rows_break_every_claim() -> None:
    found = run_demo("shards", mistake="loss summed", optimizer="SGD", rows=1536)
    assert set(found.claims.values()) == {"fails"}
    assert found.measures["gradient_times"] == pytest.approx(2, rel=1e-4)


def test_adam_hides_a_summed_loss() -> None:
    found = run_demo("shards", mistake="loss summed", processes=3)
    assert found.claims["gradients-agree"] == "fails"
    assert found.claims["training-agrees"] == "holds"
    assert found.measures["gradient_times"] == pytest.approx(3, rel=1e-4)


@pytest.mark.parametrize("order", ["one forward, one backward", "all forward"])
@pytest.mark.parametrize(("stages", "micro_batches"), [(2, 1), (4, 6), (8, 32)])
def test_stages_wait_for_the_share_of_the_formula(
    stages: int, micro_batches: int, order: str
) -> None:
    found = run_demo(
        "pipeline_bubble", stages=stages, micro_batches=micro_batches, order=order
    ).measures
    assert found["rounds"] == 2 * (micro_batches + stages - 1)
    assert found["waiting"] == pytest.approx((stages - 1) / (micro_batches + stages - 1))
    assert found["gradient_gap"] < 1e-5
    few = order != "all forward"
    assert found["most_held"] == (min(stages, micro_batches) if few else micro_batches)


def test_one_micro_batch_and_all_forward_break_the_pipeline_claims() -> None:
    assert run_demo("pipeline_bubble", micro_batches=1).claims["bubble-is-small"] == "fails"
    assert run_demo("pipeline_bubble", order="all forward").claims["holds-few"] == "fails"


def test_a_cache_and_its_model_are_as_large_as_the_formulas() -> None:
    found = run_demo("kv_cache").measures
    assert found["kb_per_token"] * 1024 == 2 * 32 * 8 * 128 * 2
    assert found["cache_gb"] == pytest.approx(2 * 32 * 8 * 128 * 2 * 16 * 8192 / 1e9)
    layer = 2 * 4096**2 + 2 * 4096 * 1024 + 3 * 4096 * 14336 + 2 * 4096
    both_ends = 2 * 128_256 * 4096
    assert found["layer_m"] * 1e6 == pytest.approx(layer)
    assert found["parameters_b"] * 1e9 == pytest.approx(32 * layer + both_ends + 4096)
    assert found["tiny_bytes"] == 2 * 2 * 4 * 16 * 4
    assert found["kb_llama2"] == 512


def test_one_request_and_a_model_without_sharing_break_the_cache_claims() -> None:
    found = run_demo("kv_cache", model="Llama 2 7B", requests=1, tokens=4096)
    assert set(found.claims.values()) == {"fails"}
    assert found.measures["without_sharing"] == 1


def test_attention_over_tiles_is_that_of_the_library() -> None:
    import torch
    from torch.nn.functional import scaled_dot_product_attention

    q, k, v = torch.randn(3, 2, 50, 8, dtype=torch.double).unbind()
    ours = part(load("attention_memory"), "tiled_attention")(q, k, v, 16)
    exact = scaled_dot_product_attention(q[None], k[None], v[None], is_causal=True)[0]
    torch.testing.assert_close(ours, exact)


def test_attention_claims_hold_and_break() -> None:
    assert set(run_demo("attention_memory").claims.values()) == {"holds"}
    assert run_demo("attention_memory", rescale=False).claims["tiles-are-exact"] == "fails"
    assert run_demo("attention_memory", precision="bfloat16").claims["library-is-exact"] == "fails"
    short = run_demo("attention_memory", tokens=32).claims
    assert short["library-keeps-less"] == "fails"
    assert short["tiles-stay-small"] == "fails"


def test_a_resumed_run_is_the_run_without_a_break_only_with_its_whole_state() -> None:
    whole = run_demo("resume_exact", steps=12)
    assert whole.measures["away_all"] == 0
    assert whole.claims["all-is-exact"] == "holds"
    broken = run_demo("resume_exact", steps=12, dropout=0.0, forgotten="optimizer")
    assert set(broken.claims.values()) == {"fails"}
    assert broken.measures["away_random"] == 0
