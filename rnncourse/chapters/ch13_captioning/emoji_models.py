"""The lesson's networks, which write what an emoji shows, and the loop that trains them.

Images are `B 3 48 48`, places `K B H`, words `T B`, states `T B H`, weights `T B K`.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from rnncourse.chapters.ch13_captioning.pictures import (
    BEGIN,
    END,
    PAD,
    SIDE,
    Caption,
    list_vocabulary,
    load_pictures,
)
from rnncourse.models.attention import AttentionDecoder
from rnncourse.models.decoder import shift_right
from rnncourse.training.fit import fit, one_cycle_schedule

UPDATES, B, RATE = 1000, 32, 0.005
IMAGE_INPUTS = ("first", "each", "merged", "attended")
"""Where the image enters: the decoder's first state, every step, beside each state, by a look."""
MAX_LENGTH = 12
MARGIN = 0.06
"""A picture is moved by up to this share of its width, and made larger or smaller by as much."""


def conv_block(in_channels: int, out_channels: int, size: int, stride: int) -> nn.Sequential:
    """A convolution, batch normalization and ReLU; the edge is padded."""
    layer = nn.Conv2d(in_channels, out_channels, size, stride, size // 2, bias=False)
    return nn.Sequential(layer, nn.BatchNorm2d(out_channels), nn.ReLU())


class EmojiEncoder(nn.Module):
    """From images `B 3 48 48` to a vector for each of 36 places, `K B H`.

    Three convolutions of stride 2, and one that mixes what is known of a place. A place sees 17
    pixels in each direction; its neighbor lies 8 pixels on. `where` tells it where it lies.

    Args:
        H: Numbers of a place.
    """

    def __init__(self, H: int = 128):
        super().__init__()
        self.layers = nn.Sequential(
            conv_block(3, 24, 5, 2),
            conv_block(24, 48, 3, 2),
            conv_block(48, 64, 3, 2),
            conv_block(64, H, 1, 1),
        )
        self.where = nn.Parameter(0.02 * torch.randn(SIDE * SIDE, 1, H))

    def forward(self, images: Float[Tensor, "B 3 h w"]) -> Float[Tensor, "K B H"]:
        """Encode images whose colors lie between 0 and 1."""
        places = self.layers(images).flatten(2)  # B H K
        return places.permute(2, 0, 1) + self.where


class EmojiCaptioner(nn.Module):
    """Reads a picture, and writes words; all variants have the same parameters.

        first      s_0 = v, and the places are never seen again
        each       v is added to every word that is told
        merged     v stands beside every state: a look at one place, whose weight is 1
        attended   every state looks at the places

    v is the mean of the places.

    Args:
        variant: One of `IMAGE_INPUTS`.
        H: Numbers of a state.

    Raises:
        ValueError: There is no such way.
    """

    def __init__(self, variant: str = "attended", H: int = 128):
        super().__init__()
        if variant not in IMAGE_INPUTS:
            raise ValueError(f"There is no way {variant!r}. Try one of: {', '.join(IMAGE_INPUTS)}.")
        self.encoder, self.variant = EmojiEncoder(H), variant
        self.decoder = AttentionDecoder(len(list_vocabulary()), H, H)

    def encode(self, images: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return the decoder's first state, what it may look at, and what joins every word."""
        places = self.encoder(images)
        vector = places.mean(0, keepdim=True)
        zeros = torch.zeros_like(vector)
        memory = {"attended": places, "merged": vector}.get(self.variant, zeros)
        state, extra = (vector if self.variant == name else zeros for name in ("first", "each"))
        return state, memory, extra

    def forward(
        self, images: Tensor, inputs: Tensor, mask: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        """Return logits `T B V` and weights `T B K` when the decoder reads these inputs."""
        state, memory, extra = self.encode(images)
        logits, _, weights = self.decoder(inputs, state, memory, extra, mask)
        return logits, weights


# --- Pictures and captions as tensors ---


def to_tensor(rows: Sequence[int] | np.ndarray) -> Float[Tensor, "B 3 48 48"]:
    """Return pictures, colors between 0 and 1."""
    images = load_pictures().images[np.asarray(rows)]
    return torch.from_numpy(images).permute(0, 3, 1, 2).float() / 255


def word_ids(captions: Sequence[Sequence[str]]) -> Int[Tensor, "T B"]:
    """Return captions as columns, each with its end, padding below.

    >>> word_ids([("woman",), ("man", "running")])[-1].tolist()
    [0, 2]

    Raises:
        ValueError: A word is not in the vocabulary.
    """
    ids = {word: i for i, word in enumerate(list_vocabulary())}
    if unknown := [word for caption in captions for word in caption if word not in ids]:
        raise ValueError(f"{unknown[0]!r} is in no caption. Try a word of vocabulary().")
    rows = torch.full((max(map(len, captions)) + 1, len(captions)), PAD)
    for n, caption in enumerate(captions):
        rows[: len(caption) + 1, n] = torch.tensor([*(ids[w] for w in caption), END])
    return rows


def teacher_inputs(target: Int[Tensor, "T B"]) -> Int[Tensor, "T B"]:
    """Return what a decoder hears while it is told a caption: everything one step later."""
    return shift_right(target, BEGIN)


def augment_images(
    images: Float[Tensor, "B 3 h w"], mirrored: Bool[Tensor, " B"]
) -> Float[Tensor, "B 3 h w"]:
    """Move each picture and change its size, by `MARGIN` of its width at most, and mirror some.

    Args:
        images: On white.
        mirrored: Which may be mirrored; a coin decides.
    """
    n = len(images)
    size = 1 + MARGIN * (2 * torch.rand(n) - 1)
    side = torch.where(mirrored & (torch.rand(n) < 0.5), -1.0, 1.0)
    grid = torch.zeros(n, 2, 3)
    grid[:, 0, 0], grid[:, 1, 1] = side * size, size
    grid[:, :, 2] = 2 * MARGIN * (2 * torch.rand(n, 2) - 1)
    grid = nn.functional.affine_grid(grid, list(images.shape), align_corners=False)
    return 1 - nn.functional.grid_sample(1 - images, grid, align_corners=False)


def batches(seed: int, size: int = B) -> Iterator[tuple[Tensor, Tensor]]:
    """Yield pictures to train on, each moved a little, and their captions, without an end.

    The pictures are mixed anew in each pass. How they are moved, PyTorch's generator decides.
    """
    data, rng = load_pictures(), np.random.default_rng(seed)
    rows, mirrored = data.rows_of("train"), torch.from_numpy(data.mirrored)
    images = to_tensor(rows)
    while True:
        order = rng.permutation(len(rows))
        for start in range(0, len(rows) - size + 1, size):
            rows_in_batch = order[start : start + size]
            target = word_ids([data.captions[rows[i]] for i in rows_in_batch])
            yield augment_images(images[rows_in_batch], mirrored[rows[rows_in_batch]]), target


def compute_loss(network: EmojiCaptioner, images: Tensor, target: Tensor) -> Tensor:
    """Return the mean of -ln p(word | words before, image) over the real words of a batch."""
    logits, _ = network(images, teacher_inputs(target))
    return nn.functional.cross_entropy(logits.flatten(0, 1), target.flatten(), ignore_index=PAD)


def train_captioner(variant: str, seed: int, updates: int = UPDATES) -> EmojiCaptioner:
    """Train a network as the page does.

    Args:
        variant: One of `IMAGE_INPUTS`.
        seed: Of the first weights, the order of the pictures, and how they are moved.
        updates: How many, each on 32 pictures.
    """
    torch.manual_seed(seed)
    network = EmojiCaptioner(variant)
    stream = batches(seed)
    fit(
        network.parameters(),
        lambda update: compute_loss(network, *next(stream)),
        updates,
        RATE,
        schedule=one_cycle_schedule(RATE, updates),
    )
    return network.eval()


@torch.no_grad()
def decode_captions(network: EmojiCaptioner, images: Float[Tensor, "B 3 h w"]) -> list[Caption]:
    """Write a caption for each image, always the likeliest word, until it says that it ends.

    Raises:
        ValueError: In training mode, in which a caption would depend on the batch.
    """
    if network.training:
        raise ValueError("The network is in training mode. Call network.eval() before decoding.")
    words, all_words = torch.full((1, len(images)), BEGIN), list_vocabulary()
    state, memory, extra = network.encode(images)
    steps: list[list[int]] = []
    for _ in range(MAX_LENGTH):
        logits, state, _ = network.decoder(words, state, memory, extra)
        words = logits.argmax(-1)
        steps.append(words[0].tolist())
    texts = zip(*steps, strict=True)
    return [tuple(all_words[i] for i in (*t, END)[: (*t, END).index(END)]) for t in texts]


def caption_all(network: EmojiCaptioner, rows: Sequence[int] | np.ndarray) -> list[Caption]:
    """Write the captions of many pictures."""
    groups = np.array_split(np.asarray(rows), max(1, len(rows) // 100))
    return [caption for group in groups for caption in decode_captions(network, to_tensor(group))]
