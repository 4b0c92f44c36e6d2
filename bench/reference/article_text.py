"""The article's way from reviews to token ids, with spaCy itself: a peer that shares no code with Starcast."""

import csv
import re
import string
from collections import Counter

import numpy as np

MAX_LENGTH = 70
EXPECTED_DISTINCT = 14_138
EXPECTED_KEPT = 8_263
EXPECTED_STARTS = (
    [2, 3, 4, 5, 6, 7, 8, 7, 9, 0, 0],
    [2, 10, 11, 12, 5, 13, 14, 15, 16, 5, 17, 18],
    [54, 55, 56, 57, 17, 58, 59, 60, 61, 62, 11],
)


def read_reviews(path):
    """Texts (title, a space, review) and classes 0..4 of the Women's E-Commerce Clothing Reviews."""
    texts, classes = [], []
    with open(path, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            texts.append(row["Title"] + " " + row["Review Text"])
            classes.append(int(row["Rating"]) - 1)
    return texts, np.array(classes, dtype=np.int64)


def tokenize(texts):
    """Token lists as the article makes them: non-ASCII to spaces, lower case, no punctuation or digits, spaCy."""
    import spacy

    english = spacy.blank("en").tokenizer
    unwanted = re.compile("[" + re.escape(string.punctuation) + "0-9\\r\\t\\n]")
    for text in texts:
        ascii_only = re.sub(r"[^\x00-\x7F]+", " ", text)
        yield [token.text for token in english(unwanted.sub(" ", ascii_only.lower()))]


def encode(token_lists):
    """The vocabulary (tokens seen at least twice, in order of first appearance) and ids, cut or padded to 70.

    Returns (ids as rows x 70, true lengths, {token: id}, number of distinct tokens). 0 is padding, 1 unknown.
    """
    counts = Counter()
    for tokens in token_lists:
        counts.update(tokens)
    kept = [token for token, count in counts.items() if count >= 2]
    vocabulary = {token: index + 2 for index, token in enumerate(kept)}
    ids = np.zeros((len(token_lists), MAX_LENGTH), dtype=np.int64)
    lengths = np.zeros(len(token_lists), dtype=np.int64)
    for row, tokens in enumerate(token_lists):
        encoded = [vocabulary.get(token, 1) for token in tokens[:MAX_LENGTH]]
        ids[row, : len(encoded)] = encoded
        lengths[row] = len(encoded)
    return ids, lengths, vocabulary, len(counts)


def encode_reviews(csv_path):
    """The whole data set encoded, checked against the article's own counts. Returns a dict."""
    texts, classes = read_reviews(csv_path)
    ids, lengths, vocabulary, distinct = encode(list(tokenize(texts)))
    problems = []
    if distinct != EXPECTED_DISTINCT:
        problems.append(f"{distinct} distinct tokens, not {EXPECTED_DISTINCT}")
    if len(vocabulary) != EXPECTED_KEPT:
        problems.append(f"{len(vocabulary)} kept tokens, not {EXPECTED_KEPT}")
    for row, start in enumerate(EXPECTED_STARTS):
        if ids[row, : len(start)].tolist() != start:
            problems.append(f"review {row + 1} starts {ids[row, : len(start)].tolist()}, not {start}")
    if problems:
        raise SystemExit("The encoding differs from the article's: " + "; ".join(problems))
    return {"ids": ids, "lengths": lengths, "classes": classes, "vocabulary": vocabulary, "distinct": distinct}
