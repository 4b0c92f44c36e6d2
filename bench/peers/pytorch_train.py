"""PyTorch's side of the training benchmarks: one epoch of a recipe each time it is asked.

    python pytorch_train.py --data encoded.bin --recipe fixed --lengths-by none

`encoded.bin` is 32-bit integers: rows, width, vocabulary size, then a length a row, a class a row, and the ids
row by row. Standard input has one number of threads a line; each is answered with one line of JSON:
{"seconds": ..., "cpuSeconds": ..., "loss": ...}. The first line of output has the versions. Ends with its input.
"""

import argparse
import json
import sys
import time
from pathlib import Path

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "reference"))
import article_model  # noqa: E402
import bidirectional_model  # noqa: E402


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True)
    parser.add_argument("--recipe", required=True, choices=("bidirectional", *article_model.RECIPES))
    parser.add_argument("--lengths-by", required=True, choices=("none", "packed", "pick", "mask"))
    parser.add_argument("--flush-denormal", action="store_true", help="numbers below 1e-38 become zero")
    options = parser.parse_args()

    numbers = np.fromfile(options.data, dtype=np.int32)
    rows, width, vocabulary_size = (int(number) for number in numbers[:3])
    lengths, classes, ids = np.split(numbers[3:], (rows, 2 * rows))
    lengths = torch.from_numpy(lengths.astype(np.int64))
    ids = torch.from_numpy(ids.reshape(rows, width).astype(np.int64))

    torch.set_flush_denormal(options.flush_denormal)
    start = start_bidirectional if options.recipe == "bidirectional" else start_article
    runs = {}  # one a thread count, so that each has learned for as many epochs as it was asked
    answer({"torch": torch.__version__, "python": sys.version.split()[0]})
    for line in sys.stdin:
        threads = int(line)
        if threads not in runs:
            torch.manual_seed(1)
            runs[threads] = start(options, vocabulary_size, ids, lengths, classes.astype(np.int64))
        torch.set_num_threads(threads)
        started, cpu_started = time.perf_counter(), time.process_time()
        loss = runs[threads]()
        seconds, cpu_seconds = time.perf_counter() - started, time.process_time() - cpu_started
        answer({"seconds": seconds, "cpuSeconds": cpu_seconds, "loss": loss})


def start_article(options, vocabulary_size, ids, lengths, classes):
    """A fresh network of the article; returns a function that trains it for an epoch and returns the loss."""
    recipe = article_model.RECIPES[options.recipe]
    loss_function, targets = article_model.loss_and_targets(recipe, classes)
    model = article_model.ArticleLstm(vocabulary_size, recipe, options.lengths_by)
    optimizer = torch.optim.Adam(model.parameters(), lr=recipe["rates"][0])

    def train_epoch():
        order = torch.randperm(len(ids))
        return article_model.train_epoch(model, optimizer, loss_function, ids, lengths, targets, order)

    return train_epoch


def start_bidirectional(options, vocabulary_size, ids, lengths, classes):
    """A fresh bidirectional network; returns a function that trains it for an epoch and returns the loss."""
    model = bidirectional_model.BidirectionalLstm(vocabulary_size, options.lengths_by)
    optimizer = torch.optim.Adam(model.parameters(), lr=bidirectional_model.LEARNING_RATE)
    targets = torch.from_numpy(classes)

    def train_epoch():
        loss_function = torch.nn.functional.cross_entropy
        return bidirectional_model.train_epoch(model, optimizer, loss_function, ids, lengths, targets)

    return train_epoch


def answer(message):
    print(json.dumps(message), flush=True)


if __name__ == "__main__":
    main()
