"""The article's networks in PyTorch, and its settings."""

import numpy as np
import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence

EMBEDDING_SIZE = 50
HIDDEN_SIZE = 50
BATCH_SIZE = 5000
ROUND_EPOCHS = 30

# Learning rates: one a round of 30 epochs, each round with a fresh Adam on the same weights.
RECIPES = {
    "fixed": {"outputs": 5, "dropout": 0.2, "rates": (0.01, 0.01, 0.01), "lengths": False, "vectors": False},
    "variable": {"outputs": 5, "dropout": 0.3, "rates": (0.1, 0.05, 0.05), "lengths": True, "vectors": False},
    "glove": {"outputs": 5, "dropout": 0.2, "rates": (0.1, 0.05, 0.05), "lengths": False, "vectors": True},
    "regression": {"outputs": 1, "dropout": 0.2, "rates": (0.05, 0.05), "lengths": False, "vectors": False},
}


class ArticleLstm(nn.Module):
    """Embedding, dropout, one LSTM layer, the last hidden state into a linear layer.

    `lengths_by` says what the last hidden state is: "none" is the state after all 70 steps, padding included;
    "packed" is PyTorch's packed sequence, as in the article; "pick" runs all 70 steps and takes the state at the
    last true one. In a layer of one direction no step sees a later one, so "pick" equals "packed"; it is several
    times faster because PyTorch steps through a padded batch in larger pieces.
    """

    def __init__(self, vocabulary_size, recipe, lengths_by="none", vectors=None):
        super().__init__()
        self.lengths_by = lengths_by
        self.embeddings = nn.Embedding(vocabulary_size, EMBEDDING_SIZE, padding_idx=0)
        if vectors is not None:
            self.embeddings.weight.data.copy_(torch.from_numpy(vectors))
            self.embeddings.weight.requires_grad = False
        self.dropout = nn.Dropout(recipe["dropout"])
        self.lstm = nn.LSTM(EMBEDDING_SIZE, HIDDEN_SIZE, batch_first=True)
        self.linear = nn.Linear(HIDDEN_SIZE, recipe["outputs"])

    def forward(self, ids, lengths):
        embedded = self.dropout(self.embeddings(ids))
        if self.lengths_by == "packed":
            packed = pack_padded_sequence(embedded, lengths, batch_first=True, enforce_sorted=False)
            _, (hidden, _) = self.lstm(packed)
            return self.linear(hidden[-1])
        output, (hidden, _) = self.lstm(embedded)
        if self.lengths_by == "pick":
            return self.linear(output[torch.arange(len(ids)), lengths - 1])
        return self.linear(hidden[-1])


def read_vectors(path, vocabulary, seed):
    """An embedding matrix from a GloVe text file; words without a vector uniform(-0.25, 0.25), padding zero.

    Returns (matrix, number of the vocabulary's words that have a vector).
    """
    random = np.random.default_rng(seed)
    matrix = random.uniform(-0.25, 0.25, (len(vocabulary) + 2, EMBEDDING_SIZE)).astype(np.float32)
    matrix[0] = 0
    found = 0
    with open(path, encoding="utf-8") as file:
        for line in file:
            word, *numbers = line.rstrip("\n").rsplit(" ", EMBEDDING_SIZE)
            index = vocabulary.get(word)
            if index is not None:
                matrix[index] = np.array(numbers, dtype=np.float32)
                found += 1
    return matrix, found


def loss_and_targets(recipe, classes):
    """The recipe's loss function and its targets: class indices, or ratings 0..4 as one column."""
    if recipe["outputs"] == 1:
        return nn.functional.mse_loss, torch.from_numpy(classes.astype(np.float32)).unsqueeze(1)
    return nn.functional.cross_entropy, torch.from_numpy(classes)


def train_epoch(model, optimizer, loss_function, ids, lengths, targets, rows):
    """One pass over `rows` (already shuffled) in batches of 5000; returns the mean training loss."""
    model.train()
    total = 0.0
    for batch in rows.split(BATCH_SIZE):
        optimizer.zero_grad()
        loss = loss_function(model(ids[batch], lengths[batch]), targets[batch])
        loss.backward()
        optimizer.step()
        total += loss.item() * len(batch)
    return total / len(rows)
