"""Each live figure asks above itself; who moves it finds the answer, and the answer is true.

What a figure shows after it was moved is compared with the stored network, the record, or NumPy.
"""

import json
import re
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise

import numpy as np
import pytest

from rnncourse.chapters.ch03_recurrence import widget as unfolding
from rnncourse.chapters.ch03_recurrence import widget_networks
from rnncourse.chapters.ch05_gradients.cliff import BOX, descend
from rnncourse.chapters.ch08_gated_variants.widget import recorded_losses
from rnncourse.chapters.ch09_bidirectional.speller_widget import letter_sounds
from rnncourse.data.corpus import load_corpus

from ..chapters.ch04_bptt import test_page as bptt_page
from ..chapters.ch04_bptt import test_ribbon_page as ribbon_page
from ..chapters.ch06_gating import test_unit_page as unit_page
from ..chapters.ch07_lstm import test_pipe_page as pipe_page
from ..chapters.ch07_lstm import test_states_page as states_page
from ..chapters.ch11_seq2seq import test_beam_page as beam_page
from ..chapters.ch12_attention import test_riddle_page as riddle_page
from ..chapters.ch14_beyond_recurrence import test_attention_page as attention_page
from ..node import parse_attributes
from .conftest import WIDGETS
from .widgets import (
    build_page_files,
    choose_options,
    find_button,
    load_model,
    read_sentence,
    set_position,
    show_widget,
    stop_clock,
)

pytestmark = pytest.mark.built
torch = pytest.importorskip("torch")


def read_facts(visit, tag):
    return parse_attributes(
        visit.page.locator(tag).evaluate("e => e.outerHTML.split('>')[0] + '>'")
    )


def parse_number(text):
    return float(re.search(r"[−<]?\d[\d.,]*", text)[0].replace("−", "-").strip("<.,"))


def round_to_tenths(value):
    return str(Decimal(value).quantize(Decimal("0.1"), ROUND_HALF_UP)).replace("-", "−")


def check_names_writer(visit):
    """The darkest letter is the one with the most bits."""
    from ..chapters.ch01_sequences.test_names_widget import LETTERS, compute_next_probs, model

    load_model(visit)
    visit.page.get_by_label("Type your family name").fill("Koskela")
    level = "es => es.map(e => +e.style.getPropertyValue('--level'))"
    levels = visit.page.locator(".rc-fn-mirror span").evaluate_all(level)
    p = compute_next_probs("koskela")[:, range(7), [LETTERS.index(c) for c in "koskela"]]
    joint = (model.PRIOR[:, None] * np.hstack([np.ones((len(p), 1)), p.cumprod(1)])).sum(0)
    bits = -np.log2(joint[1:] / joint[:-1])
    assert levels == [sum(b >= edge for edge in (1, 2, 4, 6, 8)) for b in bits]
    assert levels[bits.argmax()] == max(levels) > min(levels)


def check_shapes_explorer(visit):
    """After each character it says what it says of a name that ends there."""
    choose_options(visit, "many to one")
    load_model(visit)
    field = visit.page.locator(".rc-w-field input")
    out = visit.page.locator(".rc-shapes-column .rc-shapes-out")
    alone = []
    for end in range(1, 7):
        field.fill("Ranska"[:end])
        alone.append(out.last.inner_text().split("\n")[-1])  # how sure it is
    visit.page.get_by_label("What it would say earlier").check()
    assert [text.split("\n")[-1] for text in out.all_inner_texts()] == alone
    assert len(set(alone)) > 1


def check_order_bits(visit):
    """At some letter a longer context costs bits: it is named, with what it cost before."""
    bits = json.loads(read_facts(visit, "order-bits")["bits"])
    for order in range(1, len(bits)):
        set_position(visit, order)
        rise = np.subtract(bits[order], bits[order - 1])
        before, after = (round_to_tenths(r[rise.argmax()]) for r in (bits[order - 1], bits[order]))
        assert read_sentence(visit).endswith(f"rose from {before} to {after}.")
        assert (rise.max() > 0) == (float(before) <= float(after))


