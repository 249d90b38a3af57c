# SPDX-License-Identifier: GPL-3.0-or-later
"""Trains the tiny autoencoder (TAESD's layout) on the big one's latents, for previews."""
import time
from pathlib import Path

import numpy as np
import torch

import nets


def train(folder, source, minutes, scale, lr=2e-3, side=64, batch=16):
    """Its decoder towards pictures, its encoder towards scaled latents; writes tiny.pt."""
    vae, tiny, path = nets.make_vae().to(nets.DEVICE).eval(), nets.make_tiny().to(nets.DEVICE), Path(folder, "tiny.pt")
    vae.load_state_dict(torch.load(Path(folder, "vae.pt"), map_location=nets.DEVICE)["vae"])
    if path.exists():
        tiny.load_state_dict(torch.load(path, map_location=nets.DEVICE)["tiny"])
    opt = torch.optim.AdamW(tiny.parameters(), lr, (.9, .99), weight_decay=0)
    clock, start, last, log = nets.Clock(folder, minutes, lr, opt), time.time(), time.time(), []
    while clock() < 1:
        x = nets.as_float(source.crops(batch, side)).to(nets.DEVICE)
        with torch.no_grad():
            z = vae.encode(x).latent_dist.mean * scale
        seen, back = tiny.encode(x).latents, tiny.decode(z + .05 * torch.randn_like(z)).sample
        loss = (back - x).abs().mean() + .2 * (seen - z).abs().mean()
        opt.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(tiny.parameters(), 1.)
        opt.step()
        log.append([(back - x).abs().mean().item(), (seen - z).abs().mean().item(), ((back - x) ** 2).mean().item()])
        if time.time() - last > 30:
            m = np.mean(log[-40:], 0)
            print(f"{time.time() - start:5.0f} s {len(log) * batch} L1 {m[0]:.4f} latents {m[1]:.4f} "
                  f"PSNR {10 * np.log10(4 / m[2]):.2f}", flush=True)
            last = time.time()
            nets.save(path, tiny=tiny)
    nets.save(path, tiny=tiny)
