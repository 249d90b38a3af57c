# SPDX-License-Identifier: GPL-3.0-or-later
"""What a seed means: its numbers, its facts and its captions. No pictures here: see scenes.py.

A seed is hashed to K uniform numbers; facts and captions are functions of them, so that picture and caption agree and
any machine repeats them. Columns: 0 class, 1-3 colours, 4-9 and 30-36 shape, 10-16 and 37-38 facts, 17-28 tints,
40 and up wording (replaced for other captions of the same picture).
"""
import torch

COLOURS = {  # sRGB as people name them
    "red": (.80, .09, .10), "orange": (.97, .50, .06), "yellow": (.98, .85, .14), "green": (.16, .58, .20),
    "turquoise": (.14, .74, .72), "blue": (.12, .32, .85), "dark blue": (.06, .10, .38), "purple": (.50, .16, .66),
    "pink": (.97, .55, .72), "brown": (.44, .26, .13), "beige": (.88, .80, .64), "grey": (.52, .52, .53),
    "black": (.07, .07, .08), "white": (.95, .95, .94)}
NAMES = list(COLOURS)
# class: (weight, number of colours named, things; "~" marks what takes an article)
CLASSES = {
    "brick": (1, 1, ["~brick wall", "bricks", "brickwork"]),
    "wood": (1, 1, ["wooden planks", "wood", "wooden boards", "~wooden wall"]),
    "marble": (1, 1, ["marble", "polished marble", "~marble slab"]),
    "sand": (.7, 0, ["sand", "sand ripples", "rippled sand", "beach sand"]),
    "grass": (.7, 0, ["grass", "~lawn", "green grass", "~grass field from above"]),
    "water": (.8, 0, ["water", "clear water", "~water surface", "pool water with ripples"]),
    "clouds": (.7, 0, ["clouds", "white clouds", "~cloudy sky", "clouds in a blue sky"]),
    "lava": (.7, 0, ["lava", "hot lava", "glowing lava", "molten rock"]),
    "fabric": (1, 1, ["fabric", "cloth", "woven fabric", "~woven cloth"]),
    "tiles": (1, 1, ["tiles", "~tiled wall", "ceramic tiles", "square tiles"]),
    "checks": (1, 2, ["checks", "~checkerboard", "~checkered pattern", "squares"]),
    "stripes": (1, 2, ["stripes", "~striped pattern", "stripes"]),
    "dots": (1, 2, ["polka dots", "dots", "round dots"]),
    "ebru": (1.5, 2, ["marbled paper", "ebru", "ebru paper", "~marbled pattern"]),
    "mosaic": (1, 1, ["mosaic", "~mosaic", "stone mosaic", "broken tile mosaic"]),
    "pebbles": (.7, 0, ["pebbles", "round stones", "gravel", "river stones"]),
    "metal": (1, 1, ["brushed metal", "metal", "~metal plate", "polished metal"]),
    "leather": (1, 1, ["leather", "~leather surface", "soft leather"]),
    "paper": (1, 1, ["crumpled paper", "paper", "~sheet of paper"]),
    "granite": (1, 1, ["granite", "speckled stone", "~granite slab", "stone"]),
    "hexagons": (1, 1, ["hexagons", "hexagonal tiles", "~honeycomb pattern"]),
    "stars": (.8, 2, ["stars", "little stars", "five pointed stars"]),
    "tartan": (.8, 2, ["tartan", "tartan cloth", "plaid fabric"]),
    "zigzag": (.8, 2, ["zigzag stripes", "~zigzag pattern", "chevrons"]),
    "gradient": (.8, 2, ["gradient", "~smooth gradient"]),
    "fire": (.7, 0, ["fire", "flames", "burning flames"]),
    "sky": (1, 0, ["sky", "the sky"]),
    "sea": (1.2, 0, ["sea", "the sea", "the ocean", "~calm sea"]),
    "mountains": (1.5, 0, ["mountains", "~mountain landscape", "~mountain range"]),
    "desert": (.8, 0, ["~desert", "desert dunes", "sand dunes"]),
    "hills": (1.2, 0, ["hills", "green hills", "~meadow", "rolling hills"]),
    "icon": (2, 2, []),
    "object": (2.5, 1, []),
    "pair": (1.2, 2, []),
}
CLASS = list(CLASSES)
OBJECTS = [["ball", "sphere"], ["cube", "box"], ["cylinder"], ["cone"], ["torus", "ring", "donut"], ["pyramid"]]
SHAPES = ["heart", "star", "flower", "fish", "house", "tree", "boat", "moon"]
FLOORS = ["plain", "checkered", "wooden", "grass"]
TIMES = ["day", "sunset", "night"]
EBRU = [["battal"], ["gelgit"], ["combed", "taraklı"], ["swirled", "bülbül yuvası"]]
PATTERNS = ["checks", "stripes", "dots", "hexagons", "stars", "tartan", "zigzag", "gradient"]     # drawn with a ruler
LANDSCAPES = ["sky", "sea", "mountains", "desert", "hills"]
STYLES = ["photo", "watercolour", "pencil drawing", "pixel art", "black and white", "sepia"]
K = 64
THINGS = len(CLASS) + len(OBJECTS) + len(SHAPES)


