// What the drivers of live widgets share. Each runs modules of the page outside of it:
// node NAME_driver.mjs < questions.json > answers.json
//
// {manifest, weights, ..., questions: [[name, ...arguments], ...]}; one answer a question.
import { readFileSync } from "node:fs";

export const input = JSON.parse(readFileSync(0, "utf8"));

/** A network with the weights that were given, or with others. */
export function network(Model, manifest = input.manifest, weights = input.weights) {
  const bytes = readFileSync(weights);
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  return new Model(JSON.parse(readFileSync(manifest, "utf8")), buffer);
}

/** ln p of what may follow, and the weights, in each step of a decoder that hears the symbols. */
export function forceDecoder(model, start, symbols) {
  let state = start;
  return symbols.map((symbol) => {
    const after = model.step(state, symbol);
    state = after.state;
    return [after.logProbs, after.weights];
  });
}

/** Answer each question by the function of its name; an array of numbers becomes a list. */
export function answer(answers) {
  const results = input.questions.map(([name, ...parameters]) => answers[name](...parameters));
  const listed = (_, value) => (ArrayBuffer.isView(value) ? Array.from(value) : value);
  process.stdout.write(JSON.stringify(results, listed));
}
