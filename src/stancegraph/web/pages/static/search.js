// The search suggests names while one types: accessible-autocomplete in place of the field that works without scripts.
"use strict";
{
  const form = document.querySelector("form[data-search]");
  const input = form.querySelector("input");
  const container = input.parentElement;
  const initialText = input.value;
  const hrefs = new Map();
  let requests = 0;

  async function suggest(query, show) {
    const number = ++requests;
    const address = `${form.dataset.search}?${new URLSearchParams({ words: query })}`;
    const response = await fetch(address, { headers: { Accept: "application/json" } });
    if (!response.ok || number !== requests) return; // only the latest request counts
    const hits = await response.json();
    for (const hit of hits) hrefs.set(`${hit.name} (${hit.kind})`, hit.href);
    show(hits.slice(0, 12).map((hit) => `${hit.name} (${hit.kind})`));
  }

  input.remove();
  accessibleAutocomplete({
    element: container,
    id: "words",
    name: "words",
    defaultValue: initialText,
    placeholder: input.placeholder,
    minLength: 2,
    confirmOnBlur: false,
    showNoOptionsFound: false,
    displayMenu: "overlay",
    source: suggest,
    onConfirm: (suggestion) => {
      if (hrefs.has(suggestion)) window.location.assign(hrefs.get(suggestion));
    },
  });
}
