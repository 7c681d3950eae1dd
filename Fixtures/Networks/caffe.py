"""Networks as Caffe, Caffe2 and their converters wrote them at opset 1 to 10: weights listed as inputs, IR version 3,
attributes that later opsets dropped. The truth is PyTorch's functional interface, or numpy where it has no such
operator.

usage: by generate.py, or alone: caffe.py      Made with the versions that generate.py states; weights from seed 3.
"""

import pathlib
import sys

import numpy
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch.nn import functional as F

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
import fixture  # noqa: E402


class Network:
    """Collects nodes and weights; node() names its output after itself and returns that name."""

    def __init__(self, opset, *shapes, seed=3):
        self.opset, self.nodes, self.weights, self.types = opset, [], {}, []
        self.draw = torch.Generator().manual_seed(seed)
        self.data = [torch.randn(shape, generator=self.draw) for shape in shapes]
        self.names = [f"data_{index}" for index in range(len(shapes))]

    def weight(self, *shape, low=None, scale=None):
        """A tensor of seeded weights (uniform from `low` to `low + 1`, or normal with a fitting scale) and its name."""
        if low is not None:
            value = torch.rand(shape, generator=self.draw) + low
        else:
            fan_in = max(1, int(numpy.prod(shape[1:])))
            value = torch.randn(shape, generator=self.draw) * (scale or (2 / fan_in) ** 0.5)
        return value, self.constant(value)

    def constant(self, value):
        name = f"w_{len(self.weights)}"
        self.weights[name] = value.numpy() if isinstance(value, torch.Tensor) else numpy.asarray(value)
        return name

    def node(self, kind, *inputs, outputs=None, **attributes):
        outputs = outputs or [f"{kind.lower()}_{len(self.nodes)}"]
        self.nodes.append(helper.make_node(kind, inputs, outputs, **attributes))
        return outputs[0]

    def convolution(self, name, x, outputs, kernel, groups=1, stride=1, padding=0, bias=True, **attributes):
        """A Conv node and PyTorch's result; attributes replace `pads` where the caller brings its own."""
        weight, weight_name = self.weight(outputs, x.shape[1] // groups, kernel, kernel)
        value, names = None, [name, weight_name]
        if bias:
            value, bias_name = self.weight(outputs, scale=0.1)
            names.append(bias_name)
        if not attributes:
            attributes = {"pads": [padding] * 4}
        out = self.node("Conv", *names, kernel_shape=[kernel] * 2, strides=[stride] * 2, group=groups, **attributes)
        return out, F.conv2d(x, weight, value, stride, padding, groups=groups)

    def normalization(self, name, x, outputs=None, **attributes):
        """A BatchNormalization node in test mode and PyTorch's result."""
        count = x.shape[1]
        scale, bias, mean = self.weight(count, low=0.5), self.weight(count, scale=0.2), self.weight(count, scale=0.2)
        variance = self.weight(count, low=0.4)
        names = [part[1] for part in (scale, bias, mean, variance)]
        out = self.node("BatchNormalization", name, *names, outputs=outputs, **attributes)
        epsilon = attributes.get("epsilon", 1e-5)
        return out, F.batch_norm(x, mean[0], variance[0], scale[0], bias[0], eps=epsilon)

    def linear(self, name, x, outputs, **attributes):
        weight, weight_name = self.weight(outputs, x.shape[1])
        bias, bias_name = self.weight(outputs, scale=0.1)
        return self.node("Gemm", name, weight_name, bias_name, transB=1, **attributes), F.linear(x, weight, bias)

    def finish(self, **results):
        """The model, with every weight also an input as IR version 3 demands, and its inputs and outputs."""
        kinds = {numpy.dtype(numpy.float32): TensorProto.FLOAT, numpy.dtype(numpy.int64): TensorProto.INT64}
        outputs = {name: value.numpy() for name, value in results.items()}
        inputs = {name: value.numpy() for name, value in zip(self.names, self.data)}

        def infos(values):
            return [
                helper.make_tensor_value_info(name, kinds[value.dtype], value.shape) for name, value in values.items()
            ]

        initializers = [
            numpy_helper.from_array(numpy.ascontiguousarray(value), name) for name, value in self.weights.items()
        ]
        graph = helper.make_graph(
            self.nodes, "caffe-era", infos(inputs) + infos(self.weights), infos(outputs), initializers
        )
        model = helper.make_model(
            graph, ir_version=3, opset_imports=[helper.make_opsetid("", self.opset)], producer_name="onnx-caffe2"
        )
        return model, inputs, outputs


def alexnet_opset3():
    """AlexNet of 2012 as of spring 2017: groups, LRN, test-mode Dropout with its mask, Reshape and Gemm of opset 1."""
    net = Network(3, (1, 3, 25, 25))
    name, x = net.convolution("data_0", net.data[0], 8, 5, stride=2)
    name, x = net.node("Relu", name, consumed_inputs=[0]), F.relu(x)
    name, x = (
        net.node("LRN", name, size=5, alpha=0.01, beta=0.75, bias=1.0),
        F.local_response_norm(x, 5, 0.01, 0.75, 1.0),
    )
    name, x = net.node("MaxPool", name, kernel_shape=[3, 3], strides=[2, 2], pads=[0] * 4), F.max_pool2d(x, 3, 2)
    name, x = net.convolution(name, x, 12, 3, groups=2, padding=1)
    name, x = net.node("Relu", name), F.relu(x)
    name, x = net.node("LRN", name, size=3, alpha=0.1, beta=0.5), F.local_response_norm(x, 3, 0.1, 0.5, 1.0)
    name, x = net.node("MaxPool", name, kernel_shape=[3, 3], strides=[2, 2]), F.max_pool2d(x, 3, 2)
    name, x = net.node("Reshape", name, shape=[0, -1], consumed_inputs=[0]), x.flatten(1)
    name, x = net.linear(name, x, 16, broadcast=1)
    name, x = net.node("Relu", name), F.relu(x)
    name = net.node("Dropout", name, outputs=["kept", "kept_mask"], is_test=1, ratio=0.5, consumed_inputs=[0])
    name, x = net.linear(name, x, 5, broadcast=1)
    net.node("Softmax", name, outputs=["prob"])
    return net.finish(prob=F.softmax(x, 1))


def resnet_opset3():
    """Caffe's ResNet: normalization without scale, then Mul and Add that broadcast along axis 1; Sum of branches."""
    net = Network(3, (1, 3, 12, 12))

    def block(name, x, outputs, kernel, stride=1, groups=1):
        name, x = net.convolution(name, x, outputs, kernel, groups, stride, (kernel - 1) // 2, bias=False)
        name, x = net.normalization(
            name, x, is_test=1, spatial=1, epsilon=1e-5, momentum=0.9, consumed_inputs=[0, 0, 0, 1, 1]
        )
        scale, bias = net.weight(outputs, low=0.5), net.weight(outputs, scale=0.2)
        name = net.node("Mul", name, scale[1], broadcast=1, axis=1)
        name = net.node("Add", name, bias[1], broadcast=1, axis=1, consumed_inputs=[0, 0])
        return name, x * scale[0][:, None, None] + bias[0][:, None, None]

    name, x = block("data_0", net.data[0], 8, 3, 2)
    name, x = net.node("Relu", name), F.relu(x)
    left, y = block(name, x, 8, 3)
    left, y = net.node("Relu", left), F.relu(y)
    left, y = block(left, y, 8, 1)
    name, x = net.node("Sum", left, name, consumed_inputs=[0, 0]), x + y
    name, x = net.node("Relu", name), F.relu(x)
    left, y = block(name, x, 12, 3, 2, 4)
    right, z = block(name, x, 12, 1, 2)
    name, x = net.node("Relu", net.node("Sum", left, right)), F.relu(y + z)
    name, x = net.node("AveragePool", name, kernel_shape=[3, 3]), F.avg_pool2d(x, 3)
    name, x = net.node("Flatten", name), x.flatten(1)
    name, x = net.linear(name, x, 5, broadcast=1)
    net.node("Softmax", name, outputs=["prob"], axis=1)
    return net.finish(prob=F.softmax(x, 1))


def googlenet_opset3():
    """An inception block: Concat with its old default axis, pooling rounded up by padding one side only (Caffe's
    habit)."""
    net = Network(3, (2, 3, 13, 13))
    name, x = net.convolution("data_0", net.data[0], 8, 3, stride=2, padding=1)
    name, x = net.node("Relu", name), F.relu(x)
    name = net.node("MaxPool", name, kernel_shape=[3, 3], strides=[2, 2], pads=[0, 0, 2, 2])
    x = F.max_pool2d(F.pad(x, (0, 2, 0, 2), value=-torch.inf), 3, 2)
    name, x = (
        net.node("LRN", name, size=5, alpha=0.05, beta=0.75, bias=2.0),
        F.local_response_norm(x, 5, 0.05, 0.75, 2.0),
    )
    branches = [net.convolution(name, x, 4, 1)]
    middle, y = net.convolution(name, x, 4, 1)
    branches.append(net.convolution(net.node("Relu", middle), F.relu(y), 6, 3, padding=1))
    pooled = net.node("MaxPool", name, kernel_shape=[3, 3], strides=[1, 1], pads=[1, 1, 1, 1])
    branches.append(net.convolution(pooled, F.max_pool2d(x, 3, 1, 1), 3, 1))
    # an average that leaves out the padding, here on the right and the bottom only
    average = net.node("AveragePool", name, kernel_shape=[2, 2], strides=[1, 1], pads=[0, 0, 1, 1])
    ones = F.avg_pool2d(F.pad(torch.ones_like(x), (0, 1, 0, 1)), 2, 1)
    branches.append((average, F.avg_pool2d(F.pad(x, (0, 1, 0, 1)), 2, 1) / ones))
    name = net.node("Relu", net.node("Concat", *[branch[0] for branch in branches]))
    x = F.relu(torch.cat([branch[1] for branch in branches], 1))
    name, x = net.node("GlobalAveragePool", name), x.mean((2, 3), keepdim=True)
    name, x = net.node("Reshape", name, shape=[-1, 21]), x.flatten(1)
    name, x = net.linear(name, x, 5, broadcast=1)
    net.node("Softmax", name, outputs=["prob"])
    return net.finish(prob=F.softmax(x, 1))


def basics_opset1():
    """Operators in their very first form: Pad with `paddings`, Clip and Cast by attributes, Upsample with two
    scales, Split, Slice, Squeeze, PRelu along axis 1, Sub that broadcasts."""
    net = Network(1, (1, 3, 8, 8))
    x = net.data[0]
    name = net.node("Pad", "data_0", paddings=[0, 0, 1, 2, 0, 0, 2, 1], mode="constant", value=0.5)
    name, x = net.convolution(name, F.pad(x, (2, 1, 1, 2), value=0.5), 8, 3)
    name, x = net.node("Clip", name, min=0.0, max=6.0, consumed_inputs=[0]), x.clamp(0, 6)
    name = net.node("Pad", name, paddings=[0, 0, 1, 1, 0, 0, 1, 1], mode="reflect")
    name, x = net.convolution(name, F.pad(x, (1, 1, 1, 1), mode="reflect"), 8, 3, stride=2)
    slope, slope_name = net.weight(8, low=0.0)
    name, x = net.node("PRelu", name, slope_name), F.prelu(x, slope)
    net.node("Split", name, outputs=["head", "middle", "tail"], axis=1, split=[4, 2, 2])
    head, middle, tail = x.split([4, 2, 2], 1)
    parts = [
        (net.node("LeakyRelu", "head", alpha=0.2), F.leaky_relu(head, 0.2)),
        (net.node("Elu", "middle", alpha=0.5), F.elu(middle, 0.5)),
        (net.node("HardSigmoid", "tail", alpha=0.25, beta=0.4), (tail * 0.25 + 0.4).clamp(0, 1)),
    ]
    name, x = net.node("Concat", *[part[0] for part in parts], axis=1), torch.cat([part[1] for part in parts], 1)
    name, x = (
        net.node("Upsample", name, height_scale=2.0, width_scale=2.0, mode="nearest"),
        F.interpolate(x, scale_factor=2),
    )
    name, x = net.node("Slice", name, axes=[2, 3], starts=[1, -7], ends=[100, -1]), x[:, :, 1:, -7:-1]
    name, x = net.node("GlobalMaxPool", name), x.amax((2, 3), keepdim=True)
    name, x = net.node("Squeeze", name, axes=[2, 3]), x[:, :, 0, 0]
    weight, weight_name = net.weight(8, 5)
    name, x = net.node("MatMul", name, weight_name), x @ weight
    bias, bias_name = net.weight(5, scale=0.2)
    name, x = net.node("Sub", name, bias_name, broadcast=1), x - bias
    name = net.node("Cast", net.node("Cast", name, to="DOUBLE"), to="FLOAT")
    net.node("LogSoftmax", name, outputs=["scores"])
    return net.finish(scores=F.log_softmax(x, 1))


def squeezenet_opset6():
    """Caffe2's SqueezeNet: Dropout 6 with its mask, a global pool, Softmax over what is flattened from axis 1."""
    net = Network(6, (2, 3, 15, 15))
    name, x = net.convolution("data_0", net.data[0], 8, 3, stride=2)
    name, x = net.node("Relu", name), F.relu(x)
    name, x = net.node("MaxPool", name, kernel_shape=[3, 3], strides=[2, 2], auto_pad="VALID"), F.max_pool2d(x, 3, 2)
    name, x = net.convolution(name, x, 4, 1)
    name, x = net.node("Relu", name), F.relu(x)
    one, y = net.convolution(name, x, 6, 1)
    three, z = net.convolution(name, x, 6, 3, padding=1)
    name = net.node("Concat", net.node("Relu", one), net.node("Relu", three), axis=1)
    x = torch.cat([F.relu(y), F.relu(z)], 1)
    name = net.node("Dropout", name, outputs=["kept", "kept_mask"], is_test=1, ratio=0.5)
    name, x = net.convolution(name, x, 5, 1)
    name, x = net.node("Relu", name), F.relu(x)
    # the old Softmax takes channels, rows and columns as one row each
    net.node("Softmax", name, outputs=["prob"])
    return net.finish(prob=F.softmax(x.flatten(1), 1).view_as(x))


def resnext_opset6():
    """Caffe2's ResNeXt: normalization 6 in test mode with all five outputs named, Gemm 6 and Add 6 with `broadcast`."""
    net = Network(6, (1, 3, 12, 12))
    name, x = net.convolution("data_0", net.data[0], 8, 3, padding=1, bias=False)
    five = [f"bn1{suffix}" for suffix in ("", "_mean", "_var", "_saved_mean", "_saved_var")]
    name, x = net.normalization(name, x, outputs=five, is_test=1, epsilon=1e-3, momentum=0.9)
    name, x = net.node("Relu", name), F.relu(x)
    left, y = net.convolution(name, x, 8, 3, groups=4, padding=1)
    left, y = net.normalization(left, y, is_test=1)
    name, x = net.node("Relu", net.node("Add", left, name)), F.relu(x + y)
    weight, weight_name = net.weight(8, 1, 1, low=0.5)
    name, x = net.node("Mul", name, weight_name, broadcast=1, axis=1), x * weight
    shift, shift_name = net.weight(12, scale=0.5)
    name, x = net.node("Add", name, shift_name, broadcast=1), x + shift
    name, x = net.node("AveragePool", name, kernel_shape=[12, 12]), x.mean((2, 3), keepdim=True)
    name, x = net.node("Reshape", name, net.constant(numpy.array([1, 8]))), x.flatten(1)
    weight, weight_name = net.weight(8, 5)
    bias, bias_name = net.weight(5, scale=0.5)
    net.node("Gemm", name, weight_name, bias_name, outputs=["scores"], alpha=0.5, beta=2.0, broadcast=1)
    return net.finish(scores=0.5 * x @ weight + 2 * bias)


def mobilenet_opset7():
    """auto_pad in all its forms, Upsample 7, normalization 7 with one output, Clip by attributes, an average that
    counts."""
    net = Network(7, (1, 3, 13, 14))
    x = net.data[0]
    weight, weight_name = net.weight(8, 3, 3, 3)
    name = net.node("Conv", "data_0", weight_name, auto_pad="SAME_UPPER", strides=[2, 2], kernel_shape=[3, 3])
    x = F.conv2d(F.pad(x, (0, 1, 1, 1)), weight, stride=2)  # 13 rows want 1 + 1, 14 columns 0 + 1
    name, x = net.normalization(name, x, epsilon=1e-3)
    name, x = net.node("Clip", name, min=0.0, max=6.0), x.clamp(0, 6)
    weight, weight_name = net.weight(8, 1, 4, 4)
    name = net.node("Conv", name, weight_name, auto_pad="SAME_LOWER", group=8)
    x = F.conv2d(F.pad(x, (2, 1, 2, 1)), weight, groups=8)
    name, x = net.normalization(name, x, spatial=1)
    name, x = net.node("Clip", name, max=6.0), x.clamp(max=6)
    name, x = net.convolution(name, x, 6, 2, padding=0, auto_pad="VALID")
    name = net.node("Dropout", name, outputs=["kept", "kept_mask"], ratio=0.2)
    name = net.node("AveragePool", name, kernel_shape=[3, 3], strides=[2, 2], auto_pad="SAME_UPPER")
    ones = F.avg_pool2d(F.pad(torch.ones_like(x), (0, 1, 0, 1)), 3, 2)
    x = F.avg_pool2d(F.pad(x, (0, 1, 0, 1)), 3, 2) / ones  # 6 rows and columns want 0 + 1
    name, x = (
        net.node("Upsample", name, mode="nearest", scales=[1.0, 1.0, 2.0, 3.0]),
        F.interpolate(x, scale_factor=(2, 3)),
    )
    name = net.node("AveragePool", name, kernel_shape=[3, 3], pads=[1, 1, 1, 1], count_include_pad=1)
    x = F.avg_pool2d(x, 3, 1, 1)
    name, x = net.node("GlobalAveragePool", name), x.mean((2, 3), keepdim=True)
    name, x = net.node("Flatten", name, axis=1), x.flatten(1)
    weight, weight_name = net.weight(6, 5)
    bias, bias_name = net.weight(1, scale=0.5)
    name = net.node("Gemm", name, weight_name, bias_name)
    net.node("Softmax", name, outputs=["prob"], axis=1)
    return net.finish(prob=F.softmax(x @ weight + bias, 1))


def pooling_opset8():
    """MaxPool with indices, Sum, Mean and Max of several that broadcast, Expand, InstanceNormalization."""
    net = Network(8, (1, 4, 8, 8))
    x = net.data[0]
    net.node("MaxPool", "data_0", outputs=["pooled", "indices"], kernel_shape=[2, 2], strides=[2, 2], storage_order=0)
    x, indices = F.max_pool2d(x, 2, 2, return_indices=True)
    indices = indices + torch.arange(4).view(1, 4, 1, 1) * 64  # ONNX counts through the whole tensor
    one, one_name = net.weight(4, 1, 1, scale=1.0)
    two, two_name = net.weight(1, 4, scale=1.0)
    total, y = net.node("Sum", "pooled", one_name, two_name), x + one + two
    mean, z = net.node("Mean", "pooled", one_name), (x + one) / 2
    largest, m = net.node("Max", total, mean, two_name), torch.maximum(torch.maximum(y, z), two)
    wide = net.node("Expand", one_name, net.constant(numpy.array([2, 4, 4, 1])))
    name, x = net.node("Mul", largest, wide), m * one
    x = torch.cat([x, x])
    net.node(
        "InstanceNormalization",
        name,
        *[net.constant(value) for value in (one.flatten(), two.flatten())],
        outputs=["out"],
    )
    return net.finish(out=F.instance_norm(x, weight=one.flatten(), bias=two.flatten()), indices=indices)


def decoder_opset9():
    """What segmentation of that time used: transposed convolution, Upsample 9 with scales as an input, both modes,
    PRelu 9."""
    net = Network(9, (1, 4, 5, 6))
    x = net.data[0]
    weight, weight_name = net.weight(4, 3, 4, 4)
    bias, bias_name = net.weight(6, scale=0.2)
    name = net.node(
        "ConvTranspose",
        "data_0",
        weight_name,
        bias_name,
        kernel_shape=[4, 4],
        strides=[2, 2],
        pads=[1, 1, 1, 1],
        group=2,
    )
    x = F.conv_transpose2d(x, weight, bias, 2, 1, groups=2)
    five = ["bn", "", "", "", ""]
    name, x = net.normalization(name, x, outputs=five, momentum=0.99)
    slope, slope_name = net.weight(6, 1, 1, low=0.0)
    name, x = net.node("PRelu", name, slope_name), F.prelu(x, slope.flatten())
    scales = net.constant(numpy.array([1, 1, 2, 2], numpy.float32))
    near, y = net.node("Upsample", name, scales), F.interpolate(x, scale_factor=2)
    weight, weight_name = net.weight(6, 3, 3, 3)
    name = net.node("ConvTranspose", near, weight_name, dilations=[2, 2], strides=[1, 1], pads=[2, 1, 2, 3])
    y = F.conv_transpose2d(y, weight, None, dilation=2)[:, :, 2:-2, 1:-3]
    net.node("Sigmoid", name, outputs=["mask"])
    return net.finish(mask=torch.sigmoid(y))


def ceil_opset10():
    """Pooling with ceil_mode and dilations, as opset 10 has them, Slice 10 with steps and Dropout 10."""
    net = Network(10, (1, 4, 11, 12))
    x = net.data[0]
    largest = net.node("MaxPool", "data_0", kernel_shape=[3, 3], strides=[2, 2], ceil_mode=1, dilations=[1, 1])
    y = F.max_pool2d(x, 3, 2, ceil_mode=True)
    spread = net.node("MaxPool", "data_0", kernel_shape=[2, 3], strides=[2, 2], dilations=[3, 2], pads=[1, 1, 1, 1])
    z = F.max_pool2d(F.pad(x, (1, 1, 1, 1), value=-torch.inf), (2, 3), 2, dilation=(3, 2))
    average = net.node("AveragePool", "data_0", kernel_shape=[3, 3], strides=[2, 2], ceil_mode=1)
    a = F.avg_pool2d(x, 3, 2, ceil_mode=True, count_include_pad=False)
    bounds = [net.constant(numpy.array(value)) for value in ([-1, 0], [-9, 9], [2, 3], [-2, 2])]
    net.node("Slice", net.node("Add", largest, average), *bounds, outputs=["sliced"])
    net.node("Dropout", spread, outputs=["spread"])
    return net.finish(sliced=(y + a).flip(2)[:, :, ::2, ::2], spread=z)


def modern(model):
    """The same network at opset 9, for onnxruntime, which does not take the oldest ones: rewritten node by node."""
    new = onnx.ModelProto()
    new.CopyFrom(model)
    new.opset_import[0].version = 9
    del new.graph.node[:]
    weights = {initializer.name: list(initializer.dims) for initializer in model.graph.initializer}

    def constant(value, name):
        new.graph.initializer.append(numpy_helper.from_array(numpy.array(value), name))
        return name

    for index, node in enumerate(model.graph.node):
        attributes = {attribute.name: helper.get_attribute_value(attribute) for attribute in node.attribute}
        attributes.pop("consumed_inputs", None)
        inputs, outputs = list(node.input), list(node.output)
        if node.op_type in ("Add", "Sub", "Mul") and attributes.pop("broadcast", 0):
            axis = attributes.pop("axis", None)
            if axis is not None:  # all networks here are of rank 4 where they name an axis
                shape = weights[inputs[1]]
                unsqueezed = f"{inputs[1]}_{index}"
                trailing = list(range(len(shape), 4 - axis))
                if trailing:
                    new.graph.node.append(helper.make_node("Unsqueeze", [inputs[1]], [unsqueezed], axes=trailing))
                    inputs[1] = unsqueezed
        if node.op_type in ("BatchNormalization", "Dropout"):
            attributes.pop("is_test", None), attributes.pop("spatial", None)
            outputs = outputs[:1]
        if node.op_type == "Gemm":
            attributes.pop("broadcast", None)
        if node.op_type == "Concat":
            attributes.setdefault("axis", 1)
        if node.op_type == "Reshape" and "shape" in attributes:
            inputs.append(constant(attributes.pop("shape"), f"shape_{index}"))
        if node.op_type == "Pad":
            attributes["pads"] = attributes.pop("paddings")
        if node.op_type == "Upsample" and "height_scale" in attributes:
            scales = [1, 1, attributes.pop("height_scale"), attributes.pop("width_scale")]
            inputs.append(constant(numpy.array(scales, numpy.float32), f"scales_{index}"))
        if node.op_type == "Upsample" and "scales" in attributes:
            inputs.append(constant(numpy.array(attributes.pop("scales"), numpy.float32), f"scales_{index}"))
        if node.op_type == "Cast":
            attributes["to"] = TensorProto.DataType.Value(attributes["to"].decode())
        if node.op_type == "PRelu" and len(weights[inputs[1]]) == 1:
            new.graph.node.append(helper.make_node("Unsqueeze", [inputs[1]], [f"slope_{index}"], axes=[1, 2]))
            inputs[1] = f"slope_{index}"
        new.graph.node.append(helper.make_node(node.op_type, inputs, outputs, **attributes))
    new.ir_version = 4  # the new constants are not inputs
    return new


CASES = {
    "caffe-basics-opset1": basics_opset1,
    "caffe-alexnet-opset3": alexnet_opset3,
    "caffe-resnet-opset3": resnet_opset3,
    "caffe-googlenet-opset3": googlenet_opset3,
    "caffe2-squeezenet-opset6": squeezenet_opset6,
    "caffe2-resnext-opset6": resnext_opset6,
    "caffe-mobilenet-opset7": mobilenet_opset7,
    "caffe-pooling-opset8": pooling_opset8,
    "caffe-decoder-opset9": decoder_opset9,
    "caffe-ceil-opset10": ceil_opset10,
}


def main(folder):
    good = True
    for name, make in CASES.items():
        case = make()
        fixture.write(folder / name, *case)
        good &= fixture.report(name, *case, modern(case[0]) if case[0].opset_import[0].version < 9 else None)
    return good


if __name__ == "__main__":
    sys.exit(0 if main(HERE) else 1)
