#!/usr/bin/env python3
"""The trained DeepLab file sees what it is known to see, and agrees with ONNX Runtime on every VOC image.

    trained_deeplab.py DIOLKOS ASSETS        (ORT_PYTHON: an interpreter with onnxruntime and OpenCV)
"""
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "support"))
from checks import Checks, peer_python, run, skip, work_folder

# Share of class dog in per cent, stretched to the network's input, as the assets' README gives them.
DOG = 12
EXPECTED = {"dog.jpg": 37.0, "dog1.jpg": 8.6, "dog2.jpg": 29.2}

COMPARE = r"""
import pathlib, sys, cv2, numpy as np, onnxruntime as rt
from PIL import Image
model, images, ours = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
options = rt.SessionOptions(); options.intra_op_num_threads = 2
session = rt.InferenceSession(model, options, providers=["CPUExecutionProvider"])
name = session.get_inputs()[0].name
for path in sorted(images.iterdir()):
    labels = np.asarray(Image.open(ours / (path.stem + ".png")))  # of a palette PNG: the indices
    frame = cv2.imread(str(path))
    rgb = cv2.cvtColor(cv2.resize(frame, (513, 513)), cv2.COLOR_BGR2RGB).astype("f4") / 127.5 - 1
    scores = session.run(None, {name: rgb.transpose(2, 0, 1)[None]})[0][0]
    h, w = frame.shape[:2]
    resized = np.stack([cv2.resize(plane, (w, h)) for plane in scores])
    print(path.name, (labels == resized.argmax(0)).mean())
"""


def labels_of(diolkos, model, picture, out):
    return run(diolkos, "run", model, picture, "-o", out, "--draw", "labels", "--fit", "stretch",
               "--normalize", "symmetric")


def share_of_dog(python, path):
    code = ("import sys, numpy; from PIL import Image; "
            "print(100 * (numpy.asarray(Image.open(sys.argv[1])) == int(sys.argv[2])).mean())")
    return float(run(python, "-c", code, path, DOG).stdout)


def dogs(t, diolkos, model, assets, folder, python):
    for name, expected in EXPECTED.items():
        out = folder / (name + ".png")
        p = labels_of(diolkos, model, assets / "images" / name, out)
        if p.returncode != 0:
            t.check(name, False, p.stderr.strip())
            continue
        share = share_of_dog(python, out)
        t.check(f"dog in {name}", abs(share - expected) <= 0.3, f"{share:.2f} %, expected {expected} %")


def every_voc_image(t, diolkos, model, assets, folder, python):
    images, ours = assets / "voc/images", folder / "labels"
    p = labels_of(diolkos, model, images, ours)
    if p.returncode != 0:
        t.check("labels of every VOC image", False, p.stderr.strip())
        return
    peer = subprocess.run([python, "-c", COMPARE, str(model), str(images), str(ours)], capture_output=True, text=True)
    agreement = dict(line.split() for line in peer.stdout.splitlines())
    worst = min(agreement, key=lambda name: float(agreement[name]), default=None)
    t.check("as many images as there are", len(agreement) == len(list(images.iterdir())), peer.stderr[-300:])
    t.check("every argmax map equals ONNX Runtime's", worst and float(agreement[worst]) >= 0.999,
            f"{len(agreement)} images, worst {worst}: {agreement.get(worst)}")


def main():
    diolkos, assets = sys.argv[1], pathlib.Path(sys.argv[2])
    model, python = assets / "models/deeplabv3_mnv2_pascal_513.onnx", peer_python()
    if not model.exists():
        skip(f"{model} is absent")
    if python is None:
        skip("no interpreter with onnxruntime: ./test.sh makes one")
    with work_folder() as name:
        t, folder = Checks(), pathlib.Path(name)
        t.guarded("dogs", dogs, t, diolkos, model, assets, folder, python)
        t.guarded("voc", every_voc_image, t, diolkos, model, assets, folder, python)
        t.close()


if __name__ == "__main__":
    main()