def check_live_model(visit):
    """At a low temperature it writes words of its corpus, at the highest many that are none."""
    known = set(re.findall("[a-z]+", " ".join(map(str, load_corpus())).lower()))
    load_model(visit)
    made_up = []
    for temperature in ("0.1", "2"):
        visit.page.get_by_label("Temperature").fill(temperature)
        words = []
        for _ in range(8):  # each text is drawn anew and has about 20 words
            find_button(visit, "Start again").click()
            before = visit.page.get_by_role("textbox").input_value()
            find_button(visit, "Write on").click()
            find_button(visit, "Write on").wait_for()
            text = visit.page.get_by_role("textbox").input_value().removeprefix(before)
            words += re.findall("[a-z]+", text.lower())[1:-1]
        made_up.append(sum(word not in known for word in words) / len(words))
    assert made_up[0] < 0.1 < 0.3 < made_up[1]


def check_unfolding_stepper(visit):
    """With the output in the place of the state: what the stored network says of the same sums."""
    stored = read_facts(visit, "unfolding-stepper")
    digits = [*map(int, stored["digits"])]
    right = (np.cumsum(digits) % 4).tolist()
    for name, kind in (("the state", "hidden"), ("its own answer", "output")):
        choose_options(visit, name)
        set_position(visit, 6)
        net = widget_networks.build_network(
            unfolding.read_networks()[stored["task"]][kind]["weights"]
        )
        with torch.no_grad():
            own = net.free_running(torch.tensor(digits)[:, None])[:, 0].argmax(-1).tolist()
        lines = [f"Step {t}" for t in range(1, 7)]
        columns = [visit.page.get_by_role("group", name=line, exact=True) for line in lines]
        shown = [c.locator(".rc-unf-answer kbd").first.inner_text() for c in columns]
        assert shown == [*map(str, own)]
        wrong = [t for t in range(6) if own[t] != right[t]]
        assert wrong == {"hidden": [4], "output": []}[kind]


def is_on_map(at):
    return all(low <= x <= high for x, (low, high) in zip(at, BOX, strict=True))


def check_gradient_cliff(visit):
    """Without a bound it is thrown off the map; bounded by values it stays there: both are asked.

    The first view says neither: Play goes on from its few updates, up to the one that leaves.
    """
    stored = read_facts(visit, "gradient-cliff")
    start = np.array([float(stored["w"]), float(stored["b"])])
    assert stored["kind"] == "none"
    clock, dots = stop_clock(visit), visit.page.locator(".rc-cliff-dot")
    cross, left = visit.page.locator(".rc-cliff-map > .rc-cliff-out"), []
    assert dots.count() == int(stored["updates"])
    assert not cross.is_visible()
    assert "leaves the map" not in read_sentence(visit)
    find_button(visit, "Play").click()
    assert dots.count() == int(stored["updates"]) + 1
    clock.run_for(30_000)
    first = dots.count()
    assert cross.is_visible()
    for kind in ("none", "norm", "value"):
        choose_options(visit, kind)
        visit.page.get_by_label("updates").fill("120")
        path = descend(start, float(stored["rate"]), kind, float(stored["threshold"]), 120).path
        outside = [i for i, at in enumerate(path) if not is_on_map(at)]
        assert ("outside the map" in read_sentence(visit)) == (len(path) - 1 in outside), kind
        assert cross.is_visible() == bool(outside)
        assert kind != "none" or first == outside[0]
        find_button(visit, "Play").click()  # one after the other, up to the one that leaves
        assert (dots.count(), cross.count()) == (1, 1)
        assert not cross.is_visible()
        clock.run_for(450)
        find_button(visit, "Pause").click()
        assert dots.count() == 4
        clock.run_for(1000)
        find_button(visit, "Play").click()
        clock.run_for(30_000)
        assert find_button(visit, "Play").count() == 1
        left.append(bool(outside))
        assert dots.count() == (outside or [len(path) - 1])[0]
        assert cross.is_visible() == bool(outside)
        assert read_sentence(visit).count("Task done.") == (kind == "value")
    assert left == [True, True, False]


def check_clock_hands(visit):
    """The steps that are right: three turns, thirteen steps, apart."""
    sentence = visit.page.locator(".rc-clock .rc-w-said")
    for k in (7, 10, 33, 46):
        assert "Task done." not in sentence.inner_text()
        visit.page.get_by_label("Steps after the symbol").fill(str(k))
    assert sentence.inner_text().endswith("7, 33, 46. Task done.")
    assert visit.page.locator(".rc-clock-bar").count() == 5


