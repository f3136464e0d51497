"""One folder a chapter: what only that chapter uses. `rnncourse.core.chapters` finds them."""
