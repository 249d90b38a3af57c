# SPDX-License-Identifier: GPL-3.0-or-later
"""Solids on a floor, marched along their distance fields."""
import torch

from pictures.scene import lit, mix, rgb, step

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
