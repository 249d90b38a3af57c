# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures from seeds: materials, landscapes and simple objects as batched tensor operations.

render(seeds, size, device) -> uint8 [B, size, size, 3]. Everything a picture shows and its caption (facts.py) says comes
from one table of uniform numbers, hashed from the seed, so both agree and any machine repeats them.
"""
import math

import torch
import torch.nn.functional as F

from facts import CLASS, COLOURS, LANDSCAPES, SHAPES, choices, uniforms

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


# --- materials -------------------------------------------------------------------------------------------------
def brick(s):
    n = s.u(4, 5, 10).round()
    y = s.y * n + s.u(5)
    row = y.floor()
    x = s.x * n / 2.3 + s.u(6) + .5 * row.remainder(2)
    fx, fy, col = x - x.floor(), y - row, x.floor()
    w = s.u(7, .05, .09)
    ex, ey = (torch.minimum(fx, 1 - fx) * 2.3), torch.minimum(fy, 1 - fy)
    e = torch.minimum(ex, ey) + .05 * (s.noise(x * 14, y * 9) - .5)
    cover = step(w * .6, w * 1.2, e)
    wear = s.fbm(s.x * 18, s.y * 18, 3)
    v = .72 + .34 * s.cell(col, row) + .35 * (wear - .5) + .12 * (step(.25, .05, fy) - step(.75, .95, fy))
    mortar = lit(rgb(.74, .71, .66, like=s.A), .8 + .4 * wear)
    return mix(mortar, lit(s.A * .95, v), cover)


def wood(s):
    flip = s.f("flag") > 0
    x, y = torch.where(flip, s.x, s.y), torch.where(flip, s.y, s.x)
    n = s.u(4, 3, 7).round()
    p = x * n
    i = p.floor()
    r = s.cell(i, i * 0)
    gx, gy = p * 1.6 + r * 31, y * s.u(5, .7, 1.4) + r * 17
    v = s.fbm(gx, gy, 2)
    rings = ((v * s.u(6, 7, 13) + gx * .5) * TAU / 2).sin().abs()
    fine = s.noise(gx * 22, gy * 5)
    fx = p - i
    gap = step(0, .04, torch.minimum(fx, 1 - fx))
    return lit(s.A, (.70 + .25 * rings + .22 * (fine - .5) + .25 * (r - .5) + .08) * (.35 + .65 * gap))


def marble(s):
    x, y = s.turned(s.u(4, 0, 3.1))
    k = s.u(5, 2, 3.5)
    x, y = x * k + 7, y * k + 9
    w1, w2 = s.fbm(x, y, 3), s.fbm(x + 21, y + 13, 3)
    n = s.fbm(x * .9 + 2.2 * w1, y * .9 + 2.2 * w2, 4)
    vein = (-(n - .5).abs() * s.u(6, 35, 60)).exp() + .5 * (-(w1 - .45).abs() * 50).exp()
    dark = s.A.mean(1, True) < .35
    to = torch.where(dark, s.A * .3 + .62, s.A * .38)
    return mix(lit(s.A, .86 + .4 * (n - .4)), to.expand(-1, 3, s.n, s.n), (vein * .8).clamp(0, 1))


def sand(s):
    x, y = s.turned(s.u(4, -.5, .5))
    w = s.fbm(x * 4 + 5, y * 4 + 9, 3)
    r = ((y * s.u(5, 8, 16) + 2.2 * w) * TAU)
    depth = s.u(6, .02, .13)
    g = s.noise(s.x * 97, s.y * 97) + s.noise(s.x * 53 + 9, s.y * 53) - 1
    return lit(rgb(.87, .74, .52, like=x), .9 + depth * (r.sin() + .4 * (2 * r).cos()) + .16 * g + .25 * (w - .5))


def grass(s):
    sway, tone = s.noise(s.x * 4, s.y * 4, True)
    k, v = s.u(4, 34, 60), torch.zeros_like(sway)
    for i in range(5):
        a = (i - 2) * .30 + .25 * (sway - .5)
        b = s.noise((s.x + a * s.y) * k + 13 * i, s.y * k * .2 + 7 * i + 3 * s.u(5))
        v = torch.maximum(v, (b - .45) * (.9 + .12 * i))      # taller blades in front
    v = v * 1.7 - .12 + .22 * (tone - .5)
    return mix(rgb(.06, .17, .04, like=v).expand(s.b, 3, s.n, s.n), rgb(.56, .78, .24, like=v), v.clamp(0, 1))


def water(s):
    k = s.u(4, 6, 12)
    px, py = s.x * k - 250 - 20 * s.u(5), s.y * k - 250 - 20 * s.u(6)
    ix, iy, c = px, py, 1.
    t = s.u(7, 0, 20)
    for i in range(5):
        q = t * (1 - 3.5 / (i + 1))
        ix, iy = px + (q - ix).cos() + (q + iy).sin(), py + (q - iy).sin() + (q + ix).cos()
        c = c + 1 / ((px / ((ix + q).sin() / .005)) ** 2 + (py / ((iy + q).cos() / .005)) ** 2 + 1e-6).sqrt()
    c = (1.17 - (c / 5).clamp(0, 9) ** 1.4).abs().clamp(0, 1.4) ** 8
    base = rgb(.03, .33, .52, like=c) + (s.u(8)[:, None] * rgb(.05, .25, .14, like=c))
    return mix(base.expand(-1, 3, s.n, s.n), rgb(.85, .98, 1., like=c), (c * .75).clamp(0, .95))


def cloud_cover(s, x, y):
    w = s.fbm(x * .7 + 3, y * .7 + 8, 2)
    n = s.fbm(x + 1.4 * w, y + 1.4 * w, 5)
    return n, w


def clouds(s):
    k = s.u(4, 2, 4.5)
    n, w = cloud_cover(s, s.x * k, s.y * k * 1.4)
    cover = step(s.u(5, .36, .5), s.u(5, .55, .7), n)
    sky = mix(rgb(.16, .40, .78, like=n).expand(s.b, 3, s.n, s.n), rgb(.58, .78, .95, like=n), s.y)
    return mix(sky, lit(rgb(1., 1., 1., like=n), .78 + .5 * (n - .45) + .2 * w), cover)


def lava(s):
    k = s.u(4, 3, 6)
    w = s.fbm(s.x * 6, s.y * 6, 3)
    f1, f2, who = s.worley(s.x * k + .9 * w, s.y * k + .9 * w + 7)
    e = f2 - f1
    hot = (-e * s.u(5, 6, 11)).exp()
    rock = lit(rgb(.20, .15, .14, like=w), .3 + 1.0 * w + .3 * who)
    glow = torch.stack([(hot * 2.6), (hot * 2.2) ** 2 * .42, (hot ** 4) * .35], 1)
    return (rock * (1 - hot).unsqueeze(1) + glow).clamp(0, 1)


def fabric(s):
    n = s.u(4, 14, 30).round()
    x, y = s.turned(torch.where(s.f("flag") > 0, .785, 0.) + 0 * s.u(0))
    x, y = x * n + 64, y * n + 64
    ix, iy = x.floor(), y.floor()
    over = torch.where(s.f("dir") == 0, (ix + iy).remainder(4) < 2, (ix + iy).remainder(2) < 1)
    fx, fy = x - ix, y - iy
    across = torch.where(over, fx, fy)
    along = torch.where(over, fy, fx)
    r = torch.where(over, s.cell(ix, ix * 0), s.cell(iy * 0, iy))
    v = .45 + .5 * (across * math.pi).sin() * (.55 + .45 * (along * math.pi).sin()) + .18 * (r - .5)
    v = v + .16 * (s.noise(x * 3, y * 3) - .5) + .2 * (s.fbm(s.x * 3, s.y * 3, 2) - .5)
    return lit(s.A, v + .12 + .06 * over)


def tiles(s):
    n = s.u(4, 3, 8).round()
    x, y = s.x * n + s.u(5), s.y * n + s.u(6)
    ix, iy = x.floor(), y.floor()
    cover, light = facet(x - ix, y - iy, s.u(7, .03, .06))
    r = s.cell(ix, iy)
    v = .88 + .16 * (r - .5) + light + .14 * (1 - (x - ix)) * (1 - (y - iy)) + .08 * (s.fbm(x * 2, y * 2, 2) - .5)
    grout = torch.where(s.A.mean(1, True) > .7, .55, .86) * torch.ones_like(s.A)
    return mix(grout.expand(-1, 3, s.n, s.n), lit(s.A, v), cover)


def checks(s):
    n = s.u(4, 3, 8).round()
    x, y = s.turned(torch.where(s.u(5) < .3, .785, 0.))
    return mix(s.A.expand(-1, 3, s.n, s.n), s.B, ((x * n).floor() + (y * n).floor()).remainder(2))


def stripes(s):
    d = s.f("dir")
    a = torch.where(d == 0, math.pi / 2, torch.where(d == 1, 0., torch.where(s.u(6) < .5, .785, -.785)))
    x, _ = s.turned(a + 0 * s.u(5))
    n = s.u(4, 3, 12).round()
    t = x * n + s.u(5)
    return mix(s.A.expand(-1, 3, s.n, s.n), s.B, ((t - t.floor()) > s.u(7, .35, .65)).float())


def dots(s):
    big = s.f("flag") > 0
    n = torch.where(big, s.u(4, 2, 4), s.u(4, 5, 9)).round()
    x, y = s.x * n + s.u(5), s.y * n + s.u(6)
    stag = s.u(8) < .5
    x = torch.where(stag, x + .5 * y.floor().remainder(2), x)
    d = ((x - x.floor() - .5) ** 2 + (y - y.floor() - .5) ** 2).sqrt()
    return mix(s.B.expand(-1, 3, s.n, s.n), s.A, (d < s.u(7, .24, .38)).float())


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


def mosaic(s):
    k = s.u(4, 6, 12)
    f1, f2, who = s.worley(s.x * k, s.y * k + 3, .75)
    v = .62 + .62 * who + .12 * (s.fbm(s.x * 20, s.y * 20, 2) - .5)
    grout = torch.where(s.A.mean(1, True) > .7, .35, .8) * torch.ones_like(s.A)
    return mix(grout.expand(-1, 3, s.n, s.n), lit(s.A, v), step(.04, .12, f2 - f1))


def pebbles(s):
    k = s.u(4, 4, 9)
    wx, wy = s.noise(s.x * 4, s.y * 4, True)
    f1, f2, who = s.worley(s.x * k * .85 + .5 * wx, s.y * k + .5 * wy, .65)
    h = step(.02, .22, f2 - f1) * (1.12 - 1.1 * f1 * f1)
    grain = s.fbm(s.x * 30, s.y * 30, 2)
    tint = mix(rgb(.50, .51, .54, like=h).expand(s.b, 3, s.n, s.n), rgb(.80, .68, .52, like=h), ((who * 5.3) % 1) ** 2)
    return lit(tint, (.10 + .95 * h) * (.55 + .85 * who) * (.85 + .3 * grain))


def metal(s):
    flip = s.f("flag") > 0
    x, y = torch.where(flip, s.x, s.y), torch.where(flip, s.y, s.x)
    streak = .6 * s.noise(x * 1.5 + 3, y * 170) + .4 * s.noise(x * 4 + 9, y * 60)
    sheen = .5 + .5 * ((y * s.u(4, .6, 1.3) + s.u(5)) * TAU).sin()
    return lit(s.A * .55 + .32 * s.A.mean(1, True), .62 + .34 * streak + .30 * sheen ** 2)


def leather(s):
    k = s.u(4, 14, 24)
    w, w2 = s.noise(s.x * 9, s.y * 9, True)
    f1, f2, who = s.worley(s.x * k + .5 * w, s.y * k + .5 * w2 + 7)
    h = step(0, .3, f2 - f1)
    soft = s.fbm(s.x * 3, s.y * 3, 2)
    return lit(s.A * .92, (.48 + .44 * h * (1.05 - .5 * f1) + .10 * (who - .5)) * (.8 + .45 * soft))


def paper(s):
    w, w2 = s.noise(s.x * 5, s.y * 5, True)
    v = 0.
    for k, a in ((s.u(4, 2.5, 4), .30), (s.u(4, 6, 9), .20)):
        f1, f2, who = s.worley(s.x * k + .3 * w, s.y * k + .3 * w2 + 5)
        v = v + a * (who - .5) + .5 * a * step(.09, 0, f2 - f1) * (who - .3)
    return lit(s.A * .9 + .08, .88 + v + .05 * (s.noise(s.x * 120, s.y * 120) - .5))


def granite(s):
    k = s.u(4, 22, 34)
    n1, n2 = s.noise(s.x * k, s.y * k + 3, True)
    n3 = s.noise(s.x * k * 1.9 + 7, s.y * k * 1.9)
    v = .84 + .3 * (s.fbm(s.x * 9, s.y * 9, 2) - .5)
    c = mix(lit(s.A, v), s.A * .28, step(.60, .70, n1) * .85)
    return mix(c, s.A * .35 + .6, step(.66, .76, .6 * n2 + .4 * n3) * .9)


def hexagons(s):
    k = s.u(4, 4, 8)
    x, y, r3 = s.x * k + 64, s.y * k + 64, 3 ** .5
    ax, ay = x.remainder(1) - .5, y.remainder(r3) - r3 / 2
    bx, by = (x - .5).remainder(1) - .5, (y - r3 / 2).remainder(r3) - r3 / 2
    first = ax * ax + ay * ay < bx * bx + by * by
    gx, gy = torch.where(first, ax, bx), torch.where(first, ay, by)
    edge = .5 - torch.maximum(gx.abs(), .5 * gx.abs() + r3 / 2 * gy.abs())
    r = s.cell(((x - gx) * 2).round(), ((y - gy) / r3 * 2).round())
    light = -.5 * (gx + gy) * step(.14, .04, edge)
    grout = torch.where(s.A.mean(1, True) > .7, .4, .86) * torch.ones_like(s.A)
    return mix(grout.expand(-1, 3, s.n, s.n), lit(s.A, .9 + .2 * (r - .5) + light), step(.02, .045, edge))


def star_mask(x, y, r, inner=.42):
    """Inside a five-pointed star of radius r about the origin, a point up (y upwards)."""
    a = (torch.atan2(x, y) + math.pi / 5).remainder(TAU / 5) - math.pi / 5
    d = (x * x + y * y).sqrt()
    px, py = d * a.cos(), d * a.sin().abs()
    ix, iy = r * inner * math.cos(math.pi / 5), r * inner * math.sin(math.pi / 5)
    return (px - r) * iy - py * (ix - r) < 0


def stars(s):
    big = s.f("flag") > 0
    n = torch.where(big, s.u(4, 2, 4), s.u(4, 5, 8)).round()
    x, y = s.x * n + s.u(5), s.y * n + s.u(6)
    x = torch.where(s.u(8) < .5, x + .5 * y.floor().remainder(2), x)
    inside = star_mask(x - x.floor() - .5, .5 - (y - y.floor()), s.u(7, .36, .46))
    return mix(s.B.expand(-1, 3, s.n, s.n), s.A, inside.float())


def tartan(s):
    n = s.u(4, 2, 4).round()
    x, y = s.x * n, s.y * n
    wide, fine = s.u(5, .3, .5), s.u(6, .04, .08)

    def bands(t):
        t = t.remainder(1)
        return (t < wide).float() * .9 + ((t - .72).abs() < fine).float() * .6 - ((t - wide / 2).abs() < fine / 2).float() * .5
    twill = ((s.x * 90 + s.y * 90).remainder(1) - .5).abs() * .24 - .06
    c = mix(s.A.expand(-1, 3, s.n, s.n), s.B, (.5 * bands(x) + .5 * bands(y)).clamp(0, 1))
    return lit(c, .95 + twill)


def zigzag(s):
    n, m = s.u(4, 4, 9).round(), s.u(5, 2, 5).round()
    t = s.y * n + s.u(7, .5, .9) * n / m * ((s.x * m).remainder(1) - .5).abs() + s.u(6)
    return mix(s.A.expand(-1, 3, s.n, s.n), s.B, (t.remainder(1) > .5).float())


def gradient(s):
    d = s.f("dir")
    t = torch.where(d == 0, s.y, torch.where(d == 1, s.x, (s.x + s.y) / 2))
    return mix(s.A.expand(-1, 3, s.n, s.n), s.B, step(s.u(4, -.1, .1), s.u(5, .9, 1.1), t))


def fire(s):
    k = s.u(4, 2.5, 4.5)
    w = s.fbm(s.x * k * 1.3, s.y * k * .7 + 20 * s.u(5), 3) - .5
    v = s.fbm(s.x * k * 1.6 + 1.5 * w, s.y * k * .55 + 9 + 1.2 * w, 4)
    h = ((1.9 * v - .42) * (.35 + .95 * s.y)).clamp(0, 1)
    return torch.stack([(2.6 * h).clamp(0, 1), (1.9 * h - .45).clamp(0, 1) ** 1.1, (2.2 * h - 1.55).clamp(0, 1)], 1) * .97 + .02


# --- landscapes ------------------------------------------------------------------------------------------------
SKY_TOP = [(.18, .42, .80), (.25, .22, .48), (.02, .03, .10)]
SKY_LOW = [(.70, .85, .96), (.99, .56, .24), (.10, .13, .30)]
SUN = [(1., .98, .86), (1., .86, .45), (.96, .96, .90)]
GROUND = [1., .66, .38]          # brightness of the land


def timed(s, table):
    t = torch.tensor(table, device=s.dev)[s.ch["time"]]
    return t[:, :, None, None] if t.dim() == 2 else t[:, None, None]


def sun_at(s, horizon):
    """Sun or moon: place, radius."""
    low = s.f("time") == 1
    return s.u(30, .15, .85), torch.where(low, horizon * (1 - s.u(31, .06, .3)), s.u(31, .10, .3) * horizon / .6), s.u(32, .035, .06)


def heaven(s, horizon, cloudy=None):
    t = (s.y / horizon).clamp(0, 1)
    low = step(.1, 1, t)
    c = mix(timed(s, SKY_TOP).expand(-1, 3, s.n, s.n), timed(s, SKY_LOW), low)
    night = (s.f("time") == 2).float()
    sx, sy, r = sun_at(s, horizon)
    d = ((s.x - sx) ** 2 + (s.y - sy) ** 2).sqrt()
    gx, gy = s.x * 40, s.y * 40
    star = s.cell(gx.floor(), gy.floor())
    sd = ((gx.remainder(1) - .5) ** 2 + (gy.remainder(1) - .5) ** 2).sqrt()
    c = mix(c, rgb(1., 1., .95, like=c), night * (star > .93) * step(.3, .05, sd) * (1 - .7 * low))
    c = mix(c, timed(s, SUN), (.55 * (-d * 5).exp() * (1 - .75 * night)).clamp(0, 1))
    c = mix(c, timed(s, SUN), step(r, r * .9, d))
    k = s.u(33, 2, 4)
    n, _ = cloud_cover(s, s.x * k, s.y * k * 2.2)
    cover = step(.47, .68, n) * (s.f("flag") if cloudy is None else cloudy)
    tint = timed(s, [(1., 1., 1.), (1., .55, .42), (.16, .18, .28)])
    return mix(c, lit(tint, .75 + .6 * (n - .4)), cover * .9)


def sky(s):
    return heaven(s, s.u(4, 1.0, 1.25))


def sea(s):
    h = s.u(4, .38, .6)
    up = heaven(s, h, (s.u(34) < .4).float())
    depth = ((s.y - h) / (1 - h)).clamp(0, 1)
    z = 1 / (depth + .06)
    k = s.u(5, 3, 5)
    w = s.fbm((s.x - .5) * z * k + 20, z * k * 2.2, 3)
    near = timed(s, [(.04, .28, .45), (.16, .15, .33), (.01, .03, .09)])
    c = mix(timed(s, SKY_LOW).expand(-1, 3, s.n, s.n) * .8, near, depth.clamp(0, 1) ** .45)
    c = lit(c, .85 + .65 * (w - .45))
    sx, _, _ = sun_at(s, h)
    path = (-((s.x - sx) / (.05 + .22 * depth)) ** 2).exp() * step(.52, .66, w) * (s.f("time") > 0)
    c = mix(c, timed(s, SUN), path.clamp(0, 1) * .9 + step(.63, .8, w) * .25 * (s.f("time") == 0))
    c = torch.where((s.y < h).unsqueeze(1), up, c)
    shore = .82 + .06 * s.noise(s.x * 2.5, s.x * 0) - .03
    beach = s.y + .015 * s.noise(s.x * 9, s.y * 0 + 4)
    edge = step(shore, shore + .012, beach) * (s.f("flag"))
    foam = step(.05, 0, (beach - shore).abs()) * s.f("flag")
    c = mix(c, lit(rgb(.88, .76, .55, like=c), (.85 + .2 * s.noise(s.x * 90, s.y * 90)) * timed(s, GROUND)), edge)
    return mix(c, rgb(1., 1., 1., like=c) * timed(s, GROUND)[:, None], foam * .7)


def mountains(s):
    c = heaven(s, s.u(4, .5, .62), (s.u(34) < .4).float())
    light, haze, base = timed(s, GROUND), timed(s, SKY_LOW), s.u(4, .5, .62)
    for i in range(3):
        k = s.u(5, 1.2, 2.2) * (1 + .5 * i)
        ridge = s.fbm(s.x[:, :1] * k + 9 * i, s.x[:, :1] * 0 + 7.3 * i, 5, .48, True)
        top = base - .02 + .13 * i - (ridge - .35) * (.50 - .13 * i)
        below = s.y - top
        n = s.fbm(s.x * 7 + 3 * i, s.y * 7 - s.x * 3, 4, ridged=True)
        rock = lit(mix(rgb(.36, .34, .37, like=c).expand(s.b, 3, s.n, s.n), rgb(.22, .36, .18, like=c),
                       step(.1, .3, below) * .8 + .2 * (i == 2)), (.35 + 1.0 * n) * light)
        snow = step(.16 - .1 * i, .08 - .1 * i, below + .22 * (n - .6)) * s.f("flag") * (i < 2)
        rock = mix(rock, lit(rgb(.97, .98, 1., like=c), (.55 + .55 * n)) * light[:, None], snow)
        rock = rock + (haze - rock) * (.55 - .25 * i)
        c = torch.where((below > 0).unsqueeze(1), rock, c)
    m = s.y - (.86 + .05 * s.noise(s.x * 2, s.x * 0 + 31))
    v = s.fbm(s.x * 30, s.y * 60, 3)
    return torch.where((m > 0).unsqueeze(1), lit(rgb(.30, .50, .16, like=c), (.45 + .9 * v) * light), c)


def desert(s):
    base = s.u(4, .42, .55)
    c = heaven(s, base, (s.u(34) < .25).float())
    light, sx = timed(s, GROUND), s.u(30, .15, .85)
    sandc = timed(s, [(.90, .70, .42), (.93, .56, .30), (.62, .56, .52)])
    for i in range(4):
        k = s.u(5, 1., 1.8) * (1 + .2 * i)
        h = s.fbm(s.x[:, :1] * k + 9 * i, s.x[:, :1] * 0 + 5.5 * i, 2, .35)
        top = base + .03 + .13 * i - h * (.07 + .05 * i)
        slope = F.pad(h[:, :, 1:] - h[:, :, :-1], (0, 1), mode="replicate") * s.n
        r = ((s.y - top) * (90 - 12 * i) + 6 * s.noise(s.x * 5, s.y * 5 + i)).sin()
        v = .84 + (slope * torch.where(sx < .5, 1., -1.) * .07).clamp(-.25, .16) + .04 * r + .10 * (s.y - top)
        dune = lit(sandc, v * light)
        dune = dune + (timed(s, SKY_LOW) - dune) * max(0, .3 - .1 * i)
        c = torch.where((s.y > top).unsqueeze(1), dune, c)
    return c


def hills(s):
    base = s.u(4, .42, .55)
    c = heaven(s, base, (s.u(34) < .5).float())
    light, haze, x = timed(s, GROUND), timed(s, SKY_LOW), s.x[:, :1]
    k = s.u(5, 1., 1.7)

    def top(i, x):
        return base - .02 + .15 * i - (s.fbm(x * k * (1 + .2 * i) + 9 * i, x * 0 + 3.7 * i, 2) - .45) * (.26 - .03 * i)
    for i in range(3):
        line = top(i, x)
        below = s.y - line
        v = .55 + .6 * s.fbm(s.x * 26, s.y * 40 + 5 * i, 3) - .35 * below
        green = lit(rgb(.34, .56, .18, like=c) + .06 * (i - 1) * rgb(.2, -.6, -.4, like=c), v * light)
        c = torch.where((below > 0).unsqueeze(1), green + (haze - green) * (.38 - .19 * i), c)
        c = trees(s, c, i, top, x, light) if i else c
    return c


def trees(s, c, i, top, x, light):
    """A row of round trees along the line of hill i."""
    m = s.u(6, 4, 8).round() / (.7 + .3 * i)
    cell = (x * m).floor()
    r, q = s.cell(cell, 0 * cell + i), s.cell(cell, 0 * cell + i, 1)
    at = (cell + .5 + .5 * (r - .5)) / m
    size = (.030 + .045 * i) * (.7 + .6 * q)
    foot = top(i, at) + .03
    there = (q > .35).float() * s.f("flag")
    dx, dy = (s.x - at) / size, (foot - size * 1.9 - s.y) / (size * 1.15)
    rough = .25 * (s.fbm(s.x * 30, s.y * 30, 2) - .5)
    trunk = ((s.x - at).abs() < size * .14) & (s.y < foot) & (s.y > foot - size * 1.5)
    c = mix(c, lit(rgb(.32, .21, .12, like=c), light), trunk.float() * there)
    crown = step(1.05, .95, (dx * dx + dy * dy).sqrt() + rough) * there
    leaf = .62 + .35 * (dy - dx) * .5 + 1.2 * rough
    return mix(c, lit(rgb(.16, .40, .13, like=c), leaf * light), crown)


# --- icons: flat shapes on a ground, coordinates -1..1, y upwards -------------------------------------------------
def _heart(x, y):
    return x * x + (1.25 * (y + .15) - (x.abs() + 1e-6).sqrt() * .9) ** 2 < .72, None


def _star(x, y):
    return star_mask(x, y, .95), None


def _flower(x, y):
    r, a = (x * x + y * y).sqrt(), torch.atan2(y, x)
    return r < .62 + .28 * (6 * a).cos(), r < .24


def _fish(x, y):
    body = (x / .68) ** 2 + (y / .42) ** 2 < 1
    tail = (x > .45) & (x < .95) & (y.abs() < .8 * (x - .40))
    return body | tail, (x + .38) ** 2 + (y - .1) ** 2 < .007


def _house(x, y):
    wall = (x.abs() < .6) & (y > -.75) & (y < .1)
    roof = (y >= .1) & (y < .9 - 1.05 * x.abs())
    return wall | roof, ((x.abs() < .15) & (y < -.25) & (y > -.75)) | (((x.abs() - .37).abs() < .11) & ((y + .12).abs() < .11))


def _tree(x, y):
    crown = (y > -.4) & (y < .95 - 1.9 * x.abs()) | ((y > -.5) & (y < .4 - 1.2 * x.abs()))
    return crown | ((x.abs() < .12) & (y > -.9) & (y < -.4)), None


def _boat(x, y):
    hull = (y < -.25) & (y > -.7) & (x.abs() < .85 + .6 * (y + .25))
    sail = (y > -.15) & (((x > .04) & (y < .9 - 1.35 * x)) | ((x < -.04) & (y < .6 + 1.3 * x)))
    return hull | sail | ((x.abs() < .04) & (y > -.3) & (y < .9)), None


def _moon(x, y):
    return (x * x + y * y < .72) & ((x - .38) ** 2 + (y - .12) ** 2 > .52), None


def icon(s):
    r = s.u(4, .28, .42)
    x, y = (s.x - .5 - s.u(5, -.06, .06)) / r, (.5 + s.u(6, -.06, .06) - s.y) / r
    out = s.B.repeat(1, 1, s.n, s.n)
    for k, draw in enumerate((_heart, _star, _flower, _fish, _house, _tree, _boat, _moon)):
        i = (s.ch["shape"] == k).nonzero()[:, 0]
        if len(i):
            inside, hole = draw(x[i], y[i])
            c = mix(out[i], s.A[i], inside.float())
            out[i] = c if hole is None else mix(c, s.B[i], hole.float())
    return out


# --- styles: what a landscape is drawn with -----------------------------------------------------------------------
def styled(s, img):
    for k, draw in ((1, _watercolour), (2, _pencil), (3, _pixels), (4, _grey), (5, _sepia)):
        i = (s.ch["style"] == k).nonzero()[:, 0]
        if len(i):
            img[i] = draw(s.sub(i), img[i].clamp(0, 1))
    return img


def _blur(img, part):
    k = max(1, int(img.shape[-1] * part)) | 1
    return F.avg_pool2d(img, k, 1, k // 2, count_include_pad=False)


def _grey(s, img):
    return (img * rgb(.30, .59, .11, like=img)).sum(1, True).expand(-1, 3, -1, -1)


def _sepia(s, img):
    return .08 + _grey(s, img) * rgb(.90, .76, .56, like=img)


def _pixels(s, img):
    n = s.n // 32
    small = F.avg_pool2d(img, n)
    return F.interpolate((small * 6).round() / 6, scale_factor=n)


def _watercolour(s, img):
    w = s.fbm(s.x * 6, s.y * 6, 3) - .5
    soft = _blur(_blur(img, .03), .03)
    edge = (soft - _blur(img, .015)).abs().mean(1)
    wash = .80 + .9 * w + .10 * (s.noise(s.x * 70, s.y * 70) - .5) + 2 * edge
    return mix(torch.ones_like(img) * .97, soft, wash.clamp(.35, 1))


def _pencil(s, img):
    g = _grey(s, img)
    line = (6 * (_blur(g, .012) - g)[:, 0].abs()).clamp(0, .7)
    tone = 1 - _blur(g, .02)[:, 0]
    hatch = .5 + .5 * ((s.x + s.y + .02 * s.noise(s.x * 20, s.y * 20)) * 50 * TAU / 2).sin()
    v = .96 - line - tone * (.15 + .55 * hatch) * step(.15, .7, tone)
    return v.clamp(.08, 1).unsqueeze(1).expand(-1, 3, -1, -1)


# --- objects ---------------------------------------------------------------------------------------------------
HEIGHT = torch.tensor([1., .8, .95, 1., .34, .95])      # of the middle above the floor, in units of the size


def sdf(kind, p):
    """Lower bounds of the distance to a solid of unit size about the origin; p = (x, y, z), each [m]."""
    x, y, z = p
    if kind == 0:
        return (x * x + y * y + z * z).sqrt() - 1
    if kind == 1:
        return torch.maximum(torch.maximum(x.abs(), z.abs()), y.abs()) - .8
    if kind == 5:
        return torch.maximum(torch.maximum(x.abs(), z.abs()) * .85 + (y - .95) * .5268, -y - .95)
    q = (x * x + z * z).sqrt()
    if kind == 2:
        return torch.maximum(q - .7, y.abs() - .95)
    if kind == 3:
        return torch.maximum(q * .91 + (y - 1.05) * .414, -y - 1.)
    return ((q - .82) ** 2 + y * y).sqrt() - .34


def march(kind, o, d, t, steps, soft=None):
    """Along o + t d; with soft, the narrowest pass (a penumbra) instead of the last distance."""
    res = torch.ones_like(t)
    for _ in range(steps):
        h = sdf(kind, [a + t * b for a, b in zip(o, d)])
        if soft is not None:
            res = torch.minimum(res, soft * h / t.clamp(min=.05))
        t = t + h.clamp(-.05, 1)
    return t, (res if soft is not None else h)


def spheres(o, d, c, r):
    """Rays against bounding spheres: hit, entry."""
    m = [a - b for a, b in zip(c, o)]
    along = sum(a * b for a, b in zip(m, d))
    disc = r * r - (sum(a * a for a in m) - along ** 2)
    return (disc > 0) & (along > 0), (along - disc.clamp(min=0).sqrt()).clamp(min=.02)


def floor_colour(s, x, z):
    out = (s.C * .9).repeat(1, 1, s.n, s.n)
    for k, draw in ((1, _floor_checks), (2, _floor_wood), (3, _floor_grass)):
        i = (s.ch["floor"] == k).nonzero()[:, 0]
        if len(i):
            out[i] = draw(s.sub(i), x[i], z[i])
    return out


def _floor_checks(s, x, z):
    return mix(s.C.expand(-1, 3, s.n, s.n), .93 - .6 * (s.C.mean(1, True) > .6) * torch.ones_like(s.C),
               ((x * 1.5).floor() + (z * 1.5).floor()).remainder(2))


def _floor_wood(s, x, z):
    p = x * 2.2 + 32
    i = p.floor()
    r = s.cell(i, i * 0)
    v = s.fbm(p * 2 + 9 * r, z * .8 + 20 + 9 * r, 2)
    gap = step(0, .05, torch.minimum(p - i, 1 - p + i))
    return lit(rgb(.62, .40, .22, like=p), (.62 + .3 * (v * 18).sin().abs() + .3 * (r - .5)) * (.4 + .6 * gap))


def _floor_grass(s, x, z):
    v = s.fbm(x * 14 + 50, z * 5 + 50, 3)
    return mix(rgb(.10, .26, .06, like=v).expand(s.b, 3, s.n, s.n), rgb(.50, .72, .22, like=v), ((v - .2) * 1.5).clamp(0, 1))


def objects(s, count):
    n, b, dev = s.n, s.b, s.dev
    far, tall = s.u(4, 4.2, 5.2), s.u(5, 1.2, 2.2)
    pitch = torch.atan2(tall - .55, far)
    px, py = (s.x - .5) * .74, (.5 - s.y) * .74      # the angle of view
    dy, dz = py * pitch.cos() - pitch.sin(), pitch.cos() + py * pitch.sin()
    k = (px * px + dy * dy + dz * dz).rsqrt()
    d = [(px * k), dy * k, dz * k]
    o = [0 * far, tall, -far]
    lx = s.u(6, -.7, .7)
    L = [lx, 1 + 0 * lx, 0 * lx - .55]
    ln = sum(a * a for a in L).rsqrt()
    L = [a * ln for a in L]
    place = []
    for i in range(count):
        if count == 1:
            x, z, r = s.u(7, -.35, .35), s.u(8, -.2, .4), s.u(9, .58, .85)
        else:
            x, z, r = (2 * i - 1) * s.u(7 + 22 * i, .60, .85), s.u(8 + 22 * i, -.25, .45), s.u(9 + 22 * i, .42, .56)
        place.append((x, z, r, HEIGHT.to(dev)[s.ch["obj"][:, i]][:, None, None] * r, s.u(35 + i, 0, 1.5)))
    # ground and background
    t = torch.where(d[1] < -.01, -tall / d[1].clamp(max=-.01), 1e3)
    gx, gz = o[0] + t * d[0], o[2] + t * d[2]
    fade = (t / 14).clamp(0, 1)
    shade = torch.ones_like(t)
    zero = 0 * t
    for i, (x, z, r, h, yaw) in enumerate(place):
        near = (((gx - x) ** 2 + (gz - z) ** 2).sqrt() / r)
        shade = shade * (1 - .45 * (-(near * 1.1) ** 2).exp())
        hit, entry = spheres([gx, zero, gz], L, [x, h, z], 1.55 * r)
        shadow = shade.clone()
        for kind, j, at in _groups(s, i, hit & (t < 40)):
            pos = _local([gx[at], zero[at], gz[at]], j, x, h, z, r, yaw)
            _, res = march(kind, pos, _turn([a[j, 0, 0] for a in L], j, yaw), entry[at] / r[j, 0, 0], 14, 7.)
            shadow[at] = shade[at] * (.38 + .62 * step(0, 1, res))
        shade = shadow
    ground = lit(floor_colour(s, gx.clamp(-30, 30), gz.clamp(-30, 30)), shade)
    wall = mix(s.C * .25 + .70, s.C * .2 + .55, s.y)
    img = mix(ground, wall, torch.where(t > 900, 1., fade ** 2))
    depth = torch.where(t > 900, 1e3, t).clone()
    img = img.permute(0, 2, 3, 1).contiguous()
    for i, (x, z, r, h, yaw) in enumerate(place):
        hit, entry = spheres(o, d, [x, h, z], 1.45 * r)
        for kind, j, at in _groups(s, i, hit):
            ro = _local([(a + 0 * t)[at] for a in o], j, x, h, z, r, yaw)
            rd = _turn([a[at] for a in d], j, yaw)
            tt, res = march(kind, ro, rd, entry[at] / r[j, 0, 0], 36)
            p = [a + tt * e for a, e in zip(ro, rd)]
            nrm = [0., 0., 0.]
            for e in ((1, -1, -1), (-1, -1, 1), (-1, 1, -1), (1, 1, 1)):
                v = sdf(kind, [a + .004 * q for a, q in zip(p, e)])
                nrm = [a + q * v for a, q in zip(nrm, e)]
            q = sum(a * a for a in nrm).clamp(min=1e-12).rsqrt()
            nrm = [a * q for a in nrm]
            l = _turn([a[j, 0, 0] for a in L], j, yaw)
            diff = sum(a * e for a, e in zip(nrm, l))
            half = [a - e for a, e in zip(l, rd)]
            hn = sum(a * a for a in half).rsqrt()
            spec = (sum(a * e for a, e in zip(nrm, half)) * hn).clamp(0, 1) ** 40 * (diff > 0)
            sky_l = .5 + .5 * nrm[1]
            ao = ((p[1] + h[j, 0, 0] / r[j, 0, 0]) / .7).clamp(0, 1) * .35 + .65
            col = (s.A if i == 0 else s.B)[j, :, 0, 0]
            v = (.22 + .32 * sky_l) * ao + .60 * diff.clamp(min=0)
            c = (col * v[:, None] + .045 * v[:, None] + spec[:, None] * .35).clamp(0, 1)
            new = (res < .01) & (tt * r[j, 0, 0] < depth[at])
            img[at] = torch.where(new[:, None], c, img[at])
            depth[at] = torch.where(new, tt * r[j, 0, 0], depth[at])
    return img.permute(0, 3, 1, 2)


def _groups(s, slot, mask):
    """Rays of a mask by the kind of the slot's object: (kind, scene numbers, index)."""
    for kind in range(6):
        at = (mask & (s.ch["obj"][:, slot] == kind)[:, None, None]).nonzero(as_tuple=True)
        if len(at[0]):
            yield kind, at[0], at


