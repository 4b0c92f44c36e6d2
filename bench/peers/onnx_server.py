"""What one would write around ONNX Runtime for Python: FastAPI, a session, and a route, served by uvicorn with its fast parts.

    python onnx_server.py MODEL.onnx FOLDER-OF-TEXT.PY
"""

import json
import socket
import sys

import numpy as np
import onnxruntime
import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel

sys.path.append(sys.argv[2])
from text import encode  # noqa: E402

options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1
session = onnxruntime.InferenceSession(sys.argv[1], options, providers=["CPUExecutionProvider"])
metadata = session.get_modelmeta().custom_metadata_map
settings = json.loads(metadata["starcast"])
vocabulary = {token: id for id, token in enumerate(json.loads(metadata["starcast.vocabulary"]))}

app = FastAPI()


class Question(BaseModel):
    text: str


@app.post("/predict")
async def predict(question: Question):
    [row] = encode([question.text], vocabulary, settings["tokenizer"], settings["maxLength"])
    inputs = {"ids": np.array([row], np.int64), "lengths": np.array([len(row)], np.int64)}
    rating, probabilities = session.run(["rating", "probabilities"], inputs)
    return {"rating": float(rating[0]), "probabilities": probabilities[0].tolist()}


listener = socket.socket()
listener.bind(("127.0.0.1", 0))
# From now on connections wait, while uvicorn starts.
listener.listen(1024)
print(f"http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
uvicorn.Server(uvicorn.Config(app, log_level="error")).run(sockets=[listener])
