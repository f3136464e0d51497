// Runs the captioner of page 13 outside of a page: node widget_driver.mjs < questions.json > answers.json
//
// {manifest, weights, tables, questions: [[name, ...arguments], ...]}; one answer a question.
import { readFileSync } from "node:fs";
import * as widget from "../../../rnncourse/chapters/ch13_captioning/caption_widget.mjs";
import { Captioner } from "../../../rnncourse/viz/live/captioner.mjs";
import { greedy } from "../../../rnncourse/viz/live/translation.mjs";

const asked = JSON.parse(readFileSync(0, "utf8"));
const bytes = readFileSync(asked.weights);
const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
const model = new Captioner(JSON.parse(readFileSync(asked.manifest, "utf8")), buffer);
const [bases, marks] = [widget.partsOf(asked.tables.bases), widget.partsOf(asked.tables.marks)];
const list = (values) => Array.from(values);
const inked = (picture) => Float64Array.from(picture, (v) => v / 255);

const answers = {
  compose: (base, mark) => {
    const { layers, picture } = widget.compose(bases, marks, base, mark);
    return [list(picture), layers.map(list), layers.map(widget.onGrid)];
  },
  places: (picture) => model.places(inked(picture)).map(list),
  // ln p of every word, and the weights, in each step, told what comes before.
  told: (picture, words) => {
    let state = model.begin(inked(picture));
    return words.map((word) => {
      const after = model.step(state, word);
      state = after.state;
      return [list(after.logs), list(after.weights)];
    });
  },
  greedy: (picture, most) => {
    const { rows, ...found } = greedy(model, model.begin(inked(picture)), most);
    return { ...found, rows: rows.map(list) };
  },
  typed: (texts) => texts.map((text) => widget.letterIn(text, bases, marks)),
  captions: (pairs) => pairs.map(([base, mark]) => widget.captionOf(base, mark, asked.tables.names)),
  standing: (pairs) => pairs.map(([base, mark]) => widget.standing(base, mark, asked.tables.known)),
  shared: (row, regions) => widget.shared(row, regions),
};
process.stdout.write(JSON.stringify(asked.questions.map(([name, ...given]) => answers[name](...given))));
