// A line of Python is labeled as it is typed: what three taggers say of each name, and what becomes of one name's
// role as the tokens after it appear.

import {
  AS_TYPED, WakingView, box, boxes, button, ids, live, make, numberTable, percent, scrolls, thousands, unseen,
} from "../../viz/live/core.mjs";
import { network } from "../../viz/live/numbers.mjs";
import { isName } from "../ch01_sequences/network.mjs";
import { Taggers, answersOf, tokensOf } from "./taggers.mjs";

const EXAMPLES = ["delay = deadline - time()", "delay = deadline - time", "total, count = pair()", "total, count",
  "rows = text.splitlines(keep=True)", "self.close = None"];
const NAMES = { forward: "forward", "delay 1": "a token later", both: "both ways" };
const SIGNS = { "<newline>": "end of line", "<string>": "string", "<number>": "number" };
const MOST = 100; // characters
const AFTER = 10; // tokens whose effect is told

const part = boxes("rc-roles-");
const shown = (token) => SIGNS[token] ?? token;

/** The interface within an element. */
class RolesView extends WakingView {
  constructor(root, model, { line, tables, still }) {
    super(root, model);
    Object.assign(this, { tables, still, first: line, line });
    this.build();
    this.take(line);
    this.settle();
  }

  build() {
    const id = (this.id = ids());
    this.field = make("input", { id: id("line"), value: this.line, ...AS_TYPED, maxLength: MOST,
      "aria-describedby": id("fault"), oninput: () => this.typed() });
    this.fault = make("p", { id: id("fault"), className: "rc-w-fault", role: "status" });
    const tries = EXAMPLES.map((line) => button(line, () => { this.field.value = line; this.typed(); }, "rc-roles-try"));
    this.row = part("row");
    this.choice = make("fieldset", {}, make("legend", {}, "What three networks say of each name (choose a name)"), this.row);
    this.said = make("p", { className: "rc-roles-said" });
    this.meaning = make("p", { className: "rc-roles-meaning" });
    this.tableBox = part("table");
    this.onceReady = [];
    this.watch = scrolls([this.tableBox]);
    this.root.classList.add("rc-roles");
    this.root.replaceChildren(
      box("field", make("label", { htmlFor: id("line") }, "One line of Python"), this.field),
      make("div", { className: "rc-w-buttons", role: "group", "aria-label": "Examples" }, ...tries),
      this.fault, this.failed, this.gate.box, this.choice, this.said, this.meaning, this.tableBox, this.facts,
      this.voice.status);
  }

  receive(manifest, buffer) {
    this.model = new Taggers(manifest, buffer);
    return `Three networks with tanh cells, ${thousands(this.model.size)} weights together`;
  }

  begin() { this.take(this.line, this.at); }

  // -- What the reader does

  typed() {
    const before = this.tokens[this.at];
    this.take(this.field.value, null, before);
    if (!this.model) this.wake();
    this.voice.later(() => this.said.textContent, 1200);
  }

  choose(at) {
    this.at = at;
    this.drawName();
    this.voice.later(() => this.said.textContent, 300);
  }

  // -- What the reader sees

  /** Read a line. `at`: the place of the chosen name; else the name that was chosen before, or the last that changes. */
  take(line, at = null, name = "") {
    this.line = line;
    const { tokens, fault } = tokensOf(line, this.tables.symbols);
    const trouble = fault || (tokens.length ? "" : "Type a line of Python.");
    if (this.fault.textContent !== trouble) this.fault.textContent = trouble;
    this.field.setAttribute("aria-invalid", String(!!fault));
    this.tokens = tokens;
    this.names = [...tokens.keys()].filter((t) => isName(tokens[t], this.tables.symbols));
    this.answers = this.model ? answersOf(this.model.read(tokens, this.tables), tokens, this.tables.symbols)
      : line === this.first ? this.still : null;
    const there = this.answers && this.names.length > 0;
    for (const e of [this.choice, this.said, this.meaning, this.tableBox]) e.hidden = !there;
    if (!there) return;
    const changed = this.names.findLast((t) => this.role("both", t + 1, t) !== this.role("both", tokens.length, t));
    this.at = at ?? this.names.findLast((t) => tokens[t] === name) ?? changed ?? this.names.at(-1);
    this.drawRow();
    this.drawName();
  }

