// The boxes "Predict before you run" take a guess, keep it in this browser (localStorage), and
// show it again below what came out, where the reader says how good it was. At a chapter's end
// stands how many were right.
document.addEventListener("DOMContentLoaded", () => {
  const NAME = "rnncourse-guesses";
  const GOOD = ["right", "in part", "wrong"];
  const boxes = [...document.querySelectorAll(".bd-article div.admonition.predict")];
  if (!boxes.length) return;
  const page = DOCUMENTATION_OPTIONS.pagename;
  const make = (tag, properties = {}, ...children) => {
    const e = Object.assign(document.createElement(tag), properties);
    e.append(...children);
    return e;
  };

  // {page: {question: {guess, was}}}; where the browser keeps nothing, a guess lasts as long as
  // the page.
  let stored = {};
  const read = () => {
    try {
      stored = JSON.parse(localStorage.getItem(NAME) ?? "null") ?? stored;
    } catch {
      /* nothing was kept, or nothing may be */
    }
    if (typeof stored !== "object") stored = {};
    if (typeof (stored[page] ??= {}) !== "object") stored[page] = {};
  };
  const write = (question, entry) => {
    read(); // another window may have kept one
    if (entry) stored[page][question] = entry;
    else delete stored[page][question];
    try {
      localStorage.setItem(NAME, JSON.stringify(stored));
    } catch {
      /* it stays on this page */
    }
  };
  read();

  /** What came out: the next output or table of the section, or the next block of the text. */
  const outcome = (box) => {
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
  const tell = () => {
    const entries = questions.map((question) => stored[page][question]).filter(Boolean);
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
        make("button", {
          type: "button",
          className: "rc-button",
          textContent: "Forget these guesses",
          onclick: () => {
            for (const question of questions) write(question);
            for (const show of shows) show();
            tell();
            boxes[0].querySelector("textarea").focus();
          },
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
    const change = make("button", {
      type: "button",
      className: "rc-button d-print-none",
      textContent: "Change it",
    });
    const answer = make("div", { className: "rc-guess" }, line, change);
    const again = make("div", { className: "rc-guess-back", hidden: true });
    box.append(form, answer);
    outcome(box)?.after(again);

    const show = (open = false) => {
      const entry = stored[page][question];
      form.hidden = Boolean(entry) && !open;
      answer.hidden = !form.hidden;
      again.hidden = !entry;
      field.value = entry?.guess ?? "";
      line.textContent = entry ? `Your guess: ${entry.guess}` : "";
      if (!entry) return again.replaceChildren();
      const marks = GOOD.map((was) => {
        const mark = make("button", {
          type: "button",
          className: "rc-button",
          textContent: was,
          onclick: () => {
            write(question, { ...entry, was: entry.was === was ? undefined : was });
            show();
            tell();
            again.querySelectorAll("button")[GOOD.indexOf(was)].focus();
          },
        });
        mark.setAttribute("aria-pressed", String(entry.was === was));
        return mark;
      });
      const choice = make("div", { className: "d-print-none" }, "It was: ", ...marks);
      choice.setAttribute("role", "group");
      choice.setAttribute("aria-label", "How good your guess was");
      again.replaceChildren(make("p", {}, `You guessed: ${entry.guess}`), choice);
    };
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const guess = field.value.trim();
      write(question, guess ? { guess, was: stored[page][question]?.was } : undefined);
      show();
      tell();
      (guess ? change : field).focus();
    });
    change.addEventListener("click", () => {
      show(true);
      field.focus();
    });
    show();
    return show;
  });
  tell();
});
