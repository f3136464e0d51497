"""The command that counts which part of speech comes next: python -m rnncourse.cli.tags FILE.

It measures what claim B4 says, that after an adjective the next word is a noun almost every time,
on a tagged text in CoNLL-U that the reader brings. Nothing is downloaded.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path


def main(arguments: Sequence[str] | None = None) -> int:
    """Count, and print shares with their 95 % intervals.

    Args:
        arguments: Those of the command line by default.

    Returns:
        The exit code: 0, or 2 if the file is missing or not what it should be.
    """
    parser = argparse.ArgumentParser(prog="rnncourse.cli.tags", description=__doc__)
    parser.add_argument("file", type=Path, help="a treebank in CoNLL-U")
    parser.add_argument("--after", default="ADJ", help="the tag of the word before")
    options = parser.parse_args(arguments)
    from rnncourse.data.tagged_text import TaggedError, count_next_tags, load_tagged

    try:
        sentences = load_tagged(options.file)
        counts, all_counts = count_next_tags(sentences, options.after), count_next_tags(sentences)
        if not counts:
            raise TaggedError(f"No word with the tag {options.after} has a word behind it.")
    except TaggedError as error:
        print(error, file=sys.stderr)
        return 2
    from scipy.stats import binomtest

    n, n_all = counts.total(), all_counts.total()
    print(f"{len(sentences)} sentences; after {options.after} ({n} times) comes:")
    for tag, count in counts.most_common(5):
        low, high = binomtest(count, n).proportion_ci(method="wilson")
        print(
            f"{tag:6s}{100 * count / n:5.1f} % [{100 * low:.1f}, {100 * high:.1f}], "
            f"after any word {100 * all_counts[tag] / n_all:.1f} %"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
