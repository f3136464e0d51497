// Shows in the search dialog of any page what is found while the reader types. The index is loaded
// with the first letter; then search.js does here what it does on the search page.
document.addEventListener("DOMContentLoaded", () => {
  const dialog = document.getElementById("pst-search-dialog");
  const field = dialog?.querySelector("input[type=search]");
  if (!field || document.getElementById("search-results")) return; // there it is the page itself
  const root = document.documentElement.dataset.content_root ?? "./";
  const makeScript = (path, rest = {}) =>
    Object.assign(document.createElement("script"), {
      src: `${root}_static/${path}`,
      async: false,
      ...rest,
    });
  field.addEventListener(
    "input",
    () => {
      const results = document.createElement("div");
      results.className = "rc-search rc-search-typing";
      results.innerHTML = '<p id="search-count" role="status"></p><ol id="search-results"></ol>';
      dialog.append(results);
      const search = makeScript("search.js");
      Object.assign(search.dataset, { root, api: `${root}_static/search-api.js`, shown: "8" });
      document.head.append(
        makeScript("vendor/minisearch/minisearch.js"),
        search,
        makeScript("search-book.js"),
      );
    },
    { once: true },
  );
});
