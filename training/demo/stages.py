"""The stages that learn by gradient descent: stem, head and the whole."""
import os

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from demo.descent import descend
from demo.student import Student
from demo.teacher import LOGITS, OFFSET, TAPS, autocast, to_cell_centres
from demo.voc import DOG, PERSON, VOID


def stem(run):
    if run.restored("stem.pt"):
        return
    tap, step = TAPS[0], 0
    if run.args.worker == 0 and os.path.exists(run.file("stem_part.pt")):
        state = torch.load(run.file("stem_part.pt"), map_location=run.device, weights_only=True)
        run.student.load_state_dict(state["student"])
        step = state["step"]
    elif run.args.worker == 0:
        for _, block in run.student.blocks()[:3]:
            with torch.no_grad():
                block.conv3.weight *= 0.3
            if block.downsample is not None:
                nn.init.constant_(block.downsample[0].bias, OFFSET)
    used = [p for n, p in run.student.named_parameters() if n.startswith(("backbone.conv1", "backbone.layer1"))]
    def loss_of(batches, _):
        x, _ = batches.next()
        goal = run.teacher(x, {tap.target})[tap.target]
        with autocast(run.device):
            y = run.student(x, until=tap.block)
        return {"loss": run.feature_loss(tap, y, goal)}
    run.saved = step
    def after(step):
        if step >= run.saved + 200:
            run.saved = step
            run.save("stem_part.pt", {"student": run.student.state_dict(), "step": step})
    total = run.args.stem_steps
    descend(run, "stem", used, 3e-3, total, 20, total // 2, 8, loss_of, after, step)
    if run.args.worker == 0:
        run.save("stem.pt", run.student.state_dict())


def class_weights(device):
    weights = torch.ones(21, device=device)
    weights[0], weights[DOG], weights[PERSON] = 0.6, 1.5, 0.8
    return weights


def map_losses(logits, teacher_logits, labels, weights):
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


def head(run):
    """The head alone on the grafted features, by the class map: its first gradients are large and would undo them."""
    if run.restored("head.pt"):
        return
    args, student, seen = run.args, run.student, []
    weights, rng = class_weights(run.device), np.random.default_rng([args.seed, args.worker, 7])
    def fresh(batches):
        if len(seen) > 8 and rng.random() < 0.85:
            return seen[rng.integers(len(seen))]
        x, labels = batches.next()
        with torch.no_grad(), autocast(run.device):
            features = student(x, until=student.blocks()[-1][0])
        seen.append((features, labels.byte(), run.teacher(x, {LOGITS})[LOGITS]))
        del seen[:-args.remember]
        return seen[-1]
    def loss_of(batches, _):
        features, labels, teacher_logits = fresh(batches)
        with autocast(run.device):
            logits = student.head(features)
        losses = map_losses(logits.float(), teacher_logits, labels.long(), weights)
        losses["loss"] = losses["teacher"] + 0.5 * losses["labels"]
        return losses
    total = args.head_steps
    descend(run, "head", list(student.classifier.parameters()), 2e-3, total, 20, total // 2, 8, loss_of, relative=True)
    if args.worker == 0:
        run.save("head.pt", student.state_dict())


def tune(run):
    args, student, step = run.args, run.student, 0
    average = Student().to(run.device, memory_format=torch.channels_last)
    average.load_state_dict(student.state_dict())
    if args.worker == 0 and os.path.exists(run.file("tune.pt")):
        state = torch.load(run.file("tune.pt"), map_location=run.device, weights_only=True)
        student.load_state_dict(state["student"])
        average.load_state_dict(state["average"])
        step = state["step"]
    elif args.worker == 0:
        run.report("before tuning", average)
    weights = class_weights(run.device)
    wanted = {t.target for t in TAPS} | {LOGITS}
    seen, rng = [], np.random.default_rng([args.seed, args.worker, step])
    def fresh(batches):
        """A new batch with the teacher's answers, or one seen lately: the teacher costs a third of a step."""
        if len(seen) > 8 and rng.random() < args.replay:
            return seen[rng.integers(len(seen))]
        x, labels = batches.next()
        seen.append((x.bfloat16(), labels.byte(), run.teacher(x, wanted)))
        del seen[:-args.remember]
        return seen[-1]
    def loss_of(batches, step):
        x, labels, targets = fresh(batches)
        labels, streams = labels.long(), {}
        with autocast(run.device):
            logits = student(x, streams)
        features = [run.feature_loss(t, streams[t.block], targets[t.target]) for t in TAPS]
        losses = {"features": sum(features) / len(features)}
        losses.update(map_losses(logits.float(), targets[LOGITS], labels, weights))
        losses["loss"] = 5 * losses["features"] + losses["teacher"] + 0.5 * losses["labels"]
        return losses
    run.saved = step
    def after(step):
        with torch.no_grad():
            for p, q in zip(average.parameters(), student.parameters()):
                p.lerp_(q, 1 - min(0.996, step / (step + 30)))
        if step >= run.saved + args.every or step >= args.steps:
            run.saved = step
            run.save("tune.pt", {"student": student.state_dict(), "average": average.state_dict(), "step": step})
            run.report(f"step {step}", average)
    descend(run, "tune", list(student.parameters()), args.rate, args.steps, 50, args.decay, args.batch, loss_of,
            after, step, relative=True)
    if args.worker == 0:
        student.load_state_dict(average.state_dict())
