#!/usr/bin/env python3
"""`diolkos eval` equals an independent computation with NumPy, and the figures that the assets' README gives.

    eval_command.py DIOLKOS ASSETS

The peer takes the class maps that `diolkos run` draws for the same images and counts on its own.
"""
import json
import pathlib
import shutil
import sys

import numpy as np
from PIL import Image

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "support"))
from checks import Checks, run, skip, work_folder

HOW = ("--normalize", "symmetric", "--fit", "stretch")
MODEL = "deeplabv3_257_mv_gpu.tflite"
EXPECTED = {"miou": 64.95, "dog": 77.06, "pixel_accuracy": 91.63}  # of all 205 images, in per cent
CLASSES, VOID = 21, 255


class EvalCommand(Checks):
    def __init__(self, diolkos, assets, folder):
        super().__init__()
        self.diolkos, self.assets, self.folder = diolkos, assets, folder
        self.model = assets / "models" / MODEL
        self.images, self.masks = folder / "images", folder / "masks"
        self.images.mkdir()
        self.masks.mkdir()
        for path in sorted((assets / "voc/images").iterdir())[::10]:
            shutil.copy(path, self.images)
            shutil.copy(assets / "voc/masks" / (path.stem + ".png"), self.masks)

    def eval(self, *options, images=None, masks=None):
        p = run(self.diolkos, "eval", self.model, "--images", images or self.images, "--masks", masks or self.masks,
                "--json", "-", *HOW, *options)
        if p.returncode != 0:
            raise RuntimeError(p.stderr.strip())
        return json.loads(p.stdout)

    def refused(self, name, *command, words=()):
        p = run(self.diolkos, "eval", *command)
        t_ok = p.returncode in (1, 2) and all(word in p.stderr for word in words) and p.stderr.count("\n") <= 2
        self.check(name, t_ok, p.stderr.strip())


def eroded(mask, width):
    """Erosion by a square of 2 width + 1 pixels; outside of the picture there is nothing."""
    padded = np.pad(mask, width)
    for axis in (0, 1):
        total = np.cumsum(np.insert(padded.astype(int), 0, 0, axis), axis)
        size = mask.shape[axis]
        window = np.take(total, range(2 * width + 1, 2 * width + 1 + size), axis) - np.take(total, range(size), axis)
        padded = window == 2 * width + 1
    return padded


def mean_of(values):
    return float(np.nanmean(values))


def counted(t):
    labels = t.folder / "labels"
    p = run(t.diolkos, "run", t.model, t.images, "-o", labels, "--draw", "labels", *HOW)
    t.check("class maps are drawn", p.returncode == 0, p.stderr.strip())
    confusion = np.zeros((CLASSES, CLASSES), np.int64)
    both, truth_edges, predicted_edges = (np.zeros(CLASSES, np.int64) for _ in range(3))
    for path in sorted(t.images.iterdir()):
        truth = np.asarray(Image.open(t.masks / (path.stem + ".png")))
        predicted = np.asarray(Image.open(labels / (path.stem + ".png")))
        known = truth != VOID
        confusion += np.bincount(truth[known].astype(int) * CLASSES + predicted[known],
                                 minlength=CLASSES**2).reshape(CLASSES, CLASSES)
        width = max(1, int(np.round(0.02 * np.hypot(*truth.shape))))
        for k in range(CLASSES):
            a, b = truth == k, (predicted == k) & known
            edge_a, edge_b = a & ~eroded(a, width), b & ~eroded(b, width)
            both[k] += (edge_a & edge_b).sum()
            truth_edges[k] += edge_a.sum()
            predicted_edges[k] += edge_b.sum()
    ours = t.eval()
    found, true, predicted = np.diag(confusion), confusion.sum(1), confusion.sum(0)
    with np.errstate(invalid="ignore"):
        iou, accuracy = found / (true + predicted - found), found / true
        boundary = both / (truth_edges + predicted_edges - both)
    t.check("the confusion matrix is the same", np.array_equal(np.array(ours["confusion"])[:, :CLASSES], confusion))
    for name, value in (("miou", mean_of(iou)), ("pixel_accuracy", found.sum() / true.sum()),
                        ("mean_accuracy", mean_of(accuracy)), ("boundary_iou", mean_of(boundary))):
        t.check(f"{name} is NumPy's", abs(ours[name] - value) <= 1e-6, f"{ours[name]:.8f}, expected {value:.8f}")
    theirs = [None if np.isnan(v) else v for v in iou]
    t.check("every class's IoU is NumPy's", all((a is None) == (b is None) and (a is None or abs(a - b) <= 1e-6)
                                                for a, b in zip(ours["per_class_iou"].values(), theirs)))
    t.check("the protocol is told",
            {"images", "count", "input", "fit", "resize", "void", "threshold"} <= set(ours["protocol"]))
    low, high = ours["miou_interval"]
    t.check("the interval holds the figure", low < ours["miou"] < high, f"{low:.4f} {high:.4f}")
    one = t.eval("--class", "dog", "--threshold", "0.3")
    t.check("one class against the rest", set(one["per_class_iou"]) == {"not dog", "dog"} and
            0 < one["per_class_average_precision"]["dog"] <= 1 and "dog >= 0.3" in one["protocol"]["threshold"])
    return ours


