"""The memory of one cell of an LSTM as a pipe, whose valves can be set, in page and notebook.

Both run `pipe_widget.mjs`, which computes everything itself from the weights of page 7b's network.
"""

from pathlib import Path

import numpy as np

from rnncourse.cells.lstm import LSTMState, lstm_gates
from rnncourse.chapters.ch07_lstm.cell_states import lstm_weights
from rnncourse.chapters.ch07_lstm.char_lstm import FIRST, load_char_lstm
from rnncourse.chapters.ch07_lstm.live_text import N_READ, SENTENCE
from rnncourse.core.records import Record
from rnncourse.data.text import ASCII, Vocabulary
from rnncourse.viz import elements

LIVE_FIGURE = elements.LiveFigure(
    "memory-pipe",
    Path(__file__).parent,
    "Here you can set a valve in the memory of an LSTM, and see what it then expects. In the book "
    "it needs JavaScript; in a notebook, run the cell.",
    "A cell of an LSTM that has read prose. Pink, its width: what it holds; blue: what is shown; "
    "both pale below 0. Green: gates. Pull a valve; thin marks: its own.",
    "pipe_widget",
)
BRACKET_START = SENTENCE.index(" (")
BEFORE, TEXT = SENTENCE[:BRACKET_START], SENTENCE[BRACKET_START:N_READ]
N_SHOWN = 5


def memory_pipe() -> object:
    """Show the cell that knows of brackets as a pipe, with an inlet, a valve and a window a letter.

        c' = f * c + i * g;   f_j = v  at one letter, where a valve is set;   h' = o * tanh(c')

    Returns:
        An object that a notebook displays when it is the last value of a cell.

    Raises:
        WeightsError: If the weights are missing, or were changed.

    Source: PyTorch, in test_pipe_widget.py.
    """
    cell = int(Record.load("ch07_lstm").value(f"cells/{FIRST.name}/cell/inside brackets"))
    rows, probs = read_one_cell(cell)
    likeliest = np.argsort(-probs, kind="stable")[:N_SHOWN]
    initial_view = {
        "rows": np.round(rows, 3).tolist(),
        "next": [[ASCII[v], round(float(probs[v]), 4)] for v in likeliest],
    }
    facts = {"before": BEFORE, "text": TEXT, "cell": cell}
    facts |= {name: elements.dump_json(value) for name, value in initial_view.items()}
    words = f"The memory of cell {cell} as a pipe: set a valve, and the network reads on with it"
    return LIVE_FIGURE.show(facts, words, (FIRST.name,))


def read_one_cell(cell: int) -> tuple[np.ndarray, np.ndarray]:
    """Read the text; return one cell's i, f, g, o, c before, c and h a letter, and what is next."""
    model = load_char_lstm(FIRST)
    w, E = lstm_weights(model), model.embedding.weight.detach().double().numpy()
    h = c = np.zeros((1, model.H))
    rows = []
    for character in Vocabulary().encode(f"\n{BEFORE}{TEXT}"):
        i, f, g, o, c_after = lstm_gates(E[[character]], LSTMState(h, c), w)
        h, c_before, c = o * np.tanh(c_after), c, c_after
        rows.append([a[0, cell] for a in (i, f, g, o, c_before, c, h)])
    y = h @ model.logits.weight.detach().double().numpy().T
    probs = np.exp(y + model.logits.bias.detach().double().numpy())[0]
    return np.array(rows[-len(TEXT) :]), probs / probs.sum()
