// A link to a card opens it. The ledger's page also shows only the claims that were chosen, and
// remembers the choice in the address.
document.addEventListener("DOMContentLoaded", () => {
  const openCard = () => {
    const card = document.getElementById(location.hash.slice(1))?.closest(".claim-card");
    for (const details of card?.querySelectorAll(":scope > details") ?? [])
      details.setAttribute("open", "");
  };
  addEventListener("hashchange", openCard);
  openCard();
  /** @type {HTMLFormElement} */
  const form = document.querySelector("form.claim-filter");
  if (!form) return;
  const fields = [...form.querySelectorAll("select")];
  /** @type {NodeListOf<HTMLElement>} */
  const entries = document.querySelectorAll("article[data-verdict]");
  const chosen = new URLSearchParams(location.search);
  for (const field of fields)
    if ([...field.options].some((o) => o.value === chosen.get(field.name)))
      field.value = chosen.get(field.name);

  const showEntries = () => {
    const filters = fields.filter((field) => field.value);
    const fits = (entry) =>
      filters.every((field) => entry.dataset[field.name].split(" ").includes(field.value));
    let count = 0;
    for (const entry of entries) {
      entry.hidden = !fits(entry);
      if (!entry.hidden) count += 1;
      const tile = document.querySelector(`a.claim-tile[href="#${entry.id}"]`);
      tile?.classList.toggle("claim-dim", entry.hidden);
    }
    form.querySelector("output").textContent = `${count} of ${entries.length} claims`;
  };
  const storeChoice = (hash) => {
    const query = String(
      new URLSearchParams(fields.filter((f) => f.value).map((f) => [f.name, f.value])),
    );
    try {
      history.replaceState(null, "", location.pathname + (query && `?${query}`) + hash);
    } catch {
      /* a page that was opened as a file may not change its address */
    }
  };
  // A link to a claim that is hidden shows it, and all others. Links name a place
  // within the entry, #A2 or #claim-a2, or the entry, #claim-A2.
  const revealTarget = () => {
    const target = document.getElementById(location.hash.slice(1));
    if (!target?.closest("article[hidden]")) return;
    for (const field of fields) field.value = "";
    showEntries();
    target.scrollIntoView();
    storeChoice(location.hash);
  };
  form.addEventListener("change", () => {
    showEntries();
    storeChoice("");
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  addEventListener("hashchange", revealTarget);
  form.hidden = false;
  showEntries();
  revealTarget();
});
