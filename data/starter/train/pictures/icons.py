# SPDX-License-Identifier: GPL-3.0-or-later
"""Icons: flat shapes of one colour on a ground of another; coordinates -1..1, y upwards."""
import math

import torch

from pictures.scene import TAU, mix


def star_mask(x, y, r, inner=.42):
    """Inside a five-pointed star of radius r about the origin, a point up (y upwards)."""
    a = (torch.atan2(x, y) + math.pi / 5).remainder(TAU / 5) - math.pi / 5
    d = (x * x + y * y).sqrt()
    px, py = d * a.cos(), d * a.sin().abs()
    ix, iy = r * inner * math.cos(math.pi / 5), r * inner * math.sin(math.pi / 5)
    return (px - r) * iy - py * (ix - r) < 0


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
