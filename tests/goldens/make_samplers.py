#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-3.0-or-later
"""Write samplers.json and samplers.safetensors: what diffusers' schedulers do in the corners.

The cases sched_* of the shared goldens cover every sampler in its plain form. These cover runs that
start midway, other predictions and noise schedules, orders, ends, and numbers of steps about the
limits in the solvers. Needs torch, scipy and diffusers (made with commit 58eb52c0803e); torchsde
is not needed: all noise is taken from the tensor `noise`, in the order it is drawn.
"""
import importlib.machinery
import json
import pathlib
import struct
import sys
import types

sys.modules['torchsde'] = types.ModuleType('torchsde')
sys.modules['torchsde'].__spec__ = importlib.machinery.ModuleSpec('torchsde', None)

import numpy as np
import torch
from diffusers import schedulers

N = 8
LATENT = dict(num_train_timesteps=1000, beta_start=0.00085, beta_end=0.012,
              beta_schedule='scaled_linear')
SOLVERS = 'DPMSolverMultistep', 'DPMSolverSinglestep', 'DEISMultistep', 'UniPCMultistep'
STEPS = dict(DDIM=dict(clip_sample=False), DDPM=dict(clip_sample=False),
             PNDM=dict(skip_prk_steps=True), LCM={})
SIGMAS = ('LMSDiscrete', 'EulerDiscrete', 'EulerAncestralDiscrete', 'HeunDiscrete', 'KDPM2Discrete',
          'KDPM2AncestralDiscrete', 'DPMSolverSDE')
V, SAMPLE = dict(prediction_type='v_prediction'), dict(prediction_type='sample')
KARRAS, EXPONENTIAL = dict(use_karras_sigmas=True), dict(use_exponential_sigmas=True)
LEADING = dict(timestep_spacing='leading', steps_offset=1)
TRAILING = dict(timestep_spacing='trailing')
MIN = dict(final_sigmas_type='sigma_min')
COSINE = dict(beta_schedule='squaredcos_cap_v2')


def cases():
    """(class, config, steps, strength, arguments of step)"""
    for name in [*SIGMAS, *SOLVERS, *STEPS]:
        base = STEPS.get(name, {})
        yield name, base, 17, 0.5, {}
        yield name, base | V, 15, 0.9, {}
        yield name, base | dict(num_train_timesteps=400, beta_schedule='linear'), 3, 1, {}
        if name in SOLVERS:
            for order in (1, 3) if name != 'DPMSolverSinglestep' else (1,):
                yield name, dict(solver_order=order), 16, 1, {}
                yield name, dict(solver_order=order) | KARRAS, 9, 0.7, {}
            yield name, SAMPLE | EXPONENTIAL, 14, 1, {}
            yield name, COSINE | KARRAS, 8, 1, {}
            if name != 'DEISMultistep':
                for low in False, True:
                    for steps in 6, 7, 15:
                        yield name, MIN | dict(lower_order_final=low), steps, 1, {}
        if name in SIGMAS:
            yield name, KARRAS if name != 'EulerAncestralDiscrete' else LEADING, 11, 0.6, {}
            yield name, TRAILING, 7, 1, {}
    for name in 'EulerDiscrete', 'UniPCMultistep':
        yield name, KARRAS | MIN | dict(sigma_min=0.1, sigma_max=9.0), 6, 1, {}
    for name in 'EulerAncestralDiscrete', 'DPMSolverMultistep', 'UniPCMultistep', 'DDPM', 'LCM':
        zero = TRAILING | V | dict(rescale_betas_zero_snr=True)
        yield name, STEPS.get(name, {}) | zero, 8, 1, {}
    for algorithm in 'dpmsolver++', 'sde-dpmsolver++':
        heun = dict(algorithm_type=algorithm, solver_type='heun')
        yield 'DPMSolverMultistep', heun, 10, 0.8, {}
    yield 'DPMSolverSinglestep', dict(solver_type='heun'), 10, 0.5, {}
    yield 'DPMSolverMultistep', MIN | dict(euler_at_final=True), 20, 1, {}
    yield 'DPMSolverMultistep', COSINE | dict(lambda_min_clipped=-5.1), 10, 1, {}
    for spacing in LEADING, TRAILING, dict(timestep_spacing='linspace'):
        yield 'PNDM', STEPS['PNDM'] | spacing | dict(set_alpha_to_one=True), 9, 1, {}
        yield 'DDIM', STEPS['DDIM'] | spacing | SAMPLE, 9, 1, dict(eta=0.3)
        yield 'DDPM', STEPS['DDPM'] | spacing | dict(variance_type='fixed_large'), 9, 1, {}
    for name in 'DDIM', 'DDPM', 'LCM', 'HeunDiscrete':
        yield name, dict(clip_sample=True, clip_sample_range=1.5), 9, 1, {}
    yield 'LCM', dict(original_inference_steps=37, timestep_scaling=3.0), 9, 1, {}


