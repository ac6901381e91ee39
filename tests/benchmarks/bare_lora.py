"""The loop of `lora_finetune` without quizapp, and the moment of its first loss.

Prints two lines: seconds until the first loss is known, and seconds of the training loop.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

STARTED = time.perf_counter()
sys.path.insert(0, str(Path(__file__).parents[2] / "demos"))


def main(steps: int) -> None:
    import tinyworld
    import torch
    from peft import LoraConfig, get_peft_model

    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    torch.manual_seed(0)
    base, tokenizer = tinyworld.load()
    texts = tinyworld.documents("clinic", 400, seed=0)
    model = get_peft_model(base, LoraConfig(r=8, lora_alpha=16, target_modules="all-linear"))
    trained = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=1e-2, weight_decay=0.0)
    model.train()
    for step in range(steps):
        batch = tinyworld.batch(tokenizer, [texts[(16 * step + i) % 400] for i in range(16)])
        loss = model(**batch).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        loss.item()
        if step == 0:
            print(time.perf_counter() - STARTED, flush=True)
            looped = time.perf_counter()
    print(time.perf_counter() - looped, flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]))
