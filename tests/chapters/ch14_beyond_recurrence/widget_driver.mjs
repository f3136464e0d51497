// Runs the transformer of page 14 outside of a page: node widget_driver.mjs < questions.json > answers.json
//
// {manifest, weights, questions: [[name, ...arguments], ...]}; one answer a question.
import { readFileSync } from "node:fs";
import * as widget from "../../../rnncourse/chapters/ch14_beyond_recurrence/attention_widget.mjs";
import { Transformer } from "../../../rnncourse/chapters/ch14_beyond_recurrence/transformer.mjs";

const asked = JSON.parse(readFileSync(0, "utf8"));
const bytes = readFileSync(asked.weights);
const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
const model = new Transformer(JSON.parse(readFileSync(asked.manifest, "utf8")), buffer);
const list = (values) => Array.from(values);

/** The state after a text, the states before it, and the multiplications of each step. */
function run(ids) {
  const [states, counts] = [[model.start()], []];
  for (const id of ids) {
    const before = model.multiplied;
    states.push(model.step(states.at(-1), id));
    counts.push(model.multiplied - before);
  }
  return { states: states.slice(1), counts };
}

const answers = {
  steps: (ids) => {
    const { states, counts } = run(ids);
    return { logits: states.map(({ logits }) => list(logits)), counts,
      looks: states.at(-1).looks.map((block) => block.map(list)), first: states[0].cache[0].length };
  },
  readAll: (ids) => {
    const before = model.multiplied;
    const logits = model.readAll(ids).map(list);
    return { logits, count: model.multiplied - before };
  },
  unplugged: (ids, heads) => {
    model.unplugged = new Set(heads);
    const { logits } = run(ids).states.at(-1);
    model.unplugged = new Set();
    return list(logits);
  },
  write: (ids, most) => {
    const cached = widget.write(model, run(ids).states.at(-1), most);
    const again = widget.writeAgain(model, ids, most);
    return [cached, again].map(({ written, logits }) => ({ written, logits: logits.map(list) }));
  },
  costs: (places) => places.map((T) =>
    [widget.withCache(T, model), widget.withoutCache(T, model), widget.cacheSize(T, model)]),
  recurrent: (rivals) => rivals.map(([gates, H, E]) => widget.recurrent({ gates, H, E }, model.V)),
  crossing: (costs) => costs.map((cost) => widget.crossing(cost, model)),
  read: (texts) => texts.map((text) => widget.read(text, model.places)),
  most: (row, chars) => widget.most(row, chars),
};
process.stdout.write(JSON.stringify(asked.questions.map(([name, ...given]) => answers[name](...given))));
