// The ledger's page: shows only the claims that were chosen, and remembers the choice in the address.
document.addEventListener("DOMContentLoaded", () => {
  const form = document.querySelector("form.claim-filter");
  if (!form) return;
  const fields = [...form.querySelectorAll("select")];
  const entries = [...document.querySelectorAll("article[data-verdict]")];
  const chosen = new URLSearchParams(location.search);
  for (const field of fields)
    if ([...field.options].some((o) => o.value === chosen.get(field.name)))
      field.value = chosen.get(field.name);

  const show = () => {
    const wanted = fields.filter((field) => field.value);
    const fits = (entry) =>
      wanted.every((field) => entry.dataset[field.name].split(" ").includes(field.value));
    let count = 0;
    for (const entry of entries) {
      entry.hidden = !fits(entry);
      count += !entry.hidden;
      const tile = document.querySelector(`a.claim-tile[href="#${entry.id}"]`);
      tile?.classList.toggle("claim-dim", entry.hidden);
    }
    form.querySelector("output").textContent = `${count} of ${entries.length} claims`;
  };
  form.addEventListener("change", () => {
    const query = new URLSearchParams(fields.filter((f) => f.value).map((f) => [f.name, f.value]));
    history.replaceState(null, "", `${location.pathname}${query.size ? `?${query}` : ""}`);
    show();
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  // A link to a claim that is hidden shows it.
  addEventListener("hashchange", () => {
    if (!document.querySelector(`${location.hash}[hidden]`)) return;
    for (const field of fields) field.value = "";
    show();
    document.querySelector(location.hash).scrollIntoView();
  });
  form.hidden = false;
  show();
});
