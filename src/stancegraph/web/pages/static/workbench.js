// The workbench: YASGUI around the endpoint of this server. Completion knows the graph's own terms and prefixes, and
// nothing is asked of any other server; a picture of the answer is drawn by this one.
"use strict";
{
  const place = document.getElementById("workbench");
  const root = place.dataset.root;
  const plain = document.getElementById("plain");
  const first = plain.querySelector("textarea").value;

  class Picture {
    constructor(yasr) {
      this.yasr = yasr;
      this.priority = 3;
      this.label = "Picture";
    }
    static query = first;
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
      const answer = await fetch(`${root}/picture`, { method: "POST", body: new URLSearchParams({ query: Picture.query }) });
      const figure = document.createElement("div");
      figure.className = "scroll";
      if (answer.ok) {
        const svg = new DOMParser().parseFromString(await answer.text(), "image/svg+xml").documentElement;
        figure.append(document.importNode(svg, true));
      } else {
        figure.textContent = (await answer.json()).title;
      }
      this.yasr.resultsEl.replaceChildren(figure);
    }
  }

  function completer(name, terms) {
    return { get: () => Promise.resolve(terms), bulk: true, name };
  }

  // What YASGUI leaves out for those who do not see it or use the keyboard.
  function mend() {
    for (const button of place.querySelectorAll(".addTab")) {
      button.setAttribute("role", "tab");
      button.setAttribute("aria-selected", "false");
    }
    for (const editor of place.querySelectorAll(".yasqe .CodeMirror")) {
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
    const yasgui = new Yasgui(place, {
      requestConfig: { endpoint: `${root}/sparql`, method: "POST" },
      endpointCatalogueOptions: { getData: () => [{ endpoint: `${root}/sparql` }] },
      copyEndpointOnNewTab: true,
      persistenceId: null,
      populateFromUrl: false,
      yasqe: { value: first, persistenceId: null },
      yasr: { prefixes: terms.prefixes, persistenceId: null, pluginOrder: ["table", "Picture", "response"], defaultPlugin: "table" },
    });
    plain.hidden = true;
    const editor = () => yasgui.getTab().getYasqe();
    yasgui.on("query", () => { Picture.query = editor().getValue(); });
    yasgui.getTab().setQuery(first);
    yasgui.on("tabSelect", () => setTimeout(mend));
    mend();
    for (const link of document.querySelectorAll("[data-question]")) {
      link.addEventListener("click", (event) => {
        event.preventDefault();
        const question = terms.questions.find((one) => one.name === link.dataset.question);
        yasgui.getTab().setQuery(question.text);
        link.closest("details").open = false;
        editor().focus();
      });
    }
  }

  open();
}
