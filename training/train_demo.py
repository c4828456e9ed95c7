#!/usr/bin/env python3
"""Trains the demonstration network: torchvision's fcn_resnet50 graph at reduced widths, 21 VOC classes.

The teacher is DeepLabV3-MobileNetV2 (ONNX). Its inverted residuals and the student's bottlenecks have the same shape
(1x1, 3x3, 1x1, add), and at output stride 8 the same strides and dilations, so the student is taught place by place:

1. stem     conv1 and layer1 from random weights regress the teacher's features at stride 4;
2. graft    every later bottleneck starts from the strongest hidden channels of one teacher block (depthwise filters on
            the diagonal of a dense 3x3), its last convolution is solved by least squares on the student's own inputs,
            then it is fitted to the teacher's features behind that block; the head likewise;
3. head     the head alone learns the teacher's class map and the annotated masks on the grafted features;
4. tune     all weights together: features at every depth, the teacher's class map, and the annotated masks;
5. export   batch normalisation is put back with measured statistics, weights are written as float16.

Every stage is seeded and leaves a file in --work, so an interrupted run goes on where it stopped.
Inside, convolutions carry biases and no batch normalisation: with such a start it is not needed, and it costs time.
"""
import argparse, collections, glob, json, math, os, queue, subprocess, sys, threading, time

import cv2
import numpy as np
import onnx
import torch
import torch.nn.functional as F
from torch import nn

CLASSES = ("background aeroplane bicycle bird boat bottle bus car cat chair cow diningtable dog horse motorbike person "
           "pottedplant sheep sofa train tvmonitor").split()
DOG, PERSON, VOID, SIZE = 12, 15, 255, 288
MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
OFFSET = 4.0  # linear teacher features ride on the student's ReLU stream as value / deviation + OFFSET

STEM, HEAD = 64, 128
# layer: blocks, inner width, outer width, dilation of the first and of the other blocks, stride
LAYERS = {1: (3, 64, 80, 1, 1, 1), 2: (4, 96, 64, 1, 1, 2), 3: (6, 160, 160, 1, 2, 1), 4: (3, 224, 416, 2, 4, 1)}

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
STAGES = "stem", "graft", "head", "tune"


# ---------------------------------------------------------------------------------------------------------- teacher
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


# ---------------------------------------------------------------------------------------------------------- student
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


# ------------------------------------------------------------------------------------------------------------- data
def shrink(image, side, interpolation):
    scale = side / min(image.shape[:2])
    size = (round(image.shape[1] * scale), round(image.shape[0] * scale))
    return image if scale >= 1 else cv2.resize(image, size, interpolation=interpolation)


class Material:
    """Photos with masks, and clip frames without; split by seed into training and held-out photos."""

    def __init__(self, assets, seed, held_out):
        names = sorted(os.path.splitext(os.path.basename(f))[0] for f in glob.glob(f"{assets}/train/masks/*.png"))
        if not names:
            raise SystemExit(f"{assets}/train/masks: no masks found, expected *.png; give --assets")
        order = np.random.default_rng(seed).permutation(len(names))
        masks = [read_mask(f"{assets}/train/masks/{n}.png") for n in names]
        held = set()
        for c in range(1, 21):  # two photos of every class, then at random
            held.update([i for i in order if (masks[i] == c).mean() > 0.01 and i not in held][:2])
        held.update([i for i in order if i not in held][:max(0, held_out - len(held))])
        read = lambda i: (cv2.imread(f"{assets}/train/images/{names[i]}.jpg")[:, :, ::-1], masks[i])
        self.held_out = [read(i) for i in order if i in held]
        self.photos = [read(i) for i in order if i not in held]
        self.frames = []
        for clip, step in (("01_dog.mp4", 3), ("one-by-one-person-detection.mp4", 12)):
            capture, i = cv2.VideoCapture(f"{assets}/video/{clip}"), 0
            while (got := capture.read())[0]:
                if i % step == 0:
                    frame = shrink(got[1], 400, cv2.INTER_AREA)
                    self.frames.append((np.ascontiguousarray(frame[:, :, ::-1]), None))
                i += 1
        self.by_class = collections.defaultdict(list)
        for i, (_, mask) in enumerate(self.photos):
            for c in np.unique(mask):
                if c not in (0, VOID) and (mask == c).mean() > 0.005:
                    self.by_class[int(c)].append(i)


