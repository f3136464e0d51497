// Runs the live network of spelling and sound outside of a page: node spelling_driver.mjs < questions > answers
import { readFileSync } from "node:fs";
import { Speller, say, wordIn } from "../../../rnncourse/chapters/ch12_attention/spelling_widget.mjs";

const asked = JSON.parse(readFileSync(0, "utf8"));
const bytes = readFileSync(asked.weights);
const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
const model = new Speller(JSON.parse(readFileSync(asked.manifest, "utf8")), buffer);
const answers = { say: (word) => say(model, word), wordIn, size: () => model.size };
process.stdout.write(JSON.stringify(asked.questions.map(([name, ...given]) => answers[name](...given))));
