# SPDX-License-Identifier: GPL-3.0-or-later
"""The vocabulary: byte pairs learnt from the captions, in the files that CLIP's tokenizer has."""
import json
import re
from collections import Counter
from pathlib import Path

import torch

import facts
from nets import LENGTH

KEEP = [*range(33, 127), *range(161, 173), *range(174, 256)]
ORDER = KEEP + [b for b in range(256) if b not in KEEP]
CHARS = [chr(b) for b in KEEP] + [chr(256 + i) for i in range(256 - len(KEEP))]     # of the bytes in ORDER
BYTE = dict(zip(ORDER, CHARS))
START, END = "<|startoftext|>", "<|endoftext|>"
# words that no caption has yet; a vocabulary cannot grow later, a world can
SPARE = """texture pattern seamless tile wall floor ceiling roof door window stone rock concrete plaster asphalt rust rusty copper gold silver
glass plastic rubber ice snow frost moss bark straw rope wool knitted silk velvet denim lace carpet rug plain twill embroidery smoke fog mist rain
storm lightning rainbow aurora galaxy nebula space planet sunrise dawn morning noon evening autumn spring summer winter forest woods jungle field
path road river lake waterfall island coast cliff cave valley canyon volcano glacier horizon village city street bridge tower castle lighthouse
apple pear orange lemon banana cherry strawberry cup mug bottle vase bowl plate glass lamp table chair bench bed book box bag hat shoe key clock
bell candle umbrella car bus train ship plane rocket bicycle wheel balloon kite flag leaf leaves flower rose tulip daisy carnation branch bush
palm pine mushroom cactus cat dog horse cow sheep pig bird duck owl butterfly bee fish whale turtle snail rabbit fox bear lion elephant man woman
child person face eye hand arrow cross circle ring triangle square diamond oval spiral wave waves line lines curve grid dotted crossed cracked
round flat tall short wide narrow thick thin large small tiny huge old new clean dirty rough smooth shiny matte glossy soft hard bright dark light
pale deep warm cold wet dry broken worn polished painted carved woven printed abstract geometric floral organic minimal retro vintage modern
cartoon sketch ink engraving watercolour watercolor oil painting acrylic gouache crayon chalk charcoal drawing illustration icon logo poster
sticker stencil silhouette low poly render photo photograph picture image macro aerial top view from above below behind front inside between
under over near next beside around two three four five many several some few one black white gray grey red crimson scarlet orange amber yellow
lime green olive teal turquoise cyan blue navy indigo violet purple magenta pink rose brown tan beige cream ivory golden
kırmızı turuncu sarı yeşil turkuaz mavi lacivert mor pembe kahverengi bej gri siyah beyaz koyu açık tuğla duvar ahşap mermer kum çimen su bulut
lav kumaş karo çizgili puantiyeli mozaik çakıl gökyüzü deniz dağ dağlar çöl tepe gece gündüz gün batımı battal gelgit taraklı şal bülbül yuvası
çiçekli hafif hatip kumlu neftli lale karanfil papatya""".split()


def words(text):
    return re.findall(r"[^\W\d_]+|\d|(?:[^\s\w]|_)+", text.lower())


def learn(folder, n=20000, limit=2000):
    """Writes vocab.json, merges.txt and tokenizer_config.json to the folder; at most `limit` tokens."""
    counts = Counter(w for s in range(n) for w in words(facts.caption(s)))
    seen = len(counts)
    counts.update({w: 3 for w in SPARE})
    parts = {w: [*(BYTE[b] for b in w.encode()[:-1]), BYTE[w.encode()[-1]] + "</w>"] for w in counts}
    vocab, merges = CHARS + [c + "</w>" for c in CHARS], []
    while len(vocab) < limit - 2:
        pairs = Counter()
        for w, p in parts.items():
            for a in zip(p, p[1:]):
                pairs[a] += counts[w]
        if not pairs:
            break
        a, b = max(pairs, key=lambda k: (pairs[k], k))
        merges.append(f"{a} {b}")
        vocab.append(a + b)
        for p in parts.values():
            join(p, a, b)
    write(Path(folder), vocab + [START, END], merges)
    print(f"{seen} words in captions, {len(counts)} in all, {len(vocab) + 2} tokens, {len(merges)} merges")


def join(p, a, b):
    i = 0
    while i < len(p) - 1:
        if (p[i], p[i + 1]) == (a, b):
            p[i:i + 2] = [a + b]
        i += 1


def write(folder, vocab, merges):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "vocab.json").write_text(json.dumps({t: i for i, t in enumerate(vocab)}, ensure_ascii=False))
    (folder / "merges.txt").write_text("#version: 0.2\n" + "\n".join(merges) + "\n")
    (folder / "tokenizer_config.json").write_text(json.dumps(dict(
        tokenizer_class="CLIPTokenizer", model_max_length=LENGTH, bos_token=START, eos_token=END, unk_token=END,
        pad_token=END), indent=2) + "\n")
    (folder / "special_tokens_map.json").write_text(json.dumps(dict(
        bos_token=START, eos_token=END, unk_token=END, pad_token=END), indent=2) + "\n")


class Tokenizer:
    """Reads those files; texts to [n, l] numbers, padded with the end token to the longest or to `length`."""

    def __init__(self, folder):
        self.vocab = json.loads(Path(folder, "vocab.json").read_text())
        lines = Path(folder, "merges.txt").read_text().splitlines()[1:]
        self.rank = {tuple(m.split()): i for i, m in enumerate(lines)}
        self.cache = {}

    def word(self, w):
        if w not in self.cache:
            p = [BYTE[b] for b in w.encode()]
            p[-1] += "</w>"
            while len(p) > 1:
                r, i = min((self.rank.get(k, 1 << 30), i) for i, k in enumerate(zip(p, p[1:])))
                if r == 1 << 30:
                    break
                p[i:i + 2] = [p[i] + p[i + 1]]
            self.cache[w] = [self.vocab[t] for t in p]
        return self.cache[w]

    def __call__(self, texts, length=None):
        start, end = self.vocab[START], self.vocab[END]
        rows = [[start] + [t for w in words(x) for t in self.word(w)][:LENGTH - 2] for x in texts]
        length = length or max(map(len, rows)) + 1
        return torch.tensor([r + [end] * (length - len(r)) for r in rows])
