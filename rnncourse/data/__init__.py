"""Where the course's data come from: one module a task, nothing to download."""
