// Runs what widgets share outside of a page.
import { fixed } from "../../rnncourse/viz/live/core.mjs";
import * as numbers from "../../rnncourse/viz/live/numbers.mjs";
import { answer } from "../driver.mjs";

answer({
  half: (codes) => codes.map((bits) => String(numbers.half(bits))),
  fixed: (values, decimals) => values.map((v) => fixed(v, decimals)),
  random: (seed, count) => Array.from({ length: count }, numbers.generator(seed)),
  counts: (weights, seed, count) => {
    const [random, seen] = [numbers.generator(seed), weights.map(() => 0)];
    for (let n = 0; n < count; n += 1) seen[numbers.draw(weights, random)] += 1;
    return seen;
  },
  drawn: (weights, drawn) => drawn.map((u) => numbers.draw(weights, () => u)),
});
