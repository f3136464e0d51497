// Reads tunes outside of a page: node abc_driver.mjs < questions.json > answers.json
import { readFileSync } from "node:fs";
import { notesOf, signature } from "../../rnncourse/viz/live/abc.mjs";

const answers = { notes: notesOf, signature };
const { questions } = JSON.parse(readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(questions.map(([name, text]) => answers[name](text))));
