"""A model that Starcast trained, in PyTorch: needs torch, safetensors, and the files beside this one.

    from model import RatingModel

    model = RatingModel.load(".")
    print(model.rate(["Lovely colour, but it fell apart."]))
"""

import json
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

import text


class Attention(nn.Module):
    """The sum of the states of a text, weighted by the softmax of their scores (Yang et al. 2016)."""

    def __init__(self, features, units):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(units, features))
        self.bias = nn.Parameter(torch.zeros(units))
        self.vector = nn.Parameter(torch.zeros(units))

    def forward(self, states, lengths):
        scores = torch.tanh(states @ self.weight.T + self.bias) @ self.vector
        outside = torch.arange(states.shape[1], device=states.device) >= lengths.unsqueeze(1)
        shares = scores.masked_fill(outside, -torch.inf).softmax(1)
        return (shares.unsqueeze(2) * states).sum(1)


class Member(nn.Module):
    """Embedding, LSTM, pooling over the text, linear layer."""

    def __init__(self, sizes):
        super().__init__()
        directions = 2 if sizes["bidirectional"] else 1
        states = directions * sizes["hiddenSize"]
        features = states * {"last": 1, "meanMax": 2, "meanMaxAttention": 3}[sizes["pooling"]]
        self.directions = directions
        self.pooling = sizes["pooling"]
        self.embeddings = nn.Embedding(sizes["vocabularySize"], sizes["embeddingSize"], padding_idx=text.PADDING)
        self.lstm = nn.LSTM(
            sizes["embeddingSize"],
            sizes["hiddenSize"],
            sizes["numLayers"],
            batch_first=True,
            bidirectional=sizes["bidirectional"],
        )
        self.attention = Attention(states, (sizes["hiddenSize"] + 1) // 2) if self.pooling == "meanMaxAttention" else None
        self.linear = nn.Linear(features, sizes["outputSize"])
        if sizes.get("sharedOutputWeights"):
            # One row of weights for all outputs, which its product is broadcast to.
            self.linear.weight = nn.Parameter(self.linear.weight[:1].clone())

    def forward(self, ids, lengths):
        packed = pack_padded_sequence(self.embeddings(ids), lengths.cpu(), batch_first=True, enforce_sorted=False)
        outputs, (hidden, _) = self.lstm(packed)
        if self.pooling == "last":
            features = hidden[-self.directions :].transpose(0, 1).flatten(1)
        else:
            states = pad_packed_sequence(outputs, batch_first=True)[0]
            mean = states.sum(1) / lengths.unsqueeze(1)
            maximum = pad_packed_sequence(outputs, batch_first=True, padding_value=-1.0)[0].amax(1)
            attended = [] if self.attention is None else [self.attention(states, lengths)]
            features = torch.cat([mean, maximum, *attended], dim=1)
        return features @ self.linear.weight.T + self.linear.bias


class Ensemble(nn.Module):
    """Several networks, whose outputs are averaged."""

    def __init__(self, sizes):
        super().__init__()
        self.members = nn.ModuleList(Member(sizes) for _ in range(sizes["members"]))

    def forward(self, ids, lengths):
        return torch.stack([member(ids, lengths) for member in self.members]).mean(0)


class WideBranch(nn.Module):
    """A linear model on the words and pairs of words of a text, whose outputs are mixed with those of the network."""

    def __init__(self, sizes):
        super().__init__()
        words, pairs, outputs = sizes["vocabularySize"], sizes["wide"]["pairs"], sizes["outputSize"]
        shapes = {
            "word_weight": (words, outputs),
            "pair_weight": (pairs, outputs),
            "bias": (outputs,),
            "word_scale": (words,),
            "pair_scale": (pairs,),
            "pair_first": (pairs,),
            "pair_second": (pairs,),
            "share": (1,),
        }
        for name, shape in shapes.items():
            self.register_buffer(name, torch.zeros(shape))

    def forward(self, ids, lengths):
        pairs = zip(self.pair_first.long().tolist(), self.pair_second.long().tolist())
        number_of_pair = {pair: number for number, pair in enumerate(pairs)}
        weights = torch.cat([self.word_weight, self.pair_weight])
        scales = torch.cat([self.word_scale, self.pair_scale])
        words = len(self.word_scale)
        outputs = []
        for row, length in zip(ids.tolist(), lengths.tolist()):
            # Ids 0 and 1, padding and unknown words, are no features.
            known = [id if id > text.UNKNOWN else None for id in row[:length]]
            pairs = [number_of_pair.get(pair) for pair in zip(known, known[1:])]
            found = [id for id in known if id is not None] + [words + pair for pair in pairs if pair is not None]
            features, counts = torch.tensor(found, dtype=torch.long).unique(return_counts=True)
            values = counts * scales[features]
            outputs.append(values / values.norm().clamp_min(1e-12) @ weights[features] + self.bias)
        return torch.stack(outputs)


class RatingModel:
    """A network, `network`, with the way from texts to its ids and from its outputs to ratings."""

    def __init__(self, config, vocabulary):
        self.config = config
        self.vocabulary = {token: id for id, token in enumerate(vocabulary)}
        sizes = config["network"]
        self.network = Ensemble(sizes) if sizes.get("members", 1) > 1 else Member(sizes)
        self.wide = WideBranch(sizes) if "wide" in sizes else None

    @classmethod
    def load(cls, folder):
        """The model of a folder, ready to predict; `model.network.train()` makes it learn on."""
        folder = Path(folder)
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        model = cls(config, json.loads((folder / "vocabulary.json").read_text(encoding="utf-8")))
        tensors = load_file(folder / "model.safetensors")
        wide = {name: tensors.pop(name) for name in list(tensors) if name.startswith("wide.")}
        model.network.load_state_dict(tensors)
        model.network.eval()
        if model.wide is not None:
            model.wide.load_state_dict({name.removeprefix("wide."): tensor for name, tensor in wide.items()})
        return model

    def logits(self, ids, lengths):
        """Outputs of the network, mixed with those of the linear branch where there is one."""
        deep = self.network(ids, lengths)
        return deep if self.wide is None else deep + self.wide.share * (self.wide(ids, lengths) - deep)

    def encode(self, texts):
        """Ids and lengths of some texts, as `forward` takes them."""
        longest = self.config["maxLength"]
        rows = text.encode(texts, self.vocabulary, self.config["tokenizer"], longest)
        if self.config["padToMaxLength"]:
            rows = [row + [text.PADDING] * (longest - len(row)) for row in rows]
        lengths = torch.tensor([len(row) for row in rows])
        return nn.utils.rnn.pad_sequence([torch.tensor(row) for row in rows], batch_first=True), lengths

    def answers(self, logits):
        """Logits in the user's own scale: expected ratings [texts] (None for classes), probabilities (or None)."""
        scale = self.config["scale"]
        if scale["task"] == "number":
            return logits[:, 0] * scale["deviation"] + scale["mean"], None
        values = torch.tensor(scale.get("values", ()), dtype=logits.dtype)
        head = self.config["head"]
        if head == "regression":
            return (logits[:, 0] + values[0]).clamp(values[0], values[-1]), None
        fitted = self.config.get("calibration", {})
        logits = logits / fitted.get("temperature", 1) + torch.tensor(fitted.get("offsets", 0.0), dtype=logits.dtype)
        probabilities = logits.softmax(1) if head == "softmax" else ordinal_probabilities(logits, head == "corn")
        return None if scale["task"] == "class" else probabilities @ values, probabilities

    @torch.no_grad()
    def rate(self, texts):
        """What the model says about each text: its rating, its most likely label, the probability of each label."""
        ratings, probabilities = self.answers(self.logits(*self.encode(texts)))
        labels = self.config["scale"].get("labels")
        answers = [{} for _ in texts]
        for row, answer in enumerate(answers):
            if ratings is not None:
                answer["rating"] = ratings[row].item()
            if probabilities is not None:
                answer["label"] = labels[probabilities[row].argmax()]
                answer["probabilities"] = dict(zip(labels, probabilities[row].tolist()))
        return answers


def ordinal_probabilities(logits, are_conditional):
    """Of ordered classes, from the answers to "is the class above j?"; those of CORN are asked of what is above j - 1."""
    answers = logits.sigmoid()
    above = answers.cumprod(1) if are_conditional else answers.cummin(1).values
    ones = torch.ones_like(above[:, :1])
    return torch.cat([ones, above], dim=1) - torch.cat([above, 0 * ones], dim=1)
