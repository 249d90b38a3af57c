# SPDX-License-Identifier: GPL-3.0-or-later
"""What scripts do with models: list, add, verify, download, convert; and what is said of files that are none.
test_workflow.py runs it, as another GIMP would take its time to start."""
import os
import shutil

from gimpbatch import *
from tensors import safetensors


def settings_folder(name):
    path = os.path.join(Gimp.directory(), 'ebru', name)
    os.makedirs(path, exist_ok=True)
    return path


def models(action, path='', accepts=False):
    procedure = Gimp.get_pdb().lookup_procedure('plug-in-ebru-models')
    config = procedure.create_config()
    config.set_property('run-mode', Gimp.RunMode.NONINTERACTIVE)
    config.set_property('action', action)
    config.set_property('path', path)
    config.set_property('accept-licence', accepts)
    result = procedure.run(config)
    return json.loads(result.index(1)) if result.index(0) == SUCCESS else result.index(1)


def test_models():
    import hashlib
    listed = models('list')
    check([m['path'] for m in listed] == [MODEL] and listed[0]['family'], f'the list: {listed}')
    odd = os.fsencode(FOLDER) + b'/gr\xfcn'
    os.symlink(MODEL, odd)
    uri = 'file://' + FOLDER + '/gr%FCn'
    check([m['path'] for m in models('add', uri)] == [uri], f'a name that is not UTF-8: {models("list")}')
    check([m['path'] for m in models('list')] == [MODEL, uri], f'in the list: {models("list")}')
    models('remove', uri)
    os.remove(odd)
    check(len(models('list')) == 1, 'and off it')
    other, beside = os.path.join(FOLDER, 'other'), os.path.join(FOLDER, 'other15')
    empty = os.path.join(FOLDER, 'empty')
    os.makedirs(empty)
    check(models('add', empty) == f'No model is in “{empty}”: Ebru looks for Stable Diffusion models in .safetensors '
          'files and diffusers folders.', 'a folder without models')
    shutil.copytree(MODEL, other + '/deep/down/model')
    shutil.copytree(MODEL, beside)
    models('add', beside)
    added = models('add', other)
    check([m['path'] for m in added] == [other + '/deep/down/model'] and len(models('list')) == 3,
          f'a folder is added, and what is in it is told: {added}')
    models('remove', beside)
    check(len(models('list')) == 2, 'the model beside it is off the list')
    with open(os.path.join(Gimp.directory(), 'ebru', 'models.json'), errors='surrogateescape') as f:
        index = json.load(f)['files']
    check(index[MODEL]['family'] == listed[0]['family'] and index[MODEL]['changed'] > 0, 'the index')
    weights = MODEL + '/unet/diffusion_pytorch_model.safetensors'
    models('verify', weights)
    with open(os.path.join(Gimp.directory(), 'ebru', 'models.json'), errors='surrogateescape') as f:
        known = json.load(f)['files'][weights]['sha256']
    with open(weights, 'rb') as f:
        check(known == hashlib.sha256(f.read()).hexdigest(), 'the checksum')
    models('remove', other + '/deep/down/model')
    check(len(models('list')) == 1 and os.path.exists(other + '/deep/down/model'), 'taken off the list')
    for path in other + '/deep/down/model', other:
        models('add', path)
        check(len(models('list')) == 2, f'and added again as {path}')
        models('remove', other + '/deep/down/model')
    hub = os.path.join(os.environ['HOME'], '.cache/huggingface/hub')
    os.makedirs(hub)
    check(models('places') == [{'path': hub}], 'folders of other programs')
    comfy = os.path.join(os.environ['HOME'], 'ComfyUI')
    os.makedirs(comfy + '/elsewhere/models/Stable-diffusion')
    with open(comfy + '/extra_model_paths.yaml', 'w') as f:
        f.write('a111:\n    base_path: elsewhere\n    checkpoints: models/Stable-diffusion\n    vae: models/VAE\n')
    check(models('places') == [{'path': hub}, {'path': comfy + '/elsewhere/models/Stable-diffusion'}],
          f"the folders that ComfyUI uses, too: {models('places')}")
    shutil.rmtree(comfy)
    os.rmdir(hub)


