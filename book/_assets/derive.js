// Derivations, lists marked {.derivation}: who asks for it sees one line at a time, and may try
// the next one first. Nothing is hidden before somebody asks, and nothing on paper.
document.addEventListener("DOMContentLoaded", () => {
  const { make, button } = window.rcPage;
  const makeRow = (...children) => make("p", { className: "rc-lines d-print-none" }, ...children);

  for (const list of document.querySelectorAll(".bd-article ol.derivation")) {
    /** @type {*[]} */
    const lines = [...list.children];
    let shown = lines.length;
    const showLines = (count) => {
      shown = count;
      lines.forEach((line, n) => {
        line.hidden = n >= count;
      });
      allButton.hidden = count === lines.length;
      nextButton.textContent = allButton.hidden
        ? "Once more"
        : `Show line ${count + 1} of ${lines.length}`;
    };
    /** The buttons move with the last line: the one in use keeps the focus and stays in view. */
    const keepInView = () => {
      nextButton.focus();
      nextButton.scrollIntoView({ block: "nearest", behavior: "instant" });
    };
    const nextButton = button("", () => {
      showLines(shown === lines.length ? 1 : shown + 1);
      keepInView();
    });
    const allButton = button("Show all", () => {
      showLines(lines.length);
      keepInView();
    });
    const below = makeRow(nextButton, allButton);
    const above = makeRow(
      button("Line by line", () => {
        above.hidden = true;
        below.hidden = false;
        showLines(1);
        keepInView();
        list.setAttribute("aria-live", "polite"); // from here on, a line that appears is read out
      }),
    );
    below.hidden = true;
    list.before(above);
    list.after(below);
    // A reference to an equation leads to it, also where its line is hidden.
    document.addEventListener("click", (event) => {
      /** @type {*} */
      const { target } = event;
      const name = target.closest("a[href*='#']")?.hash.slice(1);
      if (
        name &&
        lines.some((line) => line.hidden && line.contains(document.getElementById(name)))
      )
        showLines(lines.length);
    });
  }
});
