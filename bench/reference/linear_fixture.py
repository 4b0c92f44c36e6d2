"""TF-IDF, softmax regression and ridge by scikit-learn on 60 short texts, as JSON: ours is held to it in the tests."""

import json
import random

import sklearn
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression, Ridge

OPENINGS = ["The dress is", "This top was", "I think it is", "Ce pull est", "For size_10 it's", "Überraschend"]
JUDGEMENTS = [
    ["awful", "TERRIBLE quality", "not good at all"],
    ["not bad, but thin", "okay, I guess", "ok for 20 dollars"],
    ["very good", "LOVELY", "great and très joli", "not bad at all"],
]
ENDINGS = ["", "!", "; a 5 star thing", "... and it runs small", " — würde ich kaufen 👍", "\nIt runs large, 100%"]


def make_rows(count, seed):
    draw = random.Random(seed)
    rows = []
    for _ in range(count):
        label = draw.choices([0, 1, 2], [1, 1, 2])[0]
        rows.append((f"{draw.choice(OPENINGS)} {draw.choice(JUDGEMENTS[label])}{draw.choice(ENDINGS)}", label))
    return rows


train = make_rows(60, 1)
train[7] = ("", 1)
train[8] = ("a ! ?", 0)
texts, labels = [list(column) for column in zip(*train)]
new_texts = [text for text, _ in make_rows(10, 2)] + ["", "unseen words", "Lovely; lovely, LOVELY top"]

vectorizer = TfidfVectorizer(ngram_range=(1, 2), min_df=2)
features = vectorizer.fit_transform(texts)
new_features = vectorizer.transform(new_texts)
names = vectorizer.get_feature_names_out()
classifier = LogisticRegression(C=4.0, tol=1e-12, max_iter=100_000).fit(features, labels)
ridge = Ridge(alpha=1.0, solver="sparse_cg", tol=1e-12).fit(features, labels)

print(
    json.dumps(
        {
            "scikitLearn": sklearn.__version__,
            "texts": texts,
            "labels": labels,
            "newTexts": new_texts,
            "newFeatures": [
                {names[column]: new_features[row, column] for column in new_features[[row]].nonzero()[1]}
                for row in range(len(new_texts))
            ],
            "features": len(names),
            "probabilities": classifier.predict_proba(new_features).tolist(),
            "numbers": ridge.predict(new_features).tolist(),
        },
        ensure_ascii=False,
    )
)
