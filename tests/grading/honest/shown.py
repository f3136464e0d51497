"""Right answers that show what they do, and one that reads the course's own data cell."""

from ..handed_in import IMPORT, RIGHT

BITS = "02-bits"
BIGRAMS = "02-bigrams"
BETTER = "02-better"
DETACH = "04-detach"
NATS = "    nats = -np.mean(log_probs)\n"
PLOT = "import matplotlib.pyplot as plt"

SHOWN: dict[str, tuple[str, str]] = {
    "a plot": (PLOT, "plt.plot(log_probs)\nplt.title('log p')\nplt.show()"),
    "plots side by side": (
        "from matplotlib import pyplot as plt, cm",
        "fig, (left, right) = plt.subplots(1, 2)\n"
        "left.hist([1, 2])\nright.plot(log_probs, c=cm.hot(3))",
    ),
    "settings of plots": (
        PLOT + "\nplt.rcParams['figure.figsize'] = (4, 3)\nplt.style.use('ggplot')\nplt.ion()",
        "plt.plot(log_probs)",
    ),
    "seaborn": ("import seaborn as sns\nsns.set_theme()", "sns.lineplot(log_probs).set(title='p')"),
    "a bar of progress": (
        "from tqdm import tqdm, trange",
        "total = sum(float(x) for x in tqdm(log_probs, desc='p'))\n"
        "assert [*trange(3)] == [0, 1, 2]\nnats = -total / len(log_probs)",
    ),
    "display": (
        "from IPython.display import HTML, Markdown, clear_output, display",
        "clear_output(wait=True)\ndisplay(Markdown('**p**'), HTML('<b>p</b>'))\ndisplay(log_probs)",
    ),
    "a widget": (
        "import ipywidgets as widgets\nfrom ipywidgets import interact\n"
        "slider = widgets.IntSlider(value=3, max=9)\n"
        "@interact(k=(0, 5))\ndef look(k=2):\n    print(k)",
        "widgets.HTML(value='p').layout.width = '3em'",
    ),
    "rich text": (
        "from rich import print\nfrom rich.console import Console\nconsole = Console()",
        "print('[bold]p[/bold]', nats)\nconsole.print(log_probs)",
    ),
    "plotly": (
        "import plotly.express as px\nimport plotly.graph_objects as go",
        "px.line(log_probs).show()\ngo.Figure(data=[go.Bar(y=log_probs)]).update_layout(title='p')",
    ),
    "files of Colab": (
        "from google.colab import drive, files\ndrive.mount('/content/drive')",
        "if False:\n    files.upload()",
    ),
}
"""What is imported, and what the answer shows on its way."""


def _answer_and_show(imported: str, lines: str) -> tuple[tuple[str, ...], list[str]]:
    indented = "".join(f"    {line}\n" for line in lines.split("\n"))
    head = "def bits_and_perplexity(log_probs):\n"
    tail = "    return nats / np.log(2), np.exp(nats)\n"
    return (BITS,), [f"{IMPORT}\n{imported}", head + NATS + indented + tail]


CODE: dict[str, tuple[tuple[str, ...], list[str]]] = {
    f"shown: {name}": _answer_and_show(*parts) for name, parts in SHOWN.items()
}
CODE |= {
    "a helper that plots": (
        (BIGRAMS,),
        [
            f"{IMPORT}\n{PLOT}\nfrom tqdm import tqdm",
            RIGHT[BIGRAMS]
            .replace("range(1, len(ids))", "tqdm(range(1, len(ids)))")
            .replace("    return probs", "    show(probs, 'P(w | u)')\n    return probs"),
            "def show(table, title, ax=None):\n    ax = ax or plt.gca()\n"
            "    picture = ax.imshow(table, vmin=0, vmax=1)\n    plt.colorbar(picture, ax=ax)\n"
            "    ax.set(title=title, xticks=range(len(table)))\n"
            "    plt.tight_layout()\n    return ax",
            "show(bigram_probs(np.array([0, 1, 0]), 2), 'an example');",
        ],
    ),
    "a training curve": (
        (DETACH,),
        [
            "import numpy as np\nimport torch\n"
            "%matplotlib inline\nimport matplotlib.pyplot as plt\n"
            "from tqdm.notebook import trange",
            """
def window_pass(xs, targets, h, W_xh, W_hh, W_hy, k):
    xs, targets, h, *weights = map(torch.tensor, (xs, targets, h, W_xh, W_hh, W_hy))
    W_xh, W_hh, W_hy = [W.requires_grad_() for W in weights]
    losses = []
    for start in trange(0, len(xs), k):
        h, loss = h.detach(), 0.0
        for x, y in zip(xs[start:start + k], targets[start:start + k]):
            h = torch.tanh(x @ W_xh + h @ W_hh)
            loss += torch.nn.functional.cross_entropy(h @ W_hy, y, reduction="sum")
        (loss / targets.numel()).backward()
        losses.append(loss.item())
    fig, ax = plt.subplots()
    ax.plot(losses, marker=".")
    ax.set_xlabel("window")
    display(fig)
    return W_xh.grad, W_hh.grad, W_hy.grad, h.detach()
""",
        ],
    ),
}
CACHE = RIGHT[BETTER].split('"""')[2]
"""The body of the solution."""
BETTER_HEAD = 'def better_next(base, past):\n    """Read it, then predict."""\n'
SOURCE = "rnncourse.chapters.ch02_language.questions.cache_model"
READ = """    read = "".join({letters}[i] for i in past)
    assert len(read) == len(past) and " " in {letters}
"""
CODE |= {
    "letters of the course's own cell": (
        (BETTER,),
        [
            IMPORT,
            f"from {SOURCE} import (\n    LETTERS,\n    predict_base,\n    write_text,\n)\n\n"
            "text = write_text(np.random.default_rng(0))\n"
            'print("".join(LETTERS[i] for i in text[:300]))',
            BETTER_HEAD + READ.format(letters="LETTERS") + CACHE,
        ],
    ),
    "letters of the course under another name": (
        (BETTER,),
        [
            IMPORT,
            f"from {SOURCE} import LETTERS as ALPHABET\nV = len(ALPHABET)\n"
            "INDEX = {letter: i for i, letter in enumerate(ALPHABET)}",
            BETTER_HEAD + READ.format(letters="ALPHABET") + "    INDEX.get('a')\n" + CACHE,
        ],
    ),
}
"""The questions that are answered, and the cells."""
