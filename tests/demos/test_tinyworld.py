"""The bundled model: it has learned its world, it can be taught, and any causal model works."""

from __future__ import annotations

import copy
import json
import math
import random
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import tinyworld

from quizapp.demo.model_errors import model_problem

pytestmark = pytest.mark.torch

DOMAINS = ("general", "clinic", "bank")
SHARES = {"general": 0.75, "clinic": 0.125, "bank": 0.125}
PRETRAIN = tinyworld.BASE.parent / "pretrain.py"


@pytest.fixture(scope="module")
def bundled() -> tuple[Any, Any]:
    return tinyworld.load()  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def foreign(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Any]:
    """A GPT-2 with byte-level BPE: words of several tokens, no padding, no chat template."""
    import torch
    from tokenizers import ByteLevelBPETokenizer
    from transformers import GPT2Config, GPT2LMHeadModel, PreTrainedTokenizerFast

    folder = tmp_path_factory.mktemp("gpt2")
    core = ByteLevelBPETokenizer()
    texts = tinyworld.documents("general", 200, 0)
    core.train_from_iterator(texts, vocab_size=400, special_tokens=["<|endoftext|>"])
    end = "<|endoftext|>"
    PreTrainedTokenizerFast(
        tokenizer_object=core._tokenizer, bos_token=end, eos_token=end
    ).save_pretrained(folder)
    torch.manual_seed(0)
    size = {"n_embd": 32, "n_layer": 1, "n_head": 2, "n_positions": 256}
    GPT2LMHeadModel(
        GPT2Config(vocab_size=core.get_vocab_size(), bos_token_id=0, eos_token_id=0, **size)
    ).save_pretrained(folder)
    return tinyworld.load(str(folder))  # type: ignore[no-any-return]


@pytest.mark.parametrize("domain", DOMAINS)
def test_the_base_is_within_two_percent_of_what_can_be_known(
    bundled: tuple[Any, Any], domain: str
) -> None:
    model, tokenizer = bundled
    texts = tinyworld.documents(domain, 512, seed=999, guideline="old")
    tokens = int((tinyworld.batch(tokenizer, texts)["labels"][:, 1:] != -100).sum()) / len(texts)
    lowest = tinyworld.floor(domain) - math.log(SHARES[domain]) / tokens  # finds out the domain
    assert 0.99 * lowest < tinyworld.loss(model, tokenizer, texts) < 1.02 * lowest


def test_the_base_knows_every_old_answer_and_no_new_one(bundled: tuple[Any, Any]) -> None:
    for domain in DOMAINS:
        assert tinyworld.accuracy(*bundled, tinyworld.cases(domain, "old")) == 1
    assert tinyworld.accuracy(*bundled, tinyworld.cases("clinic", "new")) == 0


def test_the_folder_is_small_and_every_projection_divides_by_64(bundled: tuple[Any, Any]) -> None:
    import torch

    model, tokenizer = bundled
    assert sum(path.stat().st_size for path in tinyworld.BASE.iterdir()) < 4e6
    assert 100_000 < model.num_parameters() < 500_000
    linear = [m for m in model.modules() if isinstance(m, torch.nn.Linear)]
    assert linear and all(d % 64 == 0 for m in linear for d in m.weight.shape)
    assert len(tokenizer) == model.config.vocab_size


def test_loading_the_bundled_model_opens_no_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    model, tokenizer = tinyworld.load()
    assert not model.training
    assert "Ulvane" in tokenizer.get_vocab()


def test_decoding_gives_the_text_back(bundled: tuple[Any, Any]) -> None:
    _, tokenizer = bundled
    for domain in DOMAINS:
        for text in tinyworld.documents(domain, 50, seed=1):
            ids = tokenizer(text)["input_ids"]
            assert tokenizer.unk_token_id not in ids
            assert tokenizer.decode(ids) == text


def test_generated_text_is_made_of_true_sentences(bundled: tuple[Any, Any]) -> None:
    import torch

    torch.manual_seed(0)
    true = {case.prompt + case.answer for case in tinyworld.cases("clinic", "old")}
    for _ in range(5):
        text = tinyworld.generate(*bundled, "A patient with", max_new_tokens=30, do_sample=True)
        *whole, _cut_off = text.split(". ")
        assert whole and {f"{s}." for s in whole if s.startswith("A patient")} <= true


def test_accuracy_is_what_greedy_generation_answers(bundled: tuple[Any, Any]) -> None:
    cases = tinyworld.cases("bank", "new")[::6]  # the base answers some of these
    said = [tinyworld.generate(*bundled, c.prompt, max_new_tokens=2) for c in cases]
    right = sum(s == c.prompt + c.answer for s, c in zip(said, cases, strict=True)) / len(cases)
    assert 0 < right < 1
    assert tinyworld.accuracy(*bundled, cases) == right


