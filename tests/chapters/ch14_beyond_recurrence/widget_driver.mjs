// Runs the transformer of page 14 outside of a page.
import { Transformer } from "../../../rnncourse/chapters/ch14_beyond_recurrence/transformer.mjs";
import * as writing from "../../../rnncourse/chapters/ch14_beyond_recurrence/writing.mjs";
import { answer, network } from "../../driver.mjs";

const model = network(Transformer);

/** The state after a text, the states before it, and the multiplications of each step. */
function run(ids) {
  const [states, counts] = [[model.initialState()], []];
  for (const id of ids) {
    const before = model.multiplied;
    states.push(model.step(states.at(-1), id));
    counts.push(model.multiplied - before);
  }
  return { states: states.slice(1), counts };
}

answer({
  steps: (ids) => {
    const { states, counts } = run(ids);
    const { attention } = states.at(-1);
    return {
      logits: states.map(({ logits }) => logits),
      counts,
      attention,
      first: states[0].cache[0].length,
    };
  },
  readAll: (ids) => {
    const before = model.multiplied;
    const logits = model.readAll(ids);
    return { logits, count: model.multiplied - before };
  },
  unplugged: (ids, heads) => {
    model.ablatedHeads = new Set(heads);
    const { logits } = run(ids).states.at(-1);
    model.ablatedHeads = new Set();
    return logits;
  },
  write: (ids, count) => [
    writing.writeWithCache(model, run(ids).states.at(-1), count),
    writing.writeWithoutCache(model, ids, count),
  ],
  costs: (places) =>
    places.map((T) => [
      writing.withCache(T, model),
      writing.withoutCache(T, model),
      writing.cacheSize(T, model),
    ]),
  recurrent: (rivals) =>
    rivals.map(([gates, H, E]) => writing.recurrentCost({ gates, H, E }, model.V)),
  crossing: (costs) => costs.map((cost) => writing.crossoverLength(cost, model)),
  read: (texts) => texts.map((text) => writing.readTokens(text, model.idByCharacter)),
  strongest: writing.describeStrongest,
});
