"""Train the encoder again: python -m rnncourse.chapters.ch13_captioning.retrain_encoder.

It overwrites the kept one. All captioners begin with it, so that the records have to be made again
after it, on the same processor too.
"""

from rnncourse.chapters.ch13_captioning.captioning import train_encoder
from rnncourse.chapters.ch13_captioning.encoders import store_encoder


def train_and_store(updates: int = 600) -> str:
    """Train the encoder, and keep it; return the hash of its file."""
    return store_encoder(train_encoder(updates=updates))


if __name__ == "__main__":
    train_and_store()