def read_mask(path):
    from PIL import Image
    return np.array(Image.open(path))


class Views:
    """An endless, seeded stream of augmented views: (image RGB uint8 SIZExSIZE, mask, or all void where unlabelled)."""

    def __init__(self, material, seed):
        self.m, self.rng = material, np.random.default_rng(seed)

    def draw(self):
        rng, m = self.rng, self.m
        kind = rng.random()
        if kind < 0.10:
            return self.view(*m.frames[rng.integers(len(m.frames))], None)
        if kind < 0.30:
            return self.of_class(DOG)
        if kind < 0.80:
            return self.of_class(int(rng.choice([c for c in m.by_class if c != DOG])))
        return self.view(*m.photos[rng.integers(len(m.photos))], None)

    def of_class(self, c):
        image, mask = self.m.photos[self.rng.choice(self.m.by_class[c])]
        return self.view(image, mask, c)

    def view(self, image, mask, c):
        rng = self.rng
        h, w = image.shape[:2]
        area, stretch = rng.uniform(0.3, 1.0), math.exp(rng.uniform(-0.35, 0.35))
        ch, cw = min(h, int(h * math.sqrt(area) * stretch)), min(w, int(w * math.sqrt(area) / stretch))
        if rng.random() < 0.25:
            ch, cw = h, w
        y, x = rng.integers(h - ch + 1), rng.integers(w - cw + 1)
        if c is not None and (ch, cw) != (h, w):
            ys, xs = np.nonzero(mask == c)
            k = rng.integers(len(ys))
            y = int(np.clip(ys[k] - ch * rng.uniform(0.3, 0.7), 0, h - ch))
            x = int(np.clip(xs[k] - cw * rng.uniform(0.3, 0.7), 0, w - cw))
        out = cv2.resize(image[y:y + ch, x:x + cw], (SIZE, SIZE), interpolation=cv2.INTER_LINEAR)
        label = np.full((SIZE, SIZE), VOID, np.uint8)
        if mask is not None:
            label = cv2.resize(mask[y:y + ch, x:x + cw], (SIZE, SIZE), interpolation=cv2.INTER_NEAREST)
        if rng.random() < 0.15:
            out, label = self.paste_dog(out, label)
        if rng.random() < 0.5:
            out, label = out[:, ::-1], label[:, ::-1]
        return self.recolour(out), np.ascontiguousarray(label)

    def paste_dog(self, out, label):
        """A dog cut from another photo onto this view, at a random place and scale."""
        rng = self.rng
        image, mask = self.m.photos[rng.choice(self.m.by_class[DOG])]
        ys, xs = np.nonzero(mask == DOG)
        box = np.s_[ys.min():ys.max() + 1, xs.min():xs.max() + 1]
        scale = SIZE * rng.uniform(0.25, 0.7) / max(mask[box].shape)
        size = tuple(max(8, int(s * scale)) for s in mask[box].shape[::-1])
        cut = cv2.resize(image[box], size, interpolation=cv2.INTER_AREA)
        alpha = cv2.resize((mask[box] == DOG).astype(np.float32), size, interpolation=cv2.INTER_AREA)
        if rng.random() < 0.5:
            cut, alpha = cut[:, ::-1], alpha[:, ::-1]
        y, x = rng.integers(SIZE - size[1] + 1), rng.integers(SIZE - size[0] + 1)
        out, label = out.copy(), label.copy()
        place = np.s_[y:y + size[1], x:x + size[0]]
        out[place] = out[place] * (1 - alpha[..., None]) + cut * alpha[..., None]
        label[place][alpha > 0.5] = DOG
        return out, label

    def recolour(self, image):
        rng = self.rng
        x = image.astype(np.float32)
        if rng.random() < 0.7:
            x = x * rng.uniform(0.7, 1.3, (1, 1, 3)).astype(np.float32) ** 0.4 * rng.uniform(0.75, 1.3)
            grey = x.mean(2, keepdims=True)
            x = grey + (x - grey) * rng.uniform(0.4, 1.4)
            x = (x - 128) * rng.uniform(0.75, 1.25) + 128
        if rng.random() < 0.15:
            x = cv2.GaussianBlur(x, (0, 0), rng.uniform(0.4, 1.3))
        return np.clip(x, 0, 255).astype(np.uint8)


