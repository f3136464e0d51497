// Runs the shapes' networks outside of a page: node widget_driver.mjs < questions.json > answers.json
//
// {tables, files: {task: [manifest, weights]}, questions: [[name, ...arguments], ...]}
import { readFileSync } from "node:fs";
import * as shapes from "../../../rnncourse/chapters/ch01_sequences/network.mjs";
import { generator } from "../../../rnncourse/viz/live/numbers.mjs";

const { tables, files, questions } = JSON.parse(readFileSync(0, "utf8"));

const networks = {};
for (const [task, [manifest, weights]] of Object.entries(files)) {
  const bytes = readFileSync(weights);
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  networks[task] = new (task === "image" ? shapes.Layer : shapes.Network)(JSON.parse(readFileSync(manifest, "utf8")), buffer);
}
const plain = (steps) => steps.map((step) => ({ ...step, h: Array.from(step.h), p: Array.from(step.p) }));

const answers = {
  image: (pixels) => plain(shapes.solve.image(networks.image, pixels)),
  language: (text) => plain(shapes.solve.language(networks.language, text)),
  name: (code, seed) => plain(shapes.solve.name(networks.name, code, seed === null ? null : generator(seed))),
  role: (tokens) => plain(shapes.solve.role(networks.role, tokens, tables)),
  numeral: (digits) => plain(shapes.solve.numeral(networks.numeral, digits)),
  encodeName: (text) => shapes.encodeName(text, networks.language.vocabulary),
  tokenize: (line) => shapes.tokenize(line, tables.symbols),
  names: (tokens) => tokens.filter((token) => shapes.isName(token, tables.symbols)),
  encodeToken: (token) => shapes.encodeToken(token, tables),
  crc32: (text) => shapes.crc32(text),
  numberWords: (numbers) => numbers.map((n) => shapes.numberWords(n)),
};
process.stdout.write(JSON.stringify(questions.map(([name, ...given]) => answers[name](...given))));
