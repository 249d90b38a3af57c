#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-3.0-or-later
"""Write the goldens of set b: networks laid out as the published ones are not.

    make.py FOLDER

Needs torch, diffusers and safetensors. Each network runs twice on the same random
weights, which float16 holds exactly: in float32, the golden, and in float64, to
see what rounding alone does to it. The tolerance is that of set a.
"""
import json
import pathlib
import sys

import diffusers
import torch
from diffusers import AutoencoderKL, UNet2DConditionModel
from safetensors.torch import save_file

UNETS = {
    # one resnet a level, no middle block, attention on the lowest level
    'unet_no_middle': dict(
        block_out_channels=(8, 16, 16), layers_per_block=1, mid_block_type=None, norm_num_groups=4,
        attention_head_dim=2, cross_attention_dim=12,
        down_block_types=('CrossAttnDownBlock2D',) * 3, up_block_types=('CrossAttnUpBlock2D',) * 3,
    ),
    # a middle block without attention; every list with different entries
    'unet_lists': dict(
        block_out_channels=(8, 12, 24), layers_per_block=(1, 3, 2), mid_block_type='UNetMidBlock2D',
        norm_num_groups=4, norm_eps=1e-3, attention_head_dim=(1, 2, 3), cross_attention_dim=20,
        transformer_layers_per_block=(1, 2, 3), use_linear_projection=True,
        flip_sin_to_cos=False, freq_shift=1,
        down_block_types=('DownBlock2D', 'CrossAttnDownBlock2D', 'CrossAttnDownBlock2D'),
        up_block_types=('CrossAttnUpBlock2D', 'UpBlock2D', 'CrossAttnUpBlock2D'),
    ),
    # two blocks deep in the middle as well, more channels out than in
    'unet_deep': dict(
        block_out_channels=(8, 16), layers_per_block=1, norm_num_groups=2, in_channels=5, out_channels=8,
        attention_head_dim=(4, 2), cross_attention_dim=8, transformer_layers_per_block=(0, 2),
        down_block_types=('DownBlock2D', 'CrossAttnDownBlock2D'),
        up_block_types=('CrossAttnUpBlock2D', 'UpBlock2D'),
    ),
}

VAES = {
    # two levels, 8 latent channels; no attention, no quant_conv
    'vae_small': dict(
        block_out_channels=(16, 24), layers_per_block=1, latent_channels=8, norm_num_groups=4,
        mid_block_add_attention=False, use_quant_conv=False, use_post_quant_conv=False,
        down_block_types=('DownEncoderBlock2D',) * 2, up_block_types=('UpDecoderBlock2D',) * 2,
    ),
}


def fill(module, generator):
    """Norms near 1, biases near 0, matrices by their fan-in."""
    for parameter in module.parameters():
        values = torch.randn(parameter.shape, generator=generator)
        if parameter.dim() > 1:
            values /= parameter[0].numel() ** 0.5
        elif parameter.mean() == 1:
            values = 1 + 0.1 * values
        else:
            values *= 0.1
        parameter.data = values.half().float()


def tolerance(got, exact):
    deviation = float((got.double() - exact).abs().max())
    std = float(exact.std())
    return {'std': std, 'f64_dev': deviation, 'max_abs': max(64 * deviation, 2e-5 * std)}


def write(folder, name, kind, part, module, inputs, run, fields):
    model = folder / 'models' / name / part
    model.mkdir(parents=True, exist_ok=True)
    outputs = run(module, *inputs.values())
    exact = run(module.double(), *(x.double() for x in inputs.values()))
    module.float()
    config = {k: v for k, v in module.config.items() if k != '_use_default_values'}
    (model / 'config.json').write_text(
        json.dumps({'_class_name': type(module).__name__, **config}, indent=2) + '\n')
    weights = {k: v.half().contiguous() for k, v in module.state_dict().items()}
    save_file(weights, model / 'diffusion_pytorch_model.safetensors')
    case = {
        'name': name, 'kind': kind, 'model': f'models/{name}', **fields,
        'torch': torch.__version__, 'diffusers': diffusers.__version__,
        'tolerance': {k: tolerance(outputs[k], exact[k]) for k in outputs},
    }
    cases = folder / 'cases'
    cases.mkdir(parents=True, exist_ok=True)
    (cases / f'{name}.json').write_text(json.dumps(case, indent=1) + '\n')
    tensors = {f'in.{k}': v for k, v in inputs.items()} | outputs
    save_file({k: v.contiguous() for k, v in tensors.items()}, cases / f'{name}.safetensors')
    print(name, case['tolerance'])


def unet(module, x, t, context):
    return {'out.eps': module(x, t, context).sample}


def vae(module, picture, latent):
    return {'out.mean': module.encode(picture).latent_dist.mean, 'out.decoded': module.decode(latent).sample}


@torch.no_grad()
def main(folder):
    generator = torch.Generator().manual_seed(1)
    for name, config in UNETS.items():
        module = UNet2DConditionModel(**config)
        fill(module, generator)
        inputs = {
            'x': torch.randn(2, module.config.in_channels, 12, 20, generator=generator),
            't': torch.tensor([437.25, 437.25]),
            'context': torch.randn(2, 7, module.config.cross_attention_dim, generator=generator),
        }
        write(folder, name, 'unet', 'unet', module, inputs, unet, {'t': 437.25})
    for name, config in VAES.items():
        module = AutoencoderKL(**config)
        fill(module, generator)
        inputs = {
            'picture': torch.rand(1, 3, 38, 26, generator=generator) * 2 - 1,
            'latent': torch.randn(1, module.config.latent_channels, 19, 13, generator=generator),
        }
        write(folder, name, 'vae', 'vae', module, inputs, vae, {})


main(pathlib.Path(sys.argv[1]))
