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
"""
import argparse
import os

import torch

from demo.export import export, measure_file
from demo.graft import graft
from demo.run import Run
from demo.stages import head, stem, tune

STAGES = {"stem": stem, "graft": graft, "head": head, "tune": tune}


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
    p.add_argument("--until", choices=tuple(STAGES), default="tune", help="stop after this stage")
    p.add_argument("--export-only", action="store_true",
                   help="write what --work holds: averaged weights, or grafted ones")
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
        for stage, learn in STAGES.items():
            if args.only in (None, stage):
                learn(run)
            if stage == args.until:
                break
    if args.worker == 0:
        export(run, args.out)


if __name__ == "__main__":
    main()
