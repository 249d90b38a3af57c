# SPDX-License-Identifier: GPL-3.0-or-later
"""Styles: what a landscape is drawn with."""
import torch
import torch.nn.functional as F

from pictures.scene import TAU, mix, rgb, step


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
