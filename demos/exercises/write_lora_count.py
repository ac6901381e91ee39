"""Count what LoRA trains.

**Exercise.** From a model's configuration and the names of the targeted layers, return how many
numbers LoRA trains: rank · (in + out) for each linear layer, times the layers of the model. Keys
and values may have fewer heads than queries, and the size of a head is a setting of its own. The
judge is peft, on a real Llama without memory (torch's meta device).
"""

import warnings

import torch
from peft import LoraConfig, get_peft_model
from transformers import LlamaConfig, LlamaForCausalLM

from quizapp.demo import Code, Int, Run, Solution, demo

STARTER = '''
def lora_count(config, rank, targets):
    """Return the number of trained parameters.

    config:  the settings of a Llama as a dictionary: hidden_size, num_hidden_layers,
             num_attention_heads, num_key_value_heads, head_dim, intermediate_size,
             vocab_size, tie_word_embeddings
    targets: a list of names out of q_proj, k_proj, v_proj, o_proj (attention), gate_proj,
             up_proj, down_proj (feed-forward), lm_head; or the text "all-linear", which
             means every linear layer but the output layer
    """
    return rank * 2 * config["hidden_size"] * len(targets)
'''


def lora_count(config, rank, targets):
    """Return the number of trained parameters."""
    width, inner = config["hidden_size"], config["intermediate_size"]
    queries = config["num_attention_heads"] * config["head_dim"]
    keys = config["num_key_value_heads"] * config["head_dim"]
    shapes = {
        "q_proj": (width, queries),
        "k_proj": (width, keys),
        "v_proj": (width, keys),
        "o_proj": (queries, width),
        "gate_proj": (width, inner),
        "up_proj": (width, inner),
        "down_proj": (inner, width),
    }
    if targets == "all-linear":
        targets = shapes
    in_each_layer = sum(sum(shapes[name]) for name in targets if name in shapes)
    count = rank * in_each_layer * config["num_hidden_layers"]
    if "lm_head" in targets:
        count += rank * (width + config["vocab_size"])  # once; tied or not, A and B are new
    return count


def counted_by_peft(config: dict[str, int], rank: int, targets: list[str] | str) -> int:
    """Return what peft counts on a model whose weights have shapes and no numbers."""
    with torch.device("meta"):
        model = LlamaForCausalLM(LlamaConfig(**config))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that a tied output layer cannot be merged
        adapted = get_peft_model(model, LoraConfig(r=rank, target_modules=targets))
    return adapted.get_nb_trainable_parameters()[0]


@demo(
    topic="write-adapters",
    claims={
        "attention": "Query and output adapters are counted in every layer, by their real sizes",
        "grouped-queries": "Key and value adapters are narrower under grouped-query attention",
        "feed-forward": "The three feed-forward layers count with their own width",
        "all-linear": "all-linear means these seven, without the output layer",
        "output-layer": "lm_head counts once, also where it is tied to the embedding",
    },
    measures={"share": "What all-linear trains, in percent of the model"},
    budget_s=1,
)
def main(
    run: Run,
    solution: Solution = Code(entry="lora_count", starter=STARTER),
    seed: int = Int(0, 0, 999),
) -> None:
    torch.manual_seed(seed)
    heads, groups, size = (4, 6, 8)[seed % 3], 2, (96, 40, 56)[seed % 3]
    config = {
        "hidden_size": heads * (72 + 4 * (seed % 4)),
        "num_hidden_layers": 3 + seed % 2,
        "num_attention_heads": heads,
        "num_key_value_heads": groups,
        "head_dim": size,  # heads · size is not the width, as in Qwen3 and Gemma
        "intermediate_size": 1300 + 10 * (seed % 5),
        "vocab_size": 3000 + 100 * (seed % 7),
        "tie_word_embeddings": False,
    }
    rank = 4 + seed % 7
    layers, width = config["num_hidden_layers"], config["hidden_size"]

    with run.judge("attention") as judge:
        targets = ["q_proj", "o_proj"]
        theirs = counted_by_peft(config, rank, targets)
        with judge.unchanged(config=config, targets=targets):
            yours = solution(config, rank, targets)
        mistakes = {
            "is the number of layers missing?": theirs / layers,
            "does each layer have one matrix or two?": theirs / 2,
            "is the rank missing?": theirs / rank,
            "is a query as wide as the model? Heads times head_dim": 4 * rank * width * layers,
            "is that the size of the layers themselves?": 2 * width * heads * size * layers,
        }
        judge.equal(yours, theirs, within=0, by="peft", mistakes=mistakes)

    with run.judge("grouped-queries") as judge:
        for targets in (["k_proj", "v_proj"], ["q_proj", "v_proj"]):
            theirs = counted_by_peft(config, rank, targets)
            mistakes = {
                "how many heads do keys and values have?": rank
                * (width + heads * size)
                * 2
                * layers,
                "is the size of a head the width over the heads?": rank
                * (width + width * groups // heads)
                * 2
                * layers,
                "is there one head of keys and values?": rank * (width + size) * 2 * layers,
            }
            yours = solution(config, rank, targets)
            of = " and ".join(targets)
            judge.equal(yours, theirs, within=0, by="peft", of=of, mistakes=mistakes)
        full = {**config, "num_key_value_heads": heads}
        theirs = counted_by_peft(full, rank, ["v_proj"])
        yours = solution(full, rank, ["v_proj"])
        judge.equal(yours, theirs, within=0, by="peft", of="v_proj with as many heads as queries")

    with run.judge("feed-forward") as judge:
        for targets in (
            ["down_proj"],
            ["gate_proj", "up_proj", "down_proj"],
            ["up_proj", "q_proj"],
        ):
            theirs = counted_by_peft(config, rank, targets)
            of = ", ".join(targets)
            judge.equal(solution(config, rank, targets), theirs, within=0, by="peft", of=of)

    with run.judge("all-linear") as judge:
        theirs = counted_by_peft(config, rank, "all-linear")
        head = rank * (width + config["vocab_size"])
        mistakes = {
            "does all-linear include the output layer?": theirs + head,
            "does each layer have an output layer?": theirs + head * layers,
        }
        yours = solution(config, rank, "all-linear")
        judge.equal(yours, theirs, within=0, by="peft", mistakes=mistakes)
        with torch.device("meta"):
            total = LlamaForCausalLM(LlamaConfig(**config)).num_parameters()
        run.measure(share=100 * yours / total)

    with run.judge("output-layer") as judge:
        for tied in (False, True):
            other = {**config, "tie_word_embeddings": tied}
            for targets in (["lm_head"], ["q_proj", "lm_head"]):
                theirs = counted_by_peft(other, rank, targets)
                head = rank * (width + config["vocab_size"])
                left_out = "is an adapter on a tied layer free?" if tied else "is lm_head left out?"
                mistakes = {
                    left_out: theirs - head,
                    "how many output layers does a model have?": theirs + head * (layers - 1),
                    "does the embedding get an adapter too?": theirs + head,
                    "is it trained in full?": theirs - head + width * config["vocab_size"],
                }
                of = f"{' and '.join(targets)}{', tied' if tied else ''}"
                yours = solution(other, rank, targets)
                judge.equal(yours, theirs, within=0, by="peft", of=of, mistakes=mistakes)