def _turn(v, j, yaw):
    c, q = yaw[j, 0, 0].cos(), yaw[j, 0, 0].sin()
    return [v[0] * c - v[2] * q, v[1], v[0] * q + v[2] * c]


def _local(p, j, x, h, z, r, yaw):
    k = 1 / r[j, 0, 0]
    return _turn([(p[0] - x[j, 0, 0]) * k, (p[1] - h[j, 0, 0]) * k, (p[2] - z[j, 0, 0]) * k], j, yaw)


DRAW = [brick, wood, marble, sand, grass, water, clouds, lava, fabric, tiles, checks, stripes, dots, ebru, mosaic,
        pebbles, metal, leather, paper, granite, hexagons, stars, tartan, zigzag, gradient, fire, sky, sea, mountains,
        desert, hills, icon, lambda s: objects(s, 1), lambda s: objects(s, 2)]
TEXTURES = CLASS.index("gradient")        # classes below are the same everywhere: a part of them is one of them


@torch.no_grad()
def render(seeds, size, device="cpu", chunk=None, part=1.):
    """uint8 [B, size, size, 3], drawn at twice the size and averaged; of textures only a square of that part."""
    device = torch.device(device)
    seeds = torch.as_tensor(seeds, dtype=torch.int64)
    kinds = choices(uniforms(seeds))["class"]
    chunk = chunk or (max(1, 4 * 128 * 128 // size ** 2) if device.type == "cpu" else 256)
    out = torch.empty(len(seeds), size, size, 3, dtype=torch.uint8, device=device)
    for k in kinds.unique().tolist():
        for i in (kinds == k).nonzero()[:, 0].split(chunk):
            s = Scene(seeds[i], size * 2, device, part if k < TEXTURES else 1.)
            img = DRAW[k](s)
            img = F.avg_pool2d((styled(s, img) if CLASS[k] in LANDSCAPES else img).clamp(0, 1), 2)
            out[i.to(device)] = (img * 255 + .5).to(torch.uint8).permute(0, 2, 3, 1)
    return out
