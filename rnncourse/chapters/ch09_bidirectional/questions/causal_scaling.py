"""Scaling a series without looking ahead: mean and spread of what has been seen so far."""

import numpy as np

from rnncourse.grading.writing import question


@question("09-scale", 4, "Scaled without looking ahead", "build", points=2, returns="scaled")
def scale(series):
    """Return each value, `(T,)`, scaled by mean and spread of the values up to it."""
    scaled = []
    for t, value in enumerate(series):
        past = series[: t + 1]
        scaled.append((value - past.mean()) / (past.std() + 1e-3))
    return np.array(scaled)


@scale.inputs
def _sample_inputs(rng):
    yield (np.array([1.0, 3.0, 2.0, 10.0]),)
    for T in (1, 5, 8, 12, 20, rng.integers(300, 800)):
        yield ((rng.choice([-1, 1], T) * rng.uniform(1, 3, T)).cumsum(),)  # no two alike in a row


@scale.property("the first value has nothing to be compared with: it is 0")
def _starts_at_zero(arguments, scaled):
    """The mean of one value is the value itself."""
    return abs(scaled[0]) < 1e-6


scale.mistake("The whole series", {"[: t + 1]": ""})(
    "You scaled by mean and spread of the whole series. They know what comes: after a rise, early "
    "values are below the mean. Use what has been seen up to t."
)

scale.mistake("Smallest and largest of all")(
    "You scaled by the smallest and the largest value of the whole series, and one of them may be "
    "in the future.",
    lambda series: (series - series.min()) / (series.max() - series.min()),
)

scale.mistake("The mean of what has been seen, the spread of all", {"past.std": "series.std"})(
    "Your mean is that of the past; the spread still is that of the whole series."
)

scale.mistake("From t to the end", {"[: t + 1]": "[t:]"})(
    "You took mean and spread from t to the end: that is the future alone."
)

scale.mistake("One step of the future", {"t + 1": "t + 2", "append(": "append((t > 0) * "})(
    "Your mean and spread reach to t + 1."
)

scale.mistake("The spread of a sample", {"past.std()": "(past.std(ddof=1) if t else 1)"})(
    "Your spread divides by one less than the number of values. `np.std` divides by their number."
)

scale.mistake("Only centered", {" / (past.std() + 1e-3)": ""})(
    "You subtracted the mean of what has been seen, and did not divide by the spread."
)

scale.mistake("The last value left out", {"t + 1": "max(t, 1)"})(
    "Your mean and spread stop before t. Here what has been seen includes the value at t itself."
)

scale.mistake("The variance for the spread", {"past.std": "past.var"})(
    "You divided by the variance. The spread is its root: `np.std`."
)

scale.mistake("A small number elsewhere", {"past.std() + 1e-3": "np.sqrt(past.var() + 1e-3)"})(
    "You added 0.001 under the root. It is added to the spread."
)
