"""The decks' equations as printed, and their conversions to ours."""
