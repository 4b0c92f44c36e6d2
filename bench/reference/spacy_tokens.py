"""Writes what spaCy makes of some strings, which the tests of the article's tokenizer have to reproduce.

    pip install spacy==3.8.18
    python bench/reference/spacy_tokens.py > packages/core/src/text/testdata/spacyTokens.json

`--clean TEXTS` instead reads one JSON string a line and prints one JSON list of tokens a line, for a
comparison on texts of your own.
"""

import json
import random
import re
import string
import sys

import spacy

NON_ASCII = re.compile(r"[^\x00-\x7F]+")
CUT = re.compile("[" + re.escape(string.punctuation) + r"0-9\r\t\n]")


def clean(text):
    """The article's cleaning."""
    return CUT.sub(" ", NON_ASCII.sub(" ", text).lower())


def examples(rules, draw):
    """Every rule that the alphabet a-z can reach, then mixtures of rules, words, spaces and punctuation."""
    reachable = sorted(rule for rule in rules if re.fullmatch("[a-z]+", rule))
    yield from (" ".join(batch) for batch in (reachable[start : start + 10] for start in range(0, len(reachable), 10)))
    ordinary = ["ill", "its", "hell", "shell", "shed", "were", "well", "whore", "fabric", "x", "cause", "wed", "am"]
    glue = [" ", " ", " ", "  ", "   ", "", "'", ". ", "\n", "\t ", " 4 ", "\x0b", "\x1f", "é", "\u00a0", "\U0001f600"]
    for _ in range(260):
        pieces = draw.choices(reachable + ordinary * 4, k=draw.randint(1, 9))
        text = draw.choice(["", "", " ", "  "]) + "".join(piece + draw.choice(glue) for piece in pieces)
        yield draw.choice([text, text, text.upper(), text.title()])
    yield from ["", " ", "  ", "\n", "a", " a", "a ", "a  ", "a   b", "It's 5'4\", isn't it?", "CAN'T-DON'T", "\x00\x7f"]


def main():
    tokenizer = spacy.blank("en").tokenizer
    if "--clean" in sys.argv:
        with open(sys.argv[-1], encoding="utf-8") as file:
            for line in file:
                print(json.dumps([token.text for token in tokenizer(clean(json.loads(line)))]))
        return
    print('{ "spacy": ' + json.dumps(spacy.__version__) + ', "examples": [')
    texts = list(examples(tokenizer.rules, random.Random(1)))
    rows = [json.dumps({"text": text, "tokens": [token.text for token in tokenizer(clean(text))]}) for text in texts]
    print(",\n".join(rows) + "\n]}")


main()
