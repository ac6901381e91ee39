"""Numbers of the parallel deck, and of inference and its cost, from first principles."""

from __future__ import annotations

import pytest

from tests.content import stated


def test_the_bubble() -> None:
    assert stated.value("parallel", "par-bubble") == pytest.approx(100 * 7 / (32 + 7), abs=0.1)
    assert "21.9 %" in stated.spoken("parallel", "par-bubble")
    assert round(100 * 7 / 32, 1) == 21.9


def test_the_interval_between_checkpoints() -> None:
    spoken = stated.spoken("parallel", "par-checkpoint")
    assert "54 minutes" in spoken
    assert round((2 * 1 * 24 * 60) ** 0.5) == 54
    assert round(54 * 24 / 419) == 3  # hours between interruptions


def test_offloading_moves_four_bytes_per_parameter() -> None:
    assert "28 GB" in stated.spoken("parallel", "par-offload")
    assert 7 * (2 + 2) == 28


def test_the_cache() -> None:
    per_token = 2 * 32 * 8 * 128 * 2
    expected = per_token * 16 * 8192 / 1e9
    assert stated.value("memory", "mem-kv-cache-gb") == pytest.approx(expected, rel=0.003)
    assert "68.7 GB" in stated.spoken("memory", "mem-kv-cache-gb")
    assert 4 * expected == pytest.approx(68.7, abs=0.05)


def test_the_parameters() -> None:
    layer = 2 * 4096**2 + 2 * 4096 * 1024 + 3 * 4096 * 14336 + 2 * 4096
    total = 32 * layer + 2 * 128_256 * 4096 + 4096
    assert stated.value("memory", "mem-parameter-count") == pytest.approx(total / 1e9, rel=1e-3)
    assert round(12 * 32 * 4096**2 / 1e9, 1) == 6.4


def test_the_utilisation() -> None:
    expected = 100 * 6 * 7e9 * 75_000 / (8 * 989e12)
    assert stated.value("memory", "mem-mfu") == pytest.approx(expected, abs=0.05)
    assert expected * 8 / 6 == pytest.approx(53, abs=0.5)


def test_where_an_own_gpu_breaks_even() -> None:
    per_hour = 2_000 * 3_600 / 1e6
    expected = 100 * 2.50 / (per_hour * 0.60)
    assert stated.value("serving", "serve-own-or-api") == pytest.approx(expected, abs=0.05)
    assert 2.50 / per_hour == pytest.approx(0.35, abs=0.005)
    assert 2.50 / per_hour / 0.2 == pytest.approx(1.74, abs=0.005)
    assert round(24 * 2.50 / 0.60) == 100
