# SPDX-License-Identifier: GPL-3.0-or-later
"""Trains the UNet and the text encoder together on latents: velocity prediction, zero terminal SNR."""
import time
from pathlib import Path

import numpy as np
import torch

import nets
import words
from muon import Muon

EMPTY = .1            # share of captions left out, for guidance
EARLY = .75           # steps are drawn as u ** EARLY
PADDED = .2           # share of batches padded to the full length, as prompts are when pictures are made; short is quicker


class Model:
    """UNet, text encoder and their averages; `parts` is what a checkpoint holds."""

    def __init__(self, folder, tokenizer):
        self.path, self.tok = Path(folder, "unet.pt"), words.Tokenizer(tokenizer)
        self.unet = nets.make_unet().to(nets.DEVICE, memory_format=torch.channels_last)
        self.text = nets.make_text(len(self.tok.vocab)).to(nets.DEVICE)
        self.params = [*self.unet.parameters(), *self.text.parameters()]
        self.step, self.samples, d = 0, 0, None
        if self.path.exists():
            d = torch.load(self.path, map_location=nets.DEVICE)
            self.unet.load_state_dict(d["unet"]), self.text.load_state_dict(d["text"])
            self.step, self.samples = d["step"], d["samples"]
        self.ema = d["ema"] if d else [p.detach().clone() for p in self.params]

    def velocity(self, x, t, ids):
        """Predicted v [B, 4, h, w] at noisy latents x, steps t [B] or a number, tokens [B, l]."""
        with torch.autocast(nets.DEVICE, torch.bfloat16), nets.quick_attention():
            x = x.contiguous(memory_format=torch.channels_last)      # on a CPU 1.4 times as quick
            return self.unet(x, t, self.text(ids).last_hidden_state).sample.float()

    def average(self):
        self.step += 1
        keep = min(.998, (1 + self.step) / (10 + self.step))
        torch._foreach_lerp_(self.ema, [p.detach() for p in self.params], 1 - keep)

    def use_average(self):
        with torch.no_grad():
            for p, e in zip(self.params, self.ema):
                p.copy_(e)

    def save(self, **more):
        nets.save(self.path, unet=self.unet, text=self.text, ema=self.ema, step=self.step, samples=self.samples, **more)


class Peers:
    """Several processes of one thread each train the same weights on their own batches and now and then take the mean
    with what the others last left: on shared cores that gives more than one process of several threads."""

    def __init__(self, folder, me, every=30):
        self.folder, self.me, self.every, self.seen = Path(folder), me, every, {}

    def mix(self, model):
        if not self.me or model.step % self.every:
            return
        own = [p.detach().clone() for p in model.params]
        for f in self.folder.glob("mix-*.pt"):
            changed = f.stat().st_mtime
            if f.name != f"mix-{self.me}.pt" and self.seen.get(f) != changed:
                self.seen[f] = changed
                with torch.no_grad():
                    torch._foreach_lerp_(model.params, torch.load(f)["params"], .5)
        nets.save(self.folder / f"mix-{self.me}.pt", params=own)


def losses(model, z, ids, ab):
    """Loss of each sample [B] and its step; z: latents of unit variance. Steps are stratified over the batch, denser
    where there is more noise: what a picture shows is decided there, the last steps only refine its grain."""
    n = len(z)
    t = (1000 * ((torch.arange(n) + torch.rand(1)) / n) ** EARLY).long().clamp(max=999)
    a, s = ab[t].sqrt().view(-1, 1, 1, 1).to(z.device), (1 - ab[t]).sqrt().view(-1, 1, 1, 1).to(z.device)
    e = torch.randn_like(z)
    v = model.velocity(a * z + s * e, t.to(z.device), ids)
    return ((v - (a * e - s * z)) ** 2).mean((1, 2, 3)), t


