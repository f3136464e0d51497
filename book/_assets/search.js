// The search page, and the dialog of any page (search-typing.js). Its index is a script that calls
// rcSearch: see scripts/book/search_index.py.
(() => {
  const { make, pluralize, stripMarks } = window.rcPage;
  const { api, root = "", shown = 40 } = document.currentScript.dataset;
  const SHOWN = Number(shown);
  const MIN_HITS = 5; // below it, the functions of the package are searched without being asked
  // What explains a word comes before what practices it, and the functions named after it last.
  /** @type {[RegExp, number][]} */
  const RANKS = [
    [/^\d\db?-/, 1],
    [/^exercises\//, 0.5],
    [/^solutions\//, 0.2],
    [/^api/, 0.08],
    [/^(concordance|notation|glossary)/, 0.05],
    [/./, 0.25],
  ];
  const PRACTICE = /^(exercises|solutions)\//;
  const LESSONS = 3; // so many hits in lessons come before those in exercises and solutions
  // Of a chapter
  const CLOSING_SECTIONS = /^(common mistakes|in three sentences|exercises|sources|all of it)$/i;
  const STOP_WORDS = new Set(
    (
      "a an and are at by can do does for from how i in is it my of on or that the to what when " +
      "which why with you"
    ).split(" "),
  );
  const WORD = /[\p{L}\p{N}]+/gu; // so a hyphen, a dash and an underscore all separate words
  const $ = (id) => document.getElementById(id);
  const [list, count, more] = ["search-results", "search-count", "search-api"].map($);
  const home = list.closest("dialog") ?? list.parentElement; // the field is in it, too
  /** @type {HTMLInputElement} */
  const field = home.querySelector("input[type=search]");

  const words = (text) => stripMarks(text).match(WORD) ?? [];
  // The endings of a word fall away, so that gradient finds gradients, and vanishing what
  // vanishes.
  const VOWEL = /[aeiouy]/;
  const stem = (word) => {
    if (word.length < 4) return word;
    let rest = word
      .replace(/(ss|x|ch|sh)es$/, "$1")
      .replace(/ies$/, "y")
      .replace(/([^su])s$/, "$1");
    const base = rest.replace(/(ing|ed)$/, "");
    if (base !== rest && base.length > 2 && VOWEL.test(base) && !/[aeiou]ed$|^embed$/.test(rest))
      rest = base.replace(/([bdgmnprt])\1$/, "$1");
    return rest.length > 3 ? rest.replace(/e$/, "").replace(/y$/, "i") : rest;
  };
  const stems = (text) => words(text).map(stem);
  const index = new MiniSearch({
    fields: ["title", "page", "text"],
    tokenize: words,
    // The word itself, for whoever is still typing it
    processTerm: (term) => [...new Set([term, stem(term)])],
    searchOptions: {
      processTerm: stem,
      boost: { title: 4, page: 1.5 },
      combineWith: "AND",
      prefix: (term) => term.length > 2,
      weights: { prefix: 0.5, fuzzy: 0.2 },
    },
  });
  const sections = [];
  const terms = new Map(); // of the glossary: the number of the entry, by the stems of its words
  let complete = false; // the functions of the package are in the index

  // A text in which the words stand next to each other is meant more than one that has them all.
  const isPhraseIn = (text, phrase) =>
    ` ${stems(text).join(" ")} `.includes(` ${stems(phrase).join(" ")} `);
  const find = (query) => {
    const typed = words(query);
    const rare = typed.filter((word) => !STOP_WORDS.has(word));
    const phrase = (rare.length ? rare : typed).join(" ");
    // A term of the glossary, under any of its names ("how do I hand in": hand in), is searched
    // under all of them.
    const name = typed.slice(typed.findIndex((word) => !STOP_WORDS.has(word))).join(" ");
    const entry = terms.get(stems(query).join(" ")) ?? terms.get(stems(name).join(" "));
    const { to } = sections[entry] ?? {};
    const names = to ? sections[entry].names : [phrase];
    let hits = index.search({
      combineWith: "OR",
      queries: names.map((n) => ({ combineWith: "AND", queries: words(n) })),
    });
    if (!hits.length)
      hits = index.search(phrase, { fuzzy: (term) => (term.length > 5 ? 0.2 : false) });
    if (!hits.length) hits = index.search(phrase, { combineWith: "OR" });
    const code = /[_.]\w/.test(query); // the name of a function
    for (const hit of hits) {
      const { address, title, text } = sections[hit.id];
      const rank =
        code && address.startsWith("api/")
          ? 1
          : RANKS.find(([pattern]) => pattern.test(address))[1];
      hit.score *= CLOSING_SECTIONS.test(title) ? 0.3 * rank : rank;
      if (rank > 0.25 && stems(title).join() === stems(query).join()) hit.score *= 5;
      else if (rank > 0.25 && isPhraseIn(title, phrase)) hit.score *= 3;
      else if (phrase.includes(" ") && isPhraseIn(text, phrase)) hit.score *= 2;
    }
    const sort = () => hits.sort((a, b) => b.score - a.score);
    sort();
    // A short title that has the word weighs much, but who asks for a word wants to read of it
    // first.
    const isOnPage = (hit, pattern) => pattern.test(sections[hit.id].address);
    const lesson = hits
      .filter((hit) => isOnPage(hit, RANKS[0][0]))
      .slice(0, LESSONS)
      .at(-1);
    if (lesson)
      for (const hit of hits)
        if (isOnPage(hit, PRACTICE)) hit.score = Math.min(hit.score, 0.99 * lesson.score);
    sort();
    if (!to) return hits;
    // First the section that it leads to, then its entry.
    const place = sections.findIndex(
      ({ address, anchor }) => `${address}#${anchor}`.toLowerCase() === to.toLowerCase(),
    );
    const first = [place, entry]
      .filter((id) => id >= 0)
      .map((id) => hits.find((hit) => hit.id === id) ?? { id, terms: stems(phrase) });
    return [...first, ...hits.filter((hit) => !first.includes(hit))];
  };

  // Some words around the place where most of the wanted ones stand, these marked.
  const makeSnippet = (text, wordSet) => {
    const tokens = [...text.matchAll(WORD)].map((m) => ({
      at: m.index,
      end: m.index + m[0].length,
      word: stripMarks(m[0]),
    }));
    const hits = tokens.filter(({ word }) => wordSet.has(word));
    const countNear = (i) =>
      new Set(
        hits
          .slice(i, i + 8)
          .filter((h) => h.at - hits[i].at < 160)
          .map((h) => h.word),
      ).size;
    const best = hits.reduce((best, _, i) => (countNear(i) > countNear(best) ? i : best), 0);
    const from = Math.max(0, (hits[best]?.at ?? 0) - 70);
    const start = from && (tokens.find(({ at }) => at >= from)?.at ?? 0);
    const stop =
      text.length < start + 250
        ? text.length
        : (tokens.findLast(({ end }) => end <= start + 240)?.end ?? start + 240);
    const line = make("p", {}, start ? "… " : "");
    let place = start;
    for (const { at, end } of hits.filter((h) => h.at >= start && h.end <= stop)) {
      line.append(text.slice(place, at), make("mark", {}, text.slice(at, end)));
      place = end;
    }
    line.append(text.slice(place, stop), stop < text.length ? " …" : "");
    return line;
  };
  const makeItem = ({ id, terms }) => {
    const { address, page, anchor, title, text } = sections[id];
    const indexed = new Set(terms); // of the index; these words of the section are they
    const marked = [...new Set(words(`${title} ${text}`))].filter(
      (word) => indexed.has(word) || indexed.has(stem(word)),
    );
    const query = encodeURIComponent(marked.slice(0, 12).join(" "));
    const link = make("a", { href: `${root}${address}?find=${query}#${anchor}` }, title);
    const entry = make("li", {}, link);
    if (page !== title) entry.append(make("span", { className: "rc-search-page" }, page));
    if (text) entry.append(makeSnippet(text, new Set(marked)));
    return entry;
  };

  const loadFunctions = () => {
    if (complete || document.querySelector(`script[src="${api}"]`)) return;
    const script = make("script", { src: api });
    script.onerror = () => script.remove(); // the next search asks again
    document.head.append(script);
  };
  const showCount = (text) => {
    if (count.textContent !== text) count.textContent = text;
  };
  const show = () => {
    const query = field.value.trim();
    const hits = query ? find(query) : [];
    list.replaceChildren(...hits.slice(0, SHOWN).map(makeItem));
    if (more) more.hidden = complete || !query;
    const pages = new Set(hits.map(({ id }) => sections[id].address)).size;
    if (!query) showCount("");
    else if (!hits.length)
      showCount("Nothing was found. Try fewer letters, or another word for it.");
    else
      showCount(
        `${pluralize(hits.length, "section")} on ${pluralize(pages, "page")}` +
          (hits.length > SHOWN ? `; the first ${SHOWN}:` : "."),
      );
    if (query && (hits.length < MIN_HITS || /[_.]\w/.test(query))) loadFunctions();
  };
  window.rcSearch = (pages) => {
    const start = sections.length;
    for (const [address, page, parts] of pages) {
      // Of one entry of the glossary: its terms follow each other, the last one has the text
      let names = [];
      for (const [anchor, title, text, to] of parts) {
        if (to) terms.set(stems(title).join(" "), sections.length);
        names.push(title);
        sections.push({ id: sections.length, address, page, anchor, title, text, to, names });
        if (text) names = [];
      }
    }
    index.addAll(sections.slice(start));
    complete ||= pages.some(([address]) => address.startsWith("api/"));
    show();
  };

  const storeQuery = () => {
    if (!more) return;
    const query = field.value.trim();
    try {
      history.replaceState(
        null,
        "",
        location.pathname + (query && `?q=${encodeURIComponent(query)}`),
      );
    } catch {
      /* a page that was opened as a file may not change its address */
    }
  };
  field.addEventListener("input", () => {
    show();
    storeQuery();
  });
  if (more) {
    // the search page itself
    field.value = new URLSearchParams(location.search).get("q") ?? "";
    field.focus();
    field.select();
    field.form.addEventListener("submit", (event) => {
      event.preventDefault();
      show();
      storeQuery();
    });
    more.addEventListener("click", () => {
      loadFunctions();
      field.focus();
    });
  }
  // Down leads from the field through the hits, up leads back.
  home.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || event.altKey || event.ctrlKey || event.metaKey) return;
    /** @type {*[]} */
    const stops = [field, ...list.querySelectorAll("a")];
    const place = stops.indexOf(document.activeElement);
    if (place < 0 || !stops[place + step]) return;
    event.preventDefault();
    stops[place + step].focus();
  });
})();
