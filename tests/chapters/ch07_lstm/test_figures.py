"""The drawing of a step says what the equations say."""

from rnncourse.chapters.ch07_lstm.figures import BOXES, CARRIED, SIGNS, WAYS, cell


def test_the_cell_meets_the_forget_gate_and_a_sum_and_nothing_else():
    ends = {place for way in CARRIED for place in way}
    assert {y for _, y in ends} == {3.3}
    between = sorted(place for place in (*SIGNS, *BOXES) if place[1] == 3.3)
    assert [SIGNS[place] for place in between] == ["×", "+"]


def test_four_boxes_read_the_input_and_one_reads_the_cell():
    into = {way[-1][0] for way in WAYS if way[0][1] == 0}
    assert into == {x for x, y in BOXES if y == 1.1}
    assert sorted(BOXES[x, 1.1] for x in into) == ["tanh", "σ", "σ", "σ"]
    assert [way[0] for way in WAYS if way[0][1] == 3.3] == [(8.8, 3.3)]


def test_the_drawing_names_what_the_equations_name():
    ax = cell().axes[0]
    words = [text.get_text() for text in ax.texts]
    for name in ("f_t", "i_t", "g_t", "o_t", "c_t", "h_t", "c_{t-1}", "x_t, h_{t-1}"):
        assert words.count(f"${name}$") == 1
    assert words.count("×") == 3
    assert not ax.axison
