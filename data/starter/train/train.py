# SPDX-License-Identifier: GPL-3.0-or-later
"""Trains the parts of the starter model, on a GPU where there is one.

train.py all   --dir DIR --minutes N --out FOLDER   everything below, one after the other, in shares of the time
train.py draw  --dir DIR --minutes N          draws pictures into DIR/pool (a CPU cannot draw while it trains)
train.py words --dir DIR                      the vocabulary, once: weights belong to it
train.py vae   --dir DIR --minutes N          the autoencoder, through its phases
train.py unet  --dir DIR --minutes N          UNet and text encoder; --side 32 for the last part
train.py tiny  --dir DIR --minutes N          the tiny autoencoder for previews
train.py export --dir DIR --out FOLDER        a diffusers folder in fp16
train.py sheet --dir DIR --out PNG            pictures of sample prompts

--resume FOLDER starts DIR from the weights of such a folder. Training may be killed at any time and goes on from DIR;
while DIR/PAUSE exists it sleeps.
"""
import argparse
from pathlib import Path

import torch

import export
import nets
import pool
import tiny
import unet
import vae
import words

SAMPLES = """a red brick wall|dark blue tiles|wooden planks|green marble|sand|grass|water|clouds|lava|purple fabric|black and white checks
red and white stripes|yellow dots on blue|red and white ebru|swirled ebru in blue and yellow|orange mosaic|pebbles|brushed metal in grey|brown leather
white crumpled paper|pink granite|turquoise hexagons|yellow stars on dark blue|green and red tartan|purple and white zigzag stripes
a gradient from blue to orange|fire|the sky at sunset|the sea by day|the sea at night|mountains by day with snow|a desert at sunset
rolling hills with trees|a watercolour of mountains at sunset|pixel art of the sea at sunset|a pencil drawing of hills
a red heart on white|a yellow star icon on dark blue|a green tree on beige|a red ball on a wooden floor""".replace("\n", "|").split("|")
WHOLE = "gradient fire sky sea mountains desert hills icon object pair".split()    # one composition each


def latents(a, folder):
    """The autoencoder's latents of the pictures: from the pool on a CPU, drawn and encoded at once on a GPU."""
    net = nets.make_vae().to(nets.DEVICE).eval()
    net.load_state_dict(torch.load(folder / "vae.pt", map_location=nets.DEVICE)["vae"])

    @torch.no_grad()
    def encode(x):
        return net.encode(x.to(nets.DEVICE)).latent_dist.mean.float()
    if nets.DEVICE == "cuda":
        return pool.Drawn(encode, scale_of(folder))
    mark = sum(p.double().abs().sum() for p in net.encoder.parameters()).item()
    return pool.Latents(encode, [folder / "pool"], WHOLE, scale_of(folder), folder / "latents.pt", mark)


def scale_of(folder):
    """1 / standard deviation of the latents, once it was measured: the weights belong to it. Else None."""
    path = folder / "unet.pt"
    return torch.load(path, map_location="cpu")["scale"] if path.exists() else None


def train_vae(a, folder):
    """The share of each phase is what a CPU showed to be enough."""
    source = pool.Pool(folder / "pool") if nets.DEVICE == "cpu" else pool.Drawn(None, 1.)
    phases = [("last", 1.)] if a.resume else [("linear", .4), ("decoder", .3), ("encoder", .15), ("last", .15)]
    for phase, share in phases:
        vae.train(folder, source, a.minutes * share, phase, a.lr or 1.5e-3)


def train_unet(a, folder):
    """Parts and half-size pictures teach most for the time; some whole ones keep the compositions right."""
    unet.train(folder, latents(a, folder), folder / "tokenizer", a.minutes, a.lr or 1e-3, .02, a.batch, a.side, a.worker,
               10 if a.side == 16 else 0)


def train_tiny(a, folder):
    source = pool.Pool(folder / "pool") if nets.DEVICE == "cpu" else pool.Drawn(None, 1.)
    tiny.train(folder, source, a.minutes, scale_of(folder) or 1.)


def train_all(a, folder):
    """The parts in their order; each has a share of the time, as long runs have shown it."""
    if not (folder / "tokenizer").exists():
        words.learn(folder / "tokenizer")
    parts = [(train_vae, .2), (train_unet, .66), (train_tiny, .04)]
    if nets.DEVICE == "cpu":
        pool.draw(folder, a.minutes * .1, a.first)
    for part, share in parts:
        part(argparse.Namespace(**{**vars(a), "minutes": a.minutes * share}), folder)
    export.export(folder, folder / "tokenizer", a.out)


def sheet(a, folder):
    model, net = unet.Model(folder, folder / "tokenizer"), nets.make_vae().to(nets.DEVICE).eval()
    net.load_state_dict(torch.load(folder / "vae.pt", map_location=nets.DEVICE)["vae"])
    model.use_average()
    scale = scale_of(folder)
    pictures = unet.sample(model, SAMPLES, lambda z: net.decode(z / scale).sample.float(), a.side, a.guidance)
    nets.strip(pictures.cpu(), a.out, 8, SAMPLES)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("part", choices=["all", "draw", "words", "vae", "unet", "tiny", "export", "sheet"])
    p.add_argument("--dir", required=True)
    p.add_argument("--resume", help="a diffusers folder to start from")
    p.add_argument("--out")
    p.add_argument("--minutes", type=float, default=8)
    p.add_argument("--lr", type=float)
    p.add_argument("--batch", type=int, default=256 if nets.DEVICE == "cuda" else 64)
    p.add_argument("--side", type=int, default=16 if nets.DEVICE == "cpu" else 32,
                   help="of the latents: 16 learns four times as fast, 32 is the model's own")
    p.add_argument("--guidance", type=float, default=3.)
    p.add_argument("--worker", default="", help="a name, where several processes train together")
    p.add_argument("--first", type=int, default=0, help="first seed to draw")
    a = p.parse_args()
    torch.set_num_threads(torch.get_num_threads() if nets.DEVICE == "cuda" else 1)
    folder = Path(a.dir)
    folder.mkdir(parents=True, exist_ok=True)
    if a.resume and not (folder / "unet.pt").exists():
        export.resume(a.resume, folder)
    parts = dict(
        all=train_all, vae=train_vae, unet=train_unet, tiny=train_tiny, sheet=sheet,
        draw=lambda a, folder: pool.draw(folder, a.minutes, a.first), words=lambda a, folder: words.learn(folder / "tokenizer"),
        export=lambda a, folder: export.export(folder, folder / "tokenizer", a.out))
    parts[a.part](a, folder)


if __name__ == "__main__":
    main()