def test_download():
    """A script gets a model after a yes to its licence, and may move it to the trash, but nothing else."""
    from server import DATA, SUM, Server
    server = Server()
    own = os.path.join(os.environ['HOME'], '.local/share/ebru/models')
    catalogue = os.path.join(settings_folder(''), 'catalogue.json')
    check('it is empty' in models('download', 'fox', True), 'an empty catalogue')
    with open(catalogue, 'w') as f:
        json.dump({'catalogue': 1, 'models': [{
            'name': 'fox', 'note': '', 'file': 'fox.safetensors', 'url': server.url('whole'), 'size': len(DATA),
            'sha256': SUM, 'licence': 'CC0 1.0', 'licence-url': server.url('licence')}]}, f)
    check('it has “fox”' in models('download', 'owl', True), 'no such entry')
    refused = models('download', 'fox')
    check('CC0 1.0' in refused and server.url('licence') in refused and not server.asked,
          f'no yes to the licence: {refused}, {server.asked}')
    models('download', 'fox', True)
    with open(own + '/fox.safetensors', 'rb') as f:
        check(f.read() == DATA, 'the file')
    check('not in the list' in models('trash', own + '/fox.safetensors') and os.path.exists(own + '/fox.safetensors'),
          'what is no model stays')
    model = shutil.copytree(MODEL, own + '/model')
    check(model in [m['path'] for m in models('list')], 'a model in the own folder')
    models('trash', model)
    trash = os.path.join(os.environ['HOME'], '.local/share/Trash/files')
    check(not os.path.exists(model) and os.listdir(trash) == ['model'], 'the trash')
    shutil.rmtree(own)
    os.unlink(catalogue)


def test_convert():
    """An 8-bit copy: once, in the list, and beside the model where that can be."""
    nothing = os.path.join(FOLDER, 'nothing.safetensors')
    check(os.path.basename(nothing) in models('convert', nothing), 'there is no such file')
    folder = os.path.join(FOLDER, 'convert')
    whole = shutil.copytree(MODEL, folder + '/whole')
    models('add', whole)
    copy, = models('convert', whole)
    check(copy['path'] == whole + '-8bit' and copy['precision'] == 'int8', f'the copy: {copy}')
    check(copy['path'] in [m['path'] for m in models('list')], 'the copy is in the list')
    before = os.stat(copy['path'])
    check(models('convert', whole) == [copy] and os.stat(copy['path']).st_mtime_ns == before.st_mtime_ns,
          'what is there is not made again')
    check('copy already' in models('convert', copy['path']), 'a copy of a copy')
    made = call('generate', mode='new-image', width=64, height=64, model=copy['path'])
    check(made.index(0) == SUCCESS and recipe(layers_of(made)[0])['precision'] == 'int8', f'in 8 bits: {made.index(1)}')
    made.index(1).delete()
    shutil.rmtree(copy['path'])
    os.chmod(folder, 0o500)
    check(not os.access(folder, os.W_OK), 'console.sh gives up that root may write everywhere')
    own = os.path.join(os.environ['HOME'], '.local/share/ebru/models/')
    first, = models('convert', whole)
    check(first['path'].startswith(own + 'whole-8bit-') and os.listdir(folder) == ['whole'],
          f'in the own folder, where the other cannot be written to: {first}')
    check(models('convert', whole) == [first], 'and there only once')
    check(first['path'] in [m['path'] for m in models('list')], 'the copy in the own folder is in the list')
    os.chmod(folder, 0o700)
    os.makedirs(folder + '/other')
    other = shutil.copytree(MODEL, folder + '/other/whole')
    os.chmod(folder + '/other', 0o500)
    second, = models('convert', other)
    check(second['path'] != first['path'], 'another model of this name has a copy of its own')
    os.chmod(folder + '/other', 0o700)
    for path in first['path'], second['path'], other:
        shutil.rmtree(path)
    for path in whole, copy['path'], first['path'], second['path'], other:
        models('remove', path)


def test_messages():
    """Files that are no models say what they are."""
    pickle = os.path.join(FOLDER, 'a.ckpt')
    with open(pickle, 'wb') as f:
        f.write(b'PK\3\4\0\0\x08\x08' + bytes(100))  # as PyTorch's begin
    lora, short = os.path.join(FOLDER, 'lora.safetensors'), os.path.join(FOLDER, 'short.safetensors')
    safetensors(lora, {
        'lora_unet_down_blocks_0_attentions_0_proj_in.lora_up.weight': [8, 4],
        'lora_unet_down_blocks_0_attentions_0_proj_in.lora_down.weight': [4, 8]})
    safetensors(short, {'a': [100]}, missing=50)
    size = {'mode': 'new-image', 'width': 64, 'height': 64}
    for model, words in ((pickle, ('pickle file, which can run programs', '.safetensors')),
                         (lora, ('a LoRA',)), (short, ('incomplete: the header promises', 'bytes'))):
        result = call('generate', model=model, **size)
        check(result.index(0) == EXECUTION and all(w in result.index(1) for w in words),
              f'{model}: {result.index(1)}')
    image, ground = picture()
    image.select_rectangle(Gimp.ChannelOps.REPLACE, 20, 20, 30, 1)
    check(call('fill', image).index(0) == SUCCESS, 'a selection of one line')
    image.delete()
