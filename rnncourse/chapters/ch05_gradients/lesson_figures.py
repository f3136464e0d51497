"""The figures of the lesson.

Blue is the state, forward in time; orange the gradient, back in time. Where several are compared,
the one to look at is thick, and the others are thin, with lines and marks of their own;
names stand at the curves. Of the three trainings, triangles have no bound, circles have one.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from rnncourse.chapters.ch05_gradients.cliff import compute_crossing_bias, loss_and_gradient
from rnncourse.viz.diagrams import INK, arrow, canvas_at, node
from rnncourse.viz.figures import COLORS, Figure, figure, styled

GRAY = COLORS["gray"]
RUN_STYLES = {
    "usual": {"color": GRAY, "lw": 1.3},
    "thrown": {"color": INK, "lw": 0.9, "marker": "^", "mfc": "none"},
    "clipped": {"color": INK, "lw": 2.4, "marker": "o"},
}
THICK = 2.8
THICK_GRADIENT = {"color": COLORS["orange"], "lw": THICK}
THIN_GRADIENT = {"color": COLORS["orange"], "lw": 1.2, "alpha": 0.55}
NETWORK_STYLES = {
    "usual weights": {"ls": "-", "lw": 1.3},
    "rotation": {"ls": (0, (6, 2)), "lw": 1.3},
    "identity, ReLU": {"ls": (0, (1, 1.2)), "lw": 1.5},
    "switch": {"ls": (0, (7, 1.5, 1.2, 1.5)), "lw": THICK},
}


def _smooth(ys: np.ndarray) -> np.ndarray:
    """Mean of the last few updates."""
    return np.array([ys[max(0, t - 9) : t + 1].mean() for t in range(len(ys))])


@styled
def plot_losses(losses: Mapping[str, np.ndarray]) -> Figure:
    """Draw the losses of three trainings."""
    fig, (ax,) = figure(height=3.0)
    names = "the first", "the second", "the third"
    for name, (key, run) in zip(names, losses.items(), strict=True):
        ys, style = _smooth(np.asarray(run)), RUN_STYLES[key]
        ax.plot(ys, markevery=(25, 25), label=name, **style)
        offset = -0.16 if key == "thrown" else 0.14
        label = name + ": guessing" * (key == "usual")
        ax.text(298, ys[-1] + offset, label, ha="right", va="center", weight="bold")
    ax.axhline(np.log(4), color=INK, lw=0.8, ls=":")
    ax.set(xlabel="updates", ylim=(-0.06, 2.0), xlim=(0, 300), yticks=(0, 1, 2))
    ax.set_ylabel("loss (nats)", labelpad=9)
    return fig


@styled
def draw_unit_chains(weights: Sequence[float]) -> Figure:
    """Draw chains of one unit side by side: the state goes forward, the gradient back.

    A phone shows them below each other, and its letters keep their size.
    """
    steps, height = 5, 3.0
    width = 1.25 * steps + 0.6
    boxes = [((width + 0.4) * n, 0, width, height) for n in range(len(weights))]
    fates = ["shrinks" if w < 1 else "grows" for w in weights]
    titles = [f"$w$ = {w:g}: what comes back {f}" for w, f in zip(weights, fates, strict=True)]
    fig, axes = canvas_at(boxes[-1][0] + width, height, boxes, titles)
    for ax, w in zip(axes, weights, strict=True):
        ax.set(xlim=(-0.3, width - 0.3), ylim=(-1.6, height - 1.6))
        for t in range(steps + 1):
            x, middle = 1.25 * t, 1.25 * t - 0.625
            label = (f"$h_{t}$", "state") if t < steps else ("$L$",)
            node(ax, (x, 0), *label, size=(0.56, 0.56))
            if t == 0:
                continue
            arrow(ax, (x - 0.95, 0), (x - 0.3, 0), "state")
            if t < steps:
                ax.text(middle, 0.5, f"× {w:g}", ha="center", va="center", fontsize=9)
            gradient = w ** (steps - t)
            arrow(ax, (x - 0.2, -0.75), (x - 1.05, -0.75), "gradient", width=1.9 * gradient)
            ax.text(middle, -1.33, f"{gradient:.2f}", ha="center", va="center", fontsize=9)
    return fig


@styled
def plot_circles(matrices: Mapping[str, np.ndarray], steps: Mapping[str, Sequence]) -> Figure:
    """Draw what a circle of gradients becomes: a panel a matrix, a curve a number of steps.

    A dot marks one gradient, and beside it stand the steps; no step is dashed, above the others.
    """
    angle = np.linspace(0, 2 * np.pi, 181)
    circle = np.stack([np.cos(angle), np.sin(angle)], 1)
    half_widths = [2.8 if np.abs(circle @ W.T).max() > 1.05 else 1.3 for W in matrices.values()]
    fig, axes = figure(len(matrices), height=1.6, width_ratios=half_widths)
    for ax, half_width, (title, W) in zip(axes, half_widths, matrices.items(), strict=True):
        ks = steps[title]
        for alpha, k in zip(np.linspace(0.5, 1, len(ks)), ks, strict=True):
            P = np.linalg.matrix_power(W.T, k)
            curve, dot = circle @ P, circle[25] @ P
            options = (
                {"color": COLORS["orange"], "alpha": alpha} if k else {"color": INK, "zorder": 3}
            )
            ax.plot(*curve.T, lw=1.7 if k else 1.1, ls="-" if k else (0, (4, 2.5)), **options)
            ax.plot(*dot, "o", ms=4, **options)
            offset = (9 + 6 * (k > 9)) * dot / np.linalg.norm(dot)  # points, outward
            side = {"shear": k > 1, "stretch": -(k > 2)}.get(title, 0)
            if side:  # beside the curve that runs on: below it, or above
                offset = offset @ [[0.8, -0.8 * side], [0.8 * side, 0.8]]
            style = {"textcoords": "offset points", "ha": "center", "va": "center", "fontsize": 8}
            ax.annotate(str(k), dot, offset, weight="bold", **style)
        ax.set_aspect("equal")
        ax.set_axis_off()
        ax.set(xlim=(-half_width, half_width), ylim=(-1.35, 1.35))
        ax.set_title(title, loc="center")
    return fig


@styled
def plot_gradient_lengths(
    panels: Mapping[str, Mapping[float, np.ndarray]], low: int, high: int, highlighted: float
) -> Figure:
    """Draw how long a gradient is, step by step back: a panel a kind of network.

    Args:
        panels: By title, by spectral radius: powers of ten.
        low: The lowest power that is seen.
        high: The highest.
        highlighted: The radius whose curve is thick.
    """
    fig, axes = figure(len(panels), height=2.9, sharey=True)
    for ax, (title, by_radius) in zip(axes, panels.items(), strict=True):
        for radius, powers in by_radius.items():
            powers, is_thick = np.asarray(powers), radius == highlighted
            outside = np.flatnonzero((powers > high) | (powers < low))
            last = outside[0] if len(outside) else len(powers) - 1
            style = THICK_GRADIENT if is_thick else THIN_GRADIENT
            ax.plot(powers, label=f"_radius {radius:g}", zorder=2 + is_thick, **style)
            ax.text(
                min(last + 3, 1.03 * len(powers)),
                np.clip(powers[last], 0.9 * low, 0.9 * high),
                f"$\\rho$ = {radius:g}",
                va="center",
                fontsize=8,
                weight="bold" if is_thick else "normal",
            )
        ax.axhline(0, color=INK, lw=0.8, ls=":")
        ax.set(xlabel="steps back", title=title, ylim=(low, high), xlim=(0, 1.22 * len(powers)))
        ax.set_xticks(range(0, len(powers), 20))
    ticks = np.arange(low, high + 1, 5)
    axes[0].set_yticks(ticks, ["1" if t == 0 else f"$10^{{{t}}}$" for t in ticks])
    axes[0].set_ylabel("length of the gradient")
    return fig


@styled
def plot_probe_and_gradient(
    lags: Sequence, accuracies: Mapping[str, Sequence], gradients: Mapping[str, Sequence]
) -> Figure:
    """Draw, for some networks, what can be read of a symbol, and what gradient comes back to it."""
    fig, (left, right) = figure(2, height=3.0)
    for ax, curves, color in ((left, accuracies, "blue"), (right, gradients, "orange")):
        for name, ys in curves.items():
            ax.plot(lags, ys, color=COLORS[color], label="_" + name, **NETWORK_STYLES[name])
    left.axhline(0.25, color=INK, lw=0.8, ls=":")
    left.set(ylim=(0, 1.14), xlabel="steps since the symbol", title="what can still be read")
    left.set(ylabel="share of symbols named", yticks=(0, 0.25, 0.5, 0.75, 1))
    right.set(yscale="log", xlabel="steps since the symbol", title="what gradient comes back")
    right.set(ylabel="share of its length", ylim=(1e-23, 1e4), yticks=(1e-18, 1e-12, 1e-6, 1))
    for ax, x, y, label, side in (  # beside their curves, and between the lines of the grid
        (left, 1, 0.185, "guessing", "left"),
        (left, 40, 1.065, "switch; identity, ReLU", "right"),
        (left, 26, 0.6, "rotation", "left"),
        (left, 11, 0.36, "usual weights", "left"),
        (right, 40, 3e1, "identity, ReLU", "right"),
        (right, 40, 5e-4, "rotation", "right"),
        (right, 40, 5e-11, "usual weights", "right"),
        (right, 26, 1e-16, "switch", "right"),
    ):
        weight = "bold" if label.startswith("switch") else "normal"
        ax.text(x, y, label, ha=side, va="center", weight=weight)
    return fig


@styled
def plot_cliff(unclipped: np.ndarray, clipped: np.ndarray) -> Figure:
    """Draw the loss of one unit as a landscape, and two descents from one start.

    Args:
        unclipped: Weights, update by update, without a bound; one step leaves the picture.
        clipped: The same with a bound.
    """
    fig = Figure(figsize=(5.6, 4.1), dpi=80)
    ax = fig.add_axes((-0.27, -0.256, 1.486, 1.488), projection="3d", computed_zorder=False)
    _draw_surface(ax)
    distance = _draw_descents(ax, unclipped, clipped)
    for x, y, label in (  # beside the drawing, where a phone can let them grow
        (0.06, 0.77, f"no clipping:\nthrown {distance:.0f}\nunits away"),
        (0.77, 0.15, "clipped: stays\nat the wall,\nand goes on"),
        (0.645, 0.77, "plateau"),
        (0.665, 0.045, "valley"),
    ):
        fig.text(x, y, label, color=INK)
    _label_edges(ax, unclipped[0])
    ax.view_init(elev=30, azim=112)
    ax.set(xlim=(4.2, 5.75), ylim=(-3.2, -1.6), zlim=(0, 0.45))
    ax.set_box_aspect((1.3, 1.3, 0.62), zoom=0.8)
    ax.set_axis_off()
    ax.patch.set_visible(False)  # the axes are larger than the drawing
    return fig


def _draw_surface(ax) -> None:
    """Draw the landscape, and a grid that follows the wall, and is finest there."""
    along, across = np.linspace(4.25, 5.7, 45), np.linspace(-1, 1, 161) ** 3
    across = np.where(across < 0, 0.5 * across, 0.75 * across)
    W, S = np.meshgrid(along, across)
    B = compute_crossing_bias(W) + S
    Z = loss_and_gradient(W, B)[0]
    gray = np.repeat(0.72 - 0.3 * np.clip(Z / 0.4, 0, 1)[..., None], 3, -1)
    shade = np.concatenate([gray, 0 * Z[..., None] + 0.6], -1)
    style = {"rstride": 1, "cstride": 1, "lw": 0, "shade": False, "zorder": 1, "rasterized": True}
    ax.plot_surface(W, B, Z, facecolors=shade, **style)
    grid_style = {"color": INK, "lw": 0.4, "alpha": 0.5, "zorder": 2, "clip_on": False}
    for n in range(0, len(along), 4):
        ax.plot(W[:, n], B[:, n], Z[:, n], **grid_style)
    for n in (0, 18, 32, 44, 80, 116, 128, 142, 160):
        ax.plot(W[n], B[n], Z[n], **grid_style)


def _raise_path(path: np.ndarray) -> tuple:
    """Return w, b and the loss there, or at each row, a little above the surface."""
    return *path.T, loss_and_gradient(*path.T)[0] + 0.006


def _draw_descents(ax, unclipped: np.ndarray, clipped: np.ndarray) -> float:
    """Draw both descents, one until it leaves the picture; return how long that step is."""
    ax.plot(*_raise_path(clipped), ".-", color=COLORS["orange"], lw=1.5, ms=4.5, zorder=7)
    step_lengths = np.linalg.norm(np.diff(unclipped, axis=0), axis=1)
    last = int(np.argmax(step_lengths))
    descent = unclipped[: last + 1]
    ax.plot(*_raise_path(descent), ".--", color=INK, lw=1.8, ms=5, zorder=6)
    direction = (unclipped[last + 1] - unclipped[last]) / step_lengths[last]
    edge, (w, b) = _raise_path(descent[-1]), descent[-1] + 0.95 * direction
    top = edge[2] + 0.42
    thrown_line = np.transpose([edge, (w, b, top)])
    ax.plot(*thrown_line, "--", color=INK, lw=1.8, zorder=7)
    ax.plot([w], [b], [top], marker=(3, 0, 45), color=INK, ms=9, zorder=7)
    ax.plot(*_raise_path(descent[:1]), "o", color=INK, ms=6, zorder=9)
    return step_lengths[last]


def _label_edges(ax, start: np.ndarray) -> None:
    """Write beside the landscape what w and b are, and where the descents start."""
    text_style = {"color": INK, "ha": "center", "va": "center", "zorder": 9}

    def edge_point(w, margin):
        b = compute_crossing_bias(w) + 0.75
        return w, b + margin, float(loss_and_gradient(w, b)[0])

    for w in (5.5, 5, 4.5):
        ax.text(*edge_point(w, 0.11), f"{w:g}", **text_style)
    ax.text(*edge_point(5.25, 0.2), "$w$", **text_style)
    ax.text(*edge_point(4.75, 0.2), "start", **text_style)
    ax.plot(*np.transpose([_raise_path(start), edge_point(4.76, 0.1)]), color=INK, lw=0.8)
    for b in (-3, -2.4):
        ax.text(5.9, b, 0, f"−{-b:g}", **text_style)
    ax.text(6.0, -2.68, 0, "$b$", **text_style)


@styled
def plot_gradient_parts(parts: Mapping[str, np.ndarray]) -> Figure:
    """Draw the parts of the weight's gradient by the step back that each comes from."""
    fig, (ax,) = figure(height=2.9)
    for name, style in (
        ("orthogonal", THIN_GRADIENT | {"marker": "s", "ms": 4}),
        ("usual", THICK_GRADIENT),
    ):
        ys = np.asarray(parts[name])
        ax.plot(np.arange(len(ys)), ys, label=f"_{name}", **style)
    ax.text(19, 0.026, "orthogonal", ha="right", va="center", weight="bold")
    ax.text(8.4, 0.003, "usual", va="center", weight="bold")
    ax.set(yscale="log", xlabel="steps back", ylabel="length of the part", ylim=(None, 0.4))
    ax.set(xlim=(-0.5, len(ys) - 0.5), xticks=range(0, len(ys), 5))
    ticks = "0.1", "0.01", "0.001", "0.0001"
    ax.set_yticks([float(tick) for tick in ticks], ticks)
    return fig