  /** The role that a tagger gives the token t when n tokens are there: its name. */
  role(kind, n, t) { return this.tables.roles[this.answers[kind][n - 1][t][0]]; }

  /** Whether a tagger must wait: the token after t has not appeared. */
  waits(kind, n, t) { return kind === "delay 1" && n === t + 1; }

  drawRow() {
    const { tokens } = this;
    const n = tokens.length;
    const name = this.id("name");
    this.tiles = new Map();
    const tile = (token, t) => {
      if (!this.names.includes(t)) return make("span", { className: "rc-roles-token" }, shown(token));
      const input = make("input", { type: "radio", name, value: String(t), checked: t === this.at,
        onchange: () => this.choose(t) });
      const says = (kind) => {
        const role = this.waits(kind, n, t) ? "waits" : this.role(kind, n, t);
        const other = role !== this.role("forward", n, t);
        return make("span", { className: `rc-roles-says rc-roles-${kind.replace(" ", "-")}` },
          make("small", {}, NAMES[kind]), " ", make("b", { className: other ? "rc-roles-other" : "" }, role), " ");
      };
      const label = make("label", { className: "rc-roles-tile" }, input, make("kbd", {}, token), " ",
        ...Object.keys(NAMES).map(says));
      this.tiles.set(t, { label, input });
      return label;
    };
    this.row.replaceChildren(...tokens.slice(1).map((token, i) => tile(token, i + 1)));
  }

  /** The chosen name: what becomes of its role as the line goes on. */
  drawName() {
    const { tokens, at } = this;
    for (const [t, { label, input }] of this.tiles) {
      label.classList.toggle("rc-roles-here", t === at);
      input.checked = t === at;
    }
    const last = Math.min(tokens.length, at + 1 + AFTER);
    const steps = Array.from({ length: last - at }, (_, i) => at + 1 + i);
    this.said.textContent = this.sentence(last);
    const kinds = Object.keys(NAMES);
    const roles = [...new Set(kinds.flatMap((kind) => steps.map((n) => this.role(kind, n, at))))];
    this.meaning.textContent = roles.map((role) => `${role}: ${this.tables.meanings[role]}`).join("; ") + ".";
    const cell = (i, j) => {
      const [kind, n] = [kinds[j], steps[i]];
      if (this.waits(kind, n, at)) return make("td", {}, "waits");
      const role = this.role(kind, n, at);
      const turned = i > 0 && !this.waits(kind, n - 1, at) && role !== this.role(kind, n - 1, at);
      const words = `${role} ${percent(this.answers[kind][n - 1][at][1])}`;
      return turned ? make("td", { className: "rc-roles-turned", style: "background: var(--turned)" }, words, unseen(", changed"))
        : make("td", {}, words);
    };
    this.tableBox.replaceChildren(numberTable(["What each says of ", make("kbd", {}, tokens[at]), " once this was read"],
      kinds.map((kind) => NAMES[kind]), steps.map((n) => make("kbd", {}, shown(tokens[n - 1]))), cell));
  }

  sentence(last) {
    const { tokens, at } = this;
    const word = tokens[at];
    const turns = [];
    for (let n = at + 2; n <= last; n += 1)
      if (this.role("both", n, at) !== this.role("both", n - 1, at)) turns.push(n);
    const forward = `Forward says ${this.role("forward", at + 1, at)}, whatever comes.`;
    const begin = `With “${word}” just read, both ways says ${this.role("both", at + 1, at)}`;
    if (last === at + 1) return `${begin}. Nothing has come after it yet. ${forward}`;
    if (!turns.length) return `${begin}, and the ${last - at - 1} tokens that follow do not change it. ${forward}`;
    const told = turns.map((n) => `once “${shown(tokens[n - 1])}” is there, ${this.role("both", n, at)}`).join("; ");
    return `${begin}; ${told}. ${forward}`;
  }

  close() {
    this.watch.disconnect();
    super.close();
  }
}

export default live("live-roles", (root, facts) => {
  const given = (name) => JSON.parse(facts.get(name));
  return new RolesView(root, network(facts), { line: facts.get("line"), tables: given("tables"), still: given("still") });
});
