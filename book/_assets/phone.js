// Figures where there is little room: panels that stand side by side stand below each other
// (panels.js), small letters grow (letters.js), and a tap (on any screen: a line of the figure's
// menu) shows a drawing on the whole screen.
document.addEventListener("DOMContentLoaded", () => {
  const narrow = matchMedia("(width < 520px)");
  /** @type {*[]} */
  const drawings = [...document.querySelectorAll(".rc-figure .rc-drawing")];
  const layOut = () => {
    if (narrow.matches) drawings.forEach(window.rcStack);
    for (const drawing of drawings)
      drawing.classList.toggle(
        "rc-stacked",
        narrow.matches && Boolean(drawing.querySelector(":scope > .rc-stack")),
      );
    if (document.fonts.status !== "loaded") return void document.fonts.ready.then(layOut);
    for (const drawing of drawings)
      narrow.matches
        ? window.rcGrowLetters(drawing)
        : drawing.querySelector(":scope > svg")?.rcAsDrawn?.();
  };

  // One dialog for all figures. The drawing itself moves into it and back, so that it stays one.
  const { make } = window.rcPage;
  const closeButton = make("button", {
    type: "button",
    textContent: "\u00d7",
    "aria-label": "Close",
    onclick: () => dialog.close(),
  });
  const room = make("div", { className: "rc-room" });
  const dialog = make("dialog", { className: "rc-large" }, closeButton, room);
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  document.body.append(dialog);

  window.rcEnlarge = (figure) => {
    /** @type {HTMLElement} */
    const drawing = figure.querySelector(".rc-drawing");
    /** @type {SVGSVGElement} */
    const svg = drawing.querySelector("svg[role=img]");
    const { width, height } = svg.viewBox.baseVal;
    drawing.style.minHeight = `${drawing.offsetHeight}px`; // the page below stays where it is
    room.append(svg);
    room.style.setProperty("--ratio", String(width / height));
    dialog.classList.toggle("rc-turned", innerHeight > innerWidth && width > 1.2 * height);
    dialog.setAttribute("aria-label", figure.querySelector(".rc-number")?.textContent ?? "Figure");
    dialog.addEventListener(
      "close",
      () => {
        drawing.prepend(svg);
        drawing.style.minHeight = "";
      },
      { once: true },
    );
    dialog.showModal(); // Esc closes it, and the focus goes back to where it was
  };
  for (const drawing of drawings)
    drawing.addEventListener(
      "click",
      () =>
        narrow.matches &&
        getSelection().isCollapsed &&
        window.rcEnlarge(drawing.closest("figure")),
    );

  layOut();
  narrow.addEventListener("change", layOut);
  document.fonts.ready.then(layOut);
});