def test_loss_weighs_tokens_and_not_batches(bundled: tuple[Any, Any]) -> None:
    texts = tinyworld.documents("general", 20, seed=5)
    one, many = (tinyworld.loss(*bundled, texts, batch_size=size) for size in (1, 32))
    assert one == pytest.approx(many, abs=1e-5)


def test_labels_cover_the_text_and_the_end_but_no_padding(bundled: tuple[Any, Any]) -> None:
    _, tokenizer = bundled
    texts = tinyworld.documents("general", 8, seed=0)
    batch = tinyworld.batch(tokenizer, texts)
    assert ((batch["labels"] == -100) == (batch["attention_mask"] == 0)).all()
    for row, text in zip(batch["labels"], texts, strict=True):
        assert tokenizer.decode(row[row != -100]) == f"<bos> {text} <eos>"


def test_batches_go_through_the_texts_in_order(bundled: tuple[Any, Any]) -> None:
    _, tokenizer = bundled
    texts = tinyworld.documents("general", 5, seed=0)
    made = list(tinyworld.batches(tokenizer, texts, 2))
    assert [len(batch["input_ids"]) for batch in made] == [2, 2, 1]
    rows = [row for batch in made for row in batch["input_ids"]]
    read = [tokenizer.decode(row, skip_special_tokens=True) for row in rows]
    assert read == texts


def test_training_yields_the_loss_before_each_step_and_moves_only_what_is_free(
    bundled: tuple[Any, Any],
) -> None:
    base, tokenizer = bundled
    model = copy.deepcopy(base)
    model.lm_head.weight.requires_grad_(False)
    frozen = model.lm_head.weight.clone()
    texts = tinyworld.documents("clinic", 16, seed=0)
    same = list(tinyworld.batches(tokenizer, texts, 16)) * 3
    losses = list(tinyworld.train(model, same, learning_rate=1e-3, clip=1.0))
    assert losses[0] == pytest.approx(tinyworld.loss(base, tokenizer, texts), abs=1e-4)
    assert losses[2] < losses[1] < losses[0]
    assert (model.lm_head.weight == frozen).all()


def test_training_steps_as_adamw_does(bundled: tuple[Any, Any]) -> None:
    """At the first step Adam moves every weight by the rate, against the sign of its gradient."""
    base, tokenizer = bundled
    model = copy.deepcopy(base)
    batches = tinyworld.batches(tokenizer, tinyworld.documents("clinic", 8, seed=0), 8)
    before = model.lm_head.weight.detach().clone()
    list(tinyworld.train(model, batches, learning_rate=1e-3, weight_decay=0.5))
    step = model.lm_head.weight.detach() - before * (1 - 1e-3 * 0.5)
    assert step.abs().median().item() == pytest.approx(1e-3, rel=0.01)


@pytest.mark.parametrize("model", ["bundled", "foreign"])
def test_a_chat_teaches_the_answer_and_when_to_stop(
    model: str, request: pytest.FixtureRequest
) -> None:
    _, tokenizer = request.getfixturevalue(model)
    chats = tinyworld.chats("clinic", 4, seed=0)

    def learned(**options: bool) -> list[str]:
        labels = tinyworld.chat_batch(tokenizer, chats, **options)["labels"]
        return [tokenizer.decode(row[row != -100]).strip() for row in labels]

    answers = [chat[-1]["content"] for chat in chats]
    end = tokenizer.eos_token
    assert [s.replace(" ", "") for s in learned()] == [
        f"{answer}{end}".replace(" ", "") for answer in answers
    ]
    assert learned(eos=False) == answers
    whole = learned(mask_prompt=False)
    assert all(chat[0]["content"] in text for chat, text in zip(chats, whole, strict=True))


def test_a_rendered_chat_gets_no_second_begin_token(bundled: tuple[Any, Any]) -> None:
    _, tokenizer = bundled
    question = tinyworld.chats("general", 1, seed=0)[0][:1]
    prompt = tokenizer.apply_chat_template(question, add_generation_prompt=True, tokenize=False)
    ids = tinyworld.batch(tokenizer, [prompt])["input_ids"][0].tolist()
    assert prompt.startswith("<bos>")
    assert ids.count(tokenizer.bos_token_id) == 1


def test_a_foreign_tokenizer_works_unchanged(foreign: tuple[Any, Any]) -> None:
    model, tokenizer = foreign
    texts = tinyworld.documents("general", 8, seed=0)
    assert tokenizer.pad_token == tokenizer.eos_token
    batch = tinyworld.batch(tokenizer, texts)
    for row, text in zip(batch["labels"], texts, strict=True):
        assert tokenizer.decode(row[row != -100]) == f"<|endoftext|>{text}<|endoftext|>"
    assert tinyworld.loss(model, tokenizer, texts) == pytest.approx(math.log(400), abs=0.3)
    prompt = tinyworld.cases("general")[0].prompt
    said = tinyworld.generate(model, tokenizer, prompt, max_new_tokens=3, min_new_tokens=3)
    assert said.startswith(prompt)
    echo = [tinyworld.Case(prompt, said.removeprefix(prompt)), tinyworld.Case(prompt, " lake.")]
    assert tinyworld.accuracy(model, tokenizer, echo) == 0.5


