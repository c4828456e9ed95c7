"""The network: torchvision's fcn_resnet50 at reduced widths.

Its convolutions carry biases and no batch normalisation: with such a start it is not needed, and it costs time."""
import torch.nn.functional as F
from torch import nn

from demo.voc import CLASSES

STEM, HEAD = 64, 128
# layer: blocks, inner width, outer width, dilation of the first and of the other blocks, stride
LAYERS = {1: (3, 64, 80, 1, 1, 1), 2: (4, 96, 64, 1, 1, 2), 3: (6, 160, 160, 1, 2, 1), 4: (3, 224, 416, 2, 4, 1)}


class Bottleneck(nn.Module):
    def __init__(self, cin, inner, cout, stride, dilation, first):
        super().__init__()
        self.conv1 = nn.Conv2d(cin, inner, 1)
        self.conv2 = nn.Conv2d(inner, inner, 3, stride, dilation, dilation)
        self.conv3 = nn.Conv2d(inner, cout, 1)
        self.downsample = nn.Sequential(nn.Conv2d(cin, cout, 1, stride)) if first else None

    def hidden(self, x):
        return F.relu(self.conv2(F.relu(self.conv1(x))))

    def forward(self, x):
        return F.relu(self.conv3(self.hidden(x)) + (x if self.downsample is None else self.downsample(x)))


class Student(nn.Module):
    def __init__(self):
        super().__init__()
        self.backbone = nn.Module()
        self.backbone.conv1 = nn.Conv2d(3, STEM, 7, 2, 3)
        cin = STEM
        for number, (blocks, inner, cout, first_dilation, dilation, stride) in LAYERS.items():
            layer = nn.Sequential()
            for i in range(blocks):
                layer.append(Bottleneck(cin, inner, cout, stride if i == 0 else 1,
                                        first_dilation if i == 0 else dilation, i == 0))
                cin = cout
            setattr(self.backbone, f"layer{number}", layer)
        self.classifier = nn.ModuleDict({"0": nn.Conv2d(cin, HEAD, 3, 1, 1), "4": nn.Conv2d(HEAD, len(CLASSES), 1)})
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, nonlinearity="relu")
                nn.init.zeros_(m.bias)

    def stem(self, x):
        return F.max_pool2d(F.relu(self.backbone.conv1(x)), 3, 2, 1)

    def blocks(self):
        return [(f"layer{n}.{i}", b) for n in LAYERS for i, b in enumerate(getattr(self.backbone, f"layer{n}"))]

    def head(self, x):
        return self.classifier["4"](F.relu(self.classifier["0"](x)))

    def forward(self, x, streams=None, until=None):
        x = self.stem(x)
        for name, block in self.blocks():
            x = block(x)
            if streams is not None:
                streams[name] = x
            if name == until:
                return x
        return self.head(x)
