"""What a notebook says, taken apart before any line of it runs."""