def _hash(v):
    """32-bit integer hash in int64 arithmetic, the same on every device."""
    v = v & 0xFFFFFFFF
    v = ((v ^ (v >> 16)) * 0x21F0AAAD) & 0xFFFFFFFF
    v = ((v ^ (v >> 15)) * 0x735A2D97) & 0xFFFFFFFF
    return v ^ (v >> 15)


def uniforms(seeds, n=K, stream=0):
    """[B, n] numbers in [0, 1) of the seeds [B]; another stream is independent."""
    seeds = torch.as_tensor(seeds, dtype=torch.int64)
    k = torch.arange(n, device=seeds.device, dtype=torch.int64)
    h = _hash(_hash(seeds[:, None] * 2 + stream * 0x9E3779B1) + k * 0x85EBCA6B)
    return (h >> 8).float() / (1 << 24)


def held_out(colour, thing):
    """About 8 % of the (colour, thing) pairs are never drawn for training."""
    return int(_hash(torch.tensor(colour * 977 + thing * 131 + 5))) % 12 == 0


_ok = [[not held_out(c, t) for t in range(THINGS)] for c in range(len(NAMES))]
_next = torch.tensor([[c if _ok[c][t] else next(d % 14 for d in range(c + 1, c + 15) if _ok[d % 14][t])
                       for t in range(THINGS)] for c in range(14)])
_odd = torch.tensor([[next((d % 14 for d in range(c, c + 14) if not _ok[d % 14][t]), c) for t in range(THINGS)]
                     for c in range(14)])          # the next held-out colour, where the thing has any
_cum = torch.tensor([w for w, _, _ in CLASSES.values()], dtype=torch.float64).cumsum(0)
_cum = (_cum / _cum[-1]).float()


def _pick(u, n):
    return (u * n).long().clamp(max=n - 1)


def choices(u, unseen=False):
    """The discrete facts of each scene, for the picture and the caption alike: a table of [B] or [B, 2] numbers. With
    `unseen` the first colour is one that training never shows on the thing, for evaluation alone."""
    d, dev = {}, u.device
    d["class"] = torch.bucketize(u[:, 0].contiguous(), _cum.to(dev)).clamp(max=len(CLASS) - 1)
    d["obj"] = torch.stack([_pick(u[:, 10], 6), _pick(u[:, 11], 6)], 1)
    d["shape"] = _pick(u[:, 38], len(SHAPES))
    thing = torch.where((d["class"] >= CLASS.index("object"))[:, None], len(CLASS) + d["obj"], d["class"][:, None])
    thing = torch.where((d["class"] == CLASS.index("icon"))[:, None],
                        (len(CLASS) + len(OBJECTS) + d["shape"])[:, None], thing)
    a, b = _pick(u[:, 1], 14), _pick(u[:, 2], 13)
    nxt = _next.to(dev)
    a = (_odd.to(dev) if unseen else nxt)[a, thing[:, 0]]
    b = nxt[(a + 1 + b) % 14, thing[:, 1]]
    b = torch.where(b == a, nxt[(b + 1) % 14, thing[:, 1]], b)
    d["A"], d["B"] = a, b
    d["C"] = _pick(u[:, 3], 14)
    d["floor"], d["time"], d["ebru"] = _pick(u[:, 12], 4), _pick(u[:, 13], 3), _pick(u[:, 14], 4)
    d["dir"] = _pick(u[:, 15], 3)             # stripes: horizontal, vertical, diagonal
    d["flag"] = (u[:, 16] < .5).long()        # snow caps, beach, big dots, clouds, trees
    land = (d["class"] >= CLASS.index("sky")) & (d["class"] <= CLASS.index("hills"))
    d["style"] = torch.where(land & (u[:, 37] < .3), 1 + _pick(u[:, 37] / .3, 5), 0)
    return d


# --- captions --------------------------------------------------------------------------------------------------
def _article(s):
    return ("an " if s[0] in "aeiou" else "a ") + s


class Words:
    """The wording of one caption: picks by the seed's numbers."""

    def __init__(self, u):
        self.u = u

    def __call__(self, options, k):
        return options[min(int(self.u[k] * len(options)), len(options) - 1)]