def optimizer(model, lr):
    """Muon for what lies between the first and the last layer, AdamW for those, for vectors and for the tokens' table."""
    def inside(name, p):
        return p.ndim > 1 and not any(k in name for k in ("conv_in", "conv_out", "token_embedding", "position_embedding"))
    named = [*model.unet.named_parameters(), *model.text.named_parameters()]
    return Muon([p for n, p in named if inside(n, p)], [p for n, p in named if not inside(n, p)], lr)


def train(folder, source, tokenizer, minutes, lr=1e-3, end=.03, batch=64, side=16, me="", full=0):
    """Batches of latents [B, 4, side, side] with captions from the source, one in `full` (0: none; in the last quarter of
    the time one in two) of half as many of twice the side; writes unet.pt every half minute."""
    torch.manual_seed(int(time.time()))
    model = Model(folder, tokenizer)
    opt = optimizer(model, lr)
    state = Path(folder, "unet-opt.pt")
    if state.exists():
        opt.load_state_dict(torch.load(state, map_location=nets.DEVICE)["opt"])
    clock, ab, start, last, log, n = nets.Clock(folder, minutes, lr, opt, end), nets.alphas(), time.time(), time.time(), [], 0
    peers = Peers(folder, me)
    print(f"UNet {nets.count(model.unet):.2f} M, text {nets.count(model.text):.2f} M, from step {model.step}", flush=True)
    while (f := clock()) < 1:
        wide = full and model.step % (full if f < .75 else 2) == 0
        z, captions = source.batch(batch // 2, 2 * side) if wide else source.batch(batch, side)
        captions = ["" if np.random.rand() < EMPTY else c for c in captions]
        ids = model.tok(captions, nets.LENGTH if wide or np.random.rand() < PADDED else None)
        per, t = losses(model, z.to(nets.DEVICE), ids.to(nets.DEVICE), ab)
        opt.zero_grad()
        per.mean().backward()
        torch.nn.utils.clip_grad_norm_(model.params, 1., foreach=True)
        opt.step()
        peers.mix(model)
        model.average()
        n, model.samples = n + len(z), model.samples + len(z)
        if wide:
            continue
        log.append([per.mean().item(), *(per[(t >= q) & (t < q + 250)].mean().item() for q in (0, 250, 500, 750))])
        if time.time() - last > 30:
            m = np.mean(log[-60:], 0)
            print(f"{time.time() - start:5.0f} s step {model.step} {model.samples:6d} {n / (time.time() - start):.1f}/s "
                  f"loss {m[0]:.4f} by quarter {m[1:].round(3)} {source.note()}", flush=True)
            last = time.time()
            if me in ("", "a"):
                model.save(scale=source.scale)
                nets.save(state, opt=opt)
    if me in ("", "a"):
        model.save(scale=source.scale)
        nets.save(state, opt=opt)


@torch.no_grad()
def sample(model, prompts, decode, side=32, guidance=3., steps=20, seed=0):
    """Pictures [B, 3, 8 side, 8 side] by DDIM on the velocity with trailing steps; decode takes unit latents."""
    ab, n = nets.alphas(), len(prompts)
    x = torch.randn(n, 4, side, side, generator=torch.Generator().manual_seed(seed)).to(nets.DEVICE)
    ids = model.tok([""] * n + list(prompts), nets.LENGTH).to(nets.DEVICE)
    ts = (1000 - torch.arange(steps) * 1000 / steps).round().long() - 1
    for k, t in enumerate(ts):
        u, p = model.velocity(torch.cat([x, x]), t.to(nets.DEVICE), ids).chunk(2)
        v, a = u + guidance * (p - u), ab[t]
        x0, e = a.sqrt() * x - (1 - a).sqrt() * v, (1 - a).sqrt() * x + a.sqrt() * v
        b = ab[ts[k + 1]] if k + 1 < steps else torch.tensor(1.)
        x = b.sqrt() * x0 + (1 - b).sqrt() * e
    return torch.cat([decode(q) for q in x.split(8)]).clamp(-1, 1)
