"""Translation by counting: source and target are cut into chunks, and chunks are looked up.

    p(source, target) = sum over all ways to cut both into as many chunks, in the same order,
                        of the product of p(source chunk, target chunk)

Nobody says where to cut. The probabilities are learned by expectation-maximization: each way to
cut counts as much as the model of the round before finds it likely. Inside a chunk the order may
change in any way; from chunk to chunk it may not. So a chunk must be as long as the widest swap.

Source: it is the case n = 1 of the bilingual n-grams of J. B. Mariño and others, "N-gram-based
machine translation", Computational Linguistics 32 (2006), 527-549, with cuts learned as in
M. Bisani and H. Ney, "Joint-sequence models for grapheme-to-phoneme conversion", Speech
Communication 50 (2008), 434-451. Oracle: all cuts one by one, in tests/models/test_chunks.py.
"""

import math
from collections import defaultdict
from collections.abc import Sequence

Chunk = tuple[str, ...]
LEAST = 1e-12  # a chunk that is less likely after a round is given up
Cut = tuple[int, int, int, int]
"""From i to k of the source, from j to m of the target."""


class ChunkTransducer:
    """Cuts a source into chunks, and writes for each what was most often written for it.

    Args:
        longest: Tokens in a chunk at most, in the source and in the target.
        rounds: Of expectation-maximization.
        prior: What a token more makes a chunk less likely before the first round: without it
            the longest chunks would explain everything, and nothing new.

    Raises:
        ValueError: If a chunk or the training has no length, or the prior is not in (0, 1].

    >>> pairs = [("ab", "ba"), ("abc", "bac"), ("cab", "cba"), ("c", "c")]
    >>> sources, targets = zip(*pairs)
    >>> model = ChunkTransducer(longest=2).fit(sources, targets)
    >>> "".join(model.translate("cabcc"))
    'cbacc'
    """

    def __init__(self, longest: int = 3, rounds: int = 5, prior: float = 0.1):
        if longest < 1 or rounds < 1 or not 0 < prior <= 1:
            raise ValueError(
                "longest and rounds must be at least 1, and prior above 0 and at most 1; got "
                f"{longest}, {rounds} and {prior}."
            )
        self.longest, self.rounds, self.prior = longest, rounds, prior
        self.probs: dict[tuple[Chunk, Chunk], float] = {}
        self.best: dict[Chunk, tuple[float, Chunk]] = {}

    def fit(
        self, sources: Sequence[Sequence[str]], targets: Sequence[Sequence[str]]
    ) -> "ChunkTransducer":
        """Learn the chunks of some pairs.

        Pairs that cannot be cut, as one is more than `longest` times the other, are left out.

        Args:
            sources: Training sources; short ones suffice.
            targets: Their targets.

        Returns:
            Itself.
        """
        pairs = [(tuple(s), tuple(t)) for s, t in zip(sources, targets, strict=True)]
        for _ in range(self.rounds):
            counts: dict[tuple[Chunk, Chunk], float] = defaultdict(float)
            for source, target in pairs:
                _, expected = self.expect(source, target)
                for (i, k, j, m), count in expected.items():
                    counts[source[i:k], target[j:m]] += count
            total = sum(counts.values())
            self.probs = {c: n / total for c, n in counts.items() if n > LEAST * total}
        self.best = {}
        for (chunk, written), p in self.probs.items():
            self.best[chunk] = max(self.best.get(chunk, (0.0, ())), (p, written))
        return self

    def expect(self, source: Chunk, target: Chunk) -> tuple[float, dict[Cut, float]]:
        """Add up all ways to cut a pair.

        Args:
            source: Tokens.
            target: Tokens.

        Returns:
            The probability of the pair, and for every chunk, by its place, how much of that
            probability has it.
        """
        cuts = list(self._cuts(source, target))
        ahead, back = defaultdict(float, {(0, 0): 1.0}), defaultdict(float)
        back[len(source), len(target)] = 1.0
        for (i, k, j, m), p in cuts:  # in the order of i
            if (i, j) in ahead:
                ahead[k, m] += ahead[i, j] * p
        for (i, k, j, m), p in reversed(cuts):
            if (k, m) in back:
                back[i, j] += back[k, m] * p
        whole = ahead.get((len(source), len(target)), 0.0)
        if not whole:
            return 0.0, {}
        both = ((cut, ahead.get(cut[::2], 0.0) * p * back.get(cut[1::2], 0.0)) for cut, p in cuts)
        return whole, {cut: share / whole for cut, share in both if share}

    def _cuts(self, source, target):
        """Yield the places of all chunks that have a probability, and it."""
        lengths = range(1, self.longest + 1)
        for i in range(len(source)):
            for j in range(len(target)):
                for k in (i + n for n in lengths if i + n <= len(source)):
                    for m in (j + n for n in lengths if j + n <= len(target)):
                        if self.probs:
                            p = self.probs.get((source[i:k], target[j:m]), 0.0)
                        else:
                            p = self.prior ** (k - i + m - j)
                        if p:
                            yield (i, k, j, m), p

    def translate(self, source: Sequence[str]) -> Chunk:
        """Cut a source in the likeliest way, and write for each chunk what it is likeliest with.

        A token that no chunk has is copied.

        Args:
            source: Tokens.

        Returns:
            The target's tokens.
        """
        source = tuple(source)
        found: list[tuple[float, Chunk]] = [(0.0, ())]
        unseen = LEAST**2
        for k in range(1, len(source) + 1):
            ways = []
            for i in range(max(0, k - self.longest), k):
                chunk = source[i:k]
                p, written = self.best.get(chunk, (unseen if k == i + 1 else 0.0, chunk))
                if p:
                    ways.append((found[i][0] + math.log(p), found[i][1] + written))
            found.append(max(ways))
        return found[-1][1]
