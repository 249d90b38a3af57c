# SPDX-License-Identifier: GPL-3.0-or-later
"""What all pictures are drawn with: a batch of scenes on a pixel grid, noise, cells, and light on colours.

A drawing takes a Scene and gives its picture, [B, 3, n, n] in 0..1 or near it; brightness and masks are [B, n, n].
"""
import math

import torch
import torch.nn.functional as F

from facts import COLOURS, choices, uniforms

TAU = 2 * math.pi


class Scene:
    """A batch of scenes of one class on a pixel grid: x, y in [0, 1], y downwards; with part < 1 a random square of that
    side, at the scale of the whole."""

    def __init__(self, seeds, n, device, part=1.):
        seeds = torch.as_tensor(seeds, dtype=torch.int64, device=device)
        self.n, self.b, self.dev = n, len(seeds), device
        self.uni = uniforms(seeds)
        self.ch = choices(self.uni)
        self.table = uniforms(seeds, 64 * 64 * 2, 1).view(-1, 2, 64, 64)
        self.flat = self.table.view(-1, 2, 4096)
        self.pad = F.pad(self.table, (0, 1, 0, 1), mode="circular")
        g = (torch.arange(n, device=device) + .5) / n * part
        self.x = (g.view(1, 1, n) + self.u(60, 0, 1 - part)).expand(self.b, n, n)
        self.y = (g.view(1, n, 1) + self.u(61, 0, 1 - part)).expand(self.b, n, n)
        pal = torch.tensor(list(COLOURS.values()), device=device)
        jit = (self.uni[:, 20:29].view(-1, 3, 3) - .5) * .04 + (self.uni[:, 17:20, None] - .5) * .07   # hue, light
        self.A, self.B, self.C = ((pal[self.ch[k]] + jit[:, i]).clamp(0, 1)[:, :, None, None]
                                  for i, k in enumerate("ABC"))

    def u(self, k, lo=0., hi=1.):
        return (lo + (hi - lo) * self.uni[:, k])[:, None, None]

    def f(self, k):
        return self.ch[k][:, None, None]

    def sub(self, i):
        s = object.__new__(Scene)
        s.__dict__.update({k: (v[i] if torch.is_tensor(v) else v) for k, v in self.__dict__.items()})
        s.ch, s.b = {k: v[i] for k, v in self.ch.items()}, len(i)
        return s

    # --- noise: value noise through one bilinear look-up of a hashed 64x64 lattice, period 64
    def noise(self, x, y, two=False):
        xi, yi = x.floor(), y.floor()
        fx, fy = x - xi, y - yi
        fx, fy = fx * fx * (3 - 2 * fx), fy * fy * (3 - 2 * fy)
        g = torch.stack([(xi.remainder(64) + fx) / 32 - 1, (yi.remainder(64) + fy) / 32 - 1], -1)
        v = F.grid_sample(self.pad if two else self.pad[:, :1], g, align_corners=True, padding_mode="border")
        return (v[:, 0], v[:, 1]) if two else v[:, 0]

    def fbm(self, x, y, octaves=4, gain=.5, ridged=False):
        s, a, t = 0., 1., 0.
        for _ in range(octaves):
            v = self.noise(x, y)
            s = s + a * ((1 - (2 * v - 1).abs()) if ridged else v)
            t, a = t + a, a * gain
            x, y = 1.6 * x - 1.2 * y + 11.3, 1.2 * x + 1.6 * y + 5.7  # rotate and double
        return s / t

    def cell(self, ix, iy, k=0):
        i = (iy.remainder(64) * 64 + ix.remainder(64)).long().view(self.b, -1)
        return self.flat[:, k].gather(1, i.clamp(0, 4095)).view_as(ix)

    def worley(self, x, y, jitter=.9):
        """Distances to the two nearest jittered points, and the nearest one's number."""
        xi, yi = x.floor(), y.floor()
        f1 = torch.full_like(x, 9.)
        f2, who = f1, torch.zeros_like(x)
        for j in (-1, 0, 1):
            for i in (-1, 0, 1):
                cx, cy = xi + i, yi + j
                r, q = self.cell(cx, cy), self.cell(cx, cy, 1)
                d = (cx + .5 + (r - .5) * jitter - x) ** 2 + (cy + .5 + (q - .5) * jitter - y) ** 2
                near = d < f1
                f2 = torch.where(near, f1, torch.minimum(f2, d))
                f1, who = torch.where(near, d, f1), torch.where(near, (r * 7.13 + q * 3.7) % 1, who)
        return f1.sqrt(), f2.sqrt(), who

    def turned(self, a):
        x, y = self.x - .5, self.y - .5
        return x * a.cos() - y * a.sin(), x * a.sin() + y * a.cos()


def rgb(*v, like):
    return torch.tensor(v, device=like.device).view(1, 3, 1, 1)


def mix(a, b, t):
    return a + (b - a) * t.unsqueeze(1)


def step(lo, hi, v):
    t = ((v - lo) / (hi - lo)).clamp(0, 1)
    return t * t * (3 - 2 * t)


def lit(c, v):
    """Colour times a brightness; above 1 it goes towards white."""
    v = v.unsqueeze(1)
    return c * v.clamp(max=1) + (1 - c) * (v - 1).clamp(0, 1)


def facet(fx, fy, w):
    """Bevelled cell: coverage and light from the upper left; fx, fy in [0, 1], w = joint and bevel width."""
    cover = step(0, w, fx) * step(0, w, 1 - fx) * step(0, w, fy) * step(0, w, 1 - fy)
    b = 2.2 * w
    light = (step(b, 0, fy) + step(b, 0, fx) - step(b, 0, 1 - fy) - step(b, 0, 1 - fx)) * .22
    return cover, light
