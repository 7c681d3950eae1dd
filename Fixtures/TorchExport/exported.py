"""Small networks for `torch.export`, beside those of Fixtures/TorchScript: free batch and size, branches, tied weights, results by
name, writes in place, einsum, attention, the usual parts of detectors. For each: how to make it, its inputs, and which extents
are free."""

import pathlib
import sys

import torch
import torch.nn.functional as functional
from torch import nn
from torch.export import Dim

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "TorchScript"))
import networks  # noqa: E402


class UNet(nn.Module):
    """Down and up again by sizes that are asked for; height and width are free."""

    def __init__(self):
        super().__init__()
        self.first = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU(inplace=True))
        self.second = nn.Sequential(nn.Conv2d(8, 12, 3, padding=1), nn.GroupNorm(3, 12), nn.SiLU(inplace=True))
        self.up = nn.Conv2d(12, 8, 1)
        self.last = nn.Conv2d(16, 2, 1)

    def forward(self, x):
        a = self.first(x)
        b = self.second(functional.max_pool2d(a, 2))
        b = functional.interpolate(self.up(b), size=a.shape[-2:], mode="bilinear", align_corners=False)
        return torch.sigmoid(self.last(torch.cat([a, b], 1)))


class Detector(nn.Module):
    """A head without anchors: split, distribution over distances, a grid of points, boxes beside classes."""

    def __init__(self):
        super().__init__()
        self.backbone = nn.Sequential(nn.Conv2d(3, 8, 3, 2, 1), nn.SiLU(), nn.Conv2d(8, 8, 3, 2, 1), nn.SiLU())
        self.neck = nn.Conv2d(8, 8, 3, 2, 1)
        self.heads = nn.ModuleList(nn.Conv2d(8, 4 * 4 + 3, 1) for _ in range(2))

    def forward(self, x):
        p3 = self.backbone(x)
        p4 = self.neck(functional.max_pool2d(p3, 5, 1, 2))
        p3 = p3 + functional.interpolate(p4, scale_factor=2.0, mode="nearest")
        boxes, scores = [], []
        for feature, head, stride in zip((p3, p4), self.heads, (4, 8)):
            y = head(feature)
            n, _, h, w = y.shape
            distances, classes = y.split((16, 3), 1)
            distances = distances.view(n, 4, 4, h * w).softmax(2)
            distances = (distances * torch.arange(4, dtype=x.dtype, device=x.device).view(1, 1, 4, 1)).sum(2)
            rows, columns = torch.meshgrid(torch.arange(h) + 0.5, torch.arange(w) + 0.5, indexing="ij")
            points = torch.stack((columns, rows), -1).view(-1, 2).t().unsqueeze(0)
            start, end = distances.chunk(2, 1)
            boxes.append(torch.cat((points - start, points + end), 1) * stride)
            scores.append(classes.flatten(2).sigmoid())
        return {"boxes": torch.cat(boxes, 2), "scores": torch.cat(scores, 2)}


class Branching(nn.Module):
    """A branch that a tensor decides, on features."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(2, 4, 3)

    def forward(self, x):
        y = self.conv(x)
        return torch.cond(y.mean() > 0, lambda v: v.relu() * 2, lambda v: v.sigmoid() - 1, (y,))


class Tied(nn.Module):
    """Two layers of one weight, a view of a buffer, and a constant."""

    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(9, 6)
        self.out = nn.Linear(6, 9, bias=False)
        self.out.weight = self.embedding.weight
        self.register_buffer("table", torch.arange(24.0).view(4, 6))
        self.register_buffer("part", self.table[1:3].t(), persistent=False)

    def forward(self, tokens):
        y = self.embedding(tokens) + self.table[0] * torch.tensor(0.25)
        return self.out(functional.layer_norm(y, (6,))), (y @ self.part, tokens.clamp(max=5))


class Slices(nn.Module):
    """Parts that are read, written and put together in every way."""

    def forward(self, x):
        y = x.clone()
        y[:, 1:3, ::2] = 0.5
        y[:, -1].mul_(2)
        y[0, 0, 0] += 3
        y[..., 1][y[..., 1] > 1] = -1
        a, b = y[:, :2], y[:, 2:]
        a = torch.roll(a, (1, -2), (2, 3)).flip(3)
        z = torch.zeros_like(y)
        z[:, ::2] = a
        z[:, 1::2] = b
        focus = torch.cat([z[..., ::2, ::2], z[..., 1::2, ::2], z[..., ::2, 1::2], z[..., 1::2, 1::2]], 1)
        index = torch.tensor([2, 0, 1])
        return focus, z[:, index], z.take_along_dim(z.argsort(dim=3), dim=3), z.narrow(2, 1, 2).unbind(1)[0]


class Sums(nn.Module):
    """einsum in several forms, norms and reductions."""

    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(6, 5))

    def forward(self, x, y):
        a = torch.einsum("bchw,cd->bdhw", x, self.weight)
        b = torch.einsum("bcn,bcm->bnm", x.flatten(2), y.flatten(2))
        c = torch.einsum("bchw,bchw->bc", x, y)
        d = functional.normalize(x, dim=1) * torch.linalg.vector_norm(y, dim=(2, 3), keepdim=True)
        variance, mean = torch.var_mean(x, dim=(1, 2), unbiased=False)
        return a, b, c, d, variance.sqrt() + mean, x.amax((2, 3)), x.std(3), torch.logsumexp(y, 1)


class Attention(nn.Module):
    """Attention by PyTorch's own layers and by its function with a mask."""

    def __init__(self):
        super().__init__()
        self.layer = nn.TransformerEncoderLayer(12, 3, 20, batch_first=True, activation="gelu", norm_first=True)
        self.attention = nn.MultiheadAttention(12, 2, batch_first=True)

    def forward(self, x):
        y = self.layer(x)
        z, _ = self.attention(y, x, x)
        n, t, c = x.shape
        q = z.view(n, t, 4, 3).transpose(1, 2)
        mask = torch.ones(t, t, dtype=torch.bool).tril()
        return functional.scaled_dot_product_attention(q, q, q, attn_mask=mask).transpose(1, 2).reshape(n, t, c)


