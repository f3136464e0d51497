// Marks the words of a search on the page that it led to: page.html?find=kneser+ney#smoothing.
// The marks are painted over the text (CSS Custom Highlight API), so code and formulas stay whole.
addEventListener("load", () => {
  const searched = new Set(
    (new URLSearchParams(location.search).get("find") ?? "").split(" ").filter(Boolean),
  );
  const article = document.querySelector("article.bd-article");
  if (!searched.size || !article || !CSS.highlights) return;
  const { stripMarks } = window.rcPage;
  const SKIPPED = "mjx-container, script, style, svg, .headerlink";
  const walker = document.createTreeWalker(article, NodeFilter.SHOW_TEXT);
  const ranges = [];
  while (walker.nextNode()) {
    /** @type {*} */
    const node = walker.currentNode;
    if (node.parentElement.closest(SKIPPED)) continue;
    for (const match of node.data.matchAll(/[\p{L}\p{N}]+/gu)) {
      if (!searched.has(stripMarks(match[0]))) continue;
      const range = new Range();
      range.setStart(node, match.index);
      range.setEnd(node, match.index + match[0].length);
      ranges.push(range);
    }
  }
  CSS.highlights.set("rc-find", new Highlight(...ranges));
  addEventListener("keydown", ({ key }) => key === "Escape" && CSS.highlights.delete("rc-find"));

  // The section is at the top of the window; a word further down is brought into it.
  const target = document.querySelector(":target");
  const scope = target?.closest("dt")?.closest("dl") ?? target;
  const first = ranges.find((range) => scope?.contains(range.startContainer));
  if (!first) return;
  for (let e = first.startContainer.parentElement; e; e = e.parentElement)
    if (e.localName === "details") e.open = true;
  const { top, bottom } = first.getBoundingClientRect();
  if (top < 0 || bottom > innerHeight)
    scrollBy({ top: top - innerHeight / 3, behavior: "instant" });
});
