"""The linear baselines in scikit-learn, on a split made by Starcast, to compare ours with.

Prints one JSON object: RMSE, MAE, accuracy and log loss of softmax regression decoded by its expected
rating, and RMSE of ridge, both on TF-IDF of 1-2-grams, with the seconds each took to train and predict.
"""

import argparse
import json
import time

import numpy
import pandas
import sklearn
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import accuracy_score, log_loss


def read_texts(table, columns):
    return table[columns].fillna("").agg(" ".join, axis=1).to_numpy()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("csv")
    parser.add_argument("split", help='JSON file: {"train": [row, ...], "validation": [row, ...]}, rows from 0')
    parser.add_argument("--text", nargs="+", default=["Title", "Review Text"])
    parser.add_argument("--label", default="Rating")
    parser.add_argument("--c", type=float, default=4.0, help="LogisticRegression's C")
    parser.add_argument("--alpha", type=float, default=1.0, help="Ridge's alpha")
    parser.add_argument("--sublinear", action=argparse.BooleanOptionalAction, default=False)
    parser.add_argument("--tol", type=float, default=1e-4)
    options = parser.parse_args()

    table = pandas.read_csv(options.csv)
    texts = read_texts(table, options.text)
    labels = table[options.label].to_numpy()
    with open(options.split) as file:
        split = json.load(file)
    train, validation = numpy.array(split["train"]), numpy.array(split["validation"])
    truth = labels[validation]

    started = time.perf_counter()
    vectorizer = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=options.sublinear)
    train_features = vectorizer.fit_transform(texts[train])
    validation_features = vectorizer.transform(texts[validation])
    vectorize_seconds = time.perf_counter() - started

    started = time.perf_counter()
    classifier = LogisticRegression(C=options.c, max_iter=1000, tol=options.tol).fit(train_features, labels[train])
    probabilities = classifier.predict_proba(validation_features)
    classifier_seconds = time.perf_counter() - started
    expected = probabilities @ classifier.classes_
    mode = classifier.classes_[probabilities.argmax(axis=1)]

    started = time.perf_counter()
    ridge = Ridge(alpha=options.alpha, solver="auto").fit(train_features, labels[train])
    predicted = ridge.predict(validation_features)
    ridge_seconds = time.perf_counter() - started

    def rmse(values):
        return float(numpy.sqrt(numpy.mean((values - truth) ** 2)))

    print(
        json.dumps(
            {
                "scikitLearn": sklearn.__version__,
                "features": int(train_features.shape[1]),
                "vectorizeSeconds": vectorize_seconds,
                "classifier": {
                    "c": options.c,
                    "iterations": int(classifier.n_iter_[0]),
                    "rmse": rmse(expected),
                    "rmseOfMode": rmse(mode),
                    "mae": float(numpy.mean(numpy.abs(expected - truth))),
                    "accuracy": float(accuracy_score(truth, mode)),
                    "logLoss": float(log_loss(truth, probabilities, labels=classifier.classes_)),
                    "seconds": classifier_seconds,
                },
                "ridge": {"alpha": options.alpha, "rmse": rmse(predicted), "seconds": ridge_seconds},
            },
            indent=2,
        )
    )


if __name__ == "__main__":
    main()
