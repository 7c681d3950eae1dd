"""Writes what PyTorch says of the networks of the zoo: NAME.SPELLING.txt, one file for each spelling of the keys.

    python generate.py [PATTERN ...]

Patterns as of a shell, such as `resnet*` or `*.timm`, choose networks. Made with the versions of networks.py. A file
holds

    network NAME        the zoo's name
    ambiguous NAME      where recognition from keys and shapes must give another name; otherwise this line is absent
    spelling SPELLING
    parameters N        learned parameters that inference uses
    gigaoperations X    multiply-accumulates of one image of the published size in 1e9: as published with torchvision's
                        weights, else counted in convolutions and linear layers
    size C H W          the published input size
    input C H W         the size of the input for the next line
    output …            the first 16 outputs of the network with the zoo's weights of seed 7, scaled as the next lines
                        say, on the zoo's numbers of seed 7 and key `input`, from -1 to 1, as input
    scale KEY FACTOR    zero or more lines: the weights of KEY are multiplied by this power of two, so that the output
                        depends on every layer
    unused KEY EXTENT … zero or more lines: what the state dict holds for training only
    KEY EXTENT …        the rest of the state dict in its order

of which num_batches_tracked is left out. The weights are drawn by networks.py, from the description in
Sources/Architectures/Weights.
"""

import fnmatch
import pathlib
import sys

import torch

import networks

HERE = pathlib.Path(__file__).resolve().parent
SEED = 7


def check(network, module, parameters):
    """What is published must agree with what is counted."""
    counted = networks.operations(module, network.size) / 1e9
    published = network.gigaoperations
    if published is not None and abs(counted - published) > max(0.01 * published, 6e-4):
        print(f"  operations: {published} published, {counted:.6f} counted")
    everything = sum(value.numel() for value in module.parameters())
    if network.parameters not in (None, parameters, everything):
        print(f"  parameters: {network.parameters} published, {parameters} used of {everything}")
    return counted if published is None else published


def describe(network):
    module, factors = networks.build(network, SEED)
    parameters = sum(value.numel() for key, value in module.named_parameters() if networks.is_used(network, key))
    gigaoperations = check(network, module, parameters)
    with torch.no_grad():
        given = networks.random_input(network.input, SEED)
        output = module(given)[0]
        other = module(given.flip(-1))[0]
    change = float((output - other).abs().max() / output.abs().max())
    figures = f"max |output| {float(output.abs().max()):.3g}, deviation {float(output.std()):.3g}"
    print(f"{network.label:40s} {figures}, change on the mirrored input {change:.2g}", flush=True)

    lines = [f"network {network.name}"]
    if network.recognized:
        lines.append(f"ambiguous {network.recognized}")
    lines += [f"spelling {network.spelling}", f"parameters {parameters}", f"gigaoperations {gigaoperations:.9g}"]
    lines += ["size " + " ".join(map(str, network.size)), "input " + " ".join(map(str, network.input))]
    lines.append("output " + " ".join(f"{value:.9g}" for value in output[:16].tolist()))
    shapes = {key: " ".join(map(str, value.shape)) for key, value in module.state_dict().items()}
    lines += [f"scale {key} {factor:.9g}" for key, factor in factors.items()]
    for key, shape in shapes.items():
        if not key.endswith(".num_batches_tracked") and not networks.is_used(network, key):
            lines.append(f"unused {key} {shape}")
    lines += [f"{key} {shape}" for key, shape in shapes.items() if networks.is_used(network, key)]
    (HERE / f"{network.label}.txt").write_text("\n".join(lines) + "\n")


def main():
    torch.set_num_threads(1)
    patterns = sys.argv[1:] or ["*"]
    for network in networks.NETWORKS:
        if any(fnmatch.fnmatch(network.label, pattern) for pattern in patterns):
            describe(network)


if __name__ == "__main__":
    main()
