"""One thread for the numeric libraries: the variables that they read when they are imported."""

THREAD_VARIABLES = (
    "MKL_NUM_THREADS",
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)
ONE_THREAD = dict.fromkeys(THREAD_VARIABLES, "1")
"""For the environment of a process whose numbers, or whose times, must not depend on others."""
