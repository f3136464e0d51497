"""What chapter 13 measures."""

from rnncourse.chapters.ch13_captioning import attention_experiments, emoji_experiments

EXPERIMENTS = {
    **emoji_experiments.EXPERIMENTS,
    "emoji_stored": emoji_experiments.measure_emoji_stored,
    "attending": attention_experiments.measure_attending,
}
"""What `make measure` runs: by section of the record."""
