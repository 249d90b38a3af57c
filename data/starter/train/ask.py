# SPDX-License-Identifier: GPL-3.0-or-later
"""Has Ebru draw the prompts that evaluate.py wrote: ask.py DIR --ebru PROGRAM --model FOLDER. Goes on where it stopped."""
import argparse
import json
import subprocess
from pathlib import Path


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("folder", type=Path)
    p.add_argument("--ebru", default="ebru")
    p.add_argument("--model", required=True)
    p.add_argument("--steps", default="20")
    p.add_argument("--guidance", default="3")
    a = p.parse_args()
    (a.folder / "pictures").mkdir(exist_ok=True)
    for i, row in enumerate(json.loads((a.folder / "prompts.json").read_text())):
        path = a.folder / "pictures" / f"{i:03}.png"
        if not path.exists():
            subprocess.run([a.ebru, "generate", "--model", a.model, "--prompt", row["prompt"], "--steps", a.steps, "--guidance",
                            a.guidance, "--seed", str(row["seed"]), "--width", "256", "--height", "256", "-o", path, "--quiet"],
                           check=True)


if __name__ == "__main__":
    main()