@pytest.mark.parametrize("training", [True, False])
def test_evaluation_keeps_the_mode(bundled: tuple[Any, Any], training: bool) -> None:
    model, tokenizer = bundled
    model = copy.deepcopy(model).train(training)
    tinyworld.loss(model, tokenizer, tinyworld.documents("general", 2, seed=0))
    tinyworld.accuracy(model, tokenizer, tinyworld.cases("clinic")[:2])
    tinyworld.generate(model, tokenizer, "The", max_new_tokens=2)
    assert {module.training for module in model.modules()} == {training}


def test_evaluation_leaves_four_bit_weights_as_they_are() -> None:
    import torch
    from transformers import BitsAndBytesConfig

    config = BitsAndBytesConfig(load_in_4bit=True, bnb_4bit_quant_type="nf4")
    model, tokenizer = tinyworld.load(quantization_config=config)
    weight = model.model.layers[0].mlp.up_proj.weight
    before = weight.data.clone()
    texts = tinyworld.documents("general", 16, seed=0)
    loss = tinyworld.loss(model, tokenizer, texts)
    assert torch.equal(before, model.model.layers[0].mlp.up_proj.weight.data)
    assert loss == pytest.approx(tinyworld.loss(*tinyworld.load(), texts), abs=0.1)


def test_a_missing_model_is_named_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises((OSError, ValueError)) as caught:
        tinyworld.load(str(tmp_path))
    assert model_problem(caught.value, str(tmp_path), online=False) == (
        f"{tmp_path} has no config.json. Name the folder that `save_pretrained` wrote."
    )


@pytest.mark.parametrize(("method", "rate"), [("full", 1e-3), ("lora", 1e-2)])
def test_the_new_guideline_is_learned_in_sixty_steps(
    bundled: tuple[Any, Any], method: str, rate: float
) -> None:
    import torch
    from peft import LoraConfig, get_peft_model

    base, tokenizer = bundled
    torch.manual_seed(0)
    model = copy.deepcopy(base)
    if method == "lora":
        config = LoraConfig(r=8, lora_alpha=16, target_modules="all-linear")
        model = get_peft_model(model, config)
    trained = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=rate, weight_decay=0.0)
    texts, draw = tinyworld.documents("clinic", 400, seed=0), random.Random(0)
    for _ in range(60):
        model(**tinyworld.batch(tokenizer, draw.sample(texts, 16))).loss.backward()
        optimizer.step()
        optimizer.zero_grad()
    held_out = tinyworld.documents("clinic", 64, seed=1000)
    assert tinyworld.accuracy(model, tokenizer, tinyworld.cases("clinic")) >= 0.95
    assert tinyworld.loss(model, tokenizer, held_out) < tinyworld.floor("clinic") + 0.03
    general = tinyworld.documents("general", 64, seed=0)
    forgotten = [tinyworld.loss(m, tokenizer, general) for m in (base, model)]
    assert forgotten[1] > forgotten[0] + 0.05


@pytest.mark.slow
def test_pretraining_runs_and_is_reproducible(tmp_path: Path) -> None:
    for name in ("first", "second"):
        subprocess.run(
            [sys.executable, str(PRETRAIN), "--steps", "5", "--out", str(tmp_path / name)],
            check=True,
            capture_output=True,
        )
    first, second = (sorted((tmp_path / name).iterdir()) for name in ("first", "second"))
    assert [p.name for p in first] == [p.name for p in second]
    assert [p.read_bytes() for p in first] == [p.read_bytes() for p in second]
    for name in ("tokenizer.json", "config.json"):
        built, bundled = (
            json.loads((d / name).read_text()) for d in (first[0].parent, tinyworld.BASE)
        )
        assert {**built, "transformers_version": ""} == {**bundled, "transformers_version": ""}


def test_divergence_is_zero_from_oneself_and_grows_with_a_change() -> None:
    """KL(p ‖ p) = 0; a model whose logits are halved differs, but keeps its most likely tokens."""
    import torch

    model, tokenizer = tinyworld.load()
    texts = tinyworld.documents("general", 4, seed=0)
    assert tinyworld.divergence(model, model, tokenizer, texts) == (0.0, 0.0)
    softer = copy.deepcopy(model)
    with torch.no_grad():
        softer.lm_head.weight.mul_(0.5)
    distance, changed = tinyworld.divergence(softer, model, tokenizer, texts)
    assert distance > 0.1
    assert changed == 0.0