def caption(seed, variant=0, unseen=False):
    """A caption of the seed's picture; variants say the same in other words."""
    u = uniforms([int(seed)])
    ch = {k: v[0].tolist() for k, v in choices(u, unseen).items()}
    if variant:
        u[:, 40:] = uniforms([int(seed)], K, 8 + variant)[:, 40:]
    u = u[0].tolist()
    pick, name = Words(u), CLASS[ch["class"]]
    a, b = NAMES[ch["A"]], NAMES[ch["B"]]
    if name in ("object", "pair"):
        return _objects(name, ch, a, b, u, pick)
    if name == "icon":
        return _icon(SHAPES[ch["shape"]], a, b, u, pick)
    thing = pick(CLASSES[name][2], 40)
    one, thing = thing.startswith("~"), thing.lstrip("~")
    short = u[41] < .1
    if name in LANDSCAPES:
        return _landscape(name, ch, _article(thing) if one and u[42] < .6 else thing, u, pick, short)
    text = _material(name, ch, a, b, thing, one, u, pick, short)
    if short:
        return text
    ends = ["{}", "{}", "a texture of {}", "a photo of {}", "{}, close up"]
    if " in " not in text and " on " not in text and " to " not in text:
        ends += ["{}", "{} texture", "{} background", "{} surface" if not text.startswith("a") else "{}"]
    return pick(ends, 49).format(text)


def _material(name, ch, a, b, thing, one, u, pick, short):
    colours = CLASSES[name][1]
    if colours == 0 or short and u[43] < .4 and name != "gradient":
        return _article(thing) if one else thing
    if colours == 1:
        return _article(f"{a} {thing}") if one else pick([f"{a} {thing}", f"{a} {thing}", f"{thing} in {a}"], 44)
    if name == "gradient":
        way = pick([["", " from top to bottom"], ["", " from left to right"], ["", " from corner to corner"]][ch["dir"]], 45)
        return pick([f"a {thing} from {a} to {b}", f"{a} to {b} {thing}"], 44) + way
    if name in ("dots", "stars"):
        size = pick(["large ", "big "], 45) if ch["flag"] else pick(["small ", "tiny "], 45)
        return f"{size if u[46] < .5 else ''}{a} {thing} on " + pick([b, f"{_article(b)} background"], 47)
    both = pick([f"{a} and {b}", f"{b} and {a}", f"{a} and {b}"], 44)
    way = ["horizontal", "vertical", "diagonal"][ch["dir"]] + " " if name == "stripes" and u[46] < .7 else ""
    kind = pick(EBRU[ch["ebru"]], 45) + " " if name == "ebru" and u[46] < .5 else ""
    text = pick([f"{both} {way}{kind}{thing}", f"{way}{kind}{thing} in {both}"], 48)
    return _article(text) if one else text


def _landscape(name, ch, thing, u, pick, short):
    when = [pick(["by day", "in daylight", "on a sunny day", ""], 43),
            pick(["at sunset", "at dusk", "in the evening sun", "at sunset"], 43),
            pick(["at night", "in the moonlight", "under the stars", "at night"], 43)][ch["time"]]
    extra = ""
    if u[44] < .7 and ch["flag"]:
        extra = {"sky": pick(["with clouds", "with some clouds"], 45),
                 "sea": pick(["with a beach", "and a sandy beach"], 45),
                 "mountains": pick(["with snow", "covered in snow", "with snowy peaks"], 45), "desert": "",
                 "hills": pick(["with trees", "with some trees"], 45)}[name]
    if short:
        text = f"{thing} {when}".strip()
    elif u[46] < .3 and when:
        text = f"{thing} {extra} {when}"
    else:
        text = f"{thing} {when} {extra}"
    forms = [["{}"] if short else ["{}", "{}", "a photo of {}", "{}", "a view of {}"],
             ["a watercolour of {}", "{}, watercolour", "a watercolour painting of {}"],
             ["a pencil drawing of {}", "{}, pencil drawing", "a drawing of {}"],
             ["pixel art of {}", "{}, pixel art"],
             ["a black and white photo of {}", "{} in black and white"],
             ["a sepia photo of {}", "{}, sepia"]][ch["style"]]
    return pick(forms, 47).format(" ".join(text.split()))


def _icon(shape, a, b, u, pick):
    on = pick([f" on {b}", f" on {_article(b)} background", f" on {b}", ""], 43)
    one = _article(f"{a} {shape}")
    return pick([one, one, f"a flat icon of {one}", f"{one} icon", f"a simple drawing of {one}"], 44) + on


def _objects(name, ch, a, b, u, pick):
    o = [pick(OBJECTS[ch["obj"][0]], 40), pick(OBJECTS[ch["obj"][1]], 41)]
    p, q = _article(f"{a} {o[0]}"), _article(f"{b} {o[1]}")
    c = NAMES[ch["C"]]
    on = [pick([f"on {_article(c)} floor", f"on {_article(c)} surface", f"on {c}"], 43),
          pick(["on a checkered floor", f"on {_article(c)} checkered floor"], 43),
          pick(["on a wooden floor", "on wood"], 43), pick(["on grass", "on the grass", "on a lawn"], 43)][ch["floor"]]
    on = "" if u[44] < .25 else " " + on
    if name == "object":
        return pick(["{}", "{}", "a photo of {}", "a picture of {}", "one {}"], 45).format(
            p if u[45] < .8 else f"{a} {o[0]}") + on
    return pick([f"{p} to the left of {q}", f"{p} left of {q}", f"{q} to the right of {p}", f"{q} right of {p}",
                 f"{p} and {q}", f"{q} and {p}", f"{p} on the left, {q} on the right"], 46) + on
