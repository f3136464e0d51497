// Set the formulas of the built pages: node typeset.mjs _build/html
//
// TeX becomes HTML and MathML here, not in the reader's browser: a page loads no script for its
// mathematics (160 KB less), shows it at once, and a formula that TeX rejects ends the build.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative, dirname } from "node:path";
import mathjax from "mathjax";

const site = process.argv[2];
const PACKAGES = ["ams", "boldsymbol", "cancel", "mathtools", "newcommand"];
const X_HEIGHT = 0.48; // of the prose, in em: font-size-adjust in book.css

const MathJax = await mathjax.init({
  loader: {
    load: ["input/tex-base", "output/chtml", "a11y/assistive-mml", ...PACKAGES.map((p) => `[tex]/${p}`)],
  },
  tex: {
    packages: ["base", ...PACKAGES],
    formatError: (jax, error) => { throw error; },
  },
  chtml: { fontURL: "vendor/mathjax" },
  startup: { typeset: false },
});
const adaptor = MathJax.startup.adaptor;

const ENTITIES = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'", "#x27": "'" };
const plain = (html) => html.replace(/&(#?\w+);/g, (all, name) => ENTITIES[name] ?? all);
const draw = (tex, display) =>
  adaptor.outerHTML(MathJax.tex2chtml(plain(tex), { display, em: 16, ex: 16 * X_HEIGHT }));

// Sphinx marks a formula by the class "math"; our own HTML (the cards of claims) does the same.
const INLINE = /<span class="math[^"]*">\\\(([^]*?)\\\)<\/span>([.,;:!?)]*)/g;
const DISPLAY = /(<div class="(?:amsmath )?math[^"]*"[^>]*>)((?:(?!<\/div>)[^])*?)\\\[([^]*?)\\\]/g;
const SCRIPTS = /<script>window\.MathJax = [^<]*<\/script>|<script\b[^>]*\bmathjax[^>]*><\/script>/gi;

const pages = readdirSync(site, { recursive: true })
  .filter((name) => name.endsWith(".html") && !/^_(static|sources|images)/.test(name));
const faults = [];
for (const name of pages) {
  const path = join(site, name);
  const before = readFileSync(path, "utf8");
  let formulas = 0;
  const set = (tex, display) => {
    formulas += 1;
    try {
      return draw(tex, display);
    } catch (error) {
      faults.push(`${name}: ${error.message}: ${tex.trim()}`);
      return "";
    }
  };
  let page = before
    .replace(SCRIPTS, "")
    .replace(INLINE, (all, tex, stop) => {
      const formula = `<span class="math">${set(tex, false)}</span>`;
      return stop ? `<span class="rc-nobr">${formula}${stop}</span>` : formula;
    })
    .replace(DISPLAY, (all, open, label, tex) => open + label + set(tex, true));
  if (formulas) {
    const sheet = relative(dirname(path), join(site, "_static", "mathjax.css"));
    page = page.replace("</head>", `<link rel="stylesheet" href="${sheet}" />\n</head>`);
  }
  if (page !== before) writeFileSync(path, page);
}
// Only the rules for what was drawn on some page.
writeFileSync(join(site, "_static", "mathjax.css"), adaptor.textContent(MathJax.chtmlStylesheet()));

for (const fault of faults) console.error(`typeset.mjs: ${fault}`);
process.exit(faults.length ? 1 : 0);
