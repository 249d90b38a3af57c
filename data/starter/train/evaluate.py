# SPDX-License-Identifier: GPL-3.0-or-later
"""Judges the model's pictures with a small classifier that was trained on fresh renderings.

evaluate.py train DIR --minutes N     draws pictures, trains the classifier (judge.py), writes judge.pt
evaluate.py prompts DIR --count N     writes prompts.json: prompts that training never saw, and what they ask for
evaluate.py judge DIR                 scores DIR/pictures/NNN.png, made by Ebru from those prompts (ask.py)
evaluate.py sheet DIR                 sheet.png: 48 of those pictures, every class once or twice
evaluate.py nearest DIR               are those pictures nearer to the training's than fresh renderings are?
evaluate.py round DIR                 round trips through DIR/vae.pt, beside the best linear autoencoder of 4 numbers a block
"""
import argparse
import json
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

import facts
import judge
import nets
import scenes

PROMPTS = 1 << 23     # seeds of the prompts


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


def made(folder):
    """The prompts of which there is a picture, and the pictures, uint8 [n, 256, 256, 3]."""
    from PIL import Image
    rows = json.loads(Path(folder, "prompts.json").read_text())
    found = [(r, Path(folder, "pictures", f"{i:03}.png")) for i, r in enumerate(rows)]
    found = [(r, f) for r, f in found if f.exists()]
    return [r for r, _ in found], torch.from_numpy(np.stack([np.asarray(Image.open(f).convert("RGB")) for _, f in found]))


def score(folder):
    (rows, pics), net = made(folder), judge.load(folder)
    each = [judge.truth(facts.choices(facts.uniforms([r["seed"]]), r["odd"])) for r in rows]
    targets = {k: torch.cat([t[k] for t in each]) for k in judge.HEADS}
    answers, features = judge.answer(net, pics)
    ok = judge.report(answers, features, targets)["kind"]
    for odd, name in ((True, "held-out pairs of colour and thing"), (False, "other unseen prompts")):
        print(f"{name}: class {100 * ok[[r['odd'] == odd for r in rows]].mean():.0f} %")
    real, _ = judge.drawn(folder, judge.FRESH + (1 << 20), 1000)
    _, a = judge.answer(net, real[:500])
    _, b = judge.answer(net, real[500:])
    print(f"Frechet distance of features: pictures {judge.frechet(features, b):.2f}, renderings {judge.frechet(a, b):.2f}")


def sheet(folder, count=48):
    rows, pics = made(folder)
    kinds = [int(facts.choices(facts.uniforms([r["seed"]]))["class"]) for r in rows]
    order = sorted(range(len(rows)), key=lambda i: (kinds[:i].count(kinds[i]), kinds[i]))[:count]
    order.sort(key=lambda i: kinds[i])
    nets.strip(F.avg_pool2d(nets.as_float(pics[order]), 2), Path(folder, "sheet.png"), 8, [rows[i]["prompt"] for i in order])


def trained_on(folder):
    """Pictures of training that are seen whole, small, [n, 3, 96, 96]: those of 256x256, and of compositions all."""
    from train import WHOLE
    out = []
    for f in sorted(Path(folder, "pool").glob("*.npy")):
        pics = torch.from_numpy(np.load(f))
        whole = [pics.shape[1] == 256 or k in WHOLE for k in nets.load_json(f.with_suffix(".json"))["kind"]]
        out.append(judge.small(pics[whole]))
    return torch.cat(out)


@torch.no_grad()
def nearest(folder, show=8):
    """Distances to the nearest picture of training in the classifier's features, of the model's pictures and of fresh
    renderings; nearest.png shows the nearest pairs. A model that has learnt by heart is much nearer than renderings are."""
    (_, pics), net = made(folder), judge.load(folder)
    known, pics = trained_on(folder), judge.small(pics)
    fresh = judge.small(judge.drawn(folder, judge.FRESH + (1 << 20), 1000)[0])
    base = torch.cat([net.features(x) for x in known.split(200)])
    scale = base.std(0) + 1e-6
    near = {name: torch.cdist(torch.cat([net.features(q) for q in x.split(200)]) / scale, base / scale).min(1)
            for name, x in (("model", pics), ("fresh", fresh))}
    for name, (d, _) in near.items():
        print(f"{name}: to the nearest of {len(base)}: median {d.median():.2f}, least {d.min():.2f}, "
              f"1 in 20 below {d.quantile(.05):.2f}")
    d, i = near["model"]
    first = d.argsort()[:show]
    nets.strip(torch.cat([pics[first], known[i[first]]]), Path(folder, "nearest.png"), show)


@torch.no_grad()
def round_trips(folder, each=6):
    """Mean PSNR of each class, of the VAE and of the linear bound, on pictures of 128x128 that nothing was trained on."""
    net = nets.make_vae().eval()
    net.load_state_dict(torch.load(Path(folder, "vae.pt"))["vae"])
    seeds = torch.arange(judge.FRESH + (1 << 19), judge.FRESH + (1 << 19) + 60 * each)
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
    p.add_argument("part", choices=["train", "prompts", "judge", "sheet", "nearest", "round"])
    p.add_argument("folder")
    p.add_argument("--minutes", type=float, default=8)
    p.add_argument("--count", type=int, default=0)
    a = p.parse_args()
    if a.part == "train":
        judge.train(a.folder, a.minutes, a.count or 20000)
    elif a.part == "prompts":
        prompts(a.folder, a.count or 300)
    elif a.part == "judge":
        score(a.folder)
    elif a.part == "sheet":
        sheet(a.folder)
    elif a.part == "nearest":
        nearest(a.folder)
    else:
        round_trips(a.folder)


if __name__ == "__main__":
    main()
