"""One training run."""
import os
import time

import cv2
import numpy as np
import torch
import torch.nn.functional as F

from demo.accuracy import evaluate
from demo.student import Student
from demo.teacher import OFFSET, TAPS, Teacher
from demo.views import Batches, Material, Views
from demo.voc import CLASSES, DOG


class Run:
    """What the stages share: the material, both networks, and the files in --work."""

    def __init__(self, args):
        self.args = args
        self.device = torch.device("cuda" if torch.cuda.is_available() and not args.cpu else "cpu")
        torch.manual_seed(args.seed)
        cv2.setNumThreads(1)
        os.makedirs(args.work, exist_ok=True)
        self.teacher = Teacher(f"{args.assets}/models/deeplabv3_mnv2_pascal_513.onnx", self.device)
        self.material = Material(args.assets, args.seed, args.held_out)
        self.student = Student().to(self.device, memory_format=torch.channels_last)
        if args.worker:
            return
        self.log(f"device {self.device}, torch {torch.__version__}, seed {args.seed}, photos "
                 f"{len(self.material.photos)} + {len(self.material.held_out)} held out, clip frames "
                 f"{len(self.material.frames)}, parameters {sum(p.numel() for p in self.student.parameters())}")

    def log(self, text):
        line = f"{time.strftime('%H:%M:%S', time.gmtime())} {text}"
        print(line, flush=True)
        with open(self.args.log, "a") as f:
            f.write(line + "\n")

    def file(self, name):
        return os.path.join(self.args.work, name)

    def save(self, name, data):
        torch.save(data, self.file(name) + ".new")
        os.replace(self.file(name) + ".new", self.file(name))

    def batches(self, salt, size):
        return Batches(Views(self.material, [self.args.seed, salt]), size, self.device)

    def measure(self):
        """Scales of the teacher's features, once."""
        if not os.path.exists(self.file("scales.pt")):
            x, _ = self.batches(1, 48).next()
            taps = self.teacher(x, {t.target for t in TAPS})
            self.save("scales.pt", {k: (v.float().mean((0, 2, 3)), v.float().std((0, 2, 3)) + 1e-3)
                                    for k, v in taps.items()})
        self.scales = torch.load(self.file("scales.pt"), map_location=self.device, weights_only=True)

    def goal(self, tap, value):
        """A teacher tensor as it should lie on the student's stream, before its ReLU."""
        mean, std = (s.view(1, -1, 1, 1) for s in self.scales[tap.target])
        if tap.target == "t100":  # the teacher applies ReLU here as well
            return value.float() / std
        return (value.float() - mean) / std + OFFSET

    def feature_loss(self, tap, stream, value):
        goal = F.relu(self.goal(tap, value))
        return F.mse_loss(stream[:, tap.place[0]:tap.place[1]].float(), goal)

    def restored(self, name):
        if os.path.exists(self.file(name)):
            self.student.load_state_dict(torch.load(self.file(name), map_location=self.device, weights_only=True))
            return True
        return False

    def report(self, when, network, pairs=None, name="held-out photos"):
        ious, accuracy = evaluate(network, pairs or self.material.held_out, self.device)
        self.log(f"{when}: {name} mIoU {np.nanmean(ious):.4f} dog {ious[DOG]:.4f} pixel accuracy {accuracy:.4f} | " +
                 " ".join(f"{c} {v * 100:.0f}" for c, v in zip(CLASSES, ious)))
        return ious, accuracy
