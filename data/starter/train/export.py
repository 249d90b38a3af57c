# SPDX-License-Identifier: GPL-3.0-or-later
"""From checkpoints of the training to a diffusers folder in fp16, and back."""
import json
import shutil
from pathlib import Path

import torch

import nets
import unet
import words

INDEX = {
    "_class_name": "StableDiffusionPipeline", "_diffusers_version": "0.30.0", "_guidance_scale": 3.0, "feature_extractor": [None, None],
    "image_encoder": [None, None], "requires_safety_checker": False, "safety_checker": [None, None],
    "scheduler": ["diffusers", "DDIMScheduler"], "text_encoder": ["transformers", "CLIPTextModel"],
    "tokenizer": ["transformers", "CLIPTokenizer"], "unet": ["diffusers", "UNet2DConditionModel"],
    "vae": ["diffusers", "AutoencoderKL"]}
SCHEDULER = {
    "_class_name": "DDIMScheduler", "_diffusers_version": "0.30.0", "beta_start": .00085, "beta_end": .012,
    "beta_schedule": "scaled_linear", "clip_sample": False, "num_train_timesteps": 1000,
    "prediction_type": "v_prediction", "rescale_betas_zero_snr": True, "set_alpha_to_one": True, "steps_offset": 0,
    "timestep_spacing": "trailing"}


def write_json(path, value):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, indent=2) + "\n")


def half(net):
    """A module's weights in fp16 and plain layout, as safetensors wants them."""
    return net.half().to(memory_format=torch.contiguous_format)


def export(folder, tokenizer, out):
    """Writes the averaged UNet and text encoder, the VAE and, where there is one, the tiny autoencoder."""
    out, model, vae = Path(out), unet.Model(folder, tokenizer), nets.make_vae()
    model.use_average()
    vae.load_state_dict(torch.load(Path(folder, "vae.pt"), map_location="cpu")["vae"])
    scale = torch.load(model.path, map_location="cpu")["scale"]
    vae.register_to_config(scaling_factor=round(float(scale), 5))
    for name, net in (("unet", model.unet), ("vae", vae), ("text_encoder", model.text)):
        half(net).save_pretrained(out / name, safe_serialization=True)
    tiny = Path(folder, "tiny.pt")
    if tiny.exists():
        net = nets.make_tiny()
        net.load_state_dict(torch.load(tiny, map_location="cpu")["tiny"])
        half(net).save_pretrained(out / "taesd", safe_serialization=True)
    if Path(tokenizer).resolve() != (out / "tokenizer").resolve():
        shutil.copytree(tokenizer, out / "tokenizer", dirs_exist_ok=True)
    write_json(out / "model_index.json", INDEX)
    write_json(out / "scheduler/scheduler_config.json", SCHEDULER)
    for f in out.rglob("*.safetensors"):
        f.chmod(0o644)
    print(f"{sum(f.stat().st_size for f in out.rglob('*') if f.is_file() and 'train' not in f.parts) / 1e6:.1f} MB")


def resume(source, folder):
    """Checkpoints for training (without optimizer) from such a folder."""
    from safetensors.torch import load_file
    source, folder = Path(source), Path(folder)
    shutil.copytree(source / "tokenizer", folder / "tokenizer", dirs_exist_ok=True)

    def weights(part, name="diffusion_pytorch_model.safetensors"):
        return {k: v.float() for k, v in load_file(source / part / name).items()}
    vae = json.loads((source / "vae/config.json").read_text())
    nets.save(folder / "vae.pt", vae=weights("vae"))
    model = unet.Model(folder / "none", source / "tokenizer")
    model.unet.load_state_dict(weights("unet"))
    model.text.load_state_dict(weights("text_encoder", "model.safetensors"), strict=False)
    model.path, model.ema, model.step = folder / "unet.pt", [p.detach().clone() for p in model.params], 100000
    model.save(scale=vae["scaling_factor"])
    if (source / "taesd").exists():
        nets.save(folder / "tiny.pt", tiny=weights("taesd"))