def check_eigen_hands(visit):
    """Inside the unit circle, and ten times as long on the way: NumPy says so, too."""
    assert "Task done." not in read_sentence(visit)
    second = visit.page.locator(".rc-w-slider", has=visit.page.get_by_role("slider")).nth(2)
    names = visit.page.locator(".rc-eigen-name")
    assert second.inner_text().split("\n")[0] == "Second eigenvalue"
    assert second.bounding_box()["height"] < 2  # it is dragged; its slider comes with the Tab key
    visit.page.get_by_label("Second eigenvalue").focus()
    assert second.bounding_box()["height"] > 20
    assert names.all_text_contents() == ["v₁", "v₂"]
    box = visit.page.locator(".rc-eigen-panel").first.bounding_box()  # the second one is dragged up
    visit.page.mouse.move(box["x"] + 0.74 * box["width"], box["y"] + 0.5 * box["height"])
    visit.page.mouse.down()
    visit.page.mouse.move(box["x"] + 0.7 * box["width"], box["y"] + 0.3 * box["height"])
    visit.page.mouse.up()
    imaginary = visit.page.get_by_label("Its imaginary part")
    assert float(imaginary.input_value()) > 0.5
    real = visit.page.get_by_label("First eigenvalue").input_value()
    visit.page.get_by_label("Conjugate").fill("0.25")  # one real part, from either slider
    assert visit.page.get_by_label("First eigenvalue").input_value() == "0.25" != real
    mate = f"0.25 − {float(imaginary.input_value()):.2f}i"
    assert second.inner_text().split("\n") == ["Conjugate", mate]
    assert names.all_text_contents() == ["Re v", "Im v"]
    imaginary.fill("0")
    for name, value in (
        ("Directions apart", "8"),  # as small as it gets
        ("First eigenvalue", "0.95"),
        ("Second eigenvalue", "-0.6"),
    ):
        assert "Task done." not in read_sentence(visit)
        visit.page.get_by_label(name).fill(value)
    turn = np.pi * 8 / 180
    vectors = np.array([[1, np.cos(turn)], [0, np.sin(turn)]])
    W = vectors @ np.diag([0.95, -0.6]) @ np.linalg.inv(vectors)
    longest = max(np.linalg.norm(np.linalg.matrix_power(W, k), 2) for k in range(61))
    assert longest > 10
    assert f"up to {longest:.{2 * (longest < 10)}f} times as long" in read_sentence(visit)
    assert "Task done." in read_sentence(visit)


def check_gradient_flow(visit):
    """Without skew the lengths of W are its eigenvalues: the gradient can only shrink."""
    lag, rho = (float(read_facts(visit, "gradient-flow")[name]) for name in ("lag", "rho"))
    grown = parse_number(read_sentence(visit).partition("gradient is ")[2])
    visit.page.get_by_label("Skew").fill("0")
    shrunk, power = re.search(r"gradient is ([\d.]+) × 10⁻(.) times", read_sentence(visit)).groups()
    assert grown > 1 > rho**lag >= float(shrunk) / 10 ** "⁰¹²³⁴⁵⁶⁷⁸⁹".index(power)


def check_drawn_cell(visit):
    """Of all parts: what it leaves on each task is what the record says, and so is the verdict."""
    actual, better = recorded_losses(), set()
    codes = {"forget gate": "NFG", "peepholes": "NP", "coupled: i = 1 − f": "CIFG"}
    codes |= {"input gate": "NIG", "tanh on what is written": "NIAF", "output gate": "NOG"}
    codes |= {"tanh on what is shown": "NOAF"}
    rows = visit.page.locator(".rc-cell-found li")
    visit.page.get_by_role("button", name="forget gate").click()  # it opens without
    for label, name in codes.items():
        visit.page.get_by_role("button", name=label).click()
        effects = [text.split(maxsplit=1)[1] for text in rows.all_inner_texts()]
        for text, (_, low, high, leaves), (*_, whole), unit in zip(
            effects, actual[name], actual["V"], (100, 100, 1), strict=True
        ):
            verdict = "better" if high < 0 else "worse" if low > 0 else "no clear difference"
            assert text.startswith(f"{verdict} ("), name
            shown = [parse_number(part) for part in text.split(" against ")]
            assert shown == pytest.approx([unit * leaves, unit * whole], abs=0.51), name
        if all(text.startswith("better") for text in effects):
            better.add(name)
        visit.page.get_by_role("button", name=label).click()
    assert better == {"NOAF"}


