"""The page's networks compute what PyTorch computes; its tokens, hashes and words are Python's."""

import io
import json
import re
import tokenize
from pathlib import Path

import numpy as np
import pytest

from rnncourse.chapters.ch01_sequences import widget as shapes
from rnncourse.data import numerals, places, roles
from rnncourse.models import weights

from ... import node

torch = pytest.importorskip("torch")
from rnncourse.chapters.ch01_sequences.experiments import list_symbols  # noqa: E402
from rnncourse.chapters.ch01_sequences.tasks import (  # noqa: E402
    GO,
    LETTERS,
    MODELS,
    WORDS,
    image_task,
)
from rnncourse.training.sequence import generate_answers  # noqa: E402

DRIVER = Path(__file__).with_name("widget_driver.mjs")
RECORDED = all((shapes.LIVE_FIGURE.weights / f"{name}.bin").exists() for name in shapes.TASKS)
CELLS = {"image": 1} | dict.fromkeys(shapes.TASKS[1:], "gru")
NOT_YET = "The networks of the page are not recorded yet. Try: make measure"
NAMES = [
    "Frankreich",
    "Szlovákia",
    "Đảo Clipperton",
    "A",
    "S:t Lucia",
    "日本 / Ελλάδα",
    "I\u0307ran",
]
LINES = """\
total = model.fit(x, y=1)
import numpy as np
from math import sqrt, pi as PI
def area(width, height=2):
class Cell(nn.Module): pass
return np.sqrt(a ** 2 + b ** 2)
x = [f(v) for v in values if v > 0]
self.rows[i] += 1
del rows[i], cache
for item in items: print(item.name)
with open(name, "rb") as file: data = file.read()
name = lambda a, *args, **kwargs: a + b
x = 0x_ff + 0b10 + 0o17 + 1_000 + 1.5e-3 + .5j + 5. + 1E5
text = 'it''s' + "a \\" b" + r"\\d+" + b'x' + Rb"y"
s = \"\"\"one line\"\"\" + '''another'''
print(f"{name} is {age:.2f}", end="")  # a comment, with (brackets
# only a comment
a, b = b, a
a: int = 3
if not a and b or c is not None: pass
while (n := n // 2) > 1: pass
assert x == y != z <= 3 >= 4, "no"
x <<= 2; y >>= 3; z //= 4; w **= 5; v @= m
x = y @ z % 3 ^ ~w | u & t
@decorator.with_parts(1, 2)
async def f(): await g()
try: raise ValueError from None
lambda: (yield)
x[1:2, ..., ::-1]
d = {"a": 1, 'b': [2, 3], **other}
def f(a, /, b, *, c) -> dict[str, int]: ...
π = 3.14159; größe_2 = _x__y
match = case = type = 1
global counter
print(1if x else 2)
x = not-1
HTTPServer2.serve_forever(__name__, XMLParser)
a = b if c else d.e.f(g)(h)[i]
raise SystemExit(main(sys.argv[1:]))
f(a)(b)[c] = d
""".splitlines()
TOKENS = """
to_array array HTTPServer2 __init__ x x1 CamelCase aB ABc _private SCREAMING_CASE π größe_2 naïveté
a1b2c3d4e5 straße élan éÉ ٣abc 数据 mixed数据Data _ __ number def None -> <string> ...
"""


class Models:
    """The networks of the five tasks, as PyTorch has them and as the page has them."""

    def __init__(self, folder):
        names = [(name, folder / name) for name in shapes.TASKS]
        self.files = {name: [f"{stem}.json", f"{stem}.bin"] for name, stem in names}
        self.folder = folder
        for name in shapes.TASKS:
            arrays, _ = weights.load(name, folder)
            model = MODELS[name](cell=CELLS[name])
            model.load_state_dict({key: torch.from_numpy(a) for key, a in arrays.items()})
            setattr(self, name, model.eval())

    def ask(self, *questions):
        """Put questions to the script; see widget_driver.mjs."""
        tables = json.loads(shapes.render_tables())
        return node.ask_driver(DRIVER, questions, tables=tables, files=self.files)

    @torch.no_grad()
    def probabilities(self, name, ids):
        """PyTorch's, after each step; and its states."""
        model, xs = getattr(self, name), torch.tensor(ids)[:, None]
        hs, _ = model.recurrent(model.embedding(xs))
        np.testing.assert_array_equal(model(xs)[0], model.logits(hs))
        return model(xs)[0].softmax(-1)[:, 0].numpy(), hs[:, 0].numpy()


@pytest.fixture(scope="module", params=["random", "the page's"])
def model_pair(request, tmp_path_factory):
    """Random networks; and those of the page, as soon as they are recorded."""
    if request.param == "the page's":
        if not RECORDED:
            pytest.skip(NOT_YET)
        return Models(shapes.LIVE_FIGURE.weights)
    return make_models(tmp_path_factory.mktemp("random"))


