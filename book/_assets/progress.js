// What a reader has read and solved, ticked by the reader and kept in this browser (localStorage).
// The front page counts it, saves it as a file together with the guesses of predict.js, and takes
// such a file back.
document.addEventListener("DOMContentLoaded", () => {
  const NAME = "rnncourse-progress";
  const GUESSES = "rnncourse-guesses";
  const page = DOCUMENTATION_OPTIONS.pagename;
  const isChapter = (name) => /^\d\d[a-z]?-[\w-]+$/.test(name);
  const isExercises = /^exercises\/\d\d/.test(page);
  if (!isChapter(page) && !isExercises && page !== "index") return;
  const { make, button, download, isTable, load, pluralize, store, tableIn } = window.rcPage;
  const today = () => new Date().toISOString().slice(0, 10);

  /** A box to tick; `at` finds the table that holds its day, under `key`. */
  // Stored is {read: {page: day}, solved: {page: {question: day}}}
  const makeBox = (words, at, key) => {
    const input = make("input", { type: "checkbox", checked: Boolean(at(load(NAME))[key]) });
    input.addEventListener("change", () => {
      const stored = load(NAME); // another window may have kept more
      if (input.checked) at(stored)[key] = today();
      else delete at(stored)[key];
      store(NAME, stored);
    });
    return make("label", { className: "rc-done d-print-none" }, input, words);
  };

  const article = document.querySelector(".bd-article > section");
  if (isChapter(page))
    article.append(makeBox("I have read this page.", (stored) => tableIn(stored, "read"), page));
  if (isExercises)
    for (const section of article.querySelectorAll(":scope > section")) {
      const title = section.querySelector("h2");
      if (/^\d+\. /.test(title?.textContent ?? ""))
        title.after(
          makeBox(
            "I have solved it.",
            (stored) => tableIn(tableIn(stored, "solved"), page),
            section.id,
          ),
        );
    }
  if (page !== "index") return;

  const counted = make("p", { role: "status" });
  const chapters = new Set(
    [...document.querySelectorAll(".bd-links a[href]")]
      .map((a) => a.getAttribute("href").replace(/\.html$/, ""))
      .filter(isChapter),
  );
  const sizes = (holder) =>
    Object.values(holder)
      .filter(isTable)
      .reduce((sum, t) => sum + Object.keys(t).length, 0);
  const showCounts = (before = "") => {
    progressBox.open = true;
    const stored = load(NAME);
    const read = Object.keys(tableIn(stored, "read")).filter((name) => chapters.has(name));
    const solved = pluralize(sizes(tableIn(stored, "solved")), "question");
    const guesses = pluralize(sizes(load(GUESSES)), "guess", "guesses");
    counted.textContent =
      `${before}You have read ${read.length} of ${chapters.size} lessons, solved ${solved} and ` +
      `kept ${guesses}.`;
  };
  const save = () => {
    const progress = {
      course: "rnncourse",
      saved: today(),
      ...load(NAME),
      guesses: load(GUESSES),
    };
    download("rnncourse-progress.json", "application/json", JSON.stringify(progress, null, 1));
  };
  /** Add what a file says; days and guesses that are here already stay. */
  const merge = async () => {
    let progress;
    try {
      progress = JSON.parse(await file.files[0].text());
    } catch {
      /* said below */
    }
    file.value = "";
    if (!isTable(progress) || progress.course !== "rnncourse")
      return showCounts("That file holds no progress in this course. ");
    const stored = load(NAME);
    const guesses = load(GUESSES);
    for (const [name, day] of Object.entries(tableIn(progress, "read")))
      tableIn(stored, "read")[name] ??= String(day);
    for (const [name, days] of Object.entries(tableIn(progress, "solved")))
      for (const [question, day] of Object.entries(isTable(days) ? days : {}))
        tableIn(tableIn(stored, "solved"), name)[question] ??= String(day);
    for (const [name, entries] of Object.entries(tableIn(progress, "guesses")))
      for (const [question, entry] of Object.entries(isTable(entries) ? entries : {}))
        if (typeof entry?.guess === "string")
          tableIn(guesses, name)[question] ??= { guess: entry.guess, was: entry.was };
    store(NAME, stored);
    store(GUESSES, guesses);
    showCounts();
  };
  const file = make("input", {
    type: "file",
    accept: ".json,application/json",
    hidden: true,
    onchange: merge,
  });

  const buttons = make(
    "p",
    {},
    button("Save it as a file", save),
    button("Take your progress from a file", () => file.click()),
    button("Forget it", () => {
      store(NAME, {});
      store(GUESSES, {});
      showCounts();
    }),
  );
  const progressBox = make(
    "details",
    { className: "rc-progress d-print-none" },
    make("summary", {}, "Your progress"),
    counted,
    buttons,
    file,
  );
  document.querySelector("#three-ways-through-it")?.append(progressBox);
  if (sizes(load(NAME)) + sizes(load(GUESSES))) showCounts(); // a newcomer needs no counts
});
