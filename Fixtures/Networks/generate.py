"""Makes the folders beside this file: small networks as PyTorch's two exporters write them, PyTorch's output as the
truth.

usage: generate.py [NAME ...]      (every network when none is named; then also caffe.py and shapes.py)

Made with python 3.11, torch 2.13.0, onnx 1.23.2, onnxscript 0.7.2, onnxruntime 1.31.1, numpy 2.4.6; weights from
seed 1, inputs from seed 2. Remaking gives the same bytes with these versions.
"""

import io
import logging
import pathlib
import sys
import warnings

import onnx
import torch

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]
import caffe  # noqa: E402
import fixture  # noqa: E402
import shapes  # noqa: E402
from networks import NETWORKS, build  # noqa: E402

warnings.filterwarnings("ignore")
logging.disable(logging.WARNING)

EVAL, PRESERVE = torch.onnx.TrainingMode.EVAL, torch.onnx.TrainingMode.PRESERVE
# suffix: opset, constants folded, mode (EVAL merges batch normalization into convolutions), batch size left open
TORCHSCRIPT = {
    "ts9": (9, True, PRESERVE, False),
    "ts13": (13, True, EVAL, False),
    "ts17": (17, False, PRESERVE, True),
}
# suffix: opset, optimized by onnxscript (which merges batch normalization), batch size left open
DYNAMO = {"dynamo18": (18, False, False), "dynamo23": (23, True, True)}
# networks whose parts occur in another one as well are kept in fewer versions
FEWER = {
    *("vgg", "inception-v3", "resnet-bottleneck", "resnext", "squeezenet", "shufflenet-v2", "xception"),
    *("mobilenet-v2", "mnasnet", "efficientnet-v2", "acnet"),
}
LEFT_OUT = ("ts13", "dynamo18")
WITH_METADATA = ("lenet5", "repvgg")  # the exporter's notes on nodes are kept in these and are ballast in the others


def torchscript(network, image, opset, folding, mode, open_batch):
    file = io.BytesIO()
    torch.onnx.export(
        network, (image,), file, dynamo=False, opset_version=opset, training=mode, do_constant_folding=folding,
        input_names=["input"], output_names=["output"],
        dynamic_axes={"input": {0: "N"}, "output": {0: "N"}} if open_batch else None,
    )  # fmt: skip
    return onnx.load_model_from_string(file.getvalue())


def dynamo(network, image, opset, optimized, open_batch):
    program = torch.onnx.export(
        network, (image,), dynamo=True, opset_version=opset, optimize=optimized, verbose=False,
        input_names=["input"], output_names=["output"],
        dynamic_shapes=({0: torch.export.Dim("N", min=1, max=64)},) if open_batch else None,
    )  # fmt: skip
    return program.model_proto


def trim(model, keep):
    """Removes the exporter's notes: traces name the files of the machine that exported, the rest is large."""
    for carrier in (*model.graph.node, *model.graph.value_info, *model.graph.input, *model.graph.output, model.graph):
        kept = (
            [(entry.key, entry.value) for entry in carrier.metadata_props if "trace" not in entry.key] if keep else []
        )
        del carrier.metadata_props[:]
        for key, value in kept:
            carrier.metadata_props.add(key=key, value=value)


def main(names):
    good = True
    for name in names or NETWORKS:
        # a batch that is left open is exported with two images, so that the exporter cannot take it for a constant
        network, shape = build(name), NETWORKS[name][1]
        draw = torch.Generator().manual_seed(2)
        image, images = torch.randn(1, *shape, generator=draw), torch.randn(2, *shape, generator=draw)
        with torch.no_grad():
            truth, truths = network(image), network(images)
        for suffix, options in (*TORCHSCRIPT.items(), *DYNAMO.items()):
            if name in FEWER and suffix in LEFT_OUT:
                continue
            export = torchscript if suffix in TORCHSCRIPT else dynamo
            given, expected = (images, truths) if options[-1] else (image, truth)
            model = export(network, given, *options)
            trim(model, keep=name in WITH_METADATA)
            inputs, outputs = {"input": given.numpy()}, {"output": expected.numpy()}
            fixture.write(HERE / f"{name}-{suffix}", model, inputs, outputs)
            good &= fixture.report(f"{name}-{suffix}", model, inputs, outputs)
    if not names:
        good &= caffe.main(HERE)
        good &= shapes.main(HERE)
    return good


if __name__ == "__main__":
    sys.exit(0 if main(sys.argv[1:]) else 1)
