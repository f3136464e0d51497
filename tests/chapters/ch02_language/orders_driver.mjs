// Runs the skyline outside of a page: node orders_driver.mjs < questions.json > answers.json
import { readFileSync } from "node:fs";
import { sentence } from "../../../rnncourse/chapters/ch02_language/orders_widget.mjs";

const { text, bits, questions } = JSON.parse(readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(questions.map(([, order]) => sentence(text, JSON.parse(bits), order))));
