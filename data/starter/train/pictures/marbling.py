# SPDX-License-Identifier: GPL-3.0-or-later
"""Ebru, marbled paper: Turkish patterns by the mathematics of Lu, Jaffer, Jin, Zhao and Mao (2012)."""
import torch

from facts import uniforms
from pictures.scene import TAU, lit, rgb


def ebru(s):
    """Marbled paper. A picture of the paper is traced backwards: combs and swirls first, then the drops, last to first."""
    x, y, kind = s.x * 1., s.y * 1., s.f("ebru")
    swing = s.u(4, .08, .16)
    wave = (x * TAU * s.u(5, 1.5, 3.5).round() + TAU * s.u(6)).sin()
    y = torch.where(kind >= 1, y - swing * wave * (kind == 1), y)
    n2 = s.u(7, 6, 12).round()                                   # taraklı: a fine comb over a wide one
    tri = ((x * n2).remainder(1) - .5).abs()
    y = torch.where(kind == 2, y + .16 * torch.exp(-tri * 5) - .08 * wave, y)
    m = s.u(8, 2, 3).round()                                     # bülbül yuvası: a grid of swirls
    gx, gy = (s.x * m).floor(), (s.y * m).floor()
    dx, dy = s.x - (gx + .5) / m, s.y - (gy + .5) / m
    r = (dx * dx + dy * dy).sqrt() * m
    a = 5.5 * (1 - 2 * r).clamp(min=0) ** 1.3
    x = torch.where(kind == 3, (gx + .5) / m + dx * a.cos() - dy * a.sin(), x)
    y = torch.where(kind == 3, (gy + .5) / m + dx * a.sin() + dy * a.cos(), y)
    w, w2 = s.noise(x * 4, y * 4, True)
    x, y = x + .05 * (w - .5), y + .05 * (w2 - .5)
    pal = torch.stack([s.A, s.B, s.A, s.B, torch.where(s.A.mean(1, True) > .6, s.A * .3, s.A * .45 + .5),
                       rgb(.95, .93, .88, like=s.A).expand_as(s.A)], 1)[..., 0, 0]      # [b, 6, 3]
    drops = uniforms((s.uni[:, 9] * (1 << 24)).long(), 3 * 36, 2).view(-1, 36, 3)
    which = torch.full(x.shape, -1., device=x.device)
    for i in range(36):
        r0 = (.03 + .13 * drops[:, i, 2] ** 2 * (1.25 - i / 48))[:, None, None]
        ox, oy = (drops[:, i, 0] * 1.3 - .15)[:, None, None], (drops[:, i, 1] * 1.3 - .15)[:, None, None]
        dx, dy = x - ox, y - oy
        d2 = dx * dx + dy * dy
        inside = (d2 < r0 * r0) & (which < 0)
        which = torch.where(inside, float(i), which)
        k = (1 - r0 * r0 / d2.clamp(min=1e-8)).clamp(min=1e-4).sqrt()
        x, y = ox + dx * k, oy + dy * k
    stone = (s.fbm(x * 9, y * 9, 2) > .56).float() * (which < 0)
    idx = torch.where(which < 0, stone, (which * 5.31 + 17).floor().remainder(6))
    col = pal.gather(1, idx.long().view(s.b, -1, 1).expand(-1, -1, 3)).view(s.b, s.n, s.n, 3).permute(0, 3, 1, 2)
    return lit(col, .94 + .12 * s.noise(s.x * 60, s.y * 60))
