// The boxes "Predict before you run" take a guess, keep it in this browser (localStorage), and
// show it again below what came out, where the reader says how good it was. At a chapter's end
// stands how many were right.
document.addEventListener("DOMContentLoaded", () => {
  const NAME = "rnncourse-guesses";
  const GOOD = ["right", "in part", "wrong"];
  const boxes = [...document.querySelectorAll(".bd-article div.admonition.predict")];
  if (!boxes.length) return;
  const page = DOCUMENTATION_OPTIONS.pagename;
  const { make, button, load, store, tableIn } = window.rcPage;

  // {page: {question: {guess, was}}}
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

  const article = document.querySelector(".bd-article > section");
  const end = [...article.children].find((e) =>
    /^(in-three-sentences|exercises|sources)$/.test(e.id),
  );
  const sum = make("div", { className: "rc-guess-sum", hidden: true });
  if (page !== "index") end ? end.before(sum) : article.append(sum);
  const showSum = () => {
    const entries = questions.map(findEntry).filter(Boolean);
    const count = (was) => entries.filter((entry) => entry.was === was).length;
    sum.hidden = !entries.length;
    const open = entries.length - GOOD.map(count).reduce((a, b) => a + b);
    const counts = GOOD.map((was) => `${count(was)} ${was}`).join(", ");
    sum.replaceChildren(
      make(
        "p",
        {},
        `Your guesses: ${entries.length} of ${boxes.length} questions of this page. By your ` +
          `own judgment ${counts}${open ? `, and ${open} not judged yet` : ""}.`,
      ),
      make(
        "p",
        { className: "d-print-none" },
        "They are kept in this browser only. ",
        button("Forget these guesses", () => {
          for (const question of questions) write(question);
          for (const show of shows) show();
          showSum();
          boxes[0].querySelector("textarea").focus();
        }),
      ),
    );
  };

  const questions = boxes.map((box) => {
    const words = [...box.children]
      .slice(1)
      .map((e) => e.textContent)
      .join(" ");
    return words.replace(/\s+/g, " ").trim().slice(0, 160);
  });
  const shows = boxes.map((box, n) => {
    const question = questions[n];
    const field = make("textarea", { id: `rc-guess-${n}`, rows: 2, maxLength: 2000 });
    const form = make(
      "form",
      { className: "rc-guess d-print-none" },
      make("label", { htmlFor: field.id, textContent: "Your guess" }),
      field,
      make("button", { className: "rc-button", textContent: "Keep it" }),
    );
    const line = make("p", { role: "status" });
    const change = button("Change it", () => {
      show(true);
      field.focus();
    });
    change.classList.add("d-print-none");
    const answer = make("div", { className: "rc-guess" }, line, change);
    const again = make("div", { className: "rc-guess-back", hidden: true });
    box.append(form, answer);
    findOutcome(box)?.after(again);

    const show = (open = false) => {
      const entry = findEntry(question);
      form.hidden = Boolean(entry) && !open;
      answer.hidden = !form.hidden;
      again.hidden = !entry;
      field.value = entry?.guess ?? "";
      line.textContent = entry ? `Your guess: ${entry.guess}` : "";
      if (!entry) return again.replaceChildren();
      const marks = GOOD.map((was) => {
        const judge = () => {
          write(question, { ...entry, was: entry.was === was ? undefined : was });
          show();
          showSum();
          again.querySelectorAll("button")[GOOD.indexOf(was)].focus();
        };
        return button(was, judge, { "aria-pressed": String(entry.was === was) });
      });
      const properties = { role: "group", "aria-label": "How good your guess was" };
      const choice = make(
        "div",
        { className: "d-print-none", ...properties },
        "It was: ",
        ...marks,
      );
      again.replaceChildren(make("p", {}, `You guessed: ${entry.guess}`), choice);
    };
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const guess = field.value.trim();
      write(question, guess ? { guess, was: findEntry(question)?.was } : undefined);
      show();
      showSum();
      (guess ? change : field).focus();
    });
    show();
    return show;
  });
  showSum();
});
