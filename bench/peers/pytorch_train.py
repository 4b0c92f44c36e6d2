"""PyTorch's side of the training benchmarks: one epoch of an article recipe each time it is asked.

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
from article_model import RECIPES, ArticleLstm, loss_and_targets, train_epoch  # noqa: E402


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True)
    parser.add_argument("--recipe", required=True, choices=sorted(RECIPES))
    parser.add_argument("--lengths-by", required=True, choices=("none", "packed", "pick"))
    parser.add_argument("--flush-denormal", action="store_true", help="numbers below 1e-38 become zero")
    options = parser.parse_args()

    numbers = np.fromfile(options.data, dtype=np.int32)
    rows, width, vocabulary_size = (int(number) for number in numbers[:3])
    lengths, classes, ids = np.split(numbers[3:], (rows, 2 * rows))
    lengths = torch.from_numpy(lengths.astype(np.int64))
    ids = torch.from_numpy(ids.reshape(rows, width).astype(np.int64))

    torch.set_flush_denormal(options.flush_denormal)
    recipe = RECIPES[options.recipe]
    runs = {}  # a model and its optimizer a thread count, so that each has learned for as many epochs as it was asked
    loss_function, targets = loss_and_targets(recipe, classes.astype(np.int64))
    answer({"torch": torch.__version__, "python": sys.version.split()[0]})
    for line in sys.stdin:
        threads = int(line)
        if threads not in runs:
            torch.manual_seed(1)
            model = ArticleLstm(vocabulary_size, recipe, options.lengths_by)
            runs[threads] = model, torch.optim.Adam(model.parameters(), lr=recipe["rates"][0])
        model, optimizer = runs[threads]
        torch.set_num_threads(threads)
        started, cpu_started = time.perf_counter(), time.process_time()
        loss = train_epoch(model, optimizer, loss_function, ids, lengths, targets, torch.randperm(rows))
        seconds, cpu_seconds = time.perf_counter() - started, time.process_time() - cpu_started
        answer({"seconds": seconds, "cpuSeconds": cpu_seconds, "loss": loss})


def answer(message):
    print(json.dumps(message), flush=True)


if __name__ == "__main__":
    main()
