"""The file that a run leaves, and what it is worth by PyTorch alone."""
import collections
import json
import os

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from demo.accuracy import evaluate, load_pairs
from demo.student import LAYERS
from demo.views import to_tensor
from demo.voc import CLASSES, DOG, SIZE


@torch.no_grad()
def export(run, path):
    """torchvision's names; batch normalisation with the statistics of the convolution before it."""
    sums, hooks = {}, []
    convs = {n: m for n, m in run.student.named_modules() if isinstance(m, nn.Conv2d) and n != "classifier.4"}
    def watch(name, conv):
        def hook(_, __, out):
            raw = out.float() - conv.bias.view(1, -1, 1, 1)
            sums.setdefault(name, []).append((raw.mean((0, 2, 3)), raw.square().mean((0, 2, 3))))
        return conv.register_forward_hook(hook)
    hooks = [watch(n, m) for n, m in convs.items()]
    batches = run.batches(6, 16)
    for _ in range(4):
        run.student(batches.next()[0])
    for h in hooks:
        h.remove()
    state = collections.OrderedDict()
    for name, conv in convs.items():
        mean = torch.stack([s[0] for s in sums[name]]).mean(0)
        var = (torch.stack([s[1] for s in sums[name]]).mean(0) - mean ** 2).clamp(min=1e-4)
        norm = (name.replace("conv", "bn") if "conv" in name else
                name[:-1] + "1")  # downsample.0 -> downsample.1, classifier.0 -> classifier.1
        var = var.half().float()
        state[name + ".weight"] = conv.weight.contiguous().half()
        state[norm + ".weight"] = (var + 1e-5).sqrt()
        state[norm + ".bias"] = conv.bias + mean
        state[norm + ".running_mean"] = mean
        state[norm + ".running_var"] = var
        state[norm + ".num_batches_tracked"] = torch.tensor(4)
    last = run.student.classifier["4"]
    state["classifier.4.weight"], state["classifier.4.bias"] = last.weight.contiguous().half(), last.bias.clone()
    state = collections.OrderedDict((k, v.detach().cpu()) for k, v in state.items())
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    torch.save(state, path + ".new")
    os.replace(path + ".new", path)
    run.log(f"export {path}: {os.path.getsize(path) / 1e6:.2f} MB, {len(state)} tensors")


class Exported(nn.Module):
    """torchvision's fcn_resnet50 forward written out from an exported state dict alone."""

    def __init__(self, path):
        super().__init__()
        self.state = {k: v.float() for k, v in torch.load(path, map_location="cpu", weights_only=True).items()}

    def conv(self, x, name, norm, stride=1, padding=0, dilation=1):
        s = self.state
        x = F.conv2d(x, s[name + ".weight"], None, stride, padding, dilation)
        return F.batch_norm(x, s[norm + ".running_mean"], s[norm + ".running_var"], s[norm + ".weight"],
                            s[norm + ".bias"], False, 0.0, 1e-5)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv(x, "backbone.conv1", "backbone.bn1", 2, 3)), 3, 2, 1)
        for number, (blocks, _, _, first_dilation, dilation, stride) in LAYERS.items():
            for i in range(blocks):
                b, d = f"backbone.layer{number}.{i}.", first_dilation if i == 0 else dilation
                y = F.relu(self.conv(x, b + "conv1", b + "bn1"))
                y = F.relu(self.conv(y, b + "conv2", b + "bn2", stride if i == 0 else 1, d, d))
                y = self.conv(y, b + "conv3", b + "bn3")
                x = F.relu(y + (self.conv(x, b + "downsample.0", b + "downsample.1", stride) if i == 0 else x))
        x = F.relu(self.conv(x, "classifier.0", "classifier.1", 1, 1))
        return F.conv2d(x, self.state["classifier.4.weight"], self.state["classifier.4.bias"])


def measure_file(args):
    """Per-class IoU on the evaluation images, and the dog of --photo against the teacher's mask, as JSON."""
    network, cpu = Exported(args.measure), torch.device("cpu")
    ious, accuracy = evaluate(network, load_pairs(f"{args.assets}/voc"), cpu)
    result = {"miou": float(np.nanmean(ious)), "dog": float(ious[DOG]), "pixel_accuracy": float(accuracy),
              "classes": {c: round(float(v), 4) for c, v in zip(CLASSES, ious)}}
    if args.photo:
        import onnxruntime
        image = cv2.imread(args.photo)[:, :, ::-1]
        h, w = image.shape[:2]
        whole = lambda y: cv2.resize(y.transpose(1, 2, 0), (w, h), interpolation=cv2.INTER_LINEAR).argmax(2)
        big = cv2.resize(image, (513, 513), interpolation=cv2.INTER_LINEAR).astype(np.float32) / 127.5 - 1
        session = onnxruntime.InferenceSession(f"{args.assets}/models/deeplabv3_mnv2_pascal_513.onnx")
        teacher = whole(session.run(None, {"input": big.transpose(2, 0, 1)[None]})[0][0])
        with torch.no_grad():
            x = to_tensor([cv2.resize(image, (SIZE, SIZE), interpolation=cv2.INTER_LINEAR)], cpu)
            ours = whole(F.interpolate(network(x), (SIZE, SIZE), mode="bilinear")[0].numpy())
        for c in (DOG, 2, 7):
            union = ((ours == c) | (teacher == c)).sum()
            result[f"photo_{CLASSES[c]}_iou_with_teacher"] = float(((ours == c) & (teacher == c)).sum() / max(union, 1))
        if args.draw:
            shown = image.astype(np.float32)
            for c, colour in ((DOG, (255, 60, 60)), (2, (60, 255, 60)), (7, (60, 120, 255))):
                shown[ours == c] = shown[ours == c] * 0.45 + np.array(colour) * 0.55
            cv2.imwrite(args.draw, shown[:, :, ::-1])
    print(json.dumps(result, indent=1))
