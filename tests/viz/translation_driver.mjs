// Runs networks that translate outside of a page: node translation_driver.mjs < questions.json > answers.json
//
// {manifest, weights, questions: [[name, ...arguments], ...]}; one answer a question.
import { readFileSync } from "node:fs";
import { fate, lookAt } from "../../rnncourse/chapters/ch11_seq2seq/beam_widget.mjs";
import { changed, linksOf } from "../../rnncourse/chapters/ch12_attention/alignment_widget.mjs";
import * as numerals from "../../rnncourse/viz/live/numerals.mjs";
import { Translator, beam, greedy } from "../../rnncourse/viz/live/translation.mjs";

const asked = JSON.parse(readFileSync(0, "utf8"));
const bytes = readFileSync(asked.weights);
const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
const model = new Translator(JSON.parse(readFileSync(asked.manifest, "utf8")), buffer);
const list = (values) => values && Array.from(values);

const answers = {
  read: (ids) => {
    const { states, z } = model.read(ids);
    return [states.map(list), list(z)];
  },
  // ln p of every symbol, and the weights, in each step, told what comes before.
  told: (ids, symbols, hidden) => {
    let state = model.begin(ids, hidden);
    return symbols.map((symbol) => {
      const after = model.step(state, symbol);
      state = after.state;
      return [list(after.logs), list(after.weights)];
    });
  },
  greedy: (ids, most, hidden) => {
    const { rows, ...found } = greedy(model, model.begin(ids, hidden), most);
    return { ...found, rows: rows.map(list) };
  },
  beam: (ids, how) => beam(model, model.begin(ids), how),
  german: (numbers) => numbers.map(numerals.german),
  lists: (many) => many.map(numerals.listPair),
  whole: (texts) => texts.map(numerals.wholeNumber),
  numbersIn: (texts, most) => texts.map((text) => numerals.numbersIn(text, most)),
  links: (words, pair) => linksOf(words, pair),
  changed: (words, before) => changed(words, before),
  // What becomes of each node of a tree.
  tree: (steps, ids) => {
    const seen = lookAt(steps, { ids }, model.targets);
    return seen.nodes.map((kept) => kept.map((node) => (
      { best: !!node.best, greedy: node.greedy, died: node.died, fate: fate(node, seen), ids: node.ids })));
  },
};
process.stdout.write(JSON.stringify(asked.questions.map(([name, ...given]) => answers[name](...given))));
