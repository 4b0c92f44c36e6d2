"""Explains texts with Captum's integrated gradients, for bench/benchmarks/explain.mjs.

    python captum_explain.py FOLDER STEPS < texts.json > effects.json

FOLDER is what `starcast export --format pytorch` wrote. Texts are a list of strings; the answer is their effects, the
ratings at both ends, and the seconds that they took.
"""

import json
import sys
import time
from pathlib import Path

import torch
from captum.attr import IntegratedGradients

folder, steps = Path(sys.argv[1]), int(sys.argv[2])
sys.path.insert(0, str(folder))
from model import RatingModel  # noqa: E402

torch.set_num_threads(1)
model = RatingModel.load(folder)
network = model.network


def rating(embedded):
    """The expected rating of texts of one length, from their embedded words."""
    outputs, (hidden, _) = network.lstm(embedded)
    if network.pooling == "last":
        features = hidden[-network.directions :].transpose(0, 1).flatten(1)
    else:
        features = torch.cat([outputs.mean(1), outputs.amax(1)], dim=1)
    return model.answers(features @ network.linear.weight.T + network.linear.bias)[0]


average = network.embeddings.weight[2:].detach().mean(0)
method = IntegratedGradients(rating)


def explain(text):
    ids, _ = model.encode([text])
    embedded = network.embeddings(ids).detach()
    baseline = average.expand_as(embedded)
    attributions = method.attribute(embedded, baseline, n_steps=steps, internal_batch_size=16)
    with torch.no_grad():
        ends = [rating(baseline).item(), rating(embedded).item()]
    return {"effects": attributions.sum(2)[0].tolist(), "baseline": ends[0], "value": ends[1]}


texts = json.load(sys.stdin)
explain(texts[0])
started, cpu = time.perf_counter(), time.process_time()
answers = [explain(text) for text in texts]
seconds, cpu_seconds = time.perf_counter() - started, time.process_time() - cpu
json.dump({"torch": torch.__version__, "seconds": seconds, "cpuSeconds": cpu_seconds, "answers": answers}, sys.stdout)
