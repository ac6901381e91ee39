"""Numbers of the memory deck, computed from first principles."""

from __future__ import annotations

from functools import partial

import pytest

from tests.content import stated

value = partial(stated.value, "memory")
STATES = 4 + 4
"""Adam's two moments in fp32, bytes per parameter."""

MIXED = 2 + 2 + 4 + STATES
NF4_BITS = 4 + 8 / 64 + 32 / (64 * 256)
"""Codes, 8-bit scales per 64 weights, and 32-bit scales of 256 scales."""


def llama(width: int, inner: int, layers: int, key_width: int) -> tuple[int, int]:
    """Return (weights of the linear layers, other weights) of a Llama with 32,000 tokens."""
    linear = layers * (2 * width**2 + 2 * width * key_width + 3 * width * inner)
    return linear, 2 * 32_000 * width + (2 * layers + 1) * width


def test_the_sizes_that_the_cards_state() -> None:
    assert sum(llama(4096, 11008, 32, 4096)) == pytest.approx(6.74e9, rel=1e-3)
    linear, other = llama(8192, 28672, 80, 1024)
    assert linear == pytest.approx(68.45e9, rel=1e-3)
    assert other == pytest.approx(0.53e9, rel=0.01)


def test_full_fine_tuning_with_8_bit_states() -> None:
    states = 2 * (1 + 4 / 256)  # one byte, and a 32-bit scale per 256
    expected = (MIXED - STATES + states) * sum(llama(4096, 11008, 32, 4096)) / 1e9
    assert value("mem-full-8bit-gb") == pytest.approx(expected, rel=0.005)


def test_full_fine_tuning_of_70b() -> None:
    assert value("mem-70b-full-gb") == MIXED * 69


def test_qlora_of_70b() -> None:
    linear, other = llama(8192, 28672, 80, 1024)
    per_rank = 80 * (2 * (8192 + 8192) + 2 * (8192 + 1024) + 3 * (8192 + 28672))
    expected = NF4_BITS / 8 * linear + 2 * other + MIXED * 16 * per_rank
    assert value("mem-70b-qlora-gb") == pytest.approx(expected / 1e9, rel=0.005)


def test_paging_moves_the_states_of_the_adapter() -> None:
    assert value("mem-paging-moves") == 40 * STATES


def test_one_more_forward_pass() -> None:
    assert value("mem-checkpoint-percent") == pytest.approx(100 * (4 / 3 - 1), abs=0.1)


def test_inputs_of_checkpointed_layers() -> None:
    assert value("mem-checkpoint-gb") == pytest.approx(32 * 4 * 2048 * 4096 * 2 / 1e9, rel=0.005)


def test_what_zero_leaves_on_each_gpu() -> None:
    """The paper's own example first: 7.5 billion parameters on 64 GPUs."""

    def per_gpu(billions: float, gpus: int, stage: int) -> float:
        whole, sharded = {1: (4, 12), 2: (2, 14), 3: (0, 16)}[stage]
        return billions * (whole + sharded / gpus)

    assert [round(per_gpu(7.5, 64, stage), 1) for stage in (1, 2, 3)] == [31.4, 16.6, 1.9]
    assert [per_gpu(7, 8, stage) for stage in (1, 2, 3)] == [38.5, 26.25, 14]
    assert value("mem-zero-stage-gb") == pytest.approx(per_gpu(13, 16, 2), rel=0.002)


def test_scale_that_uses_the_whole_range_of_e4m3() -> None:
    """Four bits of exponent with bias 7, three of mantissa; all ones are nan: 2⁸ · 1.75."""
    assert value("mem-fp8-scale") == pytest.approx(0.28 / (2**8 * (1 + 6 / 8)))
