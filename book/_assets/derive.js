// Derivations, lists marked {.derivation}: who asks for it sees one line at a time, and may try
// the next one first. Nothing is hidden before somebody asks, and nothing on paper.
document.addEventListener("DOMContentLoaded", () => {
  const { make, button } = window.rcPage;
  const makeRow = (...children) => make("p", { className: "rc-lines d-print-none" }, ...children);

  for (const list of document.querySelectorAll(".bd-article ol.derivation")) {
    const lines = [...list.children];
    let shown = lines.length;
    const show = (count) => {
      shown = count;
      lines.forEach((line, n) => {
        line.hidden = n >= count;
      });
      all.hidden = count === lines.length;
      next.textContent = all.hidden ? "Once more" : `Show line ${count + 1} of ${lines.length}`;
    };
    /**
     * The buttons below the last line move with it: the one in use keeps the focus and stays in
     * view.
     */
    const stay = () => {
      next.focus();
      next.scrollIntoView({ block: "nearest", behavior: "instant" });
    };
    const next = button("", () => {
      show(shown === lines.length ? 1 : shown + 1);
      stay();
    });
    const all = button("Show all", () => {
      show(lines.length);
      stay();
    });
    const below = makeRow(next, all);
    const above = makeRow(
      button("Line by line", () => {
        above.hidden = true;
        below.hidden = false;
        show(1);
        stay();
        list.setAttribute("aria-live", "polite"); // from here on, a line that appears is read out
      }),
    );
    below.hidden = true;
    list.before(above);
    list.after(below);
    // A reference to an equation leads to it, also where its line is hidden.
    document.addEventListener("click", ({ target }) => {
      const name = target.closest("a[href*='#']")?.hash.slice(1);
      if (
        name &&
        lines.some((line) => line.hidden && line.contains(document.getElementById(name)))
      )
        show(lines.length);
    });
  }
});
