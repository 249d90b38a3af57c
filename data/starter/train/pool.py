# SPDX-License-Identifier: GPL-3.0-or-later
"""Where pictures come from: drawn as they are needed on a GPU, from a folder of drawn ones on a CPU."""
import json
import random
from pathlib import Path

import numpy as np
import torch

import facts

# Of which classes a CPU, which has too little time for all, trains on a part only: what is learnt early (nature, skies), and
# what needs a hundred times more (patterns drawn with a ruler, icons, solids). The judged prompts ask for all alike.
SHARE = dict(sand=.18, grass=.18, water=.18, clouds=.18, lava=.18, pebbles=.18, fire=.18, fabric=.7, leather=.5,
             **dict.fromkeys(facts.PATTERNS, .2), **dict.fromkeys(facts.LANDSCAPES, .35), icon=.05, object=.04, pair=.02)


def wanted(first, n):
    """The next n seeds [n] from `first` on of which pictures are drawn, and the seed after them."""
    seeds = torch.arange(first, first + 8 * n)
    u = facts.uniforms(seeds)
    share = torch.tensor([SHARE.get(c, 1.) for c in facts.CLASS])[facts.choices(u)["class"]]
    seeds = seeds[u[:, 62] < share][:n]
    return seeds, int(seeds[-1]) + 1


class Pool:
    """Files NAME.npy, uint8 [n, 256, 256, 3] or of 128, with NAME.json (class and captions of each), mapped, not read.
    New files are noticed every thousand batches: a renderer may run beside."""

    def __init__(self, folder):
        self.folder, self.files, self.calls = Path(folder), {}, 0
        self.notice()

    def notice(self):
        for f in sorted(self.folder.glob("*.npy")):
            if "tmp" not in f.name and f.stem not in self.files and f.with_suffix(".json").exists():
                self.files[f.stem] = np.load(f, mmap_mode="r")
        self.names = list(self.files)

    def pick(self):
        file = self.files[random.choice(self.names)]
        return file[random.randrange(len(file))]

    def crops(self, n, side):
        """Random crops, uint8 [n, side, side, 3], half of them mirrored."""
        self.calls += 1
        if self.calls % 1000 == 0:
            self.notice()
        out = []
        for _ in range(n):
            p = self.pick()
            i, j = random.randrange(len(p) + 1 - side), random.randrange(len(p) + 1 - side)
            c = p[i:i + side, j:j + side]
            out.append(c[:, ::-1] if random.random() < .5 else c)
        return torch.from_numpy(np.stack(out))

    def captions(self, name):
        return json.loads((self.folder / f"{name}.json").read_text())


class Latents:
    """Latents of the pool's pictures with their captions, encoded once and held in memory; new files are taken up as
    they appear. `whole` names the classes whose picture is one composition: the others may be cut. `cache` is a file that
    keeps them for the next time, as long as `mark` is the same: what the encoder is known by."""

    def __init__(self, encode, folders, whole, scale=None, cache=None, mark=None):
        self.encode, self.folders, self.whole, self.scale = encode, [Path(f) for f in folders], whole, scale
        self.done, self.calls, self.sets = set(), 0, {16: [], 32: []}
        kept = torch.load(cache) if cache and Path(cache).exists() else {}
        if kept and kept["mark"] == mark:
            self.done, self.sets, self.scale = kept["done"], kept["sets"], kept["scale"]
        before = len(self.done)
        self.notice()
        if cache and len(self.done) > before:
            from nets import save
            save(cache, mark=mark, done=self.done, sets=self.sets, scale=self.scale)

    def notice(self, most=1 << 30):
        from nets import as_float
        for f in [f for d in self.folders for f in sorted(d.glob("*.npy")) if "tmp" not in f.name]:
            if str(f) in self.done or not f.with_suffix(".json").exists() or most == 0:
                continue
            most -= 1
            self.done.add(str(f))
            facts, x = json.loads(f.with_suffix(".json").read_text()), as_float(torch.from_numpy(np.load(f)))
            full = torch.cat([self.encode(p) for p in x.split(50)])
            if self.scale is None:
                self.scale = 1 / full.std().item()
            whole = [k in self.whole for k in facts["kind"]]
            self.add(full * self.scale, facts["captions"], whole)
            if x.shape[-1] == 256:
                i = [k for k, one in enumerate(whole) if one]
                half = torch.cat([self.encode(torch.nn.functional.avg_pool2d(p, 2)) for p in x[i].split(50)])
                self.sets[16] += [(z, facts["captions"][k]) for z, k in zip(half * self.scale, i)]

    def add(self, z, captions, whole):
        side = z.shape[-1]
        for k in range(len(z)):
            self.sets[side].append((z[k], captions[k]))
            if side == 32 and not whole[k]:
                self.sets[16].append((z[k], captions[k]))

    def note(self):
        return f"{len(self.sets[16])}+{len(self.sets[32])}"

    def batch(self, n, side):
        """Latents [n, 4, side, side] of unit variance and a caption for each."""
        self.calls += 1
        if self.calls % 10 == 0:
            self.notice(1)
        out, captions = [], []
        for z, c in random.choices(self.sets[side], k=n):
            i, j = (random.randrange(z.shape[-1] - side + 1) for _ in "ij")
            out.append(z[:, i:i + side, j:j + side])
            captions.append(random.choice(c))
        return torch.stack(out), captions


class Drawn:
    """Pictures drawn on the training's own device as they are asked for, and their latents."""

    def __init__(self, encode, scale, first=0):
        self.encode, self.scale, self.seed = encode, scale, first
        if scale is None:
            from nets import as_float
            self.scale = 1 / encode(as_float(self.draw(64, 256)[0])).std().item()

    def draw(self, n, size, part=1.):
        import scenes
        from nets import DEVICE
        seeds = torch.arange(self.seed, self.seed + n)
        self.seed += n
        return scenes.render(seeds, size, DEVICE, part=part), seeds.tolist()

    def crops(self, n, side):
        return self.draw(n, side, side / 256)[0]

    def batch(self, n, side):
        from nets import as_float
        pics, seeds = self.draw(n, 8 * side, side / 32)
        return self.encode(as_float(pics)) * self.scale, [facts.caption(s) for s in seeds]

    def note(self):
        return f"seed {self.seed}"


def draw(folder, minutes, first=0, each=250):
    """Fills folder/pool with pictures of 256x256 and, four times as quick, parts of 128x128; goes on where it stopped."""
    import time

    import scenes
    end, seed, count = time.time() + 60 * minutes, first, 0
    (folder / "pool").mkdir(parents=True, exist_ok=True)
    while time.time() < end:
        size, count = 256 if count % 8 == 0 else 128, count + 1
        path = folder / "pool" / f"{size}-{seed:08}.npy"
        seeds, seed = wanted(seed, each)
        if path.exists():
            continue
        pics = np.concatenate([scenes.render(s, size, part=size / 256).numpy() for s in seeds.split(25)])
        kinds = facts.choices(facts.uniforms(seeds))["class"].tolist()
        path.with_suffix(".json").write_text(json.dumps(dict(
            kind=[facts.CLASS[k] for k in kinds], captions=[[facts.caption(s, v) for v in range(6)] for s in seeds.tolist()])))
        np.save(path.with_suffix(".tmp.npy"), pics)
        path.with_suffix(".tmp.npy").rename(path)
