// Runs what widgets share outside of a page.
import { fixed, percent } from "../../rnncourse/viz/live/core.mjs";
import * as numbers from "../../rnncourse/viz/live/numbers.mjs";
import { answer } from "../driver.mjs";

answer({
  half: (codes) => codes.map((bits) => String(numbers.decodeHalf(bits))),
  fixed: (values, decimals) => values.map((v) => fixed(v, decimals)),
  percent: (values) => values.map((v) => percent(v ?? Number.NaN)),
  random: (seed, count) => Array.from({ length: count }, numbers.makeRandom(seed)),
  counts: (weights, seed, count) => {
    const [random, seen] = [numbers.makeRandom(seed), weights.map(() => 0)];
    for (let n = 0; n < count; n += 1) seen[numbers.drawIndex(weights, random)] += 1;
    return seen;
  },
  drawn: (weights, drawn) => drawn.map((u) => numbers.drawIndex(weights, () => u)),
});