def to_tensor(images, device):
    x = torch.from_numpy(np.stack(images)).to(device).permute(0, 3, 1, 2).float() / 255
    x = (x - torch.tensor(MEAN, device=device).view(1, 3, 1, 1)) / torch.tensor(STD, device=device).view(1, 3, 1, 1)
    return x.contiguous(memory_format=torch.channels_last)


class Batches:
    """Draws batches in a thread of its own, in order, so that a seed gives one sequence."""

    def __init__(self, views, size, device):
        self.queue, self.device = queue.Queue(3), device
        def work():
            while True:
                drawn = [views.draw() for _ in range(size)]
                self.queue.put(([d[0] for d in drawn], np.stack([d[1] for d in drawn])))
        threading.Thread(target=work, daemon=True).start()

    def next(self):
        images, labels = self.queue.get()
        return to_tensor(images, self.device), torch.from_numpy(labels).to(self.device).long()


# ----------------------------------------------------------------------------------------------------- measurement
def confusion_of(logits, mask):
    """Float logits CxHxW resized to the mask bilinearly, then argmax; void left out."""
    h, w = mask.shape
    classes = cv2.resize(logits.transpose(1, 2, 0), (w, h), interpolation=cv2.INTER_LINEAR).argmax(2)
    known = mask != VOID
    return np.bincount(mask[known].astype(int) * 21 + classes[known], minlength=441).reshape(21, 21)


@torch.no_grad()
def evaluate(network, pairs, device):
    """Images stretched to SIZExSIZE; returns IoU by class (nan where absent) and pixel accuracy."""
    total = np.zeros((21, 21), np.int64)
    for image, mask in pairs:
        x = to_tensor([cv2.resize(image, (SIZE, SIZE), interpolation=cv2.INTER_LINEAR)], device)
        out = F.interpolate(network(x).float(), (SIZE, SIZE), mode="bilinear", align_corners=False)
        total += confusion_of(out[0].cpu().numpy(), mask)
    hit = np.diag(total)
    union = total.sum(0) + total.sum(1) - hit
    return np.where(union > 0, hit / np.maximum(union, 1), np.nan), hit.sum() / total.sum()


def load_pairs(folder):
    names = sorted(os.path.splitext(os.path.basename(f))[0] for f in glob.glob(f"{folder}/masks/*.png"))
    return [(cv2.imread(f"{folder}/images/{n}.jpg")[:, :, ::-1], read_mask(f"{folder}/masks/{n}.png")) for n in names]


