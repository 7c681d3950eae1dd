"""Small networks for TorchScript: blocks of convolutional networks, control flow, writes in place, attention."""

from typing import Dict, List, NamedTuple, Optional, Tuple

import torch
import torch.nn.functional as functional
from torch import Tensor, nn


class Block(nn.Module):
    """A residual block whose sum is written in place."""

    def __init__(self, channels: int, down: Optional[nn.Module] = None):
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, 3, 1, 1, bias=False)
        self.bn = nn.BatchNorm2d(channels)
        self.act = nn.ReLU(inplace=True)
        self.down = down
        self.rate = 0.1

    def forward(self, x):
        y = self.act(self.bn(self.conv(x)))
        if self.down is not None:
            x = self.down(x)
        y = functional.dropout(y, p=self.rate, training=self.training)
        y += x
        return functional.silu(y)


class Residual(nn.Module):
    """Stem, blocks, pooling and head as a classifier has them."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 8, 3, 2, 1), nn.BatchNorm2d(8), nn.ReLU6(), nn.MaxPool2d(3, 2, 1))
        self.blocks = nn.Sequential(Block(8), Block(8, nn.Conv2d(8, 8, 1)))
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(8, 5)

    def forward(self, x):
        x = self.blocks(self.stem(x))
        return self.fc(torch.flatten(self.pool(x), 1))


class Shuffle(nn.Module):
    """Groups of channels that change places, by sizes that are asked for."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(4, 8, 3, padding=1, groups=2)
        self.branch = nn.Conv2d(4, 4, 1)

    def forward(self, x):
        x = functional.hardswish(self.conv(x))
        n, c, h, w = x.size()
        x = x.view(n, 2, c // 2, h, w).transpose(1, 2).contiguous().view(n, -1, h, w)
        a, b = x.chunk(2, dim=1)
        return torch.cat((a, self.branch(b)), dim=1).mean([2, 3])


class Control(nn.Module):
    """Conditions that are known, one that is not, loops that are counted, lists and a dictionary."""

    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([nn.Conv2d(3, 3, 3, padding=1) for _ in range(3)])
        self.scale = nn.Parameter(torch.tensor([[0.5, -0.25, 2.0]]))

    def forward(self, x: Tensor, flip: bool = False) -> Dict[str, Tensor]:
        assert x.dim() == 4, f"expected four axes, got {x.dim()}"
        features: List[Tensor] = []
        for layer in self.layers:
            x = torch.tanh(layer(x))
            features.append(x)
        if flip:
            x = x.flip(3)
        if x.shape[2] > 4:
            x = functional.avg_pool2d(x, 2)
        y = torch.stack([f.mean(dim=(2, 3)) for f in features], 0).sum(0)
        i = 0
        while i < 3:
            y = y * 1.5 if i % 2 == 0 else y - 0.25
            i += 1
        if y.sum() > 0:
            y = y * self.scale
            z = torch.relu(y)
        else:
            z = y - 1
        return {"out": z, "features": x}


class Halving(nn.Module):
    """A loop of which only a run knows the number of rounds, and one over the batch."""

    def forward(self, x: Tensor, limit: Tensor):
        rounds = 0
        while bool((x * x).sum() > limit):
            x = x * 0.5
            rounds += 1
        total = torch.zeros_like(x[0])
        for i in range(x.size(0)):
            total = total + x[i] * float(i + 1)
        return x, rounds + 1, total


class Writes(nn.Module):
    """Writes into parts of tensors and into views of them."""

    def forward(self, x):
        y = x * 2
        y[:, 0] = 1.0
        y[:, 1:3] *= 3.0
        z = y.view(y.size(0), -1)
        z.add_(0.5)
        y[y > 4] = -1.0
        first = y[0]
        first.mul_(2.0)
        t = y.transpose(1, 2)
        t[:, 0] = t[:, 1] + 1
        return y, z, t.sum(1)


class Attention(nn.Module):
    """A transformer's block on patches of an image."""

    def __init__(self):
        super().__init__()
        self.patch = nn.Conv2d(3, 12, 4, 4)
        self.token = nn.Parameter(torch.randn(1, 1, 12))
        self.position = nn.Parameter(torch.randn(1, 10, 12))
        self.norm = nn.LayerNorm(12)
        self.qkv = nn.Linear(12, 36)
        self.out = nn.Linear(12, 12)
        self.mlp = nn.Sequential(nn.Linear(12, 24), nn.GELU(), nn.Linear(24, 12))

    def forward(self, x):
        x = self.patch(x).flatten(2).transpose(1, 2)
        x = torch.cat([self.token.expand(x.shape[0], -1, -1), x], dim=1) + self.position
        b, n, c = x.shape
        q, k, v = self.qkv(self.norm(x)).reshape(b, n, 3, 3, c // 3).permute(2, 0, 3, 1, 4).unbind(0)
        weights = ((q * (c // 3) ** -0.5) @ k.transpose(-2, -1)).softmax(dim=-1)
        x = x + self.out((weights @ v).transpose(1, 2).reshape(b, n, c))
        x = x + functional.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(b, n, c)
        return (x + self.mlp(x))[:, 0]


class Pyramid(nn.Module):
    """Down and up again, by scale and by size."""

    def __init__(self):
        super().__init__()
        self.down = nn.Conv2d(2, 6, 3, 2, 1)
        self.norm = nn.GroupNorm(2, 6)
        self.up = nn.ConvTranspose2d(6, 4, 2, 2)
        self.shuffle = nn.PixelShuffle(2)
        self.last = nn.Conv2d(7, 3, 1)

    def forward(self, x):
        y = functional.leaky_relu(self.norm(self.down(x)), 0.1)
        z = self.up(y)
        a = functional.interpolate(y, size=x.shape[-2:], mode="bilinear", align_corners=False)
        b = functional.interpolate(x, scale_factor=2.0, mode="nearest")
        c = self.shuffle(z)
        z = functional.pad(z, [0, x.shape[3] - z.shape[3], 0, x.shape[2] - z.shape[2]])
        return self.last(torch.cat([a[:, :3], z], 1)), b + c


class Recurrent(nn.Module):
    """An embedding and a recurrent layer, on numbers."""

    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(11, 6)
        self.lstm = nn.LSTM(6, 5, batch_first=True, bidirectional=True)
        self.fc = nn.Linear(10, 3)

    def forward(self, tokens):
        y, _ = self.lstm(self.embedding(tokens))
        return functional.log_softmax(self.fc(y[:, -1]), dim=1)


class Result(NamedTuple):
    scores: Tensor
    boxes: Tensor


class Named(nn.Module):
    """A named tuple of two inputs' results."""

    def __init__(self):
        super().__init__()
        self.a = nn.Linear(4, 3)
        self.b = nn.Linear(6, 3, bias=False)

    def forward(self, left: Tensor, right: Tuple[Tensor, Tensor]):
        both = self.a(left) + self.b(torch.cat(right, 1))
        return Result(torch.sigmoid(both), both.clamp(-1.0, 1.0))


class Windows(nn.Module):
    """Windows of an image that are rolled, gathered by an index and put back."""

    def __init__(self):
        super().__init__()
        self.bias = nn.Parameter(torch.randn(7, 2))
        self.register_buffer("index", torch.randint(0, 7, (16,)))
        self.mix = nn.Parameter(torch.randn(6, 5))

    def forward(self, x):
        n, c, h, w = x.shape
        x = torch.roll(x, (-1, -1), (2, 3)).view(n, c, h // 2, 2, w // 2, 2)
        x = x.permute(0, 2, 4, 3, 5, 1).reshape(-1, 4, c)
        bias = self.bias[self.index].view(4, 4, 2).permute(2, 0, 1).mean(0)
        x = torch.matmul(torch.softmax(bias, -1), x)
        x = torch.einsum("bnc,cd->bnd", x, self.mix)
        return torch.where(x > 0, x, x * 0.1)


class Preparing(nn.Module):
    """Takes numbers of 0 to 255 as images are, and prepares them itself."""

    def __init__(self):
        super().__init__()
        self.register_buffer("mean", torch.tensor([120.0, 110.0, 100.0]).view(1, 3, 1, 1))
        self.conv = nn.Conv2d(3, 4, 3, bias=False)

    def forward(self, x):
        x = (x - self.mean) / 58.5
        return functional.softmax(functional.adaptive_max_pool2d(self.conv(x), 1).squeeze(3).squeeze(2), dim=-1)


def image(*shape):
    return lambda draw: (torch.randn(*shape, generator=draw),)


# name: the network, its inputs, whether tracing it says the whole of it
NETWORKS = {
    "residual": (Residual, image(2, 3, 20, 24), True),
    "shuffle": (Shuffle, image(2, 4, 6, 5), True),
    "control": (Control, image(2, 3, 8, 8), False),
    "halving": (Halving, lambda draw: (torch.randn(3, 4, generator=draw) * 9, torch.tensor([5.0])), False),
    "writes": (Writes, image(2, 4, 5), True),
    "attention": (Attention, image(2, 3, 12, 12), True),
    "pyramid": (Pyramid, image(1, 2, 8, 12), True),
    "recurrent": (Recurrent, lambda draw: (torch.randint(0, 11, (2, 7), generator=draw),), True),
    "named": (
        Named,
        lambda draw: (torch.randn(2, 4, generator=draw),
                      (torch.randn(2, 4, generator=draw), torch.randn(2, 2, generator=draw))),
        False,
    ),
    "windows": (Windows, image(2, 6, 4, 8), True),
    "preparing": (Preparing, lambda draw: (torch.rand(2, 3, 7, 9, generator=draw) * 255,), True),
}


def seed_statistics(module, draw):
    """Statistics and scales of normalizations as after training."""
    for part in module.modules():
        if isinstance(part, nn.BatchNorm2d):
            for tensor, low, high in ((part.weight.data, 0.5, 1.5), (part.running_var, 0.5, 2.0)):
                tensor.uniform_(low, high, generator=draw)
            part.bias.data.normal_(0, 0.3, generator=draw)
            part.running_mean.normal_(0, 0.5, generator=draw)


def network(name):
    """The network in evaluation mode with seeded weights and statistics, its inputs, and whether it can be traced."""
    make, inputs, isTraceable = NETWORKS[name]
    torch.manual_seed(20 + sorted(NETWORKS).index(name))
    module = make()
    draw = torch.Generator().manual_seed(5)
    seed_statistics(module, draw)
    return module.eval(), inputs(draw), isTraceable


def forms(module, inputs, isTraceable):
    """The network in each form that `torch.jit.save` can write, by name."""
    made = {"scripted": torch.jit.script(module)}
    made["scripted-frozen"] = torch.jit.freeze(made["scripted"])
    if isTraceable:
        made["traced"] = torch.jit.trace(module, inputs)
        made["traced-frozen"] = torch.jit.freeze(made["traced"])
    return made


def flat(values):
    """Tensors in the order in which a graph has them; numbers count as tensors."""
    if values is None:
        return []
    if isinstance(values, dict):
        values = values.values()
    if isinstance(values, (tuple, list)) or not isinstance(values, (Tensor, int, float, bool)):
        return [tensor for value in values for tensor in flat(value)]
    return [values if isinstance(values, Tensor) else torch.tensor(values)]
