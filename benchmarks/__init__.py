"""Speed and memory, measured: `make bench` runs all; one: .venv/bin/python -m benchmarks.beam.

grading, classes   the grader: copies of one assignment, and a class as each platform has it
similarity           how often honest answers look alike
cells, beam        layers of NumPy against PyTorch; beam search in batches
"""
