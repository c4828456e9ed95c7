"""Gradient descent by several processes on one set of weights: each reads and steps on its own, none waits."""
import collections
import os
import subprocess
import sys
import time

import torch
from torch import nn


def share(run, stage, step=0):
    """Moves the student's weights into a mapped file and starts the other workers on it."""
    args, path = run.args, run.file("shared.bin")
    if args.worker == 0:
        state = [p.detach().clone() for p in run.student.parameters()]
        with open(path, "wb") as f:
            f.truncate(4 * sum(p.numel() for p in state))
        with open(path + ".steps", "wb") as f:
            f.truncate(8 * args.workers)
    flat = torch.from_file(path, True, sum(p.numel() for p in run.student.parameters()))
    run.steps_done, begin = torch.from_file(path + ".steps", True, args.workers, dtype=torch.int64), 0
    for p in run.student.parameters():
        part = flat[begin:begin + p.numel()]
        begin += p.numel()
        o, i, h, w = p.shape if p.dim() == 4 else (len(p), 1, 1, 1)
        p.data = part.view(o, h, w, i).permute(0, 3, 1, 2) if p.dim() == 4 else part
    if args.worker == 0:
        for p, value in zip(run.student.parameters(), state):
            p.data.copy_(value)
        run.steps_done[0] = step
        return [subprocess.Popen([sys.executable, *sys.argv, "--worker", str(k), "--only", stage])
                for k in range(1, args.workers)]
    return []


def descend(run, stage, parameters, rate, total, warm, decay, batch, loss_of, after=lambda step: None, step=0,
            relative=False):
    """loss_of(batches, step) gives a dict; its entry 'loss' is minimised by AdamW for `total` steps of all workers.
    `relative`: the rate is a share of each tensor's root mean square, so that small grafted weights keep their shape.
    """
    args = run.args
    others = share(run, stage, step) if run.device.type == "cpu" else []
    if run.device.type != "cpu":
        run.steps_done = torch.tensor([step])
    parent = os.getppid()
    batches = run.batches(100 * args.worker + 10000 * (stage == "tune") + step, batch)
    groups = [{"params": [p], "scale": max(1e-3, p.detach().square().mean().sqrt().item()) if relative else 1.0}
              for p in parameters]
    optimiser = torch.optim.AdamW(groups, lr=1e-4, betas=(0.9, 0.99 if relative else 0.98), weight_decay=1e-3)
    sums, clock, begun = collections.Counter(), time.time(), int(run.steps_done.sum())
    mine = 0
    while (step := int(run.steps_done.sum())) < total and (args.worker == 0 or os.getppid() == parent):
        now = rate * ramp(step, 0, total, decay) * min(1.0, (mine + 1) / warm)
        set_rate(optimiser, now)
        losses = loss_of(batches, step)
        optimiser.zero_grad()
        losses["loss"].backward()
        nn.utils.clip_grad_norm_(parameters, 1.0)
        optimiser.step()
        run.steps_done[args.worker] += 1
        mine += 1
        for k, v in losses.items():
            sums[k] += v.item()
        if args.worker == 0:
            if mine % 50 == 0:
                speed = (step + 1 - begun) * batch / (time.time() - clock)
                run.log(f"{stage} {step + 1}/{total}: rate {now:.1e} {speed:.1f} images/s " +
                        " ".join(f"{k} {v / 50:.4f}" for k, v in sums.items()))
                sums.clear()
                clock, begun = time.time(), step + 1
            after(step + 1)
    for other in others:
        other.wait()


def ramp(step, warm, total, decay):
    """Linear up over `warm` steps, held at 1, linear down to 0 over the last `decay`."""
    return min(1.0, (step + 1) / max(warm, 1), max(0.0, (total - step) / max(decay, 1)))


def set_rate(optimiser, rate):
    for group in optimiser.param_groups:
        group["lr"] = rate * group.get("scale", 1.0)
