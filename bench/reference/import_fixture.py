"""Networks trained in PyTorch, for the tests of `starcast import`.

    python import_fixture.py --out packages/cli/src/import/testdata

Writes, for the article's own model (in its recipes fixed, variable and regression) and for one of other names and
shapes, `NAME.safetensors`, `NAME.json` (tokens, texts, and what PyTorch answers). Each is trained for some steps on
made-up texts of words between single spaces, so that no tokenizer is needed.
"""

import argparse
import json
import random
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from article_model import RECIPES, ArticleLstm, loss_and_targets, train_epoch

MAX_LENGTH = 12
WORDS = "awful bad poor fair okay nice good great superb not very the dress fits runs small never buy it again".split()
RATES = {"awful": 0, "bad": 0, "poor": 1, "fair": 2, "okay": 2, "nice": 3, "good": 3, "great": 4, "superb": 4}


class OtherLstm(nn.Module):
    """Two layers in two directions, mean and maximum over the true length, names and ids unlike Starcast's."""

    def __init__(self, vocabulary_size, outputs):
        super().__init__()
        self.encoder = nn.ModuleDict(
            {"tokens": nn.Embedding(vocabulary_size, 6), "rnn": nn.LSTM(6, 5, num_layers=2, bidirectional=True)}
        )
        self.head = nn.ModuleList([nn.Linear(20, outputs)])

    def forward(self, ids, lengths):
        embedded = self.encoder["tokens"](ids).transpose(0, 1)
        packed, _ = self.encoder["rnn"](pack_padded_sequence(embedded, lengths, enforce_sorted=False))
        mean = pad_packed_sequence(packed)[0].sum(0) / lengths.unsqueeze(1)
        maximum = pad_packed_sequence(packed, padding_value=-2.0)[0].amax(0)
        return self.head[0](torch.cat([mean, maximum], dim=1))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", required=True, help="folder for the files")
    out = Path(parser.parse_args().out)
    out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    texts, classes = made_up_texts(400)
    tokens = ["", "UNK", *WORDS[:-1]]  # "again" stays unknown
    for name in ("fixed", "variable", "regression"):
        recipe = RECIPES[name]
        model = ArticleLstm(len(tokens), recipe, "packed" if recipe["lengths"] else "none")
        train_and_write(out, name, model, recipe, tokens, (0, 1), texts, classes)
    other = ["<unk>", "<pad>", *reversed(WORDS)]
    train_and_write(out, "other", OtherLstm(len(other), 5), RECIPES["variable"], other, (1, 0), texts, classes)


def made_up_texts(count):
    source = random.Random(1)
    texts, classes = [], []
    for _ in range(count):
        words = source.choices(WORDS, k=source.randint(1, MAX_LENGTH + 2))
        rates = [RATES[word] for word in words if word in RATES] or [2]
        texts.append(" ".join(words))
        classes.append(round(sum(rates) / len(rates)))
    return texts, np.array(classes, dtype=np.int64)


def train_and_write(out, name, model, recipe, tokens, special, texts, classes):
    """`special` are the ids of padding and unknown."""
    torch.manual_seed(1)
    padding, unknown = special
    id_of = {token: id for id, token in enumerate(tokens) if id not in special}
    encoded = [[id_of.get(word, unknown) for word in text.split(" ")][:MAX_LENGTH] for text in texts]
    ids = torch.tensor([row + [padding] * (MAX_LENGTH - len(row)) for row in encoded])
    lengths = torch.tensor([len(row) for row in encoded])
    loss_function, targets = loss_and_targets(recipe, classes)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for _ in range(20):
        train_epoch(model, optimizer, loss_function, ids, lengths, targets, torch.arange(len(ids)))
    model.eval()
    with torch.no_grad():
        logits = model(ids[:40], lengths[:40])
    if logits.shape[1] == 1:
        answers = {"ratings": (logits[:, 0] + 1).clamp(1, 5).tolist()}
    else:
        probabilities = logits.double().softmax(1)
        answers = {"ratings": (probabilities @ torch.arange(1.0, 6, dtype=torch.double)).tolist()}
        answers["probabilities"] = probabilities.tolist()
    state = {key: value.contiguous() for key, value in model.state_dict().items()}
    save_file(state, out / f"{name}.safetensors")
    facts = {"tokens": tokens, "padding": padding, "unknown": unknown, "maxLength": MAX_LENGTH, "texts": texts[:40]}
    (out / f"{name}.json").write_text(json.dumps({**facts, **answers}), encoding="utf-8")


if __name__ == "__main__":
    main()
