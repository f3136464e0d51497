"""The project: a fair comparison, from all runs to intervals."""

import numpy as np

from rnncourse.grading.writing import question


@question("08-compare", 6, "A fair comparison", "project", returns="chosen doublings half")
def compare(validation, test, t):
    """Return settings, `(K,)`, mean doublings against the first cell, and half widths."""
    chosen = np.average(validation, axis=2).argmin(axis=1)
    log_losses = np.log2(test[np.arange(len(test)), chosen])
    ratios = log_losses - log_losses[0]
    half = t * ratios.std(axis=1, ddof=1) / np.sqrt(ratios.shape[1])
    return chosen, ratios.mean(axis=1), half


@compare.inputs
def _sample_inputs(rng):
    sizes = *rng.integers((13, 2), 20), 5
    for K, R, S in ((2, 2, 3), (3, 4, 5), (4, 6, 5), (3, 3, 8), sizes):
        setting_losses = np.exp(rng.normal(0, 0.2, (K, R)))
        seed_factors = np.exp(0.5 * rng.normal(size=S))
        runs = (
            setting_losses[:, :, None] * seed_factors * np.exp(0.4 * rng.normal(size=(2, K, R, S)))
        )
        yield *runs, {3: 4.303, 5: 2.776, 8: 2.365}[S]
    # Here the mean chooses another setting than the geometric mean, the root mean square, and the
    # mean of what is left when each seed's mean is taken out.
    settings = np.array([[0.6, 0.9, 1.5], [1.03, 1.03, 1.03], [0.3, 0.3, 2.7]])
    validation = np.stack([rng.permutation(settings) * rng.uniform(1, 2) for _ in range(3)])
    yield validation, validation * np.exp(0.2 * rng.normal(size=validation.shape)), 4.303


@compare.property("the first cell against itself is 0, without doubt")
def _is_zero_for_first_cell(arguments, chosen, doublings, half):
    """The same runs stand on both sides."""
    return abs(doublings[0]) < 1e-6 and abs(half[0]) < 1e-6


compare.mistake("Chosen on the test", {"validation": "test"})(
    "You chose the setting by the test scores. What was chosen on them cannot be judged on them."
)

compare.mistake("The best seed reported")(
    "You compared the best seeds. The best of several runs says how lucky a cell can be.",
    {"ratios.mean(axis=1)": "log_losses.min(axis=1) - log_losses[0].min()"},
)

compare.mistake("Chosen by the best run")(
    "You chose the setting that has the best single run. Choose by the mean over seeds.",
    {"np.average(validation, axis=2)": "validation.min(axis=2)"},
)

compare.mistake("Chosen by the mean of the logarithms")(
    "You chose the setting by the mean of the logarithms. They come when cells are compared; the "
    "setting is chosen by the mean error.",
    {"average(validation": "average(np.log(validation)"},
)

compare.mistake("Everyone gets the first cell's setting")(
    "You gave all cells the setting that is best for the first. Each gets its own.",
    {".argmin(axis=1)": "[:1].argmin(axis=1).repeat(len(test))"},
)

compare.mistake("The worst setting", {"argmin": "argmax"})(
    "You chose the setting with the largest error."
)

compare.mistake("Judged on validation", {"log2(test": "log2(validation"})(
    "You reported validation scores. The setting was chosen on them, so they flatter it."
)

compare.mistake("Not paired")(
    "Your intervals ignore that the cells share seeds. Take the differences first, seed by seed.",
    {
        "ratios.std(axis=1, ddof=1)": (
            "np.hypot(log_losses.std(axis=1, ddof=1), log_losses[0].std(ddof=1))"
        )
    },
)

compare.mistake("The spread of the seeds", {" / np.sqrt(ratios.shape[1])": ""})(
    "Your half width is that of single runs. For that of the mean, divide by the root of their "
    "number."
)

compare.mistake("1.96", {"t * ratios": "1.96 * ratios"})(
    "You took 1.96, as if the spread were known. With few seeds it is estimated, hence t."
)

compare.mistake("Divided by S", {", ddof=1": ""})(
    "Your standard deviation divides by S. A spread estimated from S runs divides by S - 1."
)

compare.mistake("The ratio of the means")(
    "You took the ratio of mean errors. One bad seed decides it: take the mean of the logarithms.",
    {"ratios.mean(axis=1)": "np.log2((2**log_losses).mean(axis=1) / (2 ** log_losses[0]).mean())"},
)

compare.mistake(
    "The other way round", {"log_losses - log_losses[0]": "log_losses[0] - log_losses"}
)("Your doublings have the wrong sign: a cell with a larger error than the first one is above it.")

compare.mistake("A logarithm to another base", {"np.log2": "np.log"}, {"np.log2": "np.log10"})(
    "Doublings are counted by the logarithm to base 2: `np.log2`."
)

compare.mistake("A logarithm of the wrong kind of difference")(
    "You took differences of errors, not doublings. Take the logarithm of their ratio.",
    {"np.log2(test[np.arange(len(test)), chosen])": "test[np.arange(len(test)), chosen]"},
)

compare.mistake("Settings counted from 1", {"return chosen": "return chosen + 1"})(
    "You count the settings from 1. The first one is 0."
)

compare.mistake("Divided by S, not by its root", {"np.sqrt(ratios.shape[1])": "ratios.shape[1]"})(
    "You divided the spread by S. The mean of S runs has a spread smaller by the root of S."
)

compare.mistake(
    "Divided by the root of S - 1", {"np.sqrt(ratios.shape[1])": "np.sqrt(ratios.shape[1] - 1)"}
)(
    "You divided by the root of S − 1. That 1 belongs to the estimated spread (`ddof=1`); the root "
    "is of S."
)

compare.mistake("The full width", {"half = t": "half = 2 * t"})(
    "That is the full width. Asked for is half of it."
)

compare.mistake("The number from the table left out", {"half = t * ": "half = "})(
    "You left out `t`: what you have is the spread of the mean."
)

compare.mistake("The variance for the spread", {"ratios.std": "ratios.var"})(
    "You took the variance. The spread is its root: `np.std`."
)

compare.mistake(
    "The setting of the first cell for all", {"log_losses[0]": "np.log2(test[0, chosen])"}
)("You compare with the first cell at the setting of the other one. Each cell has its own.")

compare.mistake("The sum over the seeds", {"ratios.mean(axis=1)": "ratios.sum(axis=1)"})(
    "You added up over the seeds. Asked for is the mean."
)