@pytest.fixture(scope="module")
def any_model(tmp_path_factory):
    """For questions that do not depend on the weights."""
    return make_models(tmp_path_factory.mktemp("any"))


def make_models(folder):
    torch.manual_seed(1)
    for name in shapes.TASKS:
        model = MODELS[name](cell=CELLS[name])
        for parameter in model.parameters():
            torch.nn.init.normal_(parameter, std=0.2)  # more would be chaos: rounding grows
        arrays = {key: p.detach().numpy() for key, p in model.named_parameters()}
        meta = {"cell": CELLS[name], "task": name, "vocabulary": list_symbols(name)}
        weights.save(name, arrays, meta, folder)
    return Models(folder)


def compare_with_torch(models, name, steps, ids):
    """Compare steps of the page with PyTorch, given the ids that were read."""
    assert [step["ids"] for step in steps] == ids
    p, h = models.probabilities(name, ids)
    np.testing.assert_allclose([step["p"] for step in steps], p, rtol=0, atol=1e-4)
    np.testing.assert_allclose([step["h"] for step in steps], h, rtol=0, atol=1e-4)
    change = abs(np.diff(h, axis=0, prepend=0 * h[:1])).mean(1)
    np.testing.assert_allclose([step["moved"] for step in steps], change, rtol=0, atol=1e-4)


@torch.no_grad()
def test_one_to_one_equals_pytorch(model_pair):
    inputs = image_task(2).inputs[0, :20]
    steps_by_image = model_pair.ask(*(["image", (16 * x).tolist()] for x in inputs))
    assert [len(steps) for steps in steps_by_image] == [1] * 20
    h, _ = model_pair.image.recurrent(model_pair.image.embedding(inputs[None]))
    p = model_pair.image(inputs[None])[0].softmax(-1)
    np.testing.assert_allclose([steps[0]["h"] for steps in steps_by_image], h[0], rtol=0, atol=1e-4)
    np.testing.assert_allclose([steps[0]["p"] for steps in steps_by_image], p[0], rtol=0, atol=1e-4)


def test_many_to_one_equals_pytorch(model_pair):
    for name, steps in zip(NAMES, model_pair.ask(*(["language", n] for n in NAMES)), strict=True):
        compare_with_torch(model_pair, "language", steps, places.encode_name(name).tolist())
        assert not any(step["fed"] or "chosen" in step for step in steps)


def test_in_step_equals_pytorch(model_pair):
    lines = [tokenize_line(line) for line in LINES]
    for tokens, steps in zip(lines, model_pair.ask(*(["role", t] for t in lines)), strict=True):
        if tokens:
            compare_with_torch(
                model_pair, "role", steps, [[*roles.encode_token(token)] for token in tokens]
            )
        assert len(steps) == len(tokens)


def test_after_the_input_equals_pytorch(model_pair):
    digits = ["0", "7", "60", "208", "4009", "42022", "99999", "007"]
    for text, steps in zip(digits, model_pair.ask(*(["numeral", d] for d in digits)), strict=True):
        fed_in = [*map(int, text), GO]
        chosen = [step["chosen"] for step in steps[len(text) :]]
        expected = generate_answers(model_pair.numeral, torch.tensor(fed_in)[:, None], GO + 1, 16)[
            :, 0
        ].tolist()
        cut = expected.index(GO + 1) + 1 if GO + 1 in expected else 16
        assert chosen == expected[:cut]
        assert [step["fed"] for step in steps] == [False] * len(fed_in) + [True] * (cut - 1)
        compare_with_torch(model_pair, "numeral", steps, [*fed_in, *chosen[:-1]])


def test_one_to_many_equals_pytorch(model_pair):
    end = LETTERS + len(places.CODES)
    for seed in (None, 1):
        for code, steps in zip(
            places.CODES,
            model_pair.ask(*(["name", code, seed] for code in places.CODES)),
            strict=True,
        ):
            chosen = [step["chosen"] for step in steps]
            assert steps[0]["fed"] is False
            assert all(step["fed"] for step in steps[1:])
            assert chosen[-1] == end or len(chosen) == 40
            compare_with_torch(
                model_pair, "name", steps, [LETTERS + places.CODES.index(code), *chosen[:-1]]
            )
            if seed is None:
                first = torch.tensor([[LETTERS + places.CODES.index(code)]])
                expected = generate_answers(model_pair.name, first, end, 40)[:, 0].tolist()
                assert chosen == expected[: len(chosen)]
            else:  # drawn: characters and the end, no language
                assert all(0 < i < LETTERS or i == end for i in chosen)


def test_the_seed_decides_what_is_drawn(model_pair):
    first, again, other = model_pair.ask(["name", "fi", 1], ["name", "fi", 1], ["name", "fi", 2])
    assert first == again
    assert first != other


