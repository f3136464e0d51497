// Runs the shapes' networks outside of a page: {tables, files: {task: [manifest, weights]}, ...}.
import * as shapes from "../../../rnncourse/chapters/ch01_sequences/network.mjs";
import { makeRandom } from "../../../rnncourse/viz/live/numbers.mjs";
import { answer, input, network } from "../../driver.mjs";

const { tables, files } = input;
const networks = {};
for (const [task, of] of Object.entries(files))
  networks[task] = network(task === "image" ? shapes.Layer : shapes.Network, ...of);

answer({
  image: (pixels) => shapes.solve.image(networks.image, pixels),
  language: (text) => shapes.solve.language(networks.language, text),
  name: (code, seed) =>
    shapes.solve.name(networks.name, code, seed === null ? null : makeRandom(seed)),
  role: (tokens) => shapes.solve.role(networks.role, tokens, tables),
  numeral: (digits) => shapes.solve.numeral(networks.numeral, digits),
  tokenize: (line) => shapes.tokenize(line, tables.symbols),
  names: (tokens) => tokens.filter((token) => shapes.isName(token, tables.symbols)),
  encodeToken: (token) => shapes.encodeToken(token, tables),
  spellNumber: (numbers) => numbers.map((n) => shapes.spellNumber(n)),
});
