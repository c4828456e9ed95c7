"""DeepLabV3-MobileNetV2, and where its features lie in the student."""
import collections

import onnx
import torch
import torch.nn.functional as F

from demo.voc import MEAN, STD

OFFSET = 4.0  # linear teacher features ride on the student's ReLU stream as value / deviation + OFFSET

Tap = collections.namedtuple("Tap", "block sources target place")
# student block, teacher blocks it starts from (number of the expansion convolution), teacher tensor it regresses,
# channels of the stream where that tensor lies.
TAPS = [
    Tap("layer1.2", (), "t16", (0, 24)),
    Tap("layer2.0", (17,), "t21", (0, 32)), Tap("layer2.1", (22,), "t27", (0, 32)),
    Tap("layer2.2", (28,), "t33", (0, 32)), Tap("layer2.3", (28,), "t33", (0, 32)),
    Tap("layer3.0", (34,), "t38", (0, 64)), Tap("layer3.1", (39, 45), "t50", (0, 64)),
    Tap("layer3.2", (51,), "t56", (0, 64)), Tap("layer3.3", (57,), "t61", (64, 160)),
    Tap("layer3.4", (62,), "t67", (64, 160)), Tap("layer3.5", (68,), "t73", (64, 160)),
    Tap("layer4.0", (74,), "t78", (0, 160)), Tap("layer4.1", (79, 85), "t90", (0, 160)),
    Tap("layer4.2", (91,), "t100", (160, 416)),
]
LOGITS = "t105"


class Teacher:
    """Runs the ONNX graph in PyTorch, batched and at any input size, up to the tensors that are asked for."""

    def __init__(self, path, device):
        graph = onnx.load(path).graph
        self.device = device
        self.weights = {i.name: torch.from_numpy(onnx.numpy_helper.to_array(i).copy()).to(device)
                        for i in graph.initializer}
        self.nodes = [(n.op_type, list(n.input), n.output[0],
                       {a.name: onnx.helper.get_attribute_value(a) for a in n.attribute}) for n in graph.node]

    @torch.no_grad()
    def __call__(self, images, wanted):
        """images: student-normalised. Returns {name: tensor}, pre-activation values where the name is a Conv."""
        mean = torch.tensor(MEAN, device=self.device).view(1, 3, 1, 1)
        std = torch.tensor(STD, device=self.device).view(1, 3, 1, 1)
        x = ((images * std + mean) * 2 - 1).contiguous(memory_format=torch.channels_last)
        env, found, wanted = {"input": x}, {}, set(wanted)
        with autocast(self.device):
            for op, ins, out, attributes in self.nodes:
                a = env[ins[0]]
                if op == "Conv":
                    y = F.conv2d(a, self.weights[ins[1]], self.weights[ins[2]], attributes["strides"],
                                 attributes["pads"][:2], attributes["dilations"], attributes["group"])
                elif op == "Clip":
                    y = F.hardtanh(a, 0.0, 6.0)
                elif op == "Relu":
                    y = F.relu(a)
                elif op == "Add":
                    y = a + env[ins[1]]
                elif op == "GlobalAveragePool":
                    y = a.float().mean((2, 3), keepdim=True)
                elif op == "Resize":
                    y = a.expand(-1, -1, *env["t95"].shape[2:])
                elif op == "Concat":
                    y = torch.cat([env[i] for i in ins], 1)
                else:
                    raise ValueError(f"teacher: unexpected operator {op} at {out}")
                env[out] = y
                if out in wanted:
                    found[out] = y
                    if len(found) == len(wanted):
                        return found
        raise ValueError(f"teacher: no tensors {wanted - set(found)}")


def autocast(device):
    return torch.autocast(device.type, torch.bfloat16)


def to_cell_centres(grid):
    """Teacher cell i lies at pixel 8i, a student cell at 8i+3.5 (align_corners=False): linear interpolation between."""
    w = 3.5 / 8
    grid = F.pad(grid.float(), (0, 1, 0, 1), mode="replicate")
    grid = grid[..., :-1] * (1 - w) + grid[..., 1:] * w
    return grid[..., :-1, :] * (1 - w) + grid[..., 1:, :] * w
