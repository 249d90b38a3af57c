#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-3.0-or-later
"""Write the names and shapes of the published networks' weights, as the reference has them.

    make.py FOLDER

Needs torch, diffusers and transformers. No weights are made: the modules live
on torch's "meta" device. A line is a name and its dimensions; dimensions of 1
at the end are left out, for a 1x1 convolution is a linear layer to us.
"""
import pathlib
import sys

import torch
from diffusers import AutoencoderKL, AutoencoderTiny, UNet2DConditionModel
from transformers import CLIPTextConfig, CLIPTextModel

UNET = dict(
    block_out_channels=(320, 640, 1280, 1280),
    down_block_types=('CrossAttnDownBlock2D',) * 3 + ('DownBlock2D',),
    up_block_types=('UpBlock2D',) + ('CrossAttnUpBlock2D',) * 3,
)
BK = dict(layers_per_block=1, cross_attention_dim=768, attention_head_dim=8)


def clip(**config):
    return CLIPTextModel(CLIPTextConfig(vocab_size=49408, max_position_embeddings=77, **config))


NETWORKS = {
    'sd15-unet': lambda: UNet2DConditionModel(cross_attention_dim=768, attention_head_dim=8, **UNET),
    'sd21-unet': lambda: UNet2DConditionModel(
        cross_attention_dim=1024, attention_head_dim=(5, 10, 20, 20), use_linear_projection=True, **UNET),
    'bk-sdm-base-unet': lambda: UNet2DConditionModel(**BK, **UNET),
    'bk-sdm-small-unet': lambda: UNet2DConditionModel(mid_block_type=None, **BK, **UNET),
    'bk-sdm-tiny-unet': lambda: UNet2DConditionModel(
        mid_block_type=None,
        block_out_channels=(320, 640, 1280),
        down_block_types=('CrossAttnDownBlock2D',) * 3,
        up_block_types=('CrossAttnUpBlock2D',) * 3,
        **BK,
    ),
    'sd-vae': lambda: AutoencoderKL(
        block_out_channels=(128, 256, 512, 512),
        down_block_types=('DownEncoderBlock2D',) * 4,
        up_block_types=('UpDecoderBlock2D',) * 4,
        layers_per_block=2,
    ),
    'clip-l': lambda: clip(hidden_size=768, intermediate_size=3072, num_hidden_layers=12, num_attention_heads=12),
    'openclip-h': lambda: clip(
        hidden_size=1024, intermediate_size=4096, num_hidden_layers=23, num_attention_heads=16),
    'taesd': lambda: AutoencoderTiny(),
}


def lines(module):
    """transformers 5 leaves out the outermost module, the published files do not."""
    outer = 'text_model.' if isinstance(module, CLIPTextModel) else ''
    for name, tensor in sorted(module.state_dict().items()):
        name = outer + name.removeprefix(outer)
        shape = list(tensor.shape)
        while len(shape) > 1 and shape[-1] == 1:
            shape.pop()
        yield ' '.join([name, *map(str, shape)])


folder = pathlib.Path(sys.argv[1])
for name, make in NETWORKS.items():
    with torch.device('meta'):
        module = make()
    (folder / f'{name}.txt').write_text('\n'.join(lines(module)) + '\n')
    print(name, len(module.state_dict()), sum(t.numel() for t in module.state_dict().values()))