def check_live_speller(visit):
    """What each network says of the k, letter by letter, and how often that changes."""
    load_model(visit)
    field, shown = visit.page.get_by_label("A word of English"), []
    for end in range(1, 7):
        field.fill("knight"[:end])
        cells = visit.page.locator(".rc-speller-table tbody tr td:nth-of-type(1)")
        shown.append([cell.split("\n")[0].split(",")[0] for cell in cells.all_inner_texts()])
        sounds = letter_sounds("knight"[:end])
        assert shown[-1] == [sounds[name][0] or "–" for name in ("forward", "late 2", "both")]
    turns = [sum(a != b for a, b in pairwise(c)) for c in zip(*shown, strict=True)]
    assert turns[0] == 0 < turns[2]


def check_expression_tree(visit):
    """A product with 0 forgets the part that is wrong."""
    assert "It goes wrong at" in read_sentence(visit)
    assert "right all the same" not in read_sentence(visit)
    visit.page.get_by_role("textbox").fill("1-(2-(3-4))*0")
    assert visit.page.locator("button.rc-tree-node.rc-tree-wrong").count() >= 1
    root = visit.page.locator("button.rc-tree-node > span:first-of-type").last
    assert root.inner_text() == "1 ✓"
    assert "right all the same" in read_sentence(visit)


def check_live_vector(visit):
    """Which test words are right: fewer, the longer they are; a beam and reading backward mend."""
    from ..chapters.ch11_seq2seq.test_vector_widget import pronounce_with

    load_model(visit)
    lists = json.loads(visit.page.locator("live-vector").get_attribute("data-lists"))
    right = {}
    for way, width in (("forward", "1, greedy"), ("forward", "5"), ("backward", "1, greedy")):
        choose_options(visit, way, width)
        for length, words in lists.items():
            choose_options(visit, length)
            marked = visit.page.locator(".rc-vector-tries :is(.rc-vector-right, .rc-vector-wrong)")
            marked.nth(len(words) - 1).wait_for()
            shown = {*visit.page.locator(".rc-vector-right").all_inner_texts()}
            said_words = pronounce_with(way, words, int(width[0]))
            hits = {w for w, ways in words.items() if " ".join(said_words[w][0]) in ways}
            assert shown == hits
            verb = "is" if len(hits) == 1 else "are"
            counted = f"Of ten words with {length} letters, {len(hits)} {verb} said rightly."
            total = visit.page.locator("p.rc-w-legend", has_text=counted)  # it is announced, too
            assert total.count() == 1
            right[way, width, length] = hits
    greedy, beam, backward = (
        [right[way, width, length] for length in lists]
        for way, width in (("forward", "1, greedy"), ("forward", "5"), ("backward", "1, greedy"))
    )
    assert len(greedy[0]) > 5 > len(greedy[2]) >= len(greedy[3])
    assert set().union(*beam) - set().union(*greedy)
    assert set().union(*backward) - set().union(*greedy)


def check_live_alignment(visit):
    """Without which symbols the stored network is still right."""
    from rnncourse.data.number_pairs import spell_list
    from rnncourse.decoding.stepping import greedy

    from ..chapters.ch12_attention import test_alignment_widget as page

    load_model(visit)
    numbers = [*map(int, re.findall(r"\d+", read_facts(visit, "live-alignment")["numbers"]))]
    model, data = page.load_weights(page.NETWORK).double(), page.load_number_lists()
    (source,), target = page.encode_sources(data, [numbers]), spell_list(numbers).target
    hider = visit.page.get_by_label("Hide from attention")
    outcomes = []
    for hidden in range(len(source)):
        hider.select_option(str(hidden))
        (result,) = greedy(
            model, page.make_initial_state(model, source, hidden), 1, max_length=page.MAX_LENGTH
        )
        written = [data.targets[i] for i in result.ids.tolist()]
        shown = visit.page.locator(".rc-alignment-target b").all_inner_texts()
        assert [word for word in shown if word != "end"] == written
        outcomes.append(written == [*target])
    assert any(outcomes)
    assert not all(outcomes)


