// The workbench: YASGUI for the endpoint of this server. It completes the graph's own terms and prefixes, and asks no
// other server; this one also draws the picture of an answer.
"use strict";
{
  const container = document.getElementById("workbench");
  const root = container.dataset.root;
  const plainForm = document.getElementById("plain");
  const initialQuery = plainForm.querySelector("textarea").value;

  class Picture {
    constructor(yasr) {
      this.yasr = yasr;
      this.priority = 3;
      this.label = "Picture";
    }
    static query = initialQuery;
    canHandleResults() {
      const results = this.yasr.results;
      return Boolean(results && results.getVariables && results.getVariables().length > 0);
    }
    getIcon() {
      const icon = document.createElement("span");
      icon.textContent = "◔";
      icon.setAttribute("aria-hidden", "true");
      return icon;
    }
    async draw() {
      const response = await fetch(`${root}/picture`, { method: "POST", body: new URLSearchParams({ query: Picture.query }) });
      const figure = document.createElement("div");
      figure.className = "scroll";
      if (response.ok) {
        const svg = new DOMParser().parseFromString(await response.text(), "image/svg+xml").documentElement;
        figure.append(document.importNode(svg, true));
      } else {
        figure.textContent = (await response.json()).title;
      }
      this.yasr.resultsEl.replaceChildren(figure);
    }
  }

  function completer(name, terms) {
    return { get: () => Promise.resolve(terms), bulk: true, name };
  }

  // Add the roles and names that YASGUI omits and that screen readers and the keyboard need.
  function makeAccessible() {
    for (const button of container.querySelectorAll(".addTab")) {
      button.setAttribute("role", "tab");
      button.setAttribute("aria-selected", "false");
    }
    for (const editor of container.querySelectorAll(".yasqe .CodeMirror")) {
      editor.querySelector("textarea").setAttribute("aria-label", "SPARQL query");
      editor.querySelector(".CodeMirror-scroll").tabIndex = 0;
    }
  }

  async function open() {
    const terms = await (await fetch(`${root}/workbench/terms.json`, { headers: { Accept: "application/json" } })).json();
    Yasgui.Yasr.registerPlugin("Picture", Picture);
    Yasgui.Yasqe.forkAutocompleter("class", completer("graph-classes", terms.classes));
    Yasgui.Yasqe.forkAutocompleter("property", completer("graph-properties", terms.properties));
    const prefixes = Object.entries(terms.prefixes).map(([prefix, iri]) => `${prefix}: <${iri}>`);
    Yasgui.Yasqe.forkAutocompleter("prefixes", completer("graph-prefixes", prefixes));
    Yasgui.Yasqe.defaults.autocompleters = ["variables", "graph-classes", "graph-properties", "graph-prefixes"];
    const yasgui = new Yasgui(container, {
      requestConfig: { endpoint: `${root}/sparql`, method: "POST" },
      endpointCatalogueOptions: { getData: () => [{ endpoint: `${root}/sparql` }] },
      copyEndpointOnNewTab: true,
      persistenceId: null,
      populateFromUrl: false,
      yasqe: { value: initialQuery, persistenceId: null },
      yasr: { prefixes: terms.prefixes, persistenceId: null, pluginOrder: ["table", "Picture", "response"], defaultPlugin: "table" },
    });
    plainForm.hidden = true;
    const editor = () => yasgui.getTab().getYasqe();
    yasgui.on("query", () => { Picture.query = editor().getValue(); });
    yasgui.getTab().setQuery(initialQuery);
    yasgui.on("tabSelect", () => setTimeout(makeAccessible));
    makeAccessible();
    for (const link of document.querySelectorAll("[data-question]")) {
      link.addEventListener("click", (event) => {
        event.preventDefault();
        const question = terms.questions.find((item) => item.name === link.dataset.question);
        yasgui.getTab().setQuery(question.text);
        link.closest("details").open = false;
        editor().focus();
      });
    }
  }

  open();
}
