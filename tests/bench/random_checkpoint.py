#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-3.0-or-later
"""Writes a Stable Diffusion 1.5 of full size with random weights: 2.1 GB in fp16, in the layout of diffusers.

    random_checkpoint.py FOLDER

FOLDER is new and becomes the model. It paints noise, but costs what a real one does, in time and in memory. Python
is enough: weights are drawn once for each fan-in, which keeps activations at their size, and repeat after a prime
number of values, so that no two rows are the same. The vocabulary has single letters only.
"""
import json
import math
import pathlib
import random
import struct
import sys

NAMES = pathlib.Path(__file__).resolve().parent.parent / 'models/names'
PERIOD = 65521  # prime: no width of a layer divides it
ATTENTION = ['CrossAttnDownBlock2D'] * 3
UNET = {'_class_name': 'UNet2DConditionModel', 'act_fn': 'silu', 'attention_head_dim': 8,
        'block_out_channels': [320, 640, 1280, 1280], 'cross_attention_dim': 768,
        'down_block_types': ATTENTION + ['DownBlock2D'],
        'up_block_types': ['UpBlock2D'] + [name.replace('Down', 'Up') for name in ATTENTION],
        'flip_sin_to_cos': True, 'freq_shift': 0, 'in_channels': 4, 'out_channels': 4, 'layers_per_block': 2,
        'norm_eps': 1e-5, 'norm_num_groups': 32, 'sample_size': 64, 'downsample_padding': 1, 'mid_block_scale_factor': 1}
VAE = {'_class_name': 'AutoencoderKL', 'act_fn': 'silu', 'block_out_channels': [128, 256, 512, 512],
       'down_block_types': ['DownEncoderBlock2D'] * 4, 'up_block_types': ['UpDecoderBlock2D'] * 4, 'in_channels': 3,
       'out_channels': 3, 'latent_channels': 4, 'layers_per_block': 2, 'norm_num_groups': 32, 'sample_size': 512,
       'scaling_factor': 0.18215}
TEXT = {'architectures': ['CLIPTextModel'], 'model_type': 'clip_text_model', 'hidden_act': 'quick_gelu',
        'hidden_size': 768, 'intermediate_size': 3072, 'layer_norm_eps': 1e-5, 'max_position_embeddings': 77,
        'num_attention_heads': 12, 'num_hidden_layers': 12, 'vocab_size': 49408, 'bos_token_id': 49406,
        'eos_token_id': 49407, 'pad_token_id': 1, 'projection_dim': 768}
SCHEDULER = {'_class_name': 'PNDMScheduler', 'beta_start': 0.00085, 'beta_end': 0.012, 'beta_schedule': 'scaled_linear',
             'num_train_timesteps': 1000, 'prediction_type': 'epsilon', 'set_alpha_to_one': False,
             'skip_prk_steps': True, 'steps_offset': 1}
INDEX = {'_class_name': 'StableDiffusionPipeline', 'scheduler': ['diffusers', 'PNDMScheduler'],
         'text_encoder': ['transformers', 'CLIPTextModel'], 'tokenizer': ['transformers', 'CLIPTokenizer'],
         'unet': ['diffusers', 'UNet2DConditionModel'], 'vae': ['diffusers', 'AutoencoderKL']}


def tensors(file):
    """Names and shapes of a published network."""
    for line in (NAMES / file).read_text().splitlines():
        name, *shape = line.split()
        yield name, [int(n) for n in shape]


def kind(name, shape):
    """The mean and the deviation of its values."""
    if 'embedding.weight' in name and 'time' not in name:
        return 0, 0.02
    if len(shape) > 1:
        return 0, 1 / math.sqrt(math.prod(shape[1:]))
    return (1, 0.1) if name.endswith('weight') else (0, 0.02)


def write_weights(path, file):
    """A safetensors file, tensor by tensor."""
    draw, drawn = random.Random(file), {}
    header, at = {}, 0
    for name, shape in tensors(file):
        size = 2 * math.prod(shape)
        header[name] = {'dtype': 'F16', 'shape': shape, 'data_offsets': [at, at + size]}
        at += size
    text = json.dumps(header).encode()
    text += b' ' * (-len(text) % 8)
    with open(path, 'wb') as f:
        f.write(struct.pack('<Q', len(text)) + text)
        for name, shape in tensors(file):
            mean, deviation = key = kind(name, shape)
            if key not in drawn:
                drawn[key] = struct.pack(f'<{PERIOD}e', *(draw.gauss(mean, deviation) for _ in range(PERIOD)))
            values, left = drawn[key], 2 * math.prod(shape)
            start = 2 * draw.randrange(PERIOD)
            f.write(values[start:start + left])
            left -= min(left, len(values) - start)
            while left:
                left -= f.write(values[:left])


def write_vocabulary(folder):
    """Of CLIP's size: its letters, at the end of a word and before it, and words that nothing leads to."""
    letters = [*range(33, 127), *range(161, 173), *range(174, 256)]
    letters += range(256, 256 + 256 - len(letters))  # what stands for the bytes that cannot be seen
    words = [chr(n) for n in letters] + [chr(n) + '</w>' for n in letters]
    words += [f'unused{n}' for n in range(49406 - len(words))] + ['<|startoftext|>', '<|endoftext|>']
    (folder / 'vocab.json').write_text(json.dumps({word: n for n, word in enumerate(words)}))
    (folder / 'merges.txt').write_text('#version: 0.2\n')


def main():
    folder = pathlib.Path(sys.argv[1])
    for part, config, file in (('unet', UNET, 'sd15-unet.txt'), ('vae', VAE, 'sd-vae.txt'),
                               ('text_encoder', TEXT, 'clip-l.txt')):
        (folder / part).mkdir(parents=True)
        (folder / part / 'config.json').write_text(json.dumps(config))
        name = 'model' if part == 'text_encoder' else 'diffusion_pytorch_model'
        write_weights(folder / part / (name + '.safetensors'), file)
    for part in 'scheduler', 'tokenizer':
        (folder / part).mkdir()
    (folder / 'scheduler/scheduler_config.json').write_text(json.dumps(SCHEDULER))
    write_vocabulary(folder / 'tokenizer')
    (folder / 'model_index.json').write_text(json.dumps(INDEX))


main()