def check_live_spelling(visit):
    """What the stored network says, and where each sound looks: at a silent k, too."""
    from rnncourse.analysis.pronouncing import encode_word, pronounce_all
    from rnncourse.chapters.ch12_attention.spelling import as_encoder_decoder, sound_ids

    from ..chapters.ch12_attention.test_spelling_widget import load_network

    load_model(visit)
    says, model, looks = visit.page.locator(".rc-spelling-said"), load_network(), {}
    for word in ("internationalization", "knight"):  # the first is as long as a word may be
        visit.page.get_by_label("Type a word").fill(word)
        (best,) = pronounce_all(*as_encoder_decoder(model), [word], beam_size=1)[word]
        assert f"“{word}” as {' '.join(best)}." in says.inner_text()
        with torch.no_grad():
            looks[word] = model(encode_word(word), sound_ids(best))[1][:, 0].numpy()
        for i in range(len(best)):
            visit.page.get_by_label("The look of").fill(str(i + 1))
            at = looks[word][i].argmax()
            assert f"at “{word[at]}” (letter {at + 1})" in says.inner_text()
        box, text = (visit.page.locator(f".rc-spelling-drawing{e}") for e in ("", " text"))
        edges = box.evaluate("e => [e.getBoundingClientRect()].flatMap(r => [r.left, r.right])")
        inside = text.evaluate_all("es => es.map(e => e.getBoundingClientRect().toJSON())")
        assert len(inside) == len(word) + len(best)
        assert all(edges[0] <= at["left"] and at["right"] <= edges[1] for at in inside)
    assert looks["knight"][: len(best), 0].max() > 0.1


def check_live_caption(visit):
    """The mark is erased row by row from below: the stored network says the same each time."""
    from rnncourse.chapters.ch13_captioning import caption_widget as widget
    from rnncourse.chapters.ch13_captioning.composing import compose
    from rnncourse.chapters.ch13_captioning.stored import load_weights
    from rnncourse.decoding.stepping import greedy

    load_model(visit)
    model, words = load_weights(widget.NETWORK).double(), widget.list_model_words()
    picture, (_, sign) = compose(widget.BASE, widget.MARK)
    picture, side, captions = picture.copy(), len(picture), []
    visit.page.get_by_role("checkbox", name="Erase").check()
    box = visit.page.get_by_role("application").bounding_box()
    for row in range(np.nonzero(sign)[0].max(), np.nonzero(sign)[0].min() - 1, -1):
        for column in np.nonzero(sign[row])[0]:
            p = [(at + 0.5) / side for at in (column, row)]
            visit.page.mouse.click(box["x"] + p[0] * box["width"], box["y"] + p[1] * box["height"])
            y, x = np.indices(picture.shape)
            picture[abs(y - row) + abs(x - column) <= 1] = 0
        images = torch.from_numpy(picture / 255.0)[None]
        with torch.no_grad():
            (result,) = greedy(model, model.initial_state(images), 1, max_length=widget.MAX_LENGTH)
        captions.append([words[i] for i in result.ids.tolist()])
        tiles = visit.page.locator(".rc-caption-tile b").all_inner_texts()
        assert [word for word in tiles if word != "end"] == captions[-1], row
    assert len({tuple(caption) for caption in captions}) > 1


def check_live_paint(visit):
    """Paint on the two places that a tone attends to breaks it; on two others it does not."""
    from rnncourse.chapters.ch13_captioning import paint_widget as widget
    from rnncourse.chapters.ch13_captioning.emoji_models import decode_captions, to_tensor
    from rnncourse.chapters.ch13_captioning.pictures import TONES
    from rnncourse.chapters.ch13_captioning.regions import erase_regions
    from rnncourse.chapters.ch13_captioning.stored import load_emoji

    load_model(visit)
    network, broken = load_emoji(), {}
    presses = "Paint the two places it attends to most", "Paint two other places that have ink"
    tiles, cells = (visit.page.locator(f".rc-paint-{e}") for e in ("words label", "places i"))
    whites = "es => es.flatMap((e, n) => (e.classList.contains('rc-paint-white') ? [n] : []))"
    for name, row in zip(widget.CAPTIONS, widget.list_shown_rows(), strict=True):
        choose_options(visit, name)
        (before,) = decode_captions(network, to_tensor([row]))
        tone = next(i for i, word in enumerate(before) if word in TONES)
        for press in presses:
            find_button(visit, press).click()
            white = cells.evaluate_all(whites)
            (words,) = decode_captions(network, erase_regions(to_tensor([row]), white))
            shown = [text.removesuffix(", changed").strip() for text in tiles.all_inner_texts()]
            assert shown == [*words, "end"]
            assert len(white) == 2
            broken[name, press] = words[: tone + 1] != before[: tone + 1]
            changed = "no word has changed" not in visit.page.locator("live-paint").inner_text()
            assert changed == (words != before)
            find_button(visit, "Undo all").click()
    attended, others = (sum(broken[name, press] for name in widget.CAPTIONS) for press in presses)
    assert attended >= 3 > 1 >= others


