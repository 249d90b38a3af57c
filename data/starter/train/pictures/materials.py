# SPDX-License-Identifier: GPL-3.0-or-later
"""Materials: what walls, floors and clothes are made of, and what nature covers the ground with."""
import math

import torch

from pictures.scene import TAU, facet, lit, mix, rgb, step


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
    vein = (-(n - .5).abs() * s.u(6, 18, 32)).exp() + .5 * (-(w1 - .45).abs() * 30).exp()
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
    n = s.u(4, 4, 8).round()
    x, y = s.x * n + s.u(5), s.y * n + s.u(6)
    ix, iy = x.floor(), y.floor()
    cover, light = facet(x - ix, y - iy, s.u(7, .04, .08))
    r = s.cell(ix, iy)
    v = .88 + .16 * (r - .5) + light + .14 * (1 - (x - ix)) * (1 - (y - iy)) + .08 * (s.fbm(x * 2, y * 2, 2) - .5)
    grout = torch.where(s.A.mean(1, True) > .7, .55, .86) * torch.ones_like(s.A)
    return mix(grout.expand(-1, 3, s.n, s.n), lit(s.A, v), cover)


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
    for k, a in ((s.u(4, 2.5, 4), .42), (s.u(4, 6, 9), .26)):
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


def fire(s):
    k = s.u(4, 2.5, 4.5)
    w = s.fbm(s.x * k * 1.3, s.y * k * .7 + 20 * s.u(5), 3) - .5
    v = s.fbm(s.x * k * 1.6 + 1.5 * w, s.y * k * .55 + 9 + 1.2 * w, 4)
    h = ((1.9 * v - .42) * (.35 + .95 * s.y)).clamp(0, 1)
    return torch.stack([(2.6 * h).clamp(0, 1), (1.9 * h - .45).clamp(0, 1) ** 1.1, (2.2 * h - 1.55).clamp(0, 1)], 1) * .97 + .02
