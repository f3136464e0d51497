// Paper is white: a page is light while it is printed, whatever it was before. What is walked step
// by step stands at its end, where all of it is seen.
(() => {
  const { dataset } = document.documentElement;
  let before;
  let positions = [];
  addEventListener("beforeprint", () => {
    before = dataset.theme;
    dataset.theme = "light";
    /** @type {*[]} */
    const figures = [...document.querySelectorAll("figure.rc-live > *")];
    positions = figures
      .map(({ view }) => view)
      .filter((view) => view?.walked)
      .map((view) => [view, view.position]);
    for (const [view] of positions) view.move(view.last);
  });
  addEventListener("afterprint", () => {
    if (before) dataset.theme = before;
    for (const [view, position] of positions) view.move(position);
  });
})();
