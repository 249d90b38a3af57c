# SPDX-License-Identifier: GPL-3.0-or-later
"""A labelled contact sheet: sheet.py OUT.png [pictures per class] [side] [class,class...]. To be looked at before any training."""
import sys
import textwrap

import torch
from PIL import Image, ImageDraw

import facts
import scenes


def main(path, per=6, side=96, only=None):
    per, side, cols = int(per), int(side), 12
    kinds = facts.choices(facts.uniforms(torch.arange(400 * per)))["class"]
    seeds = [s for n in (only.split(",") if only else facts.CLASS)
             for s in (kinds == facts.CLASS.index(n)).nonzero()[:per, 0].tolist()]
    pics = scenes.render(seeds, side).cpu().numpy()
    sheet = Image.new("RGB", (cols * (side + 4), -(-len(seeds) // cols) * (side + 36)), "white")
    draw = ImageDraw.Draw(sheet)
    for i, (s, p) in enumerate(zip(seeds, pics)):
        x, y = i % cols * (side + 4), i // cols * (side + 36)
        draw.text((x, y), "\n".join(textwrap.wrap(facts.caption(s), side // 6)[:3]), fill="black", spacing=0)
        sheet.paste(Image.fromarray(p), (x, y + 34))
    sheet.save(path, optimize=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
