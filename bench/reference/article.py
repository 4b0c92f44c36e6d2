"""The article's program in PyTorch, on a given split: the peer that Starcast's recipes are compared with.

    python article.py --data reviews.csv --split split-1.json --seed 1 --recipes fixed,regression --out results/

Writes one JSON file a (recipe, seed), rewritten after every epoch. `variable` runs all 70 steps and takes the
hidden state at the last true one, which equals a packed sequence in a layer of one direction and is far faster
in PyTorch; `--packed` uses the packed sequence itself.

Numbers below 1e-38 are flushed to zero: gradients that vanish over 70 steps reach that range, where processors
compute several times slower (5 s become 30 s an epoch), and no result depends on them.
"""

import argparse
import json
import os
import platform
import time
from pathlib import Path

import numpy as np
import torch

from article_model import BATCH_SIZE, RECIPES, ROUND_EPOCHS, ArticleLstm, loss_and_targets, read_vectors, train_epoch
from article_text import encode_reviews


def main():
    options = parse_options()
    torch.set_num_threads(options.threads)
    torch.set_flush_denormal(True)
    data = encode_reviews(options.data)
    split = json.loads(Path(options.split).read_text())
    rows = {part: torch.tensor(split[part]) for part in ("train", "validation")}
    for name in options.recipes.split(","):
        run(name, data, rows, options)


def parse_options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True, help="the reviews, CSV")
    parser.add_argument("--split", required=True, help='JSON: {"train": [rows], "validation": [rows]}')
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--recipes", default=",".join(RECIPES))
    parser.add_argument("--vectors", help="GloVe text file of 50 numbers a word, for the recipe glove")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--epochs", type=int, help="stop after this many epochs (default: the article's)")
    parser.add_argument("--packed", action="store_true", help="packed sequences for the recipe variable")
    parser.add_argument("--out", required=True, help="folder for the results")
    return parser.parse_args()


def run(name, data, rows, options):
    """Trains one recipe as the article does and records every epoch."""
    torch.manual_seed(options.seed)
    recipe = RECIPES[name]
    found, vectors = None, None
    if recipe["vectors"]:
        if not options.vectors:
            raise SystemExit("The recipe glove needs --vectors FILE.")
        vectors, found = read_vectors(options.vectors, data["vocabulary"], options.seed)
    lengths_by = ("packed" if options.packed else "pick") if recipe["lengths"] else "none"
    model = ArticleLstm(len(data["vocabulary"]) + 2, recipe, lengths_by, vectors)
    ids, lengths = torch.from_numpy(data["ids"]), torch.from_numpy(data["lengths"])
    loss_function, targets = loss_and_targets(recipe, data["classes"])
    result = describe(name, recipe, lengths_by, found, data, rows, options)
    path = Path(options.out) / f"{name}{'-packed' if lengths_by == 'packed' else ''}-{options.seed}.json"
    path.parent.mkdir(parents=True, exist_ok=True)

    planned = len(recipe["rates"]) * ROUND_EPOCHS
    for epoch in range(min(options.epochs or planned, planned)):
        if epoch % ROUND_EPOCHS == 0:
            trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
            rate = recipe["rates"][epoch // ROUND_EPOCHS]
            optimizer = torch.optim.Adam(trained, lr=rate)
        started = time.perf_counter()
        order = rows["train"][torch.randperm(len(rows["train"]))]
        train_loss = train_epoch(model, optimizer, loss_function, ids, lengths, targets, order)
        seconds = time.perf_counter() - started
        record = {"epoch": epoch + 1, "learningRate": rate, "seconds": seconds, "trainLoss": train_loss}
        record |= evaluate(model, loss_function, ids, lengths, targets, data["classes"], rows["validation"])
        result["epochs"].append(record)
        result["finished"] = len(result["epochs"]) == planned
        write(path, result)
        print(f"{name} seed {options.seed} epoch {epoch + 1}/{planned} {json.dumps(record)}", flush=True)


def describe(name, recipe, lengths_by, found, data, rows, options):
    """What was run, with which versions; the epochs are added as they come."""
    return {
        "recipe": name,
        "seed": options.seed,
        "settings": {**recipe, "batchSize": BATCH_SIZE, "roundEpochs": ROUND_EPOCHS, "lengthsBy": lengths_by},
        "dataset": {part: len(rows[part]) for part in rows},
        "vocabulary": {"distinctTokens": data["distinct"], "keptTokens": len(data["vocabulary"])},
        "wordsWithVector": found,
        "threads": torch.get_num_threads(),
        "versions": versions(),
        "finished": False,
        "epochs": [],
    }


def versions():
    import spacy

    return {
        "python": platform.python_version(),
        "torch": torch.__version__,
        "numpy": np.__version__,
        "spacy": spacy.__version__,
    }


@torch.no_grad()
def evaluate(model, loss_function, ids, lengths, targets, classes, rows):
    """RMSE over all rows of the most likely class and of the expected rating, accuracy, mean loss.

    A regression has one rating: its output. Its accuracy is that of the output rounded to the nearest rating.
    """
    model.eval()
    logits = torch.cat([model(ids[batch], lengths[batch]) for batch in rows.split(BATCH_SIZE)])
    loss = loss_function(logits, targets[rows]).item()
    truth = classes[rows.numpy()]
    if logits.shape[1] == 1:
        expected = logits[:, 0].numpy().astype(np.float64)
        mode = np.clip(np.rint(expected), 0, 4)
    else:
        probabilities = torch.softmax(logits.double(), dim=1).numpy()
        expected = probabilities @ np.arange(probabilities.shape[1])
        mode = probabilities.argmax(axis=1)
    return {
        "rmse": root_mean_square(expected - truth),
        "rmseOfMode": root_mean_square(mode - truth),
        "accuracy": float(np.mean(mode == truth)),
        "validationLoss": loss,
    }


def root_mean_square(errors):
    return float(np.sqrt(np.mean(errors.astype(np.float64) ** 2)))


def write(path, result):
    """Replaces the file in one step, so that a reader never sees half of it."""
    partial = path.with_suffix(".partial")
    partial.write_text(json.dumps(result, indent=1))
    os.replace(partial, path)


if __name__ == "__main__":
    main()
