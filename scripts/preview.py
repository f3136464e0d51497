"""Draw the picture that a shared link shows: a network, unrolled, and the title."""

from pathlib import Path

BLUE, INK, PAPER = "#0b5f7a", "#20242b", "#fdfdfb"
WIDTH, HEIGHT = 1200, 630  # pixels, as those who show it want it
LEFT_OF_H = (1.0, 0.58, 0.34, 0.18, 0.07)  # how much of the first letter is in each state


def draw(path: Path, title: str) -> None:
    """Write the picture."""
    import matplotlib
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.patches import FancyBboxPatch

    with matplotlib.rc_context():
        matplotlib.rcdefaults()  # a reader's own settings draw no other picture
        figure = Figure(figsize=(WIDTH / 100, HEIGHT / 100), dpi=100, facecolor=PAPER)
        FigureCanvasAgg(figure)
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set(xlim=(0, WIDTH), ylim=(0, HEIGHT))
        axes.axis("off")
        name, _, rest = title.partition(", ")
        axes.text(80, 490, name, fontsize=46, color=INK, weight="bold", va="center")
        axes.text(80, 415, rest, fontsize=34, color=BLUE, va="center")
        arrow = {"arrowstyle": "-|>", "lw": 3, "color": INK, "mutation_scale": 20}
        for i, (share, letter) in enumerate(zip(LEFT_OF_H, "hello", strict=True)):
            x, y = 130 + 210 * i, 200
            shape = FancyBboxPatch(
                (x, y), 100, 100, "round,pad=0,rounding_size=24", fc=(*_rgb(BLUE), share)
            )
            shape.set(ec=INK, lw=3)
            axes.add_patch(shape)
            axes.annotate("", (x - 4, y + 50), (x - 106, y + 50), arrowprops=arrow)
            axes.annotate("", (x + 50, y - 4), (x + 50, y - 64), arrowprops=arrow)
            axes.text(x + 50, y - 116, letter, fontsize=34, ha="center", family="monospace")
        axes.annotate("", (x + 190, y + 50), (x + 104, y + 50), arrowprops=arrow)
        path.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(path, metadata={"Software": None})


def _rgb(color: str) -> tuple[float, float, float]:
    """The three parts of a color, from 0 to 1."""
    return tuple(int(color[i : i + 2], 16) / 255 for i in (1, 3, 5))
