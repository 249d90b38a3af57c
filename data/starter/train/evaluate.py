# SPDX-License-Identifier: GPL-3.0-or-later
"""Judges the model's pictures with a small classifier that was trained on fresh renderings.

evaluate.py train DIR --minutes N     draws pictures, trains the classifier, writes judge.pt
evaluate.py prompts DIR --count N     writes prompts.json: prompts that training never saw, and what they ask for
evaluate.py judge DIR                 scores DIR/pictures/NNN.png, made by Ebru from those prompts
evaluate.py round DIR                 round trips through DIR/vae.pt, beside the best linear autoencoder of 4 numbers a block
"""
import argparse
import json
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

import facts
import nets
import scenes

SIDE = 64             # what the classifier sees of a whole picture, averaged
FRESH = 1 << 22       # seeds of the classifier's renderings; training uses lower ones
PROMPTS = 1 << 23     # seeds of the prompts
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
    """A small residual network: pictures [B, 3, 64, 64] in -1..1 to one answer per head."""

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
    """uint8 [B, h, w, 3] to floats [B, 3, 64, 64]."""
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


def right(answers, targets, heads=HEADS):
    """Whether each head's answer is right, [B] of 1, 0 or nan where there is no question."""
    return {k: torch.where(targets[k] < 0, torch.nan, (answers[k].argmax(1) == targets[k]).float()) for k in heads}


def train(folder, minutes, count):
    pics, targets = drawn(folder, FRESH, count)
    judge, path = Judge(), Path(folder, "judge.pt")
    opt = torch.optim.AdamW(judge.parameters(), 2e-3, weight_decay=.02)
    clock, last, steps = nets.Clock(folder, minutes, 2e-3, opt), time.time(), 0
    while clock() < 1:
        i = torch.randint(len(pics), (64,))
        x = nets.as_float(pics[i])
        k = int(torch.randint(3, (1,)))
        # what a decoder does to a picture is no reason to doubt it: a little blur and noise
        x = (F.avg_pool2d(x, 3, 1, 1) if k == 0 else x) + .04 * k * torch.randn_like(x)
        answers = judge(x)
        loss = sum(F.cross_entropy(answers[h], targets[h][i], ignore_index=-1, reduction="sum") for h in HEADS) / 64
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
    first_land, first_thing = facts.CLASS.index("sky"), facts.CLASS.index("icon")
    for name, m in (("materials", kind < first_land), ("landscapes", (kind >= first_land) & (kind < first_thing)),
                    ("icons and objects", kind >= first_thing)):
        print(f"{name}: {int(m.sum())} pictures, " + ", ".join(
            f"{k} {100 * v[m].nanmean():.0f} %" for k, v in ok.items() if not v[m].isnan().all()))
    for k in range(len(facts.CLASS)):
        m = kind == k
        if m.any():
            print(f"  {facts.CLASS[k]:10} {int(m.sum()):3}  class {100 * ok['kind'][m].mean():4.0f} %  colour "
                  f"{100 * ok['first'][m].nanmean():4.0f} %")
    return ok


def prompts(folder, count):
    """Half of them ask for a colour that training never showed on the thing, half are new seeds."""
    rows = []
    for i in range(count):
        seed, odd = PROMPTS + i, i % 2 == 0
        ch = facts.choices(facts.uniforms([seed]), odd)
        # the shortest captions name no colour, so they cannot be judged by it
        text = next((t for t in (facts.caption(seed, v, odd) for v in range(40)) if says_all(t, ch)), facts.caption(seed, 0, odd))
        rows.append(dict(seed=seed, odd=odd, prompt=text))
    Path(folder, "prompts.json").write_text(json.dumps(rows, indent=0, ensure_ascii=False))


def says_all(text, ch):
    n = list(facts.CLASSES.values())[int(ch["class"])][1]
    colours = [facts.NAMES[int(ch[k])] for k in "AB"[:n]]
    return all(c in text for c in colours)


def judge_pictures(folder):
    from PIL import Image
    rows = json.loads(Path(folder, "prompts.json").read_text())
    found = [(r, Path(folder, "pictures", f"{i:03}.png")) for i, r in enumerate(rows)]
    found = [(r, f) for r, f in found if f.exists()]
    pics = torch.from_numpy(np.stack([np.asarray(Image.open(f).convert("RGB")) for _, f in found]))
    judge = Judge()
    judge.load_state_dict(torch.load(Path(folder, "judge.pt"))["judge"])
    each = [truth(facts.choices(facts.uniforms([r["seed"]]), r["odd"])) for r, _ in found]
    targets = {k: torch.cat([t[k] for t in each]) for k in HEADS}
    answers, features = answer(judge, pics)
    report(answers, features, targets)
    real, _ = drawn(folder, FRESH + (1 << 20), 1000)
    _, a = answer(judge, real[:500])
    _, b = answer(judge, real[500:])
    print(f"Frechet distance of features: pictures {frechet(features, b):.2f}, renderings {frechet(a, b):.2f}")


def frechet(a, b):
    """Distance of two sets of features [n, d] as of normal distributions."""
    ma, mb = a.double().mean(0), b.double().mean(0)
    ca, cb = torch.cov(a.double().T), torch.cov(b.double().T)
    w = torch.linalg.eigvals(ca @ cb).real.clamp(min=0).sqrt().sum()
    return float((ma - mb).pow(2).sum() + ca.trace() + cb.trace() - 2 * w)


@torch.no_grad()
def round_trips(folder, each=6):
    """Mean PSNR of each class, of the VAE and of the linear bound, on pictures of 128x128 that nothing was trained on."""
    net = nets.make_vae().eval()
    net.load_state_dict(torch.load(Path(folder, "vae.pt"))["vae"])
    seeds = torch.arange(FRESH + (1 << 19), FRESH + (1 << 19) + 60 * each)
    kinds = facts.choices(facts.uniforms(seeds))["class"]
    seeds = torch.cat([seeds[kinds == k][:each] for k in range(len(facts.CLASS))])
    kinds = facts.choices(facts.uniforms(seeds))["class"]
    pics = scenes.render(seeds, 128, part=.5)
    linear, x = nets.Linear(Path(folder, "bound.pt"), pics), nets.as_float(pics)
    back = torch.cat([net.decode(net.encode(b).latent_dist.mean).sample for b in x.split(8)]).clamp(-1, 1)
    bound = linear.decode(linear.encode(x)).clamp(-1, 1)
    vae, best = (10 * (4 / ((x - y) ** 2).mean((1, 2, 3)).clamp(min=1e-5)).log10() for y in (back, bound))
    print(f"mean PSNR {vae.mean():.1f} dB, linear bound {best.mean():.1f}")
    for k, name in enumerate(facts.CLASS):
        m = kinds == k
        if m.any():
            print(f"  {name:10} {vae[m].mean():5.1f}  linear {best[m].mean():5.1f}  gain {(vae - best)[m].mean():+.1f}")
    nets.strip(torch.cat([x[::6][:16], back[::6][:16]]), Path(folder, "round.png"), 16)


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("part", choices=["train", "prompts", "judge", "round"])
    p.add_argument("folder")
    p.add_argument("--minutes", type=float, default=8)
    p.add_argument("--count", type=int, default=0)
    a = p.parse_args()
    if a.part == "train":
        train(a.folder, a.minutes, a.count or 12000)
    elif a.part == "prompts":
        prompts(a.folder, a.count or 300)
    elif a.part == "judge":
        judge_pictures(a.folder)
    else:
        round_trips(a.folder)


if __name__ == "__main__":
    main()
