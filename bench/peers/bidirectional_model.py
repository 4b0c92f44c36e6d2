"""A bidirectional LSTM with mean and max pooling and dropout by word type, in PyTorch."""

import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

EMBEDDING_SIZE = 64
HIDDEN_SIZE = 64
BATCH_SIZE = 64
LEARNING_RATE = 0.002
DROPOUT = 0.3


class BidirectionalLstm(nn.Module):
    """Embedding, dropout of whole word types, an LSTM in both directions, mean and maximum over the true length.

    `lengths_by` says how texts of different lengths share a batch: "packed" is PyTorch's packed sequence; "mask" runs
    over the padding (of which batches by length have little) and leaves it out of the pooling only, so the reverse
    direction starts in it.
    """

    def __init__(self, vocabulary_size, lengths_by):
        super().__init__()
        self.lengths_by = lengths_by
        self.embeddings = nn.Embedding(vocabulary_size, EMBEDDING_SIZE, padding_idx=0)
        self.lstm = nn.LSTM(EMBEDDING_SIZE, HIDDEN_SIZE, batch_first=True, bidirectional=True)
        self.linear = nn.Linear(4 * HIDDEN_SIZE, 5)

    def forward(self, ids, lengths):
        # One draw a word type and batch (Gal and Ghahramani 2016): a dropped word is missing wherever it stands.
        kept = torch.empty(self.embeddings.num_embeddings).bernoulli_(1 - DROPOUT).div_(1 - DROPOUT)
        embedded = self.embeddings(ids) * kept[ids].unsqueeze(2)
        if self.lengths_by == "packed":
            packed, _ = self.lstm(pack_padded_sequence(embedded, lengths, batch_first=True))
            states, _ = pad_packed_sequence(packed, batch_first=True)
        else:
            states, _ = self.lstm(embedded)
        outside = (torch.arange(states.shape[1]) >= lengths.unsqueeze(1)).unsqueeze(2)
        mean = states.masked_fill(outside, 0).sum(1) / lengths.unsqueeze(1)
        maximum = states.masked_fill(outside, -torch.inf).amax(1)
        return self.linear(torch.cat((mean, maximum), 1))


def batches_by_length(lengths):
    """Rows in order of length, longest first, in batches of 64; the batches in random order."""
    batches = torch.argsort(lengths, descending=True, stable=True).split(BATCH_SIZE)
    return [batches[index] for index in torch.randperm(len(batches))]


def train_epoch(model, optimizer, loss_function, ids, lengths, targets):
    """One pass over all rows; returns the mean training loss."""
    model.train()
    total = 0.0
    for batch in batches_by_length(lengths):
        optimizer.zero_grad()
        own = lengths[batch]
        loss = loss_function(model(ids[batch, : int(own[0])], own), targets[batch])
        loss.backward()
        optimizer.step()
        total += loss.item() * len(batch)
    return total / len(lengths)
