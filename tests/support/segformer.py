"""SegFormer-B0 in plain PyTorch, after Xie et al., "SegFormer" (2021): overlapping patches, attention over keys of
reduced resolution, a depthwise convolution inside each MLP, and a head of linear layers alone."""
import torch
from torch import nn
from torch.nn import functional as F

WIDTHS, DEPTHS, HEADS, REDUCTIONS = (32, 64, 160, 256), (2, 2, 2, 2), (1, 2, 5, 8), (8, 4, 2, 1)


def tokens(image):
    return image.flatten(2).transpose(1, 2)


def image(tokens, height, width):
    return tokens.transpose(1, 2).reshape(tokens.shape[0], -1, height, width)


class Attention(nn.Module):
    def __init__(self, width, heads, reduction, joint):
        super().__init__()
        self.heads, self.scale, self.joint = heads, (width // heads) ** -0.5, joint
        self.q, self.out = nn.Linear(width, width), nn.Linear(width, width)
        if joint:
            self.kv = nn.Linear(width, 2 * width)
        else:
            self.k, self.v = nn.Linear(width, width), nn.Linear(width, width)
        self.reduce = nn.Conv2d(width, width, reduction, reduction) if reduction > 1 else None
        self.norm = nn.LayerNorm(width)

    def split(self, x):
        b, n, c = x.shape
        return x.reshape(b, n, self.heads, c // self.heads).permute(0, 2, 1, 3)

    def forward(self, x, height, width):
        b, n, c = x.shape
        q, source = self.split(self.q(x)), x
        if self.reduce is not None:
            source = self.norm(tokens(self.reduce(image(x, height, width))))
        if self.joint:  # the authors' way
            k, v = self.kv(source).reshape(b, -1, 2, self.heads, c // self.heads).permute(2, 0, 3, 1, 4)
            weights = ((q @ k.transpose(-2, -1)) * self.scale).softmax(-1)
        else:  # that of the Transformers library
            k, v = self.split(self.k(source)), self.split(self.v(source))
            weights = ((q @ k.transpose(-2, -1)) / self.scale ** -1).softmax(-1)
        return self.out((weights @ v).transpose(1, 2).reshape(b, n, c))


class Block(nn.Module):
    def __init__(self, width, heads, reduction, joint):
        super().__init__()
        self.before, self.attention = nn.LayerNorm(width), Attention(width, heads, reduction, joint)
        self.between = nn.LayerNorm(width)
        self.up, self.down = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)
        self.depthwise = nn.Conv2d(4 * width, 4 * width, 3, 1, 1, groups=4 * width)

    def forward(self, x, height, width):
        x = x + self.attention(self.before(x), height, width)
        y = tokens(self.depthwise(image(self.up(self.between(x)), height, width)))
        return x + self.down(F.gelu(y))


class SegFormer(nn.Module):
    def __init__(self, classes=21, joint=True, head=256, widths=WIDTHS, heads=HEADS, full_size=True):
        super().__init__()
        self.full_size = full_size
        before, self.patches, self.blocks, self.norms = 3, nn.ModuleList(), nn.ModuleList(), nn.ModuleList()
        for i, width in enumerate(widths):
            kernel, stride = (7, 4) if i == 0 else (3, 2)
            self.patches.append(nn.ModuleList([nn.Conv2d(before, width, kernel, stride, kernel // 2),
                                               nn.LayerNorm(width)]))
            self.blocks.append(nn.ModuleList(Block(width, heads[i], REDUCTIONS[i], joint) for _ in range(DEPTHS[i])))
            self.norms.append(nn.LayerNorm(width, eps=1e-6))
            before = width
        self.linear = nn.ModuleList(nn.Linear(width, head) for width in widths)
        self.fuse, self.fuse_norm = nn.Conv2d(4 * head, head, 1, bias=False), nn.BatchNorm2d(head)
        self.classifier = nn.Conv2d(head, classes, 1)

    def forward(self, picture):
        x, features = picture, []
        for (patch, patch_norm), blocks, norm in zip(self.patches, self.blocks, self.norms):
            x = patch(x)
            height, width = x.shape[2:]
            x = patch_norm(tokens(x))
            for block in blocks:
                x = block(x, height, width)
            x = image(norm(x), height, width)
            features.append(x)
        size = features[0].shape[2:]
        mapped = [F.interpolate(image(linear(tokens(f)), *f.shape[2:]), size, mode="bilinear", align_corners=False)
                  for linear, f in zip(self.linear, features)]
        x = self.classifier(F.relu(self.fuse_norm(self.fuse(torch.cat(mapped[::-1], 1)))))
        return F.interpolate(x, picture.shape[2:], mode="bilinear", align_corners=False) if self.full_size else x


def make_segformer(seed=0, **options):
    torch.manual_seed(seed)
    network = SegFormer(**options)
    for name, parameter in network.named_parameters():
        if name.endswith("bias"):
            nn.init.uniform_(parameter, -0.1, 0.1)
        elif parameter.dim() == 1:
            nn.init.uniform_(parameter, 0.7, 1.3)
    network.fuse_norm.running_mean.uniform_(-0.1, 0.1)
    network.fuse_norm.running_var.uniform_(0.5, 1.5)
    return network.eval()
