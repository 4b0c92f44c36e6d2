"""Makes reference.safetensors and mixed.safetensors with the reference implementation.

    pip install safetensors==0.8.0 numpy==2.4.6
    python make_reference.py

reference.safetensors has what Starcast writes (32-bit floats, metadata, a name outside ASCII, a scalar, an empty
tensor); the encoder's bytes must equal it. mixed.safetensors has every dtype that Starcast reads.
"""

from pathlib import Path

import numpy
from safetensors import TensorSpec, serialize
from safetensors.numpy import save_file

folder = Path(__file__).parent

save_file(
    {
        "lstm.weight_ih_l0": numpy.arange(6, dtype=numpy.float32).reshape(2, 3) / 4 - 0.5,
        "linear.bias": numpy.array([3.4028235e38, -1e-45], dtype=numpy.float32),
        "10": numpy.array([1.5], dtype=numpy.float32),
        "9": numpy.array(-0.0, dtype=numpy.float32),
        "größe": numpy.zeros((0, 4), dtype=numpy.float32),
    },
    folder / "reference.safetensors",
    metadata={"format": "pt"},
)

halves = numpy.array([0.1, -65504, 6e-8, -0.0, numpy.inf, -numpy.inf, numpy.nan, 1], dtype=numpy.float16)
mixed = {
    "f32": ("float32", [2], numpy.array([0.1, -2.0], dtype=numpy.float32)),
    "f64": ("float64", [3], numpy.array([0.1, 1e300, -1e-300], dtype=numpy.float64)),
    "f16": ("float16", [2, 4], halves),
    "bf16": ("bfloat16", [4], numpy.frombuffer(bytes.fromhex("803f" "10c1" "807f" "0180"), dtype=numpy.uint16)),
}
specs = {
    name: TensorSpec(dtype=dtype, shape=shape, data_ptr=array.ctypes.data, data_len=array.nbytes)
    for name, (dtype, shape, array) in mixed.items()
}
(folder / "mixed.safetensors").write_bytes(serialize(specs))
