// The boxes "Predict before you run" take a guess, keep it in this browser (localStorage), and
// show it again below what came out, where the reader says how good it was. At a chapter's end
// stands how many were right.
document.addEventListener("DOMContentLoaded", () => {
  const NAME = "rnncourse-guesses";
  const VERDICTS = ["right", "in part", "wrong"];
  const boxes = [...document.querySelectorAll(".bd-article div.admonition.predict")];
  if (!boxes.length) return;
  const page = DOCUMENTATION_OPTIONS.pagename;
  const { make, button, load, store, tableIn } = window.rcPage;

  // {page: {question: {guess, was}}}: `was` is the verdict on it
  const findEntry = (question) => tableIn(load(NAME), page)[question];
  const write = (question, entry) => {
    const stored = load(NAME); // another window may have kept one
    if (entry) tableIn(stored, page)[question] = entry;
    else delete tableIn(stored, page)[question];
    store(NAME, stored);
  };

  /** What came out: the next output or table of the section, or the next block of the text. */
  const findOutcome = (box) => {
    const section = box.closest("section");
    const shown = [
      ...section.querySelectorAll("div.cell:has(.cell_output), .pst-scrollable-table-container"),
    ];
    const after = (e) => box.compareDocumentPosition(e) & Node.DOCUMENT_POSITION_FOLLOWING;
    return (
      shown.find((e) => after(e) && !e.closest("details, div.admonition")) ??
      box.nextElementSibling
    );
  };

  /** Make the line that counts the guesses, at the chapter's end. */
  const makeSum = () => {
    const line = make("div", { className: "rc-guess-sum", hidden: true });
    const article = document.querySelector(".bd-article > section");
    const end = [...article.children].find((e) =>
      /^(in-three-sentences|exercises|sources)$/.test(e.id),
    );
    if (page !== "index") end ? end.before(line) : article.append(line);
    return line;
  };
  const showSum = () => {
    const entries = questions.map(findEntry).filter(Boolean);
    const count = (verdict) => entries.filter(({ was }) => was === verdict).length;
    sum.hidden = !entries.length;
    const nOpen = entries.length - VERDICTS.map(count).reduce((a, b) => a + b);
    const counts = VERDICTS.map((verdict) => `${count(verdict)} ${verdict}`).join(", ");
    sum.replaceChildren(
      make(
        "p",
        {},
        `Your guesses: ${entries.length} of ${boxes.length} questions of this page. By your ` +
          `own judgment ${counts}${nOpen ? `, and ${nOpen} not judged yet` : ""}.`,
      ),
      make(
        "p",
        { className: "d-print-none" },
        "They are kept in this browser only. ",
        button("Forget these guesses", forgetGuesses),
      ),
    );
  };
  const forgetGuesses = () => {
    for (const question of questions) write(question);
    for (const showGuess of showFunctions) showGuess();
    showSum();
    boxes[0].querySelector("textarea").focus();
  };

  const readQuestion = (box) => {
    const words = [...box.children].slice(1).map((e) => e.textContent);
    return words.join(" ").replace(/\s+/g, " ").trim().slice(0, 160);
  };

  /** Make the form for a guess; keep(guess) is told. */
  const makeForm = (id, keep) => {
    const field = make("textarea", { id, rows: 2, maxLength: 2000 });
    const form = make(
      "form",
      { className: "rc-guess d-print-none" },
      make("label", { htmlFor: id, textContent: "Your guess" }),
      field,
      make("button", { className: "rc-button", textContent: "Keep it" }),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      keep(field.value.trim());
    });
    return { field, form };
  };

  /** Make the buttons that say how good a guess was; judge(verdict) is told. */
  const makeVerdicts = (entry, judge) =>
    make(
      "div",
      { className: "d-print-none", role: "group", "aria-label": "How good your guess was" },
      "It was: ",
      ...VERDICTS.map((verdict) =>
        button(verdict, () => judge(verdict), { "aria-pressed": String(entry.was === verdict) }),
      ),
    );

  /** Set up a box; returns what shows its guess, or with `isOpen` the form to change it. */
  const setUpBox = (box, n) => {
    const question = questions[n];
    const { field, form } = makeForm(`rc-guess-${n}`, (guess) => {
      write(question, guess ? { guess, was: findEntry(question)?.was } : undefined);
      showGuess();
      showSum();
      (guess ? changeButton : field).focus();
    });
    const changeButton = button("Change it", () => {
      showGuess(true);
      field.focus();
    });
    changeButton.classList.add("d-print-none");
    const line = make("p", { role: "status" });
    const answer = make("div", { className: "rc-guess" }, line, changeButton);
    const verdictBox = make("div", { className: "rc-guess-back", hidden: true });
    box.append(form, answer);
    findOutcome(box)?.after(verdictBox);

    const judge = (verdict) => {
      const entry = findEntry(question);
      // Another window may have forgotten it
      if (entry) write(question, { ...entry, was: entry.was === verdict ? undefined : verdict });
      showGuess();
      showSum();
      if (entry) verdictBox.querySelectorAll("button")[VERDICTS.indexOf(verdict)].focus();
      else field.focus();
    };
    const showGuess = (isOpen = false) => {
      const entry = findEntry(question);
      form.hidden = Boolean(entry) && !isOpen;
      answer.hidden = !form.hidden;
      verdictBox.hidden = !entry;
      field.value = entry?.guess ?? "";
      line.textContent = entry ? `Your guess: ${entry.guess}` : "";
      if (!entry) return verdictBox.replaceChildren();
      const words = make("p", {}, `You guessed: ${entry.guess}`);
      verdictBox.replaceChildren(words, makeVerdicts(entry, judge));
    };
    showGuess();
    return showGuess;
  };

  const sum = makeSum();
  const questions = boxes.map(readQuestion);
  const showFunctions = boxes.map(setUpBox);
  showSum();
});
