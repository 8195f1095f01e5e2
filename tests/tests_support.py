"""What several tests share."""

import shutil
from pathlib import Path

ROOT = Path(__file__).parents[1]


def small_corpus(folder: Path, most: int = 60) -> Path:
    """Copy the first lines of every theme: enough to train on in seconds."""
    for source in sorted((ROOT / "data" / "corpus").glob("*/*.tsv")):
        target = folder / source.relative_to(ROOT / "data")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text("\n".join(source.read_text("utf-8").splitlines()[:most]) + "\n", "utf-8")
    shutil.copy(ROOT / "data" / "GUIDELINE.md", folder)
    return folder
