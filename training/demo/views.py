"""Photos and clip frames, cut, mixed and recoloured by seed."""
import collections
import glob
import math
import os
import queue
import threading

import cv2
import numpy as np
import torch

from demo.voc import DOG, MEAN, SIZE, STD, VOID


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
