// The search finds as one types: accessible-autocomplete around the field that works without.
"use strict";
{
  const form = document.querySelector("form[data-search]");
  const input = form.querySelector("input");
  const place = input.parentElement;
  const words = input.value;
  const hrefs = new Map();
  let asked = 0;

  async function find(query, show) {
    const number = ++asked;
    const address = `${form.dataset.search}?${new URLSearchParams({ words: query })}`;
    const answer = await fetch(address, { headers: { Accept: "application/json" } });
    if (!answer.ok || number !== asked) return;
    const found = await answer.json();
    for (const one of found) hrefs.set(`${one.name} (${one.kind})`, one.href);
    show(found.slice(0, 12).map((one) => `${one.name} (${one.kind})`));
  }

  input.remove();
  accessibleAutocomplete({
    element: place,
    id: "words",
    name: "words",
    defaultValue: words,
    placeholder: input.placeholder,
    minLength: 2,
    confirmOnBlur: false,
    showNoOptionsFound: false,
    displayMenu: "overlay",
    source: find,
    onConfirm: (chosen) => {
      if (hrefs.has(chosen)) window.location.assign(hrefs.get(chosen));
    },
  });
}
