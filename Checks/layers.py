#!/usr/bin/env python3
"""Compares the totals of `cnnconv layers` with torchinfo's and fvcore's for torchvision's networks.

usage: layers.py PROGRAM [NETWORK ...]

Needs torch, torchvision, torchinfo 1.8 and fvcore 0.1.5. Each network's state dict is saved and read by `layers`. Parameters
and multiplications have to be equal: fvcore counts those of convolutions, linear layers and matrix products. torchinfo adds, for
each position of a convolution's output its bias, and for all other layers each parameter once; the same is added here, from
the rows of the table. Prints a line for each network; the exit code is 1 if a figure differs.
"""
import json
import logging
import os
import subprocess
import sys
import tempfile

import torch
import torchinfo
import torchvision
from fvcore.nn import FlopCountAnalysis

NETWORKS = """alexnet vgg11 vgg16_bn resnet18 resnet50 wide_resnet50_2 resnext50_32x4d densenet121 densenet169 googlenet
inception_v3 mobilenet_v2 mobilenet_v3_small mobilenet_v3_large mnasnet1_0 shufflenet_v2_x1_0 squeezenet1_0 squeezenet1_1
efficientnet_b0 efficientnet_v2_s""".split()
SIZES = {"inception_v3": 299, "efficientnet_v2_s": 384}
OPTIONS = {name: {"aux_logits": False, "init_weights": False} for name in ["googlenet", "inception_v3"]}


def mult_adds(layers):
    """torchinfo's figure from the rows of a table."""
    total = 0
    for layer in layers:
        positions = 1
        if layer["operator"] == "Conv":
            for extent in layer["outputs"][0]["shape"][2:]:
                positions *= extent
        total += layer["parameters"] * positions
    return total


def main():
    program, names = os.path.abspath(sys.argv[1]), sys.argv[2:] or NETWORKS
    logging.getLogger("fvcore").setLevel(logging.ERROR)
    torch.set_num_threads(1)
    failed = False
    print(f"{'network':20} {'parameters':>12} {'MACs':>15} {'mult-adds':>15}")
    for name in names:
        network = torchvision.models.get_model(name, weights=None, **OPTIONS.get(name, {})).eval()
        size = SIZES.get(name, 224)
        image = torch.zeros(1, 3, size, size)
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, f"{name}.pth")
            torch.save(network.state_dict(), path)
            shape = ["--input-shape", f"1x3x{size}x{size}"]
            run = subprocess.run([program, "layers", path, "--json", *shape], capture_output=True, text=True)
        if run.returncode != 0:
            print(f"{name:20} exit code {run.returncode}: {run.stderr.strip()}")
            failed = True
            continue
        table = json.loads(run.stdout)
        with torch.no_grad():
            info = torchinfo.summary(network, input_data=image, verbose=0)
            counts = FlopCountAnalysis(network, image).unsupported_ops_warnings(False).by_operator()
        products = sum(count for kind, count in counts.items() if kind in ("conv", "linear", "addmm", "matmul", "bmm"))
        pairs = [
            (table["total"]["parameters"], info.total_params), (table["total"]["macs"], int(products)),
            (mult_adds(table["layers"]), info.total_mult_adds),
            (sum(layer["parameters"] for layer in table["layers"]), sum(p.numel() for p in network.parameters())),
        ]
        wrong = [f"{own} against {other}" for own, other in pairs if own != other]
        failed = failed or bool(wrong)
        figures = [f"{own:>{width},}" for (own, _), width in zip(pairs, [12, 15, 15])]
        print(f"{name:20} {' '.join(figures)}  {'; '.join(wrong) or 'equal'}", flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
