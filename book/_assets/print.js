// Paper is white: a page is light while it is printed, whatever it was before.
(() => {
  const { dataset } = document.documentElement;
  let before;
  addEventListener("beforeprint", () => {
    before = dataset.theme;
    dataset.theme = "light";
  });
  addEventListener("afterprint", () => {
    if (before) dataset.theme = before;
  });
})();
