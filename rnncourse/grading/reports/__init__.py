"""Results as they are shown and exported: terminal, notebook, pages, files for programs."""
