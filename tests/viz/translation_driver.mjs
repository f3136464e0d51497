// Runs networks that translate outside of a page.
import {
  describeOutcome,
  searchGraph,
} from "../../rnncourse/chapters/ch11_seq2seq/beam_widget.mjs";
import {
  linksOf,
  markChanges,
} from "../../rnncourse/chapters/ch12_attention/alignment_widget.mjs";
import * as numerals from "../../rnncourse/viz/live/numerals.mjs";
import { decodeGreedily, searchBeam, Translator } from "../../rnncourse/viz/live/translation.mjs";
import { answer, forceDecoder, network } from "../driver.mjs";

const model = network(Translator);

answer({
  read: (ids) => {
    const { states, z } = model.encode(ids);
    return [states, z];
  },
  told: (ids, symbols, hidden) => forceDecoder(model, model.initialState(ids, hidden), symbols),
  greedy: (ids, maxLength, hidden) =>
    decodeGreedily(model, model.initialState(ids, hidden), maxLength),
  beam: (ids, how) => searchBeam(model, model.initialState(ids), how),
  german: (numbers) => numbers.map(numerals.spellGerman),
  lists: (many) => many.map(numerals.listPair),
  whole: (texts) => texts.map(numerals.parseWholeNumber),
  numbersIn: (texts, maxCount) => texts.map((text) => numerals.numbersIn(text, maxCount)),
  links: linksOf,
  markChanges,
  // What becomes of each node of a tree.
  tree: (steps, ids) => {
    const seen = searchGraph(steps, { ids }, model.targets);
    return seen.nodes.map((step) =>
      step.map((node) => ({
        best: !!node.best,
        greedy: node.greedy,
        died: node.died,
        fate: describeOutcome(node, seen),
        ids: node.ids,
      })),
    );
  },
});
