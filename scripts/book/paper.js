// What a page of the book is on paper: runs in the page, before make_pdf.py prints all of them.

/**
 * The article as HTML for one document of many pages: nothing that only a screen can use, names
 * that are unique in the book, links to what the book holds.
 *
 * @param {object} options
 * @param {string} options.name Of the page.
 * @param {string[]} options.pages Names of all pages in the file.
 * @param {string[]} options.told Paragraphs that another file has.
 * @param {boolean} options.checks Whether cards show their checks.
 * @param {string} options.live The place of a live figure in words, HTML.
 */
window.paperPage = async ({ name, pages, told, checks, live }) => {
  const slug = (page) => `page-${page.replaceAll("/", "-")}`;
  const prefix = `${slug(name)}--`;
  /** @type {Iterable<*>} */
  const figures = document.querySelectorAll("figure.rc-live > *");
  for (const { view } of figures) {
    if (view?.loads) await view.loadModel(); // a reader would have seen it load by itself
    if (view?.walked) view.move(view.last); // all that its steps have shown
  }
  /** @type {*} */
  const root = document.querySelector("article.bd-article").cloneNode(true);
  const all = (selector) => [...root.querySelectorAll(selector)];
  /** @type {NodeListOf<HTMLCanvasElement>} */
  const canvases = document.querySelectorAll("article.bd-article canvas");

  // A drawing on a canvas is not cloned with it.
  all("canvas").forEach((e, i) => {
    const still = new Image();
    still.src = canvases[i].toDataURL();
    still.style.width = `${canvases[i].clientWidth}px`;
    e.replaceWith(still);
  });

  // A live figure: as it stands, without what a reader works it with.
  const elements = all("*").filter((e) => customElements.get(e.localName));
  for (const e of elements) {
    const still = document.createElement("div");
    still.append(...e.childNodes);
    still.className = `${e.className} rc-still ${e.localName}`;
    if (e.dataset.state) still.dataset.state = e.dataset.state; // styles ask for it
    const controls =
      "button, input, select, textarea, label, legend, summary, [role=slider], .rc-w-asks, " +
      ".rc-w-settings, .rc-w-transport, .rc-w-load, .rc-w-sr-only, [hidden], " +
      ".rc-w-options:not(:has(.rc-w-printed))";
    /** @type {NodeListOf<HTMLElement>} */
    const printedControls = still.querySelectorAll(".rc-w-printed");
    for (const printed of printedControls) {
      // it also says something
      const span = document.createElement("span");
      span.className = printed.className;
      span.style.cssText = printed.style.cssText;
      span.append(...printed.childNodes);
      printed.replaceWith(span);
    }
    for (const control of still.querySelectorAll(controls)) control.remove();
    const where = document.createElement("p");
    where.className = "rc-still-where";
    where.innerHTML = live;
    const figure = e.closest("figure.rc-live");
    (figure?.querySelector("figcaption") ?? still).append(" ", where);
    e.replaceWith(still);
  }

  // What is closed leaves no trace, but for the ledger's rules; a card is one line, or open where
  // all its checks belong.
  for (const e of all("details")) {
    if (e.parentElement.matches(".claim-card")) e.open = checks;
    else if (!e.open && !e.matches(".claim-rules")) e.remove();
    else {
      e.querySelector(":scope > summary")?.remove();
      e.replaceWith(...e.childNodes);
    }
  }
  for (const e of all(".toggle-hidden")) e.classList.remove("toggle-hidden"); // answers: open
  const screen =
    ".headerlink, .rc-menu, .rc-take, .copybtn, .toggle-button, button, script, style, link, " +
    "input, .d-print-none, .tooltip, mjx-assistive-mml";
  for (const e of all(screen)) if (!e.closest("svg")) e.remove();
  for (const e of all("div.cell"))
    if (!e.textContent.trim() && !e.querySelector("svg, img")) e.remove();
  for (const e of all("[tabindex]")) e.removeAttribute("tabindex");

  // A check says nothing on paper before there is an answer; a question stands in one file only.
  for (const e of all("div.cell:has(.rc-not-started, .rc-marks)")) e.remove();
  const texts = all("section > :not(section, div.cell, h1, h2, h3, h4, h5, h6)");
  // Their HTML: formulas have no text.
  const paragraphs = texts.map((e) => e.innerHTML.replace(/ (id|href)="[^"]*"/g, ""));
  texts.forEach((e, i) => {
    if (told.includes(paragraphs[i])) e.remove();
  });
  for (const e of all("section")) if (!e.querySelector(":scope > :not(span, h2, h3)")) e.remove();

  // Links: into the file, to the book on the web where it has an address, or none.
  /** @type {HTMLLinkElement} */
  const link = document.querySelector("link[rel=canonical]");
  const canonical = link?.href;
  for (const a of all("a[href]")) {
    const url = new URL(a.getAttribute("href"), location.href);
    const page = decodeURIComponent(url.pathname.slice(1)).replace(/\.html$/, "");
    const hash = decodeURIComponent(url.hash.slice(1));
    if (url.origin !== location.origin) a.setAttribute("href", url.href);
    else if (page === "index") a.setAttribute("href", "#title");
    else if (pages.includes(page))
      a.setAttribute("href", hash ? `#${slug(page)}--${hash}` : `#${slug(page)}`);
    else if (canonical) a.setAttribute("href", new URL(a.getAttribute("href"), canonical).href);
    else a.replaceWith(...a.childNodes);
  }
  for (const e of all('img[src]:not([src^="data:"])'))
    e.setAttribute("src", new URL(e.getAttribute("src"), location.href).pathname);

  // Names: of this page only.
  for (const e of all("*")) {
    if (e.id) e.id = prefix + e.id;
    for (const key of ["for", "aria-labelledby", "aria-describedby", "aria-controls"])
      if (e.hasAttribute(key))
        e.setAttribute(
          key,
          e
            .getAttribute(key)
            .split(/\s+/)
            .map((id) => prefix + id)
            .join(" "),
        );
    if (!e.closest("svg")) continue;
    for (const { name: key, value } of [...e.attributes]) {
      const moved = value.replace(/url\((["']?)#/g, `url($1#${prefix}`);
      if (moved !== value) e.setAttribute(key, moved);
      else if (/^(xlink:)?href$/.test(key) && value.startsWith("#"))
        e.setAttribute(key, `#${prefix}${value.slice(1)}`);
    }
  }

  // A link leads to a heading: its section may begin on the page before.
  for (const e of all("section[id]")) {
    const heading = e.querySelector(":scope > :is(h1, h2, h3, h4, h5, h6)");
    if (!heading || heading.id) continue;
    for (const span of e.querySelectorAll(":scope > span[id]:empty")) heading.prepend(span);
    heading.id = e.id;
    e.removeAttribute("id");
  }

  /** @type {NodeListOf<HTMLLinkElement>} */
  const sheets = document.querySelectorAll("link[rel=stylesheet]");
  return {
    slug: slug(name),
    html: root.innerHTML,
    paragraphs,
    headings: all("h2")
      .map((e) => [
        e.id || e.closest("[id]")?.id,
        e.innerHTML.replace(/<span id="[^"]*"><\/span>/g, ""),
      ])
      .filter(([id]) => id),
    title: root.querySelector("h1").innerHTML,
    plain: root.querySelector("h1").textContent,
    site: canonical ?? "",
    sheets: [...sheets].map((e) => new URL(e.href).pathname),
    rules: [...document.head.querySelectorAll("style")]
      .map((e) => e.textContent)
      .filter((text) => text.includes("mjx-"))
      .join("\n"),
  };
};

/**
 * In the document of all pages: no link without a place to go to, nothing wider than the paper.
 */
window.paperBook = () => {
  for (const a of document.querySelectorAll('a[href^="#"]')) {
    const id = decodeURIComponent(a.getAttribute("href").slice(1));
    if (document.getElementById(id)) continue;
    const page = id.split("--")[0];
    if (page !== id && document.getElementById(page)) a.setAttribute("href", `#${page}`);
    else a.replaceWith(...a.childNodes);
  }
  const width = document.querySelector("article").clientWidth;
  const wide = "table, mjx-container[display=true], .rc-still";
  const high = 420; // pixels: what may not break leaves no more than this empty before it
  const ratioOf = (e) => {
    const free = e.parentElement.clientWidth || width;
    const needed = Math.max(e.scrollWidth, e.getBoundingClientRect().width);
    const shrunk = e.matches(".rc-still") ? Math.max(0.65, high / e.scrollHeight) : 1;
    return Math.min(free / needed, shrunk);
  };
  // All are measured before any is changed: else the whole book is laid out anew for each of them.
  const shrink = (all) =>
    all
      .map((e) => [e, ratioOf(e)])
      .forEach(([e, ratio]) => {
        if (ratio < 0.999) e.style.zoom = Math.max(0.5, Math.floor(ratio * 1000) / 1000);
      });
  const all = [...document.querySelectorAll(wide)];
  const isInner = (e) => e.parentElement.closest(wide) !== null;
  shrink(all.filter((e) => !isInner(e)));
  shrink(all.filter(isInner));
  // Short listings and tables stay in one piece; a long one would leave half a page empty.
  /** @type {*[]} */
  const pieces = [...document.querySelectorAll("pre, table")];
  const heights = pieces.map((e) => e.getBoundingClientRect().height);
  pieces.forEach((e, i) => e.classList.toggle("rc-whole", heights[i] < (e.rows ? high : 330)));
};

// The numbers of the pages, in the table of contents.
window.paperNumbers = (numbers) => {
  /** @type {NodeListOf<HTMLAnchorElement>} */
  const links = document.querySelectorAll(".rc-contents a");
  for (const a of links)
    a.querySelector(".rc-leaf").textContent = numbers[decodeURIComponent(a.hash.slice(1))] ?? "";
};
