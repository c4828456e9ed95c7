#!/usr/bin/env python3
"""`diolkos info` on checkpoints that torch.save wrote: every tensor as PyTorch has it, every other file refused.

    checkpoints_from_torch.py DIOLKOS ASSETS        (needs torch)
"""
import argparse
import collections
import json
import math
import os
import pathlib
import pickle
import sys
import warnings

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "support"))
from checks import Checks, run, skip, work_folder

try:
    import torch
except ImportError:
    skip("this Python has no torch")

warnings.filterwarnings("ignore")
PROTOCOLS = 2, 3, 4, 5
TYPES = (torch.float32, torch.float64, torch.float16, torch.bfloat16, torch.int8, torch.int16, torch.int32, torch.int64,
         torch.uint8, torch.bool)


class RunsCode:
    def __reduce__(self):
        return os.system, ("true",)


def summary(tensor):
    values = tensor.detach().double()
    return {"dtype": str(tensor.dtype)[len("torch."):], "shape": list(tensor.shape),
            "sum": values.sum().item(),
            "min": values.min().item() if values.numel() else 0, "max": values.max().item() if values.numel() else 0}


def same(got, expected):
    numbers = all(math.isclose(got[key], expected[key], rel_tol=1e-6, abs_tol=1e-6) for key in ("sum", "min", "max"))
    return got["dtype"] == expected["dtype"] and got["shape"] == expected["shape"] and numbers


class Checkpoints(Checks):
    def __init__(self, diolkos, folder):
        super().__init__()
        self.diolkos, self.folder = diolkos, pathlib.Path(folder)

    def save(self, name, value, **how):
        path = self.folder / f"{name}.pth"
        torch.save(value, path, **how)
        return path

    def reads(self, name, path, expected):
        p = run(self.diolkos, "info", path, "--json", "-")
        if p.returncode != 0:
            return self.check(name, False, p.stderr.strip())
        tensors = json.loads(p.stdout)["tensors"]
        names = [tensor["name"] for tensor in tensors]
        wrong = [tensor["name"] for tensor in tensors
                 if tensor["name"] in expected and not same(tensor, summary(expected[tensor["name"]]))]
        self.check(name, names == list(expected) and not wrong,
                   f"{len(names)} tensors" + f", wrong: {wrong}" * bool(wrong))

    def reads_all_ways(self, name, value, expected):
        for kind, zipped in (("zip", True), ("legacy", False)):
            for protocol in PROTOCOLS:
                path = self.save(f"{name}_{kind}_{protocol}", value, pickle_protocol=protocol,
                                 _use_new_zipfile_serialization=zipped)
                self.reads(f"{name}, {kind}, protocol {protocol}", path, expected)

    def refused(self, name, path, *words):
        p = run(self.diolkos, "info", path)
        lines = p.stderr.strip().splitlines()
        ok = p.returncode == 1 and len(lines) == 1 and all(word in lines[0] for word in words)
        self.check(name, ok, p.stderr.strip())


def tensors(t):
    torch.manual_seed(1)
    base = torch.randn(10, 12)
    t.reads_all_ways("types", types := {str(kind): (torch.randn(3, 4) * 10).to(kind) for kind in TYPES}, types)
    views = collections.OrderedDict(
        whole=base, transposed=base.t(), block=base[2:5, 3:9], sparse_rows=base[::2, ::3], tail=base.view(-1)[7:9],
        expanded=torch.ones(1).expand(4, 5),
        channels_last=torch.randn(2, 3, 4, 5).to(memory_format=torch.channels_last),
        scalar=torch.tensor(5), empty=torch.zeros(0, 3), parameter=torch.nn.Parameter(base))
    t.reads_all_ways("views", views, views)


def training_checkpoints(t):
    model = torch.nn.Sequential(torch.nn.Conv2d(3, 4, 3), torch.nn.BatchNorm2d(4))
    optimizer = torch.optim.Adam(model.parameters())
    scheduler = torch.optim.lr_scheduler.MultiStepLR(optimizer, [1, 2])
    model(torch.randn(2, 3, 8, 8)).sum().backward()
    optimizer.step()
    weights = model.state_dict()
    t.reads_all_ways("module", weights, weights)
    wrapped = torch.nn.DataParallel(model).state_dict()
    t.reads_all_ways("wrapped", wrapped, weights)
    t.reads_all_ways("training", {"epoch": 3, "best": torch.tensor(.5), "state_dict": wrapped, "name": "net",
                                  "optimizer": optimizer.state_dict(), "scheduler": scheduler.state_dict()}, weights)
    arguments = argparse.Namespace(lr=.1, data=pathlib.Path("coco"), sizes=[480, 520], device=torch.device("cpu"))
    t.reads_all_ways("torchvision's training", {"model": weights, "optimizer": optimizer.state_dict(),
                                                "lr_scheduler": scheduler.state_dict(), "epoch": 3, "args": arguments},
                     weights)
    others = {"none": None, "float": 1.5, "huge": 1 << 80, "bytes": b"xyz", "set": {1, 2}, "list": [1, [2]],
              "size": torch.Size([1, 2]), "device": torch.device("cpu"), "type": torch.float32, **weights}
    t.reads_all_ways("other values", others, weights)
    import numpy
    t.reads_all_ways("numpy values", {"scalar": numpy.float64(2.5), "array": numpy.arange(4), **weights}, weights)


def refusals(t):
    base = torch.randn(10, 12)
    model = torch.nn.Sequential(torch.nn.Conv2d(3, 4, 3))
    for zipped in (True, False):
        how = {"_use_new_zipfile_serialization": zipped}
        t.refused("code", t.save("code", {"model": RunsCode()}, **how), "refuses to load global 'posix.system'")
        t.refused("a whole model", t.save("whole", model, **how), "'torch.nn.modules.container.Sequential'",
                  "torch.save(model.state_dict()")
        t.refused("a lone tensor", t.save("lone", base, **how), "single tensor")
        t.refused("a quantized tensor", t.save("q", {"q": torch.quantize_per_tensor(base, .1, 0, torch.qint8)}, **how),
                  "quantized")
        t.refused("a sparse tensor", t.save("sparse", {"s": base.to_sparse()}, **how), "sparse")
        t.refused("a complex tensor", t.save("complex", {"c": base.to(torch.complex64)}, **how), "complex")
        cycle = {}
        cycle["model"] = cycle
        t.refused("a dict in itself", t.save("cycle", cycle, **how), "'model'")
    torch.jit.script(model).save(str(t.folder / "script.pth"))
    t.refused("TorchScript", t.folder / "script.pth", "TorchScript", "state_dict()")
    with open(t.folder / "dump.pth", "wb") as file:
        pickle.dump({"w": base}, file)
    t.refused("pickle.dump", t.folder / "dump.pth", "pickle.dump()")


def real_files(t, assets):
    for path in sorted((assets / "models").glob("*.pth")):
        t.reads(path.name, path, torch.load(path, map_location="cpu"))


def main():
    diolkos, assets = sys.argv[1], pathlib.Path(sys.argv[2])
    with work_folder() as folder:
        t = Checkpoints(diolkos, folder)
        for part in (tensors, training_checkpoints, refusals):
            t.guarded(part.__name__, part, t)
        t.guarded("real files", real_files, t, assets)
        t.close()


if __name__ == "__main__":
    main()