class Pools(nn.Module):
    """Every pooling, padding and resampling that networks use."""

    def forward(self, x):
        y = functional.pad(x, (1, 2, 0, 1), mode="reflect")
        a = functional.avg_pool2d(y, 3, 2, 1, ceil_mode=True, count_include_pad=False)
        b = functional.adaptive_avg_pool2d(x, (3, 2))
        c, indices = functional.max_pool2d(x, 2, return_indices=True)
        d = functional.interpolate(x, scale_factor=1.5, mode="bicubic", align_corners=False)
        e = functional.pixel_unshuffle(x, 2)
        f = functional.unfold(x, 3, padding=1)
        g = functional.lp_pool2d(x.abs(), 2.0, 2)
        grid = torch.stack(torch.meshgrid(torch.linspace(-1, 1, 4), torch.linspace(-1, 1, 5), indexing="xy"), -1)
        h = functional.grid_sample(x, grid[None].expand(x.shape[0], -1, -1, -1), align_corners=True)
        return a, b, c, indices, d, e, f, g, h, functional.local_response_norm(x, 3)


class Scaled(nn.Module):
    """Weights that a run computes of others: standardized, and normalized."""

    def __init__(self):
        super().__init__()
        self.conv = nn.utils.parametrizations.weight_norm(nn.Conv2d(3, 6, 3, padding=1))
        self.linear = nn.utils.parametrizations.spectral_norm(nn.Linear(6, 4))
        self.weight = nn.Parameter(torch.randn(6, 1, 3, 3))

    def forward(self, x):
        y = self.conv(x)
        variance, mean = torch.var_mean(self.weight, dim=(1, 2, 3), keepdim=True)
        y = functional.conv2d(y, (self.weight - mean) * torch.rsqrt(variance + 1e-5), groups=6)
        return self.linear(functional.instance_norm(y).abs().mean((2, 3)))


def draw(*shapes):
    return lambda generator: tuple(torch.randn(*shape, generator=generator) for shape in shapes)


BATCH = {0: Dim("batch", max=64)}
# name: the network, its inputs, the free extents of each input, None if all are fixed
EXPORTED = {
    "unet": (UNet, draw((2, 3, 16, 20)), ({0: Dim.AUTO, 2: Dim.AUTO, 3: Dim.AUTO},)),
    "detector": (Detector, draw((2, 3, 16, 32)), (BATCH,)),
    "branching": (Branching, draw((2, 2, 6, 5)), (BATCH,)),
    "tied": (Tied, lambda generator: (torch.randint(0, 9, (2, 5), generator=generator),), (BATCH,)),
    "slices": (Slices, draw((2, 4, 4, 6)), None),
    "sums": (Sums, draw((2, 6, 3, 4), (2, 6, 3, 4)), (BATCH, BATCH)),
    "attentions": (Attention, draw((2, 7, 12)), (BATCH,)),
    "pools": (Pools, draw((2, 3, 6, 8)), (BATCH,)),
    "scaled": (Scaled, draw((2, 3, 6, 8)), (BATCH,)),
}


# Those of Fixtures/TorchScript whose control flow depends on no values.
SHARED = [name for name, (_, _, is_traceable) in networks.NETWORKS.items() if is_traceable]


def network(name):
    """The network in evaluation mode with seeded weights and statistics, its inputs, and the free extents."""
    if name in SHARED:
        module, inputs, _ = networks.network(name)
        return module, inputs, None
    make, inputs, free = EXPORTED[name]
    torch.manual_seed(40 + sorted(EXPORTED).index(name))
    module = make()
    generator = torch.Generator().manual_seed(6)
    networks.seed_statistics(module, generator)
    return module.eval(), inputs(generator), free
