"""Who is measured: one module a contender.

A peer is a class with a `title`, its Python `package`, and `load(inputs)`, `run()` and `outputs()`. It is made with a
`case` (the model's path, threads, free extents) in a process of its own. cnnconv is a program and measures itself.
"""

from contenders.ncnn import Ncnn
from contenders.onnxruntime import OnnxRuntime
from contenders.openvino import OpenVino

PEERS = {"onnxruntime": OnnxRuntime, "openvino": OpenVino, "ncnn": Ncnn}
