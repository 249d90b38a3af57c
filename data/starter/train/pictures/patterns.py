# SPDX-License-Identifier: GPL-3.0-or-later
"""Patterns of one or two colours, drawn with a ruler."""
import math

import torch

from pictures.icons import star_mask
from pictures.scene import lit, mix, step


def checks(s):
    n = s.u(4, 5, 10).round()
    x, y = s.turned(torch.where(s.u(5) < .3, .785, 0.))
    return mix(s.A.expand(-1, 3, s.n, s.n), s.B, ((x * n).floor() + (y * n).floor()).remainder(2))


def stripes(s):
    d = s.f("dir")
    a = torch.where(d == 0, math.pi / 2, torch.where(d == 1, 0., torch.where(s.u(6) < .5, .785, -.785)))
    x, _ = s.turned(a + 0 * s.u(5))
    n = s.u(4, 5, 12).round()
    t = x * n + s.u(5)
    return mix(s.A.expand(-1, 3, s.n, s.n), s.B, ((t - t.floor()) > s.u(7, .35, .65)).float())


def dots(s):
    big = s.f("flag") > 0
    n = torch.where(big, s.u(4, 3, 4), s.u(4, 6, 8)).round()
    x, y = s.x * n + s.u(5), s.y * n + s.u(6)
    stag = s.u(8) < .5
    x = torch.where(stag, x + .5 * y.floor().remainder(2), x)
    d = ((x - x.floor() - .5) ** 2 + (y - y.floor() - .5) ** 2).sqrt()
    return mix(s.B.expand(-1, 3, s.n, s.n), s.A, (d < s.u(7, .24, .38)).float())


def hexagons(s):
    k = s.u(4, 4, 7)
    x, y, r3 = s.x * k + 64, s.y * k + 64, 3 ** .5
    ax, ay = x.remainder(1) - .5, y.remainder(r3) - r3 / 2
    bx, by = (x - .5).remainder(1) - .5, (y - r3 / 2).remainder(r3) - r3 / 2
    first = ax * ax + ay * ay < bx * bx + by * by
    gx, gy = torch.where(first, ax, bx), torch.where(first, ay, by)
    edge = .5 - torch.maximum(gx.abs(), .5 * gx.abs() + r3 / 2 * gy.abs())
    r = s.cell(((x - gx) * 2).round(), ((y - gy) / r3 * 2).round())
    light = -.5 * (gx + gy) * step(.14, .04, edge)
    grout = torch.where(s.A.mean(1, True) > .7, .4, .86) * torch.ones_like(s.A)
    return mix(grout.expand(-1, 3, s.n, s.n), lit(s.A, .9 + .2 * (r - .5) + light), step(.03, .06, edge))


def stars(s):
    big = s.f("flag") > 0
    n = torch.where(big, s.u(4, 3, 4), s.u(4, 5, 6)).round()
    x, y = s.x * n + s.u(5), s.y * n + s.u(6)
    x = torch.where(s.u(8) < .5, x + .5 * y.floor().remainder(2), x)
    inside = star_mask(x - x.floor() - .5, .5 - (y - y.floor()), s.u(7, .36, .46))
    return mix(s.B.expand(-1, 3, s.n, s.n), s.A, inside.float())


def tartan(s):
    n = s.u(4, 3, 5).round()
    x, y = s.x * n, s.y * n
    wide, fine = s.u(5, .3, .5), s.u(6, .04, .08)

    def bands(t):
        t = t.remainder(1)
        return (t < wide).float() * .9 + ((t - .72).abs() < fine).float() * .6 - ((t - wide / 2).abs() < fine / 2).float() * .5
    twill = ((s.x * 90 + s.y * 90).remainder(1) - .5).abs() * .24 - .06
    c = mix(s.A.expand(-1, 3, s.n, s.n), s.B, (.5 * bands(x) + .5 * bands(y)).clamp(0, 1))
    return lit(c, .95 + twill)


def zigzag(s):
    n, m = s.u(4, 5, 9).round(), s.u(5, 3, 6).round()
    t = s.y * n + s.u(7, .5, .9) * n / m * ((s.x * m).remainder(1) - .5).abs() + s.u(6)
    return mix(s.A.expand(-1, 3, s.n, s.n), s.B, (t.remainder(1) > .5).float())


def gradient(s):
    d = s.f("dir")
    t = torch.where(d == 0, s.y, torch.where(d == 1, s.x, (s.x + s.y) / 2))
    return mix(s.A.expand(-1, 3, s.n, s.n), s.B, step(s.u(4, -.1, .1), s.u(5, .9, 1.1), t))
