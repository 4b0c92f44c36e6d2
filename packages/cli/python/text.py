"""From texts to the ids of their tokens, as the model learned them. Plain Python without dependencies.

`words` and `article` are Starcast's tokenizers. `article` is exact. `words` follows Unicode as this Python knows it,
and takes emoji from a few ranges, so that rare characters may be cut in another way than Starcast cuts them.
"""

import re
import unicodedata
from itertools import product

PADDING, UNKNOWN = 0, 1


def encode(texts, vocabulary, tokenizer, max_length):
    """Ids of each text's tokens, at most `max_length`; a text without tokens is one unknown token.

    `vocabulary` maps tokens to ids, `tokenizer` is "words" or "article".
    """
    tokenize = {"words": tokenize_words, "article": tokenize_article}[tokenizer]
    return [[vocabulary.get(token, UNKNOWN) for token in tokenize(text)[:max_length]] or [UNKNOWN] for text in texts]


APOSTROPHES = "'`´ʼ‘’‛′＇"
EXCLAMATIONS = {"‼": "!!", "⁇": "??", "⁈": "?!", "⁉": "!?", "՜": "!", "՞": "?", "؟": "?", "፧": "?", "！": "!", "？": "?"}
IGNORED = re.compile("[\u00ad\u0640\u061c\u180b-\u180f\u200c\u200e\u200f\u202a-\u202e\u2060-\u206f\u20e3\ufe00-\ufe0f\ufeff]")
UNSPACED = ("CJK", "HIRAGANA", "KATAKANA", "BOPOMOFO", "THAI", "LAO", "KHMER", "MYANMAR")
EMOJI = re.compile("[\u2194-\u21aa\u231a-\u23ff\u25aa-\u27bf\u2934-\u2b55\U0001f000-\U0001f1e5\U0001f200-\U0001f3fa\U0001f400-\U0001faff]")
# Over the kinds of characters, see `kind_of`: a word or number, an emoji, a character of a script without spaces, marks.
TOKEN = re.compile(r"[a0](?:[a0m]|'(?=a)|(?<=0)['.](?=0))*|ff|[efk](?:[kt]|z(?=e)e)*|sm*|!+")


def tokenize_words(text):
    """Words in lower case, numbers, emoji, and the marks ! and ?; everything else separates."""
    text = IGNORED.sub("", "".join(EXCLAMATIONS.get(character, character) for character in text))
    text = "".join("'" if character in APOSTROPHES else character for character in text)
    text = "".join(character if character.isascii() or kind_of(character) != " " else " " for character in text)
    text = re.sub("([¼-¾⅐-⅟↉])", r" \1", text)
    text = unicodedata.normalize("NFKC", text).lower().replace("i\u0307", "i").replace("⁄", "/")
    tokens = []
    for match in TOKEN.finditer("".join(map(kind_of, text))):
        token = text[match.start() : match.end()]
        if token[0] in "!?":
            token = token[:2] if len(set(token)) == 1 else "?!"
        elif kind_of(token[0]) in "a0":
            token = re.sub(r"([^\W\d_])\1{2,}", r"\1\1", token)
        elif kind_of(token[0]) in "efk" and tokens[-2:] == [token, token]:
            continue
        tokens.append(token)
    return tokens


def kind_of(character):
    """a letter, 0 digit, m mark, ' apostrophe, . joins digits, ! or ?, s a letter of a script without spaces,
    e emoji, k skin tone, f half of a flag, z joins emoji, t spells a flag, and a space for the rest."""
    category = unicodedata.category(character)
    if category == "Nd":
        return "0"
    if category[0] in "LN":
        return "s" if unicodedata.name(character, "").startswith(UNSPACED) else "a"
    if category[0] == "M":
        return "m"
    if character in "!?":
        return "!"
    if character in ".,/⁄":
        return "."
    if character == "'":
        return "'"
    if "\U0001f3fb" <= character <= "\U0001f3ff":
        return "k"
    if "\U0001f1e6" <= character <= "\U0001f1ff":
        return "f"
    if "\U000e0020" <= character <= "\U000e007f":
        return "t"
    if character == "\u200d":
        return "z"
    return "e" if EMOJI.match(character) else " "


def tokenize_article(text):
    """What spaCy's English tokenizer does with the letters a-z and spaces that the article's cleaning leaves."""
    text = re.sub(r"[^\x00-\x7F]+", " ", text).lower()
    text = re.sub(r"[!-/:-@\[-`{-~0-9\t\n\r]", " ", text)
    tokens = []
    # The space that ends a word belongs to the word; further ones in a row are a token.
    for match in re.finditer(r"([\t-\r\x1c-\x20]+|[^\t-\r\x1c-\x20]+) ?", text):
        tokens.extend(CONTRACTIONS.get(match[1], [match[1]]))
    return tokens


def contractions():
    """From the run-together form to its pieces: `cantve` is `ca`, `nt`, `ve`."""
    table = {}

    def add(starts, *endings):
        for start, ending in product(starts.split(), endings):
            table[start + "".join(ending.split())] = [start, *ending.split()]

    questions = "who what when where why how there"
    subjects = "i you he she it we they that this these those " + questions
    modals = "could might must should would"
    with_have = modals + " ca do does did had may need ought sha wo"
    add(subjects, "ll", "ll ve", "d", "d ve")
    add("he she it that this " + questions, "s")
    add("you we they these those " + questions, "re", "ve")
    add("i not " + modals, "ve")
    add(with_have + " ai are is was were have has dare", "nt")
    add(with_have, "nt ve")
    add("i", "m", "m a")
    for start, ending in (("can", "not"), ("gon", "na"), ("got", "ta"), ("y", "all")):
        add(start, ending)
    for word in "ill its hell shell shed were well whore".split():
        table.pop(word, None)
    return table


CONTRACTIONS = contractions()
