# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures from seeds: materials, landscapes and simple objects as batched tensor operations.

render(seeds, size, device) -> uint8 [B, size, size, 3]. Everything a picture shows and its caption (facts.py) says comes
from one table of uniform numbers, hashed from the seed, so both agree and any machine repeats them.
"""
import torch
import torch.nn.functional as F

from facts import CLASS, LANDSCAPES, choices, uniforms
from pictures.icons import icon
from pictures.landscapes import desert, hills, mountains, sea, sky
from pictures.marbling import ebru
from pictures.materials import (brick, clouds, fabric, fire, granite, grass, lava, leather, marble, metal, mosaic, paper, pebbles, sand,
                                tiles, water, wood)
from pictures.patterns import checks, dots, gradient, hexagons, stars, stripes, tartan, zigzag
from pictures.scene import Scene
from pictures.solids import objects
from pictures.styles import styled

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