# ----------------------------------------------------------------------------------------------------------- stages
class Run:
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

    # -- scales of the teacher's features, measured once
    def measure(self):
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

    # -- several processes on one set of weights: each reads and steps on its own, none waits for another
    def share(self, stage, step=0):
        """Moves the student's weights into a mapped file and starts the other workers on it."""
        args, path = self.args, self.file("shared.bin")
        if args.worker == 0:
            state = [p.detach().clone() for p in self.student.parameters()]
            with open(path, "wb") as f:
                f.truncate(4 * sum(p.numel() for p in state))
            with open(path + ".steps", "wb") as f:
                f.truncate(8 * args.workers)
        flat = torch.from_file(path, True, sum(p.numel() for p in self.student.parameters()))
        self.steps_done, begin = torch.from_file(path + ".steps", True, args.workers, dtype=torch.int64), 0
        for p in self.student.parameters():
            part = flat[begin:begin + p.numel()]
            begin += p.numel()
            o, i, h, w = p.shape if p.dim() == 4 else (len(p), 1, 1, 1)
            p.data = part.view(o, h, w, i).permute(0, 3, 1, 2) if p.dim() == 4 else part
        if args.worker == 0:
            for p, value in zip(self.student.parameters(), state):
                p.data.copy_(value)
            self.steps_done[0] = step
            return [subprocess.Popen([sys.executable, *sys.argv, "--worker", str(k), "--only", stage])
                    for k in range(1, args.workers)]
        return []

    def descend(self, stage, parameters, rate, total, warm, decay, batch, loss_of, after=lambda step: None, step=0,
                relative=False):
        """loss_of(batches, step) gives a dict; its entry 'loss' is minimised by AdamW for `total` steps of all workers.
        `relative`: the rate is a share of each tensor's root mean square, so that small grafted weights keep their shape."""
        args = self.args
        others = self.share(stage, step) if self.device.type == "cpu" else []
        if self.device.type != "cpu":
            self.steps_done = torch.tensor([step])
        parent = os.getppid()
        batches = self.batches(100 * args.worker + 10000 * (stage == "tune") + step, batch)
        groups = [{"params": [p], "scale": max(1e-3, p.detach().square().mean().sqrt().item()) if relative else 1.0}
                  for p in parameters]
        optimiser = torch.optim.AdamW(groups, lr=1e-4, betas=(0.9, 0.99 if relative else 0.98), weight_decay=1e-3)
        sums, clock, begun = collections.Counter(), time.time(), int(self.steps_done.sum())
        mine = 0
        while (step := int(self.steps_done.sum())) < total and (args.worker == 0 or os.getppid() == parent):
            now = rate * ramp(step, 0, total, decay) * min(1.0, (mine + 1) / warm)
            set_rate(optimiser, now)
            losses = loss_of(batches, step)
            optimiser.zero_grad()
            losses["loss"].backward()
            nn.utils.clip_grad_norm_(parameters, 1.0)
            optimiser.step()
            self.steps_done[args.worker] += 1
            mine += 1
            for k, v in losses.items():
                sums[k] += v.item()
            if args.worker == 0:
                if mine % 50 == 0:
                    speed = (step + 1 - begun) * batch / (time.time() - clock)
                    self.log(f"{stage} {step + 1}/{total}: rate {now:.1e} {speed:.1f} images/s " +
                             " ".join(f"{k} {v / 50:.4f}" for k, v in sums.items()))
                    sums.clear()
                    clock, begun = time.time(), step + 1
                after(step + 1)
        for other in others:
            other.wait()

    # -- 1
    def stem(self):
        if self.restored("stem.pt"):
            return
        tap, step = TAPS[0], 0
        if self.args.worker == 0 and os.path.exists(self.file("stem_part.pt")):
            state = torch.load(self.file("stem_part.pt"), map_location=self.device, weights_only=True)
            self.student.load_state_dict(state["student"])
            step = state["step"]
        elif self.args.worker == 0:
            for _, block in self.student.blocks()[:3]:
                with torch.no_grad():
                    block.conv3.weight *= 0.3
                if block.downsample is not None:
                    nn.init.constant_(block.downsample[0].bias, OFFSET)
        used = [p for n, p in self.student.named_parameters() if n.startswith(("backbone.conv1", "backbone.layer1"))]
        def loss_of(batches, _):
            x, _ = batches.next()
            goal = self.teacher(x, {tap.target})[tap.target]
            with autocast(self.device):
                y = self.student(x, until=tap.block)
            return {"loss": self.feature_loss(tap, y, goal)}
        self.saved = step
        def after(step):
            if step >= self.saved + 200:
                self.saved = step
                self.save("stem_part.pt", {"student": self.student.state_dict(), "step": step})
        total = self.args.stem_steps
        self.descend("stem", used, 3e-3, total, 20, total // 2, 8, loss_of, after, step)
        if self.args.worker == 0:
            self.save("stem.pt", self.student.state_dict())

    def restored(self, name):
        if os.path.exists(self.file(name)):
            self.student.load_state_dict(torch.load(self.file(name), map_location=self.device, weights_only=True))
            return True
        return False

    # -- 2
    def graft(self):
        if self.restored("graft.pt"):
            return
        wanted = {t.target for t in TAPS} | {LOGITS, "t101", "t104"}
        batches, taps, inputs = self.batches(3, 8), [], []
        for _ in range(self.args.graft_batches):
            x, _ = batches.next()
            taps.append({k: v.half() if v.dtype != torch.float32 else v for k, v in self.teacher(x, wanted).items()})
            with torch.no_grad(), autocast(self.device):
                inputs.append(self.student(x, until="layer1.2"))
        blocks, used = dict(self.student.blocks()), {}
        for k, tap in enumerate(TAPS[1:], 1):
            self.start_block(k, tap, blocks[tap.block], inputs, taps, used)
            inputs = self.fit_block(tap, blocks[tap.block], inputs, [t[tap.target] for t in taps])
        self.start_head(inputs, taps)
        self.save("graft.pt", self.student.state_dict())

    def stream_map(self, k):
        """Where the teacher tensor that feeds TAPS[k] lies: channels of the stream, mean, deviation."""
        source = TAPS[k - 1]
        return source.place, *self.scales[source.target]

    @torch.no_grad()
    def start_block(self, k, tap, block, inputs, taps, used):
        """Takes the strongest hidden channels of the teacher's blocks, then solves conv3 by least squares."""
        place, mean, std = self.stream_map(k)
        w = self.teacher.weights
        target_std = self.scales[tap.target][1]
        rows = []
        for number in tap.sources:
            expand, bias = w[f"t{number}_w"][:, :, 0, 0], w[f"t{number}_b"]
            depth, depth_bias = w[f"t{number + 2}_w"][:, 0], w[f"t{number + 2}_b"]
            project = w[f"t{number + 4}_w"][:, :, 0, 0]
            if tap.target == "t100":
                project = w["t100_w"][:, :, 0, 0] @ project
            spread = self.hidden_spread(number)
            score = (project / target_std[:project.shape[0], None]).norm(dim=0) * spread
            for c in range(len(score)):
                if (number, c) not in used:
                    rows.append((score[c].item(), number, c, expand[c], bias[c], depth[c], depth_bias[c]))
        rows.sort(key=lambda r: -r[0])
        nn.init.normal_(block.conv1.weight, std=0.02)
        nn.init.normal_(block.conv2.weight, std=0.004)
        for i, (_, number, c, expand, bias, depth, depth_bias) in enumerate(rows[:block.conv1.out_channels]):
            used[number, c] = True
            block.conv1.weight[i, place[0]:place[1], 0, 0] += expand * std
            block.conv1.bias[i] = bias + (expand * (mean - OFFSET * std)).sum()
            block.conv2.weight[i, i] += depth
            block.conv2.bias[i] = depth_bias
        self.solve_output(tap, block, inputs, [t[tap.target] for t in taps])

    @torch.no_grad()
    def hidden_spread(self, number):
        x, _ = Batches(Views(self.material, [self.args.seed, 4]), 8, self.device).next()
        name = f"t{number + 3}"
        return self.teacher(x, {name})[name].float().std((0, 2, 3))

    @torch.no_grad()
    def solve_output(self, tap, block, inputs, targets):
        """conv3 (and downsample) from hidden values by ridge regression; the rest of the stream stays as it is."""
        a, b = tap.place
        block.conv3.weight.zero_()
        block.conv3.bias.zero_()
        if block.downsample is not None:
            block.downsample[0].weight.zero_()
            block.downsample[0].bias.fill_(OFFSET)
            if tap.block == "layer4.0":
                block.downsample[0].bias[160:] = 0
        generator = torch.Generator().manual_seed(0)
        hs, ys = [], []
        for x, target in zip(inputs, targets):
            with autocast(self.device):
                h = block.hidden(x)
            parts = [h]
            if block.downsample is not None:
                s = block.downsample[0].stride[0]
                parts.append(x[:, :, ::s, ::s])
                y = self.goal(tap, target) - block.downsample[0].bias[a:b].view(1, -1, 1, 1)
            else:
                y = self.goal(tap, target) - x[:, a:b].float()
            rows = torch.cat([p.float() for p in parts], 1).permute(0, 2, 3, 1).flatten(0, 2)
            pick = torch.randperm(len(rows), generator=generator)[:1500].to(rows.device)
            hs.append(rows[pick])
            ys.append(y.permute(0, 2, 3, 1).flatten(0, 2)[pick])
        h, y = torch.cat(hs).double(), torch.cat(ys).double()
        h = torch.cat([h, torch.ones_like(h[:, :1])], 1)
        gram = h.T @ h / len(h)
        gram.diagonal().add_(1e-3 * gram.diagonal().mean())
        solution = torch.linalg.solve(gram, h.T @ y / len(h)).T.float()
        inner = block.conv3.in_channels
        block.conv3.weight[a:b, :, 0, 0] = solution[:, :inner]
        block.conv3.bias[a:b] = solution[:, -1]
        if block.downsample is not None:
            block.downsample[0].weight[a:b, :, 0, 0] = solution[:, inner:-1]
        nn.init.normal_(block.conv3.weight[:a], std=0.005)
        nn.init.normal_(block.conv3.weight[b:], std=0.005)

    def fit_block(self, tap, block, inputs, targets):
        """A few passes of the block alone; returns what the next block will see."""
        optimiser = torch.optim.AdamW(block.parameters(), lr=1e-3, betas=(0.9, 0.98), weight_decay=1e-4)
        steps, before, losses = self.args.graft_passes * len(inputs), None, []
        order = np.random.default_rng(self.args.seed)
        sequence = np.concatenate([order.permutation(len(inputs)) for _ in range(self.args.graft_passes)])
        for step, i in enumerate(sequence):
            set_rate(optimiser, 5e-4 * ramp(step, 10, steps, steps))
            with autocast(self.device):
                y = block(inputs[i])
            loss = self.feature_loss(tap, y, targets[i])
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(block.parameters(), 1.0)
            optimiser.step()
            losses.append(loss.item())
        with torch.no_grad(), autocast(self.device):
            outputs = [block(x) for x in inputs]
        spread = torch.cat([F.relu(self.goal(tap, t)).var((0, 2, 3), keepdim=True) for t in targets]).mean().item()
        self.log(f"graft {tap.block} -> {tap.target}: unexplained share {losses[0] / spread:.4f} as solved, "
                 f"{np.mean(losses[-len(inputs):]) / spread:.4f} fitted")
        return outputs

    @torch.no_grad()
    def start_head(self, inputs, taps):
        """classifier.0: the strongest channels behind the teacher's fusion convolution; classifier.4: least squares."""
        w, std = self.teacher.weights, self.scales["t100"][1]
        fuse, bias, last = w["t103_w"][:, :, 0, 0], w["t103_b"], w["t105_w"][:, :, 0, 0]
        mean_pooled = torch.stack([(t["t104"].float().mean((0, 2, 3))) for t in taps]).mean(0)
        spread = torch.stack([t["t104"].float().std((0, 2, 3)) for t in taps]).mean(0)
        chosen = (last.norm(dim=0) * spread).argsort(descending=True)[:HEAD]
        conv, a, b = self.classifier_parts()
        nn.init.normal_(conv.weight, std=0.003)
        shift = torch.tensor([0.0, 1 - 3.5 / 8, 3.5 / 8], device=self.device)
        for i, c in enumerate(chosen):
            conv.weight[i, a:b] += (fuse[c, 256:] * std).view(-1, 1, 1) * shift.view(1, 3, 1) * shift.view(1, 1, 3)
            conv.bias[i] = bias[c]
        hs, ys = [], []
        generator = torch.Generator().manual_seed(0)
        for x, t in zip(inputs, taps):
            with autocast(self.device):
                rows = F.relu(conv(x)).float().permute(0, 2, 3, 1).flatten(0, 2)
            pick = torch.randperm(len(rows), generator=generator)[:1500].to(rows.device)
            hs.append(rows[pick])
            ys.append(to_cell_centres(t[LOGITS]).permute(0, 2, 3, 1).flatten(0, 2)[pick])
        h, y = torch.cat(hs).double(), torch.cat(ys).double()
        h = torch.cat([h, torch.ones_like(h[:, :1])], 1)
        gram = h.T @ h / len(h)
        gram.diagonal().add_(1e-3 * gram.diagonal().mean())
        solution = torch.linalg.solve(gram, h.T @ y / len(h)).T.float()
        self.student.classifier["4"].weight.copy_(solution[:, :-1, None, None])
        self.student.classifier["4"].bias.copy_(solution[:, -1])

    def classifier_parts(self):
        return self.student.classifier["0"], *TAPS[-1].place

    # -- 3
    def class_weights(self):
        weights = torch.ones(21, device=self.device)
        weights[0], weights[DOG], weights[PERSON] = 0.6, 1.5, 0.8
        return weights

    def head(self):
        """The head alone on the grafted features, by the class map: its first gradients are large and would undo them."""
        if self.restored("head.pt"):
            return
        args, student, seen = self.args, self.student, []
        weights, rng = self.class_weights(), np.random.default_rng([args.seed, args.worker, 7])
        def fresh(batches):
            if len(seen) > 8 and rng.random() < 0.85:
                return seen[rng.integers(len(seen))]
            x, labels = batches.next()
            with torch.no_grad(), autocast(self.device):
                features = student(x, until=student.blocks()[-1][0])
            seen.append((features, labels.byte(), self.teacher(x, {LOGITS})[LOGITS]))
            del seen[:-args.remember]
            return seen[-1]
        def loss_of(batches, _):
            features, labels, teacher_logits = fresh(batches)
            with autocast(self.device):
                logits = student.head(features)
            losses = self.map_losses(logits.float(), teacher_logits, labels.long(), weights)
            losses["loss"] = losses["teacher"] + 0.5 * losses["labels"]
            return losses
        total = args.head_steps
        self.descend("head", list(student.classifier.parameters()), 2e-3, total, 20, total // 2, 8, loss_of, relative=True)
        if args.worker == 0:
            self.save("head.pt", student.state_dict())

    # -- 4
    def tune(self):
        args, student, step = self.args, self.student, 0
        average = Student().to(self.device, memory_format=torch.channels_last)
        average.load_state_dict(student.state_dict())
        if args.worker == 0 and os.path.exists(self.file("tune.pt")):
            state = torch.load(self.file("tune.pt"), map_location=self.device, weights_only=True)
            student.load_state_dict(state["student"])
            average.load_state_dict(state["average"])
            step = state["step"]
        elif args.worker == 0:
            self.report("before tuning", average)
        weights = self.class_weights()
        wanted = {t.target for t in TAPS} | {LOGITS}
        seen, rng = [], np.random.default_rng([args.seed, args.worker, step])
        def fresh(batches):
            """A new batch with the teacher's answers, or one seen lately: the teacher costs a third of a step."""
            if len(seen) > 8 and rng.random() < args.replay:
                return seen[rng.integers(len(seen))]
            x, labels = batches.next()
            seen.append((x.bfloat16(), labels.byte(), self.teacher(x, wanted)))
            del seen[:-args.remember]
            return seen[-1]
        def loss_of(batches, step):
            x, labels, targets = fresh(batches)
            labels, streams = labels.long(), {}
            with autocast(self.device):
                logits = student(x, streams)
            features = [self.feature_loss(t, streams[t.block], targets[t.target]) for t in TAPS]
            losses = {"features": sum(features) / len(features)}
            losses.update(self.map_losses(logits.float(), targets[LOGITS], labels, weights))
            losses["loss"] = 5 * losses["features"] + losses["teacher"] + 0.5 * losses["labels"]
            return losses
        self.saved = step
        def after(step):
            with torch.no_grad():
                for p, q in zip(average.parameters(), student.parameters()):
                    p.lerp_(q, 1 - min(0.996, step / (step + 30)))
            if step >= self.saved + args.every or step >= args.steps:
                self.saved = step
                self.save("tune.pt", {"student": student.state_dict(), "average": average.state_dict(), "step": step})
                self.report(f"step {step}", average)
        self.descend("tune", list(student.parameters()), args.rate, args.steps, 50, args.decay, args.batch, loss_of,
                     after, step, relative=True)
        if args.worker == 0:
            student.load_state_dict(average.state_dict())

    def map_losses(self, logits, teacher_logits, labels, weights):
        soft = to_cell_centres(teacher_logits)
        temperature = 1.5
        per_cell = F.kl_div(F.log_softmax(logits / temperature, 1), F.softmax(soft / temperature, 1),
                            reduction="none").sum(1) * temperature ** 2
        share = F.softmax(soft, 1)
        cell_weight = 1 + 1.5 * (1 - share[:, 0]) + 1.5 * share[:, DOG]
        fine = F.interpolate(logits, scale_factor=2, mode="bilinear", align_corners=False)
        coarse_labels = labels[:, 2::4, 2::4]
        cross = F.cross_entropy(fine, coarse_labels, weights, ignore_index=VOID, reduction="sum")
        known = (coarse_labels != VOID).sum().clamp(min=1)
        return {"teacher": (per_cell * cell_weight).mean(), "labels": cross / known}

    def report(self, when, network, pairs=None, name="held-out photos"):
        ious, accuracy = evaluate(network, pairs or self.material.held_out, self.device)
        self.log(f"{when}: {name} mIoU {np.nanmean(ious):.4f} dog {ious[DOG]:.4f} pixel accuracy {accuracy:.4f} | " +
                 " ".join(f"{c} {v * 100:.0f}" for c, v in zip(CLASSES, ious)))
        return ious, accuracy

    # -- 5
    @torch.no_grad()
    def export(self, path):
        """torchvision's names; batch normalisation with the statistics of the convolution before it."""
        sums, hooks = {}, []
        convs = {n: m for n, m in self.student.named_modules() if isinstance(m, nn.Conv2d) and n != "classifier.4"}
        def watch(name, conv):
            def hook(_, __, out):
                raw = out.float() - conv.bias.view(1, -1, 1, 1)
                sums.setdefault(name, []).append((raw.mean((0, 2, 3)), raw.square().mean((0, 2, 3))))
            return conv.register_forward_hook(hook)
        hooks = [watch(n, m) for n, m in convs.items()]
        batches = self.batches(6, 16)
        for _ in range(4):
            self.student(batches.next()[0])
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
        last = self.student.classifier["4"]
        state["classifier.4.weight"], state["classifier.4.bias"] = last.weight.contiguous().half(), last.bias.clone()
        state = collections.OrderedDict((k, v.detach().cpu()) for k, v in state.items())
        os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
        torch.save(state, path + ".new")
        os.replace(path + ".new", path)
        self.log(f"export {path}: {os.path.getsize(path) / 1e6:.2f} MB, {len(state)} tensors")


def ramp(step, warm, total, decay):
    """Linear up over `warm` steps, held at 1, linear down to 0 over the last `decay`."""
    return min(1.0, (step + 1) / max(warm, 1), max(0.0, (total - step) / max(decay, 1)))


def set_rate(optimiser, rate):
    for group in optimiser.param_groups:
        group["lr"] = rate * group.get("scale", 1.0)


# ------------------------------------------------------------------------------------ the exported file, measured
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


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("--assets", default=os.path.join(here, "../../shared/assets"), help="test material")
    p.add_argument("--work", default="train_demo_work", help="checkpoints; a run goes on from what lies there")
    p.add_argument("--out", default=os.path.join(here, "../assets/demo/fcn_demo.pth"))
    p.add_argument("--log", default=os.path.join(here, "train_demo.log"))
    p.add_argument("--seed", type=int, default=9)
    p.add_argument("--held-out", type=int, default=60, help="photos kept from training")
    p.add_argument("--stem-steps", type=int, default=1600)
    p.add_argument("--graft-batches", type=int, default=100)
    p.add_argument("--graft-passes", type=int, default=5)
    p.add_argument("--head-steps", type=int, default=1000)
    p.add_argument("--steps", type=int, default=1000)
    p.add_argument("--decay", type=int, default=550, help="last steps over which the learning rate falls to zero")
    p.add_argument("--rate", type=float, default=2e-4, help="of tuning, as a share of each weight tensor's size")
    p.add_argument("--batch", type=int, default=8)
    p.add_argument("--replay", type=float, default=0.6, help="share of batches that were seen before")
    p.add_argument("--remember", type=int, default=60, help="batches kept for that, with the teacher's features")
    p.add_argument("--every", type=int, default=150, help="steps between checkpoints and held-out IoU")
    p.add_argument("--threads", type=int, default=0, help="of each worker; 0: PyTorch's choice")
    p.add_argument("--workers", type=int, default=1, help="processes that train on one set of weights (CPU only)")
    p.add_argument("--worker", type=int, default=0, help=argparse.SUPPRESS)
    p.add_argument("--only", help=argparse.SUPPRESS)
    p.add_argument("--cpu", action="store_true", help="do not use a GPU")
    p.add_argument("--until", choices=STAGES, default="tune", help="stop after this stage")
    p.add_argument("--export-only", action="store_true", help="write what --work holds: averaged weights, or grafted ones")
    p.add_argument("--measure", metavar="PTH", help="measure an exported file and stop")
    p.add_argument("--photo", help="with --measure: a photo whose dog is compared with the teacher's")
    p.add_argument("--draw", help="with --photo: write the picture with dog, bicycle and car marked")
    args = p.parse_args()
    if args.threads:
        torch.set_num_threads(args.threads)
    if args.measure:
        return measure_file(args)
    run = Run(args)
    run.measure()
    if args.export_only:
        run.restored("graft.pt")
        if os.path.exists(run.file("tune.pt")):
            state = torch.load(run.file("tune.pt"), map_location=run.device, weights_only=True)
            run.student.load_state_dict(state["average"])
    else:
        for stage in STAGES:
            if args.only in (None, stage):
                getattr(run, stage)()
            if stage == args.until:
                break
    if args.worker == 0:
        run.export(args.out)


if __name__ == "__main__":
    main()
