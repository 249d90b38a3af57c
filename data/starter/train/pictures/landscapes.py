# SPDX-License-Identifier: GPL-3.0-or-later
"""Landscapes: sky, sea, mountains, desert and hills, each by day, at sunset and at night."""
import torch
import torch.nn.functional as F

from pictures.materials import cloud_cover
from pictures.scene import lit, mix, rgb, step

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
