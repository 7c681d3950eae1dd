"""Trains LeNet-5 on the handwritten digits that scikit-learn carries, and writes digits.onnx and the pictures in digits/.

The digits are those of the UCI repository (E. Alpaydin, C. Kaynak, 1998; CC BY 4.0): 1,797 of 8x8 pixels, by 43 people. The
last 360 are kept apart: none is trained on, and the pictures are of them. Each becomes a grey picture of 64x64 pixels, as
Pillow's bicubic filter makes it; the network sees 32x32 of its bilinear filter, from 0 to 1, which its metadata say.

Made with python 3.11, pillow 13.0.0, numpy 2.4.6, onnx 1.23.2, scikit-learn 1.9.1, torch 2.15.0. Takes two minutes.

usage: python Examples/train-digits.py
"""

import io
import json
import pathlib

import numpy
import onnx
import torch
from PIL import Image
from sklearn.datasets import load_digits
from torch import nn
from torch.nn import functional

folder = pathlib.Path(__file__).parent
NAMES = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
HELD_OUT = 360


class LeNet5(nn.Module):
    """As in the paper: tanh, and the mean for pooling."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, 5)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(400, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, 10)

    def forward(self, x):
        x = functional.avg_pool2d(torch.tanh(self.conv1(x)), 2)
        x = functional.avg_pool2d(torch.tanh(self.conv2(x)), 2)
        x = torch.tanh(self.fc1(x.flatten(1)))
        return self.fc3(torch.tanh(self.fc2(x)))


def picture(digit):
    """A digit of 8x8 numbers from 0 to 16."""
    small = Image.fromarray(numpy.round(digit * (255 / 16)).astype(numpy.uint8))
    return small.resize((64, 64), Image.Resampling.BICUBIC)


def seen(picture):
    """What the network is given."""
    return torch.from_numpy(numpy.asarray(picture.resize((32, 32), Image.Resampling.BILINEAR)).copy())[None] / 255


def bent(batch):
    """Turned, stretched and moved a little, of another contrast, with noise."""
    count = len(batch)
    angle = (torch.rand(count) - 0.5) * 0.5
    stretch = 1 + (torch.rand(count, 2) - 0.5) * 0.3
    move = (torch.rand(count, 2, 1) - 0.5) * 0.25
    turn = torch.stack([torch.cos(angle), -torch.sin(angle), torch.sin(angle), torch.cos(angle)], 1).view(-1, 2, 2)
    grid = functional.affine_grid(
        torch.cat([turn * stretch[:, None], move], 2), list(batch.shape), align_corners=False)
    batch = functional.grid_sample(batch, grid, align_corners=False)
    return batch * (0.6 + 0.4 * torch.rand(count, 1, 1, 1)) + 0.05 * torch.randn(batch.shape)


def main():
    torch.manual_seed(0)
    torch.set_num_threads(1)
    digits = load_digits()
    pictures = [picture(digit) for digit in digits.images]
    images = torch.stack([seen(picture) for picture in pictures])
    labels = torch.from_numpy(digits.target).long()
    (known, strange), (answers, truth) = images.split([len(images) - HELD_OUT, HELD_OUT]), labels.split(
        [len(images) - HELD_OUT, HELD_OUT])

    network = LeNet5()
    rounds, size = 150, 64
    optimizer = torch.optim.AdamW(network.parameters(), lr=2e-3, weight_decay=1e-2)
    steps = rounds * (len(known) // size)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 4e-3, total_steps=steps)
    for _ in range(rounds):
        for part in torch.randperm(len(known)).split(size):
            if len(part) < size:
                continue
            loss = functional.cross_entropy(network(bent(known[part])), answers[part], label_smoothing=0.05)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    network.eval()
    with torch.no_grad():
        right = network(strange).argmax(1) == truth
    print(f"{int(right.sum())} of {len(right)} digits that it has not seen are right")

    stream = io.BytesIO()
    torch.onnx.export(
        network, (images[:1],), stream, input_names=["image"], output_names=["scores"], opset_version=17,
        dynamic_axes={"image": {0: "N"}, "scores": {0: "N"}}, dynamo=False)
    model = onnx.load_from_string(stream.getvalue())
    model.graph.name = "digits"
    model.graph.doc_string = "LeNet-5, trained on the digits of scikit-learn"
    onnx.helper.set_model_props(model, {
        "cnnconv.image": "resize=32x32 crop=none interpolation=bilinear scale=1/255 mean=0 std=1 channels=grey layout=nchw",
        "cnnconv.labels": json.dumps(NAMES)})
    onnx.checker.check_model(model)
    (folder / "digits.onnx").write_bytes(model.SerializeToString(deterministic=True))

    # The first of each digit among those that it has not seen.
    (folder / "digits").mkdir(exist_ok=True)
    for number, name in enumerate(NAMES):
        first = int((truth == number).nonzero()[0])
        pictures[len(known) + first].save(folder / "digits" / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
