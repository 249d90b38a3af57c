# SPDX-License-Identifier: LGPL-3.0-or-later
"""A model of `ebru make-random` as one file, in the layout of Stable Diffusion 1 that most models are published in."""
import json
import re
import struct

UNET = (('conv_in.', 'input_blocks.0.0.'), ('time_embedding.linear_1.', 'time_embed.0.'),
        ('time_embedding.linear_2.', 'time_embed.2.'), ('conv_norm_out.', 'out.0.'), ('conv_out.', 'out.2.'),
        ('mid_block.resnets.0.', 'middle_block.0.'), ('mid_block.attentions.0.', 'middle_block.1.'),
        ('mid_block.resnets.1.', 'middle_block.2.'))
RESNET = (('norm1.', 'in_layers.0.'), ('conv1.', 'in_layers.2.'), ('time_emb_proj.', 'emb_layers.1.'),
          ('norm2.', 'out_layers.0.'), ('conv2.', 'out_layers.3.'), ('conv_shortcut.', 'skip_connection.'))
VAE = (('mid_block.resnets.0.', 'mid.block_1.'), ('mid_block.attentions.0.', 'mid.attn_1.'),
       ('mid_block.resnets.1.', 'mid.block_2.'), ('conv_norm_out.', 'norm_out.'), ('conv_shortcut.', 'nin_shortcut.'),
       ('group_norm.', 'norm.'), ('to_q.', 'q.'), ('to_k.', 'k.'), ('to_v.', 'v.'), ('to_out.0.', 'proj_out.'))


def read(path):
    """The tensors of a safetensors file: name -> (type, shape, bytes)."""
    data = path.read_bytes()
    n = struct.unpack('<Q', data[:8])[0]
    return {name: (t['dtype'], t['shape'], data[8 + n + t['data_offsets'][0]:8 + n + t['data_offsets'][1]])
            for name, t in json.loads(data[8:8 + n]).items() if name != '__metadata__'}


def write(path, tensors):
    header, at = {}, 0
    for name, (kind, shape, data) in tensors.items():
        header[name] = {'dtype': kind, 'shape': shape, 'data_offsets': [at, at + len(data)]}
        at += len(data)
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack('<Q', len(text)) + text + b''.join(data for _, _, data in tensors.values()))


def replaced(name, pairs):
    for old, new in pairs:
        name = name.replace(old, new)
    return name


def unet_name(name, config):
    rows = config['layers_per_block'] + 1
    m = re.match(r'(down|up)_blocks\.(\d+)\.(resnets|attentions|downsamplers|upsamplers)\.(\d+)\.(?:conv\.)?', name)
    if m:
        i, k = int(m[2]), int(m[4])
        to = {'resnets': f'{i * rows + k}.0.', 'attentions': f'{i * rows + k}.1.', 'downsamplers': f'{i * rows + rows - 1}.0.op.',
              'upsamplers': f"{i * rows + rows - 1}.{2 if 'CrossAttn' in config['up_block_types'][i] else 1}.conv."}[m[3]]
        if m[1] == 'down':
            number, rest = to.split('.', 1)
            to = f'{int(number) + 1}.{rest}'
        name = ('input' if m[1] == 'down' else 'output') + '_blocks.' + to + name[m.end():]
    else:
        name = replaced(name, UNET)
    return name if '.transformer_blocks.' in name or 'time_embed' in name else replaced(name, RESNET)


def vae_name(name, levels):
    name = re.sub(r'up_blocks\.(\d+)\.', lambda m: f'up.{levels - 1 - int(m[1])}.', name)
    name = re.sub(r'down_blocks\.', 'down.', name)
    name = re.sub(r'\.resnets\.(\d+)\.', r'.block.\1.', name) if 'mid_block' not in name else name
    return replaced(re.sub(r'(down|up)samplers\.0\.', r'\1sample.', name), VAE)


def one_file(folder, path):
    """Write the model in `folder` to `path`."""
    unet = json.loads((folder / 'unet/config.json').read_text())
    levels = len(json.loads((folder / 'vae/config.json').read_text())['block_out_channels'])
    tensors = {}
    for name, t in read(folder / 'unet/diffusion_pytorch_model.safetensors').items():
        tensors['model.diffusion_model.' + unet_name(name, unet)] = t
    for name, t in read(folder / 'vae/diffusion_pytorch_model.safetensors').items():
        tensors['first_stage_model.' + vae_name(name, levels)] = t
    for name, t in read(folder / 'text_encoder/model.safetensors').items():
        tensors['cond_stage_model.transformer.' + name] = t
    write(path, tensors)
