"""Which demos and cards answer each section of the article that the app grew from.

The sections are those of a widely copied interview guide, in its order; what it gets wrong is
corrected by cards tagged find-the-bug.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from quizapp.cards.library import Library
from quizapp.cards.model import Card


@dataclass(frozen=True)
class Section:
    """One section: the demos that show it, and the decks or tags whose cards ask about it."""

    title: str
    demos: tuple[str, ...]
    decks: tuple[str, ...] = ()
    """All cards of these decks belong here."""

    def cards(self, cards: Mapping[str, Card]) -> list[str]:
        """Return the cards of the decks, and those whose demo or figure is one of the demos."""
        return [
            name
            for name, card in cards.items()
            if card.deck in self.decks
            or any(link is not None and link.run in self.demos for link in (card.demo, card.figure))
        ]


def _section(title: str, demos: str, decks: str = "") -> Section:
    return Section(title, tuple(demos.split()), tuple(decks.split()))


SECTIONS = (
    _section("What fine-tuning is", "lora_finetune stage_order reversal_curse", "fundamentals"),
    _section(
        "What fine-tuning is for, and what it costs",
        "replay learns_less lora_finetune facts_in_context training_flops",
    ),
    _section("Data: how much", "data_size augmentation distillation"),
    _section(
        "Data: task alignment", "diversity chat_template start_checkpoint sft_loss_mask multi_turn"
    ),
    _section("Data: diversity", "diversity clean_vs_dirty prior_shift"),
    _section(
        "Data: low noise",
        "label_noise noisy_key slice_errors backdoor clean_vs_dirty near_duplicates "
        "memorisation annotator_kappa",
    ),
    _section(
        "Data: no contamination",
        "contamination ngram_blind_spot group_leakage time_leakage preprocessing_leakage "
        "best_on_test",
        "splits",
    ),
    _section(
        "Full fine-tuning or PEFT: what is updated",
        "full_vs_lora peft_family learns_less update_rank",
        "full-vs-peft",
    ),
    _section(
        "Full fine-tuning or PEFT: resources", "memory_ledger gradient_checkpointing", "memory"
    ),
    _section(
        "Full fine-tuning or PEFT: when which",
        "full_vs_lora learns_less adapter_capacity many_adapters",
    ),
    _section(
        "LoRA",
        "lora_init lora_shapes lora_by_hand lora_merge lora_alpha lora_targets lora_defaults "
        "lora_faults lora_plus update_rank adalora_ranks dora_parts pissa_swap peft_sizes "
        "merge_which",
        "lora lora-variants",
    ),
    _section("QLoRA", "qlora_finetune storage_compute bits_sweep", "quantization"),
    _section(
        "QLoRA: NF4 and its blocks",
        "nf4_error block_size double_quant gptq_rounding four_bit_sizes",
    ),
    _section("QLoRA: the adapters", "qlora_finetune qlora_merge repack_trap loftq_pissa"),
    _section("QLoRA: paged optimizers", "paged_optimizer memory_ledger"),
    _section("Learning rate: the usual range", "learning_rate full_vs_lora"),
    _section(
        "Learning rate: warmup and cosine decay",
        "lr_schedule lr_warmup lr_decay resume_after_decay",
    ),
    _section(
        "Learning rate: too large, too small",
        "learning_rate stability_limit few_data_rate low_precision",
    ),
    _section("Evaluation: F1", "f1_threshold roc_vs_pr"),
    _section("Evaluation: AUC", "auc_ranking roc_vs_pr calibration"),
    _section(
        "Evaluation: regression, BLEU and other metrics",
        "regression_outlier bleu_fooled chinese_metrics perplexity_tokenizers pass_at_k",
        "metrics llm-evaluation",
    ),
    _section("Overfitting: what it looks like", "early_stopping data_size"),
    _section("Overfitting: more data", "data_size overfit_remedies augmentation"),
    _section("Overfitting: regularisation", "overfit_remedies"),
    _section("Overfitting: early stopping", "early_stopping checkpoint_choice few_data_rate"),
    _section("Underfitting: a larger model", "underfitting lora_targets"),
    _section("Underfitting: more data", "underfitting"),
    _section(
        "Underfitting: the learning rate", "learning_rate underfitting overfit_ten loss_spike"
    ),
    _section("Batch size: one text or all", "batch_extremes gradient_noise grad_accumulation"),
    _section("Answering: clear structure", "eval_confidence", "answering"),
    _section("Answering: real cases with numbers", "eval_confidence early_stopping"),
    _section("Answering: showing that one learns", "f1_threshold lora_init"),
)
"""Every section of the article, in its order."""

BEGIN, END = "<!-- sections: made by `make generated` -->", "<!-- end of sections -->"


def with_table(readme: Path, library: Library) -> str:
    """Return the text of the demos' README with the table of sections as it is now."""
    text = readme.read_text(encoding="utf-8")
    head, _, rest = text.partition(BEGIN)
    _, _, tail = rest.partition(END)
    return f"{head}{BEGIN}\n" + "\n".join(_table(library)) + f"\n{END}{tail}"


def _table(library: Library) -> Iterator[str]:
    yield "| section | demos | cards |"
    yield "|---|---|---|"
    for section in SECTIONS:
        found = section.cards(library.cards)
        decks = list(dict.fromkeys(library.heads[name].deck for name in found))
        by_deck = (f"{sum(library.heads[n].deck == d for n in found)} in {d}" for d in decks)
        yield f"| {section.title} | {', '.join(section.demos)} | {', '.join(by_deck)} |"