def test_the_networks_of_the_page_know_their_task():
    if not RECORDED:
        pytest.skip(NOT_YET)
    models = Models(shapes.LIVE_FIGURE.weights)
    (german, line, number) = models.ask(
        ["language", "Frankreich"], ["role", ["import", "numpy", "as", "np"]], ["numeral", "208"]
    )
    assert places.CODES[np.argmax(german[-1]["p"])] == "de"
    assert [roles.ROLES[np.argmax(line[t]["p"])] for t in (1, 3)] == ["import", "import"]
    words = [WORDS[step["chosen"] - GO - 1] for step in number[3:]]
    assert words == ["two", "hundred", "and", "eight", numerals.END]


# --- Text to ids ---


def tokenize_line(line):
    """The tokens of one line, as rnncourse.data.roles has them, ends of blocks aside."""
    result = tokenize.generate_tokens(io.StringIO(line).readline)
    tokens, depth = [], 0
    for token in result:
        kind = tokenize.tok_name[token.type]
        if kind.endswith("STRING_END"):
            depth -= 1
        elif kind.endswith("STRING_START"):  # formatted strings are one token, as in Python 3.11
            tokens += ["<string>"] * (depth == 0)
            depth += 1
        elif depth == 0 and kind not in ("COMMENT", "NL", "ENDMARKER"):
            classes = {"NUMBER": "<number>", "STRING": "<string>", "NEWLINE": "<newline>"}
            tokens.append(classes.get(kind, token.string))
    return tokens


def test_the_reference_is_that_of_the_data():
    """What the page is compared with, where the line parses by itself."""
    parsed = 0
    for line in LINES:
        try:
            tagged = roles.tag_source(line)
        except SyntaxError:
            continue
        assert [*tagged.tokens] == tokenize_line(line), line
        parsed += 1
    assert parsed >= 35


def test_lines_are_split_as_python_splits_them(any_model):
    assert len(LINES) == 40
    result = any_model.ask(*(["tokenize", line] for line in LINES))
    for line, answer in zip(LINES, result, strict=True):
        assert answer == {"tokens": tokenize_line(line), "fault": ""}, line
    names = any_model.ask(*(["names", tokenize_line(line)] for line in LINES))
    for line, answer in zip(LINES, names, strict=True):
        assert answer == [t for t in tokenize_line(line) if t not in roles.SYMBOLS], line


@pytest.mark.parametrize(
    ("line", "tokens", "fault"),
    [
        ('x = "abc', ["x", "="], "The string has no end yet."),
        ("x = $y", ["x", "="], "Python has no token that begins with “$”."),
        ("f(a,", ["f", "(", "a", ","], ""),  # within brackets a line goes on
        ("", [], ""),
        ("   ", [], ""),
        ("  x  ", ["x", "<newline>"], ""),  # one line has no indent
    ],
)
def test_unfinished_lines_are_reported(any_model, line, tokens, fault):
    assert any_model.ask(["tokenize", line]) == [{"tokens": tokens, "fault": fault}]


def test_tokens_have_the_ids_of_the_data(any_model):
    tokens = sorted(
        {*TOKENS.split(), *roles.SYMBOLS, *(t for line in LINES for t in tokenize_line(line))}
    )
    result = any_model.ask(*(["encodeToken", token] for token in tokens))
    for token, ids in zip(tokens, result, strict=True):
        assert ids == [*roles.encode_token(token)], token


def test_numbers_are_those_of_the_data(any_model):
    numbers = [*range(1200), *range(1200, 100_000, 97), 21_000, 71_081, 80_080, 99_999]
    (result,) = any_model.ask(["spellNumber", numbers])
    for n, words in zip(numbers, result, strict=True):
        assert words == numerals.split_words(numerals.spell_number(n, "en")), n


def test_a_wrong_task_is_refused():
    with pytest.raises(ValueError, match="one of image, language, name, role, numeral; got 'x'"):
        shapes.shapes_explorer("x")


def test_the_examples_are_none_that_a_network_learned_from():
    source = (shapes.LIVE_FIGURE.folder / "tasks.mjs").read_text(encoding="utf-8")
    held_out = {
        "language": {name.text for name in places.load_places(0).test},
        "numeral": {pair.digits for pair in numerals.load_numerals(seed=0).test},
    }
    for task, known in held_out.items():
        shown = re.search(
            rf"\n  {task}: \{{\s+label: [^}}]*?examples: \[(.*?),?\s*\]", source, re.DOTALL
        )[1]
        assert set(json.loads(f"[{shown}]")) <= known
    tested, shown = image_task(2), re.search(r"PICTURES = \{(.*?)\};", source, re.DOTALL)[1]
    pictures = re.findall(r'(\d): "([0-9a-g]{64})"', shown)
    known = {
        "".join("0123456789abcdefg"[round(16 * v)] for v in x): str(int(digit))
        for x, digit in zip(tested.inputs[0].tolist(), tested.targets[0], strict=True)
    }
    assert len(pictures) == 5
    assert all(known[points] == digit for digit, points in pictures)
