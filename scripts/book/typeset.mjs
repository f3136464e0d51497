// Set the formulas of the built pages, and where names in code may break: node typeset.mjs
// _build/html
//
// TeX becomes HTML and MathML here, not in the reader's browser: a page loads no script for its
// mathematics (160 KB less), shows it at once, and a formula that TeX rejects, or sets without a
// part of it, ends the build. A page brings the style of its own formulas, so it depends on no
// other page; and one that is set already holds no TeX, so it stays as it is. A name of twelve
// letters breaks after its dots, slashes, underscores, colons and equals signs, which a browser
// would not do by itself: it breaks anywhere, or not at all. A number with its range, in a cell of
// a table, stays in one line; so do a number and its percent sign, and a word like n-gram.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { argv, exit } from "node:process";
import mathjax from "mathjax";

const site = argv[2];
const PACKAGES = ["ams", "boldsymbol", "cancel", "mathtools", "newcommand"];
const FONTS = "vendor/mathjax"; // in _static
const X_HEIGHT = 0.48; // of the prose, in em: font-size-adjust in book.css

const MathJax = await mathjax.init({
  loader: {
    load: [
      "input/tex-base",
      "output/chtml",
      "a11y/assistive-mml",
      ...PACKAGES.map((p) => `[tex]/${p}`),
    ],
  },
  tex: {
    packages: ["base", ...PACKAGES],
    formatError: (_, error) => {
      throw error;
    },
  },
  chtml: { fontURL: FONTS },
  startup: { typeset: false },
});
const adaptor = MathJax.startup.adaptor;

const ENTITIES = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'", "#x27": "'" };
const decodeEntities = (html) =>
  html.replace(/&(#?\w+);/g, (entity, name) => ENTITIES[name] ?? entity);
const drawFormula = (tex, display) =>
  adaptor.outerHTML(
    MathJax.tex2chtml(decodeEntities(tex), { display, em: 16, ex: 16 * X_HEIGHT }),
  );

// TeX takes a "[" after "\begin{aligned}" or "\\" for an option, and drops what it holds. So what
// a formula is written with, letters, digits and square brackets, is counted in its MathML again;
// words for TeX itself do not count.
const { raw } = String;
const anyOf = (...patterns) => new RegExp(patterns.join("|"), "g");
const UNSEEN = anyOf(
  raw`\\begin\{array\}\{[^}]*\}`,
  raw`\\(begin|end|tag|label|phantom|hspace|vspace)\*?\{[^{}]*\}`,
  raw`\\\\\[[-\d.]+(em|ex|pt)\]`,
  raw`\\sqrt\[`,
  raw`\\(?!(a|co|si|ta)(rg|s|n|nh)\b|(det|exp|inf|lim|ln|log|max|min|sup)\b)[A-Za-z]+`,
);
const listSigns = (text) => [...text].filter((sign) => /[A-Za-z0-9[\]]/.test(sign));
const findLostSigns = (tex, html) => {
  const left = listSigns(
    decodeEntities(html.match(/<mjx-assistive-mml[\s\S]*$/)[0].replace(/<[^>]*>/g, "")),
  );
  return listSigns(decodeEntities(tex).replace(UNSEEN, " ")).filter((sign) => {
    const place = left.indexOf(sign);
    if (place >= 0) left.splice(place, 1);
    return place < 0;
  });
};

// Sphinx marks a formula by the class "math"; our own HTML (the cards of claims) does the same.
const INLINE = /<span class="math[^"]*">\\\(([\s\S]*?)\\\)<\/span>([.,;:!?)]*)/g;
const DISPLAY =
  /(<div class="(?:amsmath )?math[^"]*"[^>]*>)((?:(?!<\/div>)[\s\S])*?)\\\[([\s\S]*?)\\\]/g;
const SCRIPTS =
  /<script>window\.MathJax = [^<]*<\/script>|<script\b[^>]*\bmathjax[^>]*><\/script>/gi;

const CODE = /<code\b[^>]*>[\s\S]*?<\/code>/g;
const allowBreaks = (code) =>
  code.replace(/[^<>]{12,}(?=<)/g, (text) =>
    text.replace(/(?<=\w)(?:[._/=]|::)(?=[a-z_"&])/gi, "$&<wbr>"),
  );

const RANGE = new RegExp(
  raw`(<td\b[^>]*>(?:<p>)?)([−+]?\d[\d.,]* ?%? ?(?:–|to|±|\()[\d.,%−+() –to]{1,24})` +
    raw`(?=(?:</p>)?</td>)`,
  "g",
);

const TEXT = anyOf(
  raw`<(head|script|style|svg|math|code|pre|option|textarea)\b[\s\S]*?</\1>`,
  raw`<span class="rc-nobr">[^<]*(?=<)`,
  "<[^>]*>",
  "[^<]+",
);
const keepTogether = (text) =>
  text
    .replace(/(?<=^|\d) %/g, "\u00a0%")
    .replace(/(?<![\w&;-])[a-z]-[a-z]+/gi, '<span class="rc-nobr">$&</span>');

const pages = readdirSync(site, { recursive: true }).filter(
  (name) => name.endsWith(".html") && !/^_(static|sources|images)/.test(name),
);
const faults = [];
for (const name of pages) {
  const path = join(site, name);
  const before = readFileSync(path, "utf8");
  let formulas = 0;
  MathJax.startup.output.clearCache(); // no rules for what other pages draw
  const setFormula = (tex, display) => {
    formulas += 1;
    try {
      const html = drawFormula(tex, display);
      const missing = findLostSigns(tex, html);
      if (missing.length)
        faults.push(`${name}: a formula loses ${missing.join(" ")}: ${tex.trim()}`);
      return html;
    } catch (error) {
      faults.push(`${name}: ${error.message}: ${tex.trim()}`);
      return "";
    }
  };
  let page = before
    .replace(SCRIPTS, "")
    .replace(INLINE, (_, tex, stop) => {
      const formula = `<span class="math">${setFormula(tex, false)}</span>`;
      return stop ? `<span class="rc-nobr">${formula}${stop}</span>` : formula;
    })
    .replace(DISPLAY, (_, open, label, tex) => open + label + setFormula(tex, true))
    .replace(CODE, allowBreaks)
    .replace(RANGE, '$1<span class="rc-nobr">$2</span>')
    .replace(TEXT, (piece) => (piece.startsWith("<") ? piece : keepTogether(piece)));
  if (formulas) {
    // MathJax keeps the space beside a subscript with the rules of these; all pages look alike.
    ["x_a^b", "\\sum_a^b"].forEach((tex) => drawFormula(tex, true));
    const fonts = relative(dirname(path), join(site, "_static", FONTS)).replaceAll(sep, "/");
    const rules = adaptor.textContent(MathJax.chtmlStylesheet()).replaceAll(FONTS, fonts);
    page = page.replace("</head>", () => `<style>${rules}</style>\n</head>`);
  }
  if (page !== before) writeFileSync(path, page);
}

for (const fault of faults) console.error(`typeset.mjs: ${fault}`);
exit(faults.length ? 1 : 0);
