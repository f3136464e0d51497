"""The command that trains a captioner on photographs: python -m rnncourse.cli.photographs.

It reads Karpathy's file and an array of features, shows its progress, keeps the run in a folder,
and goes on from there when it is started again. Nothing is downloaded.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path


def main(arguments: Sequence[str] | None = None) -> int:
    """Train, and write a caption for each test image.

    Args:
        arguments: Those of the command line by default.

    Returns:
        The exit code: 0, or 2 if files are missing or not what they should be.
    """
    options = _parser().parse_args(arguments)
    from rnncourse.data.flickr8k import PhotographsError

    try:
        _run(options)
    except PhotographsError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def _run(options: argparse.Namespace) -> None:
    import numpy as np
    import torch
    from tqdm import tqdm

    from rnncourse.data.flickr8k import load_features, load_photographs
    from rnncourse.decoding.beam import beam_search
    from rnncourse.training.photographs import Settings, train

    photographs = load_photographs(options.captions, options.fewest)
    features = load_features(options.features, photographs)
    settings = Settings(options.updates, options.batch, every=options.every, seed=options.seed)
    hidden = not sys.stderr.isatty()
    with tqdm(total=options.updates, unit="update", disable=hidden, dynamic_ncols=True) as bar:

        def report(update: int, loss: float) -> None:
            bar.update(update - bar.n)
            bar.set_postfix(loss=f"{loss:.2f}")

        image, out = options.image, options.out
        model = train(
            photographs, features, settings, image, H=options.size, folder=out, report=report
        )
    lines = []
    for row in photographs.rows("test"):
        seen = torch.from_numpy(np.array(features[row : row + 1], np.float32))
        state = model.begin(seen)
        (found,) = beam_search(model, state, 1, width=3, max_length=30, alpha=1.0, count_stop=True)
        written = " ".join(photographs.words[i] for i in found[0].ids)
        lines.append(f"{photographs.names[row]}\t{written}\n")
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "captions.tsv").write_text("".join(lines), encoding="utf-8")
    print(f"{len(lines)} captions: {options.out / 'captions.tsv'}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="rnncourse.cli.photographs", description=__doc__)
    parser.add_argument("captions", type=Path, help="dataset_flickr8k.json, Karpathy's file")
    parser.add_argument("features", type=Path, help="a .npy file with a row for each image")
    parser.add_argument("--out", type=Path, required=True, help="the folder of the run")
    parser.add_argument("--image", default="attention", help="each, first, merge or attention")
    parser.add_argument("--size", type=int, default=256, help="numbers in the state")
    parser.add_argument("--updates", type=int, default=20_000)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--every", type=int, default=200, help="updates until the run is kept")
    parser.add_argument("--fewest", type=int, default=5, help="of a word in training captions")
    parser.add_argument("--seed", type=int, default=0)
    return parser


if __name__ == "__main__":
    sys.exit(main())
