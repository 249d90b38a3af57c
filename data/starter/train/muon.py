# SPDX-License-Identifier: GPL-3.0-or-later
"""Muon (Jordan et al. 2024): momentum, made orthogonal, for the matrices inside networks; AdamW for all the rest."""
import torch

NEWTON = 5            # steps of the iteration; its polynomial is the one of the paper: singular values go to 0.7..1.2
WIDTH = .2            # root mean square of an update, that of AdamW (Liu et al. 2025): one rate serves both


def orthogonal(g):
    """The nearest orthogonal matrices of g [B, m, n], roughly."""
    x = g.bfloat16()
    if turned := x.shape[1] > x.shape[2]:
        x = x.mT
    x = x / (x.norm(dim=(1, 2), keepdim=True) + 1e-7)
    for _ in range(NEWTON):
        a = x @ x.mT
        x = 3.4445 * x + (-4.7750 * a + 2.0315 * (a @ a)) @ x
    return (x.mT if turned else x).float()


class Muon(torch.optim.AdamW):
    """Matrices of one shape are worked on together, [k, m, n]: a kernel counts as one of m outputs by all inputs."""

    def __init__(self, matrices, rest, lr, decay=.01):
        super().__init__(rest, lr, (.9, .99), weight_decay=decay, foreach=True)
        self.decay, self.shapes, self.momentum = decay, {}, {}
        for p in matrices:
            self.shapes.setdefault((len(p), p[0].numel()), []).append(p)

    @torch.no_grad()
    def step(self):
        super().step()
        rate = self.param_groups[0]["lr"]
        for shape, params in self.shapes.items():
            g = torch.stack([p.grad.reshape(shape) for p in params])
            m = self.momentum.setdefault(shape, torch.zeros_like(g)).lerp_(g, .05)
            u = orthogonal(g.lerp_(m, .95)) * (WIDTH * max(shape) ** .5)
            torch._foreach_mul_(params, 1 - rate * self.decay)
            for p, q in zip(params, u):
                p.add_(q.view(p.shape), alpha=-rate)

    def zero_grad(self, set_to_none=True):
        super().zero_grad(set_to_none)
        for params in self.shapes.values():
            for p in params:
                p.grad = None
