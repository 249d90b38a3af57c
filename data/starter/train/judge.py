# SPDX-License-Identifier: GPL-3.0-or-later
"""A small classifier, trained on fresh renderings, that says what a picture shows: the judge of the model's pictures."""
import time
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn

import facts
import nets
import scenes

SIDE = 96             # what the classifier sees of a whole picture, averaged
FRESH = 1 << 22       # seeds of the classifier's renderings; training uses lower ones
EITHER = [facts.CLASS.index(k) for k in ("checks", "stripes", "ebru", "tartan", "zigzag")]   # colours in any order
HEADS = dict(kind=len(facts.CLASS), first=14, second=14, shape=len(facts.SHAPES), left=6, right=6, time=3, style=6)


def truth(ch):
    """Targets [B] of each head; -1 where a picture has no answer. Facts as facts.choices() gives them."""
    kind = ch["class"]
    colours = torch.tensor([n for _, n, _ in facts.CLASSES.values()])[kind]
    swap = torch.isin(kind, torch.tensor(EITHER)) & (ch["A"] > ch["B"])
    land = torch.isin(kind, torch.tensor([facts.CLASS.index(k) for k in facts.LANDSCAPES]))
    solid = kind >= facts.CLASS.index("object")

    def where(mask, value):
        return torch.where(mask, value, -1)
    return dict(kind=kind, first=where(colours > 0, torch.where(swap, ch["B"], ch["A"])),
                second=where(colours > 1, torch.where(swap, ch["A"], ch["B"])),
                shape=where(kind == facts.CLASS.index("icon"), ch["shape"]),
                left=where(solid, ch["obj"][:, 0]), right=where(kind == facts.CLASS.index("pair"), ch["obj"][:, 1]),
                time=where(land, ch["time"]), style=where(land, ch["style"]))


class Judge(nn.Module):
    """A small residual network: pictures [B, 3, 96, 96] in -1..1 to one answer per head."""

    def __init__(self):
        super().__init__()
        self.stem, layers, width = nn.Conv2d(3, 24, 5, 2, 2), [], 24
        for out in (48, 96, 144):
            layers.append(nn.ModuleList([nn.Conv2d(width, out, 3, 2, 1), nn.BatchNorm2d(out), nn.Conv2d(out, out, 3, 1, 1),
                                         nn.BatchNorm2d(out), nn.Conv2d(width, out, 1, 2)]))
            width = out
        self.layers = nn.ModuleList(layers)
        self.heads = nn.ModuleDict({k: nn.Linear(2 * width, n) for k, n in HEADS.items()})

    def features(self, x):
        x = F.relu(self.stem(x))
        for a, na, b, nb, short in self.layers:
            x = F.relu(nb(b(F.relu(na(a(x))))) + short(x))
        return torch.cat([x.mean((2, 3)), x.amax((2, 3))], 1)

    def forward(self, x):
        f = self.features(x)
        return {k: head(f) for k, head in self.heads.items()}


def small(pics):
    """uint8 [B, h, w, 3] to floats [B, 3, 96, 96]."""
    return F.adaptive_avg_pool2d(nets.as_float(pics), SIDE)


def drawn(folder, first, n):
    """Renderings of seeds and their targets, kept in the folder."""
    path = Path(folder, f"judge-{first}-{n}.pt")
    if not path.exists():
        seeds = torch.arange(first, first + n)
        pics = torch.cat([scenes.render(s, SIDE, nets.DEVICE).cpu() for s in seeds.split(200)])
        nets.save(path, pics=pics, truth=truth(facts.choices(facts.uniforms(seeds))))
    d = torch.load(path)
    return d["pics"], d["truth"]


def load(folder):
    judge = Judge()
    judge.load_state_dict(torch.load(Path(folder, "judge.pt"))["judge"])
    return judge.eval()


def right(answers, targets, heads=HEADS):
    """Whether each head's answer is right, [B] of 1, 0 or nan where there is no question."""
    return {k: torch.where(targets[k] < 0, torch.nan, (answers[k].argmax(1) == targets[k]).float()) for k in heads}


def train(folder, minutes, count):
    """Goes on from judge.pt where there is one."""
    pics, targets = drawn(folder, FRESH, count)
    path = Path(folder, "judge.pt")
    judge = (load(folder).train() if path.exists() else Judge()).to(memory_format=torch.channels_last)
    opt = torch.optim.AdamW(judge.parameters(), 2e-3, weight_decay=.02, foreach=True)
    clock, last, steps = nets.Clock(folder, minutes, 2e-3, opt, 0.), time.time(), 0
    while clock() < 1:
        i = torch.randint(len(pics), (64,))
        x = nets.as_float(pics[i])
        k = int(torch.randint(3, (1,)))
        # what a decoder does to a picture is no reason to doubt it: a little blur and noise
        x = (F.avg_pool2d(x, 3, 1, 1) if k == 0 else x) + .04 * k * torch.randn_like(x)
        x = torch.where((torch.rand(64) < .5)[:, None, None, None] & (targets["right"][i] < 0)[:, None, None, None], x.flip(3), x)
        with torch.autocast("cpu", torch.bfloat16):
            answers = judge(x.contiguous(memory_format=torch.channels_last))
        loss = sum(F.cross_entropy(answers[h].float(), targets[h][i], ignore_index=-1, reduction="sum") for h in HEADS) / 64
        opt.zero_grad()
        loss.backward()
        opt.step()
        steps += 1
        if time.time() - last > 30:
            print(f"{steps * 64} pictures, loss {loss.item():.3f}", flush=True)
            last = time.time()
    nets.save(path, judge=judge)
    pics, targets = drawn(folder, FRESH + (1 << 20), 1000)
    report(*answer(judge, pics), targets)


@torch.no_grad()
def answer(judge, pics):
    judge.eval()
    parts = [small(p) for p in pics.split(100)]
    answers = [judge(p) for p in parts]
    return ({k: torch.cat([a[k] for a in answers]) for k in HEADS}, torch.cat([judge.features(p) for p in parts]))


def report(answers, features, targets):
    ok = right(answers, targets)
    print("  ".join(f"{k} {100 * v.nanmean():.1f} % of {int((~v.isnan()).sum())}" for k, v in ok.items()))
    kind = targets["kind"]
    land, ruled = (torch.isin(kind, torch.tensor([facts.CLASS.index(k) for k in names]))
                   for names in (facts.LANDSCAPES, facts.PATTERNS))
    thing = kind >= facts.CLASS.index("icon")
    for name, m in (("materials", ~(land | ruled | thing)), ("patterns", ruled), ("landscapes", land),
                    ("icons and objects", thing)):
        print(f"{name}: {int(m.sum())} pictures, " + ", ".join(
            f"{k} {100 * v[m].nanmean():.0f} %" for k, v in ok.items() if not v[m].isnan().all()))
    for k in range(len(facts.CLASS)):
        m = kind == k
        if m.any():
            print(f"  {facts.CLASS[k]:10} {int(m.sum()):3}  class {100 * ok['kind'][m].mean():4.0f} %  colour "
                  f"{100 * ok['first'][m].nanmean():4.0f} %")
    return ok


def frechet(a, b):
    """Distance of two sets of features [n, d] as of normal distributions."""
    ma, mb = a.double().mean(0), b.double().mean(0)
    ca, cb = torch.cov(a.double().T), torch.cov(b.double().T)
    w = torch.linalg.eigvals(ca @ cb).real.clamp(min=0).sqrt().sum()
    return float((ma - mb).pow(2).sum() + ca.trace() + cb.trace() - 2 * w)
