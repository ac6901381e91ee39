"""The same loop as a demo, to time what quizapp adds.

It trains like `lora_finetune` and reports a point at each step.
"""

import time

import tinyworld
import torch
from peft import LoraConfig, get_peft_model

from quizapp.demo import Int, Run, demo


@demo(topic="bench", claims={"ran": "It ran"}, measures={"loop_s": "seconds of the loop"})
def main(run: Run, steps: int = Int(150, 1, 1000)) -> None:
    torch.manual_seed(0)
    base, tokenizer = tinyworld.load()
    texts = tinyworld.documents("clinic", 400, seed=0)
    model = get_peft_model(base, LoraConfig(r=8, lora_alpha=16, target_modules="all-linear"))
    trained = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=1e-2, weight_decay=0.0)
    model.train()
    looped = 0.0
    for step in run.steps(steps):
        batch = tinyworld.batch(tokenizer, [texts[(16 * step + i) % 400] for i in range(16)])
        loss = model(**batch).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        run.point(step, train=loss.item())
        if step == 0:
            looped = time.perf_counter()
    run.measure("loop_s", time.perf_counter() - looped)
    run.claim("ran", True)
