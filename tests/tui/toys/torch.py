"""Stands in for torch: toy demos compute nothing, and the real one takes seconds to import."""

from types import SimpleNamespace

cuda = SimpleNamespace(is_available=lambda: False)
backends = SimpleNamespace(mps=SimpleNamespace(is_available=lambda: False))


def get_num_threads() -> int:
    return 2


def set_num_threads(count: int) -> None:
    pass


def set_flush_denormal(on: bool) -> None:
    pass