def check_live_parity(visit):
    """All answers of an LSTM and a writer turn with a bit; the transformer's, while it is short."""
    from rnncourse.chapters.ch14_beyond_recurrence.parity_networks import (
        load_parity_networks,
        predict_parity,
    )

    bits = np.array([[int(bit)] for bit in read_facts(visit, "live-parity")["row"]])
    load_model(visit)
    players, columns = load_parity_networks(), visit.page.locator(".rc-parity-bit")
    turned = {}
    for n in (2, 11, 24):
        before = {name: predict_parity(name, players[name], bits) > 0.5 for name in players}
        bits[n] ^= 1
        after = {name: predict_parity(name, players[name], bits) > 0.5 for name in players}
        turned = {name: (before[name] != after[name])[:, 0] for name in players}
        box = columns.nth(n).bounding_box()
        visit.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        words = read_sentence(visit)
        assert f"You flipped bit {n + 1}: all {40 - n} answers" in words
        assert f"LSTM turned all {40 - n}" in words
        assert turned["lstm"][n:].all()
        assert turned["writer"][n:].all()
        assert f"{turned['transformer'][max(n, 20) :].sum()} of {40 - max(n, 20)}" in words
        shown = columns.locator(".rc-parity-transformer").evaluate_all(
            "es => es.map(e => e.classList.contains('rc-parity-turned'))"
        )
        assert shown == turned["transformer"].tolist()
    choose_options(visit, "its last answer, too")
    assert "The writer turned all 16; the LSTM turned all 16." in read_sentence(visit)
    assert visit.page.locator(".rc-parity-wrong").count() == 0
    choose_options(visit, "the bits")
    assert "Task done." not in read_sentence(visit)
    for key in ("Home", *"11111111111111"):
        visit.page.get_by_role("application").press(key)
    assert "first wrong after bit 14;" in read_sentence(visit)
    assert "Task done. Of the 16,384 ways" in read_sentence(visit)


ANSWERS = {
    name.removeprefix("check_").replace("_", "-"): function
    for name, function in [*globals().items()]
    if name.startswith("check_")
}
ELSEWHERE = {  # a test of the chapter gets the answer: from the figure, or from its script alone
    "ribbon-home": ribbon_page.test_by_keyboard_the_nearest_cut_is_found_for_each_scale,
    "bptt-stepper": bptt_page.test_truncation_draws_a_cut_that_no_arrow_crosses,
    "gated-unit": unit_page.test_clicks_on_gates_solve_the_first_task,
    "memory-pipe": pipe_page.test_a_valve_is_dragged_and_the_bracket_forgotten,
    "live-states": states_page.test_a_cell_that_is_switched_off_takes_the_closing_bracket_away,
    "live-beam": beam_page.test_an_example_shows_what_a_beam_mends,
    "live-riddle": riddle_page.test_lines_are_drawn_and_compared_with_the_record,
    "live-attention": attention_page.test_the_hour_unplugs_a_head_that_matters,
}


@pytest.mark.parametrize("widget", WIDGETS)
def test_each_figure_begins_with_a_question_that_its_controls_answer(open_blank, widget, request):
    tag = WIDGETS[widget].LIVE_FIGURE.tag
    request.getfixturevalue("page_files").update(build_page_files(show_widget(widget)))
    visit = request.getfixturevalue("open_widget")()
    question = visit.page.locator(f"{tag} > :first-child")
    assert question.get_attribute("class") == "rc-w-asks"
    assert question.is_visible()
    assert re.fullmatch(r"[A-Z“].*[.?]", question.inner_text())
    if tag not in ELSEWHERE:
        ANSWERS[tag](visit)
        assert question.is_visible()


@pytest.fixture
def page_files():
    return {}