def network(x, t):
    return 0.7 * x / (1 + x.abs()) + 0.05 * torch.as_tensor(float(t), dtype=torch.float32) / 1000


def run(given, name, config, steps, strength, arguments):
    scheduler_class = getattr(schedulers, name + 'Scheduler', None)
    if scheduler_class is None or getattr(scheduler_class, '_backends', None):  # a dummy
        module = importlib.import_module('diffusers.schedulers.scheduling_dpmsolver_sde')
        scheduler_class = getattr(module, name + 'Scheduler')
    module = sys.modules[scheduler_class.__module__]
    draws = iter(given['noise'])
    if hasattr(module, 'randn_tensor'):
        module.randn_tensor = lambda *a, **k: next(draws)
    if hasattr(module, 'BrownianTreeNoiseSampler'):
        module.BrownianTreeNoiseSampler = lambda *a: lambda *b: next(draws)
    s = scheduler_class(**config)
    s.set_timesteps(steps)
    first = (steps - min(int(steps * strength), steps)) * s.order
    if hasattr(s, 'set_begin_index'):
        s.set_begin_index(first)
    x = s.add_noise(given['picture'], given['x'], s.timesteps[first:first + 1])
    if strength == 1:
        x = given['x'] * s.init_noise_sigma
    out = dict(timesteps=s.timesteps, start=x)
    if name not in STEPS:
        out['sigmas'] = s.sigmas
    for t in s.timesteps[first:]:
        x = s.step(network(s.scale_model_input(x, t), t), t, x, return_dict=False, **arguments)[0]
    assert x.isfinite().all()
    return out | dict(x=x)


def save(path, tensors):
    header, data = {}, b''
    for name, tensor in tensors.items():
        bytes = np.ascontiguousarray(tensor, dtype=np.float32).tobytes()
        header[name] = dict(dtype='F32', shape=list(tensor.shape),
                            data_offsets=[len(data), len(data) + len(bytes)])
        data += bytes
    text = json.dumps(header).encode()
    text += b' ' * (-len(text) % 8)
    path.write_bytes(struct.pack('<Q', len(text)) + text + data)


generator = torch.Generator().manual_seed(3)
given = {name: torch.randn(shape, generator=generator)
         for name, shape in dict(x=(1, 1, 1, N), picture=(1, 1, 1, N), noise=(32, 1, 1, 1, N)).items()}
tensors, index = dict(given), []
for i, (name, config, steps, strength, arguments) in enumerate(cases()):
    config = LATENT | config
    for key, tensor in run(given, name, config, steps, strength, arguments).items():
        tensors[f'{i}.{key}'] = tensor
    index.append(dict(scheduler_class=name + 'Scheduler', steps=steps, strength=strength,
                      config=config, step_kwargs=arguments))
folder = pathlib.Path(__file__).parent
save(folder / 'samplers.safetensors', tensors)
(folder / 'samplers.json').write_text('[\n' + ',\n'.join(map(json.dumps, index)) + '\n]\n')
print(len(index), 'cases')
