// The page of `rnncourse learn pairs.tsv`: the network answers what is typed, and a table shows
// where each symbol looks.

import { textField } from "./controls.mjs";
import { defineWidget, fixed, group, make, makeIds, markScrollable, thousands } from "./core.mjs";
import { ModelView } from "./model_view.mjs";
import { loadNetwork } from "./numbers.mjs";
import { heatCell, numberTable } from "./table.mjs";
import { decodeGreedily, Translator } from "./translation.mjs";

/** @import { Loading } from "./numbers.mjs" */

const MAX_SYMBOLS = 60; // symbols of a source, as in rnncourse/cli/pairs.py

/**
 * The symbols of a text that a network knows, and the others; a joint "" parts characters.
 * @param {string} text
 * @param {string} joint
 * @param {string[]} known
 */
function splitSymbols(text, joint, known) {
  const parts = (joint ? text.split(/\s+/) : [...text.trim()])
    .filter(Boolean)
    .slice(0, MAX_SYMBOLS);
  return {
    symbols: parts.filter((part) => known.includes(part)),
    unknown: parts.filter((part) => !known.includes(part)),
  };
}

class PairsView extends ModelView {
  /**
   * @param {HTMLElement} root
   * @param {Loading} model What loadNetwork says.
   * @param {string} text
   */
  constructor(root, model, text) {
    super(root, model);
    const id = makeIds();
    const properties = { value: text, style: "width: 100%", oninput: () => this.readField() };
    const { field, fault, row } = textField(id, "text", "Type a source", properties);
    this.field = field;
    this.fault = fault;
    this.message = make("p", {});
    this.tableBox = group("", "The weights");
    this.tableBox.style.overflowX = "auto";
    this.observer = markScrollable([this.tableBox]);
    root.replaceChildren(
      row,
      this.fault,
      this.loadError,
      this.loadButton.box,
      this.message,
      this.tableBox,
      this.facts,
      this.announcer.status,
    );
    this.setUp();
  }

  /** @param {import("./numbers.mjs").Manifest} manifest @param {ArrayBuffer} buffer */
  receive(manifest, buffer) {
    /** @type {Object<string, *>} */
    this.about = manifest.about;
    this.model = new Translator(manifest, buffer);
    return (
      `Two GRUs that read, one that writes and looks back, ${thousands(this.model.size)} ` +
      `weights`
    );
  }

  async readField() {
    if (!this.model) return this.loadModel();
    const { joints, sources, maxLength } = this.about;
    const { symbols, unknown } = splitSymbols(this.field.value, joints[0], sources);
    this.fault.textContent = unknown.length
      ? `The network does not know, and skips: ${unknown.join(" ")}`
      : "";
    this.message.hidden = this.tableBox.hidden = !symbols.length;
    if (!symbols.length) return undefined;
    const start = this.model.initialState(symbols.map((symbol) => sources.indexOf(symbol)));
    const { ids: outputIds, rows, finished } = decodeGreedily(this.model, start, maxLength);
    const output = outputIds.map((place) => this.model.targets[place]);
    const end = finished ? "" : " …";
    this.message.textContent = `${symbols.join(joints[0])} → ${output.join(joints[1])}${end}`;
    this.tableBox.replaceChildren(
      numberTable(
        ["Rows: what is written. Columns: what is read."],
        symbols,
        [...output, ...(finished ? ["end"] : [])],
        (i, j) => heatCell(rows[i][j], fixed(rows[i][j])),
      ),
    );
    return this.announcer.later(() => this.message.textContent, 1200);
  }
}

export default defineWidget(
  "own-pairs",
  (root, facts) => new PairsView(root, loadNetwork(facts), facts.get("text")),
);
