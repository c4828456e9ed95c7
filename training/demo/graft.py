"""The student's later blocks and its head from weights of the teacher, block by block."""
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from demo.descent import ramp, set_rate
from demo.student import HEAD
from demo.teacher import LOGITS, OFFSET, TAPS, autocast, to_cell_centres
from demo.views import Batches, Views


def graft(run):
    if run.restored("graft.pt"):
        return
    wanted = {t.target for t in TAPS} | {LOGITS, "t101", "t104"}
    batches, taps, inputs = run.batches(3, 8), [], []
    for _ in range(run.args.graft_batches):
        x, _ = batches.next()
        taps.append({k: v.half() if v.dtype != torch.float32 else v for k, v in run.teacher(x, wanted).items()})
        with torch.no_grad(), autocast(run.device):
            inputs.append(run.student(x, until="layer1.2"))
    blocks, used = dict(run.student.blocks()), {}
    for k, tap in enumerate(TAPS[1:], 1):
        start_block(run, k, tap, blocks[tap.block], inputs, taps, used)
        inputs = fit_block(run, tap, blocks[tap.block], inputs, [t[tap.target] for t in taps])
    start_head(run, inputs, taps)
    run.save("graft.pt", run.student.state_dict())


def stream_map(run, k):
    """Where the teacher tensor that feeds TAPS[k] lies: channels of the stream, mean, deviation."""
    source = TAPS[k - 1]
    return source.place, *run.scales[source.target]


@torch.no_grad()
def start_block(run, k, tap, block, inputs, taps, used):
    """Takes the strongest hidden channels of the teacher's blocks, then solves conv3 by least squares."""
    place, mean, std = stream_map(run, k)
    w = run.teacher.weights
    target_std = run.scales[tap.target][1]
    rows = []
    for number in tap.sources:
        expand, bias = w[f"t{number}_w"][:, :, 0, 0], w[f"t{number}_b"]
        depth, depth_bias = w[f"t{number + 2}_w"][:, 0], w[f"t{number + 2}_b"]
        project = w[f"t{number + 4}_w"][:, :, 0, 0]
        if tap.target == "t100":
            project = w["t100_w"][:, :, 0, 0] @ project
        spread = hidden_spread(run, number)
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
    solve_output(run, tap, block, inputs, [t[tap.target] for t in taps])


@torch.no_grad()
def hidden_spread(run, number):
    x, _ = Batches(Views(run.material, [run.args.seed, 4]), 8, run.device).next()
    name = f"t{number + 3}"
    return run.teacher(x, {name})[name].float().std((0, 2, 3))


def ridge(inputs, outputs):
    """[outputs][inputs and 1]: what maps the rows of the one to those of the other by least squares, nearly."""
    h, y = torch.cat(inputs).double(), torch.cat(outputs).double()
    h = torch.cat([h, torch.ones_like(h[:, :1])], 1)
    gram = h.T @ h / len(h)
    gram.diagonal().add_(1e-3 * gram.diagonal().mean())
    return torch.linalg.solve(gram, h.T @ y / len(h)).T.float()


@torch.no_grad()
def solve_output(run, tap, block, inputs, targets):
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
        with autocast(run.device):
            h = block.hidden(x)
        parts = [h]
        if block.downsample is not None:
            s = block.downsample[0].stride[0]
            parts.append(x[:, :, ::s, ::s])
            y = run.goal(tap, target) - block.downsample[0].bias[a:b].view(1, -1, 1, 1)
        else:
            y = run.goal(tap, target) - x[:, a:b].float()
        rows = torch.cat([p.float() for p in parts], 1).permute(0, 2, 3, 1).flatten(0, 2)
        pick = torch.randperm(len(rows), generator=generator)[:1500].to(rows.device)
        hs.append(rows[pick])
        ys.append(y.permute(0, 2, 3, 1).flatten(0, 2)[pick])
    solution = ridge(hs, ys)
    inner = block.conv3.in_channels
    block.conv3.weight[a:b, :, 0, 0] = solution[:, :inner]
    block.conv3.bias[a:b] = solution[:, -1]
    if block.downsample is not None:
        block.downsample[0].weight[a:b, :, 0, 0] = solution[:, inner:-1]
    nn.init.normal_(block.conv3.weight[:a], std=0.005)
    nn.init.normal_(block.conv3.weight[b:], std=0.005)


def fit_block(run, tap, block, inputs, targets):
    """A few passes of the block alone; returns what the next block will see."""
    optimiser = torch.optim.AdamW(block.parameters(), lr=1e-3, betas=(0.9, 0.98), weight_decay=1e-4)
    steps, losses = run.args.graft_passes * len(inputs), []
    order = np.random.default_rng(run.args.seed)
    sequence = np.concatenate([order.permutation(len(inputs)) for _ in range(run.args.graft_passes)])
    for step, i in enumerate(sequence):
        set_rate(optimiser, 5e-4 * ramp(step, 10, steps, steps))
        with autocast(run.device):
            y = block(inputs[i])
        loss = run.feature_loss(tap, y, targets[i])
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(block.parameters(), 1.0)
        optimiser.step()
        losses.append(loss.item())
    with torch.no_grad(), autocast(run.device):
        outputs = [block(x) for x in inputs]
    spread = torch.cat([F.relu(run.goal(tap, t)).var((0, 2, 3), keepdim=True) for t in targets]).mean().item()
    run.log(f"graft {tap.block} -> {tap.target}: unexplained share {losses[0] / spread:.4f} as solved, "
            f"{np.mean(losses[-len(inputs):]) / spread:.4f} fitted")
    return outputs


@torch.no_grad()
def start_head(run, inputs, taps):
    """classifier.0: the strongest channels behind the teacher's fusion convolution; classifier.4: least squares."""
    w, std = run.teacher.weights, run.scales["t100"][1]
    fuse, bias, last = w["t103_w"][:, :, 0, 0], w["t103_b"], w["t105_w"][:, :, 0, 0]
    spread = torch.stack([t["t104"].float().std((0, 2, 3)) for t in taps]).mean(0)
    chosen = (last.norm(dim=0) * spread).argsort(descending=True)[:HEAD]
    conv, a, b = run.student.classifier["0"], *TAPS[-1].place
    nn.init.normal_(conv.weight, std=0.003)
    shift = torch.tensor([0.0, 1 - 3.5 / 8, 3.5 / 8], device=run.device)
    for i, c in enumerate(chosen):
        conv.weight[i, a:b] += (fuse[c, 256:] * std).view(-1, 1, 1) * shift.view(1, 3, 1) * shift.view(1, 1, 3)
        conv.bias[i] = bias[c]
    hs, ys = [], []
    generator = torch.Generator().manual_seed(0)
    for x, t in zip(inputs, taps):
        with autocast(run.device):
            rows = F.relu(conv(x)).float().permute(0, 2, 3, 1).flatten(0, 2)
        pick = torch.randperm(len(rows), generator=generator)[:1500].to(rows.device)
        hs.append(rows[pick])
        ys.append(to_cell_centres(t[LOGITS]).permute(0, 2, 3, 1).flatten(0, 2)[pick])
    solution = ridge(hs, ys)
    run.student.classifier["4"].weight.copy_(solution[:, :-1, None, None])
    run.student.classifier["4"].bias.copy_(solution[:, -1])
