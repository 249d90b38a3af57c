# SPDX-License-Identifier: GPL-3.0-or-later
"""Trains the autoencoder: the decoder on linear latents, the encoder towards them, then both on pictures."""
import math
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

import nets

NOISE = .06           # on latents of unit variance, so that the decoder bears what a denoiser leaves


def ssim(a, b):
    """Mean structural similarity of pictures in -1..1, 7x7 boxes."""
    a, b = (a + 1) / 2, (b + 1) / 2
    m = lambda v: F.avg_pool2d(v, 7, 1)  # noqa: E731
    ma, mb = m(a), m(b)
    va, vb, cov = m(a * a) - ma * ma, m(b * b) - mb * mb, m(a * b) - ma * mb
    return (((2 * ma * mb + 1e-4) * (2 * cov + 9e-4)) / ((ma * ma + mb * mb + 1e-4) * (va + vb + 9e-4))).mean()


def edges(a, b):
    e = a - b
    return (e[..., 1:] - e[..., :-1]).abs().mean() + (e[..., 1:, :] - e[..., :-1, :]).abs().mean()


def picture_loss(x, y):
    l1, s = (x - y).abs().mean(), ssim(x, y)
    return l1 + .5 * (1 - s) + .5 * edges(x, y), [l1.item(), s.item(), ((x - y) ** 2).mean().item()]


def decode(vae, z):
    """Pictures of latents [B, 4, h, w] with noise on them."""
    with torch.autocast(nets.DEVICE, torch.bfloat16), nets.quick_attention():
        return vae.decode((z + NOISE * torch.randn_like(z)).contiguous(memory_format=torch.channels_last)).sample.float()


def losses(vae, x, phase, linear):
    """The loss of a batch [B, 3, h, w] and what to log. Phases: linear (the decoder and a linear encoder), decoder
    (alone, on fixed linear latents), encoder (towards those), joint, last (the decoder alone on the encoder)."""
    if phase == "linear":
        z = linear.encode(x)
        loss, seen = picture_loss(x, decode(vae, z))
        return loss + 1e-2 * (z.pow(2).mean((0, 2, 3)) - 1).pow(2).sum(), seen
    if phase in ("decoder", "encoder"):
        with torch.no_grad():
            z = linear.encode(x)
    if phase == "decoder":
        return picture_loss(x, decode(vae, z))
    if phase == "last":
        with torch.no_grad():
            z = vae.encode(x).latent_dist.mean
        return picture_loss(x, decode(vae, z))
    q = vae.encode(x).latent_dist
    spread = 1e-3 * (q.logvar + 6).pow(2).mean()
    if phase == "encoder":
        return ((q.mean - z) ** 2).mean() + spread, [(q.mean - z).abs().mean().item(), 0, 1]
    # unit variance is kept by the small pull, so that NOISE stays in proportion
    loss, seen = picture_loss(x, decode(vae, q.mean))
    return loss + spread + 1e-3 * (q.mean.pow(2).mean() - 1) ** 2 + 1e-4 * q.mean.mean((0, 2, 3)).pow(2).sum(), seen


def train(folder, source, minutes, phase, lr=1.5e-3, side=64, batch=8):
    """Crops of `side` pixels in batches, one batch in four of as many pixels in larger ones, since norms see how large a
    picture is; writes vae.pt into the folder every half minute."""
    torch.manual_seed(int(time.time()))
    vae, path = nets.make_vae().to(nets.DEVICE), Path(folder, "vae.pt")
    if path.exists():
        vae.load_state_dict(torch.load(path)["vae"])
    linear = nets.Linear(Path(folder, "linear.pt"), source.crops(400, 128).cpu())
    if phase == "last":
        vae.encoder.requires_grad_(False), vae.quant_conv.requires_grad_(False)
    params = [p for p in vae.parameters() if p.requires_grad]
    if phase == "linear":
        linear.v.requires_grad_()
        params.append(linear.v)
    opt = torch.optim.AdamW(params, lr, (.9, .99), weight_decay=0, foreach=True)
    ema = [p.detach().clone() for p in params]
    clock, n, start, last, log, k = nets.Clock(folder, minutes, lr, opt), 0, time.time(), time.time(), [], 0
    print(f"VAE {nets.count(vae):.2f} M, {phase}", flush=True)
    while clock() < 1:
        crops = source.crops(batch // 4, 2 * side) if k % 4 == 0 else source.crops(batch, side)
        loss, seen = losses(vae, nets.as_float(crops).to(nets.DEVICE), phase, linear)
        opt.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(params, 1., foreach=True)
        opt.step()
        n, k = n + len(crops), k + 1
        torch._foreach_lerp_(ema, [p.detach() for p in params], max(.004, 9 / (10 + k)))
        log.append([loss.item(), *seen])
        if time.time() - last > 30:
            report(log, n, start)
            last = time.time()
            keep(path, vae, params, ema, linear)
    keep(path, vae, params, ema, linear)
    report(log, n, start)


def keep(path, vae, params, ema, linear):
    """Saves the averaged weights (and the linear encoder); training goes on with its own."""
    own = [p.detach().clone() for p in params]
    with torch.no_grad():
        for p, e in zip(params, ema):
            p.copy_(e)
        nets.save(path, vae=vae)
        linear.save()
        for p, o in zip(params, own):
            p.copy_(o)


def report(log, n, start):
    m = np.mean(log[-80:], 0)
    print(f"{time.time() - start:5.0f} s {n:6d} {n / (time.time() - start):.1f}/s loss {m[0]:.4f} L1 {m[1]:.4f} "
          f"SSIM {m[2]:.4f} PSNR {10 * math.log10(4 / m[3]):.2f}", flush=True)
