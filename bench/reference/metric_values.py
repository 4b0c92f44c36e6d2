"""Metrics by scikit-learn on random predictions, as JSON: the values that ours are held to in the tests."""

import json

import numpy
from sklearn.metrics import (
    accuracy_score,
    cohen_kappa_score,
    confusion_matrix,
    f1_score,
    log_loss,
    mean_absolute_error,
    root_mean_squared_error,
)


def make_case(generator, name, rows, values, absent=()):
    """Random probabilities that lean to the target; `absent` classes occur neither as target nor as prediction."""
    classes = len(values)
    possible = [index for index in range(classes) if index not in absent]
    targets = generator.choice(possible, size=rows)
    logits = generator.normal(size=(rows, classes))
    logits[numpy.arange(rows), targets] += 1.2
    logits[:, list(absent)] = -20
    probabilities = numpy.exp(logits) / numpy.exp(logits).sum(axis=1, keepdims=True)
    if not absent:
        probabilities[0] = numpy.eye(classes)[(targets[0] + 1) % classes]
    probabilities = probabilities.round(6)
    probabilities[:, -1] += 1 - probabilities.sum(axis=1)
    probabilities = numpy.abs(probabilities)
    mode = probabilities.argmax(axis=1)
    values = numpy.array(values)
    expected, truth = probabilities @ values, values[targets]
    labels = list(range(classes))
    return {
        "name": name,
        "values": values.tolist(),
        "targets": targets.tolist(),
        "probabilities": probabilities.round(12).ravel().tolist(),
        "wanted": {
            "rmse": root_mean_squared_error(truth, expected),
            "mae": mean_absolute_error(truth, expected),
            "rmseOfMode": root_mean_squared_error(truth, values[mode]),
            "accuracy": accuracy_score(targets, mode),
            "qwk": cohen_kappa_score(targets, mode, weights="quadratic", labels=labels),
            "macroF1": f1_score(targets, mode, average="macro"),
            "logLoss": log_loss(targets, probabilities, labels=labels),
            "confusion": confusion_matrix(targets, mode, labels=labels).tolist(),
        },
    }


generator = numpy.random.default_rng(7)
cases = [
    make_case(generator, "five stars", 60, [1.0, 2.0, 3.0, 4.0, 5.0]),
    make_case(generator, "half stars from 0", 40, [0.0, 0.5, 1.0, 1.5]),
    make_case(generator, "uneven steps, one class absent", 40, [1.0, 2.0, 5.0, 10.0], absent=(2,)),
    make_case(generator, "two classes", 30, [0.0, 1.0]),
]
print(json.dumps(cases))