@styled
def plot_gradient_during_training(runs: Mapping[str, np.ndarray]) -> Figure:
    """Draw what comes back to the first symbol in the course of training: left SGD, right Adam.

    Args:
        runs: By name, in the order of `looks`: a value an update, most of them missing. The last
            but one is the one to look at.
    """
    fig, axes = figure(2, height=2.6, sharey=True)
    dashed = THIN_GRADIENT | {"ls": (0, (4, 2))}
    curves = (
        ("SGD", THIN_GRADIENT, 2e-3, "usual"),
        ("SGD", dashed, 3e2, "orthogonal, clipped"),
        ("Adam", THICK_GRADIENT, 3e2, "usual: learns"),
        ("Adam", dashed | {"marker": "x"}, 1e-9, "usual: fails"),
    )
    for n, ((name, ys), (title, style, y, label)) in enumerate(
        zip(runs.items(), curves, strict=True)
    ):
        ax, updates = axes[n // 2], np.flatnonzero(~np.isnan(ys))
        ax.plot(updates, ys[updates], label=f"_{name}", **style)
        ax.text(298, y, label, ha="right", va="center", weight="bold")
        ax.set(title=title, xlabel="updates", xlim=(-4, 302), xticks=range(0, 301, 100))
    for ax in axes:
        ax.axhline(1, color=INK, lw=0.8, ls=":")
    ax.set(yscale="log", ylim=(1e-13, 1e4), yticks=(1e-12, 1e-6, 1))
    axes[0].set_ylabel("gradient at the symbol,\nshare of that at the end")
    return fig


@styled
def plot_norms(runs: Mapping[str, np.ndarray], threshold: float) -> Figure:
    """Draw the length of the gradient, update by update: left as it is, right before a clip."""
    fig, (left, right) = figure(2, height=2.6, sharey=True)
    thick = THICK_GRADIENT | {"lw": 2.2, "ms": 6}
    for ax, key, style, place, label in (
        (left, "usual", THIN_GRADIENT, (204, 0.08), "usual"),
        (left, "thrown", THIN_GRADIENT, (215, 6.5), "orthogonal"),
        (right, "clipped", thick, (196, 0.062), "orthogonal"),
    ):
        ax.plot(runs[key], markevery=(25, 25), label=f"_{label}", **RUN_STYLES[key] | style)
        ax.text(*place, label, ha="right", va="center", weight="bold")
    for ax, title in ((left, "not clipped"), (right, "clipped")):
        ax.axhline(threshold, color=INK, lw=0.9, ls="--")
        ax.set(xlabel="updates", xlim=(0, 300), xticks=range(0, 301, 100), title=title)
    right.text(298, 1.2 * threshold, "threshold", ha="right", va="bottom")
    ticks = "0.01", "0.1", "1", "10"
    left.set(yscale="log", ylim=(0.007, 24), ylabel="length of the gradient")
    left.set_yticks([float(tick) for tick in ticks], ticks)
    return fig