def shards(t, whole):
    paths = [t.folder / f"part{i}.json" for i in (1, 2, 3)]
    for i, path in enumerate(paths, 1):
        path.write_text(json.dumps(t.eval("--shard", f"{i}/3")))
    p = run(t.diolkos, "eval", "--merge", *paths, "--json", "-")
    merged = json.loads(p.stdout)
    timing = ("elapsed_ms", "processor_ms")
    t.check("shards merge to the whole, to the last digit",
            {k: v for k, v in merged.items() if k not in timing} == {k: v for k, v in whole.items() if k not in timing})
    cut = t.folder / "cut.json"
    cut.write_text(paths[1].read_text()[:5000])
    t.refused("a cut result file", "--merge", paths[0], cut, words=("cut.json", "no whole JSON"))
    t.refused("a missing shard", "--merge", paths[0], paths[2], words=("2/3 is missing",))
    other = json.loads(paths[1].read_text())
    other["model"]["sha256"] = "0" * 64
    cut.write_text(json.dumps(other))
    t.refused("another model's shard", "--merge", paths[0], cut, paths[2], words=("cut.json", "SHA-256"))


def bad_masks(t):
    masks = t.folder / "bad"
    shutil.copytree(t.masks, masks)
    victim = sorted(masks.iterdir())[3]
    whole = victim.read_bytes()
    arguments = (t.model, "--images", t.images, "--masks", masks)
    Image.open(victim).crop((0, 0, 50, 40)).save(victim)
    t.refused("a mask of another size", *arguments, words=(victim.name, "50x40"))
    victim.write_bytes(whole[:len(whole) // 2])
    t.refused("a cut mask", *arguments, words=(victim.name,))
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (40, 50, 3), np.uint8)).save(victim)
    t.refused("colours that are no palette", *arguments, words=(victim.name, "palette"))
    t.refused("a binary mask without a class", *arguments, "--mask-format", "binary", words=("--class",))
    t.refused("no folder", t.model, "--images", t.folder / "none", "--masks", masks, words=("none",))
    t.refused("no model", "--images", t.images, "--masks", masks, words=("MODEL",))


def worst(t):
    pictures = t.folder / "worst"
    document = t.eval("--worst", "3", str(pictures))
    order = sorted(document["per_image"], key=lambda image: image["miou"])[:3]
    names = sorted(p.name for p in pictures.iterdir())
    t.check("the worst images are written, the worst first", len(names) == 3 and
            all(image["name"] in name for image, name in zip(order, names)), str(names))


def labels_of(t, name, images, *options):
    folder = t.folder / name
    p = run(t.diolkos, "run", t.model, images, "-o", folder, "--draw", "labels", *HOW, *options)
    t.check(f"class maps of {name} are drawn", p.returncode == 0, p.stderr.strip())
    return [np.asarray(Image.open(path)) for path in sorted(folder.iterdir())]


def rows(t):
    images = t.folder / "few"
    images.mkdir()
    for path in sorted(t.images.iterdir())[:4]:
        shutil.copy(path, images)
    whole, half = labels_of(t, "fp32", images), labels_of(t, "bf16", images, "--precision", "bf16")
    equal = sum((a == b).sum() for a, b in zip(whole, half)) / sum(a.size for a in whole)
    table = t.eval("--runtime", "native,no_such_runtime", "--precision", "fp32,bf16", images=images)
    first, second, *missing = table["rows"]
    t.check("a table of four rows, two of them evaluated", table["schema"] == "diolkos.eval_table/1" and
            first["precision"] == "fp32" and second["precision"].startswith("bf16") and
            ["no_such_runtime" in row["missing"] for row in missing] == [True, True],
            str([r["label"] for r in table["rows"]]))
    shares = table["agreement"]
    t.check("their agreement is NumPy's", abs(shares[0][1] - equal) < 1e-9 and shares[1][0] == shares[0][1] and
            shares[0][0] == shares[1][1] == 1 and shares[0][2] is None and 0.9 < equal < 1,
            f"{shares[0][1]:.6f} {equal:.6f}")
    alone = t.eval(images=images)
    t.check("a row is what the network gives alone", alone["confusion"] == first["confusion"])
    quantized = t.assets / "models/deeplabv3_mnv2_pascal_quant.tflite"
    p = run(t.diolkos, "eval", t.model, quantized, "--precision", "fp32,int8", "--images", images, "--masks", t.masks,
            *HOW)
    labels = [line.split()[1:4] for line in p.stdout.splitlines() if "native" in line]
    t.check("a quantized file is evaluated once, in its own precision", p.returncode == 0 and
            labels[:2] == [[MODEL, "native", "fp32"], [quantized.name, "native", "uint8"]], p.stdout + p.stderr)
    t.refused("a shard of several networks", t.model, quantized, "--images", images, "--masks", t.masks,
              "--shard", "1/2",
              words=("one network",))


def readme(t):
    ours = t.eval(images=t.assets / "voc/images", masks=t.assets / "voc/masks")
    figures = {"miou": ours["miou"], "dog": ours["per_class_iou"]["dog"], "pixel_accuracy": ours["pixel_accuracy"]}
    for name, value in figures.items():
        t.check(f"{name} of 205 images", abs(100 * value - EXPECTED[name]) <= 0.3,
                f"{100 * value:.2f}, {EXPECTED[name]}")


def main():
    diolkos, assets = sys.argv[1], pathlib.Path(sys.argv[2])
    if not (assets / "models" / MODEL).exists():
        skip(f"{assets / 'models' / MODEL} is absent")
    with work_folder() as name:
        t = EvalCommand(diolkos, assets, pathlib.Path(name))
        whole = counted(t)
        t.guarded("shards", shards, t, whole)
        t.guarded("bad masks", bad_masks, t)
        t.guarded("worst", worst, t)
        t.guarded("rows", rows, t)
        t.guarded("readme", readme, t)
        t.close()


if __name__ == "__main__":
    main()
