# SPDX-License-Identifier: GPL-3.0-or-later
"""The networks of the starter model, in diffusers' and transformers' classes, and what all training parts share."""
import contextlib
import json
import math
import os
import time
from pathlib import Path

import torch
import torch.nn.functional as F

VAE = dict(block_out_channels=(16, 32, 64, 128), norm_num_groups=1)   # few channels a group: a colour's level is lost
UNET = (48, 96, 160)
TEXT = dict(hidden_size=192, intermediate_size=768, num_hidden_layers=2, num_attention_heads=4)
LENGTH = 77           # tokens of a prompt, with start and end
DEVICE = "cuda" if torch.cuda.is_available() else "cpu"


def make_vae():
    """AutoencoderKL: [B, 3, h, w] in -1..1 to [B, 4, h / 8, w / 8] and back."""
    from diffusers import AutoencoderKL
    return AutoencoderKL(down_block_types=["DownEncoderBlock2D"] * 4, up_block_types=["UpDecoderBlock2D"] * 4,
                         layers_per_block=1, latent_channels=4, sample_size=256,
                         **VAE).to(memory_format=torch.channels_last)


def make_tiny():
    """AutoencoderTiny of TAESD's layout, on the same latents times the scaling factor."""
    from diffusers import AutoencoderTiny
    return AutoencoderTiny(encoder_block_out_channels=(16,) * 4, decoder_block_out_channels=(16,) * 4,
                           num_encoder_blocks=(1, 1, 1, 1), num_decoder_blocks=(1, 1, 1, 1))


def make_unet():
    from diffusers import UNet2DConditionModel
    return UNet2DConditionModel(
        sample_size=32, block_out_channels=UNET, layers_per_block=1, cross_attention_dim=TEXT["hidden_size"],
        attention_head_dim=[max(1, c // 32) for c in UNET], norm_num_groups=4,
        down_block_types=["DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"],
        up_block_types=["CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"])


def make_text(vocab):
    from transformers import CLIPTextConfig, CLIPTextModel
    return CLIPTextModel(CLIPTextConfig(
        vocab_size=vocab, max_position_embeddings=LENGTH, bos_token_id=vocab - 2, eos_token_id=vocab - 1,
        pad_token_id=vocab - 1, hidden_act="quick_gelu", **TEXT))


def count(net):
    """Parameters in millions."""
    return sum(p.numel() for p in net.parameters()) / 1e6


def alphas():
    """Cumulative alphas [1000] of scaled-linear betas, rescaled so that the last step is pure noise."""
    root = (1 - torch.linspace(.00085 ** .5, .012 ** .5, 1000, dtype=torch.float64) ** 2).cumprod(0).sqrt()
    return (((root - root[-1]) * root[0] / (root[0] - root[-1])) ** 2).float()


@contextlib.contextmanager
def quick_attention():
    """Attention in float32 on a CPU, whatever the rest is computed in: torch's own in bfloat16 is slower there than all
    that the other layers gain."""
    real = F.scaled_dot_product_attention

    def attend(q, k, v, *rest, **named):
        with torch.autocast("cpu", enabled=False):
            return real(q.float(), k.float(), v.float(), *rest, **named).to(q.dtype)
    F.scaled_dot_product_attention = attend if DEVICE == "cpu" else real
    try:
        yield
    finally:
        F.scaled_dot_product_attention = real


def as_float(pics):
    """uint8 [B, h, w, 3] to [B, 3, h, w] in -1..1."""
    return pics.permute(0, 3, 1, 2).float().div_(127.5).sub_(1)


def as_bytes(x):
    """[B, 3, h, w] in -1..1 to uint8 [B, h, w, 3]."""
    return ((x.clamp(-1, 1) + 1) * 127.5 + .5).to(torch.uint8).permute(0, 2, 3, 1).cpu()


def save(path, **parts):
    """Writes whole or not at all: training may be killed at any time."""
    torch.save({k: (v.state_dict() if hasattr(v, "state_dict") else v) for k, v in parts.items()}, f"{path}.new")
    os.replace(f"{path}.new", path)


class Clock:
    """Learning rate by the share of the time that has passed: warm-up, then cosine to `end` of it. Sleeps while
    the file PAUSE is in the folder."""

    def __init__(self, folder, minutes, lr, opt, end=.03):
        self.pause, self.total, self.lr, self.opt = Path(folder, "PAUSE"), minutes * 60, lr, opt
        self.start, self.end = time.monotonic(), end      # the time of day may be set while training runs

    def share(self):
        while self.pause.exists():
            time.sleep(1)
            self.start += 1
        return min(1, (time.monotonic() - self.start) / self.total)

    def __call__(self, warm=.03):
        f = self.share()
        rate = self.lr * min(1, (f + .002) / warm) * (self.end + (1 - self.end) * .5 * (1 + math.cos(math.pi * f)))
        for g in self.opt.param_groups:
            g["lr"] = rate
        return f


class Linear:
    """The best linear autoencoder of 8x8 blocks with 4 numbers of unit variance each: the target of the VAE's first
    minutes and the figure that a VAE has to beat."""

    def __init__(self, path, pics=None):
        if not Path(path).exists():
            b = torch.cat([F.pixel_unshuffle(as_float(p), 8).permute(0, 2, 3, 1).reshape(-1, 192)[::3]
                           for p in pics.split(50)])
            mean = b.mean(0)
            w, v = torch.linalg.eigh((b - mean).T @ (b - mean) / len(b))
            save(path, mean=mean, v=(v[:, -4:] / w[-4:].sqrt()).contiguous())
        d = torch.load(path)
        self.path, self.mean, self.v = path, d["mean"], d["v"]
        self.inverse = torch.linalg.pinv(self.v)

    def save(self):
        save(self.path, mean=self.mean, v=self.v.detach())

    def encode(self, x):
        return F.conv2d(x, self.v.T.reshape(4, 3, 8, 8), -self.mean @ self.v, stride=8)

    def decode(self, z):
        return F.pixel_shuffle((z.permute(0, 2, 3, 1) @ self.inverse + self.mean).permute(0, 3, 1, 2), 8)


def wrapped(text, font, width):
    """The text in lines that are no wider, by words."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        lines = lines[:-1] + [longer] if font.getlength(longer) <= width else lines + [word]
    return [line for line in lines if line]


def strip(x, path, cols, labels=None):
    """A contact sheet of pictures [B, 3, h, w] in -1..1, with their captions above, whole; their letters are DejaVu's, since
    Pillow's own font lacks the Turkish ones."""
    from PIL import Image, ImageDraw, ImageFont
    p = as_bytes(x).numpy()
    h, w = p.shape[1:3]
    font = ImageFont.truetype("DejaVuSans.ttf", 10) if labels else None
    texts = [wrapped(t, font, w) for t in labels or []]
    top = 12 * max(map(len, texts), default=0)
    img = Image.new("RGB", (cols * (w + 4), -(-len(p) // cols) * (h + 4 + top)), "white")
    for i, q in enumerate(p):
        at = (i % cols * (w + 4), i // cols * (h + 4 + top))
        img.paste(Image.fromarray(q), (at[0], at[1] + top))
        for k, line in enumerate(texts[i] if labels else []):
            ImageDraw.Draw(img).text((at[0], at[1] + 12 * k), line, fill="black", font=font)
    img.save(path, optimize=True)


def load_json(path):
    return json.loads(Path(path).read_text())
