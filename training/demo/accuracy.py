"""Intersection over union on annotated photos."""
import glob
import os

import cv2
import numpy as np
import torch
import torch.nn.functional as F

from demo.views import read_mask, to_tensor
from demo.voc import SIZE, VOID


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
