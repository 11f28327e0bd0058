// The page on which an article is coded. What is typed is kept in the browser until the server has saved it.
"use strict";

(() => {
  const desk = document.getElementById("desk");
  const address = desk.dataset.address;
  const form = document.getElementById("claim");
  const sheet = document.getElementById("sheet");
  const storageKey = (name) => `${address} ${name}`;
  let state = null;
  let names = {};
  let passage = null;
  let isHandEdited = false; // whether the lines for the sheet were edited by hand, so that the form no longer writes them

  const element = (name, properties = {}, ...children) => {
    const created = Object.assign(document.createElement(name), properties);
    created.append(...children);
    return created;
  };

  const say = (text, isProblem = false) => {
    const message = document.getElementById("message");
    message.textContent = text;
    message.className = isProblem ? "problem" : "note";
  };

  // The answer of the server; null where it cannot be reached: then what was typed stays in the browser.
  const ask = async (path, change) => {
    try {
      const options = change === undefined ? {} : { method: "POST", body: JSON.stringify(change) };
      const response = await fetch(`${address}/${path}`, options);
      return { status: response.status, body: await response.json() };
    } catch {
      say("The server does not answer. What you typed is kept in this browser; try again.", true);
      return null;
    }
  };

  const remember = (name, value) => localStorage.setItem(storageKey(name), value);
  const recall = (name) => localStorage.getItem(storageKey(name));
  const forget = (name) => localStorage.removeItem(storageKey(name));

  // ---- the text

  const showText = () => {
    const text = document.getElementById("text");
    const scrolled = text.scrollTop;
    text.replaceChildren(
      ...state.passages.map((item) => {
        const button = element("button", { type: "button", className: `passage ${item.covered ? "covered" : "bare"}` });
        button.textContent = item.words || item.name;
        button.title = `${item.name}: ${item.covered ? "coded" : "not coded yet"}`;
        button.setAttribute("aria-pressed", String(item.name === passage));
        button.dataset.passage = item.name;
        if (item.kind) button.dataset.kind = item.kind;
        button.addEventListener("click", () => choose(item.name));
        return button;
      }),
    );
    text.scrollTop = scrolled;
    const uncoded = state.uncovered;
    document.getElementById("coverage").textContent =
      uncoded === 0 ? "Every sentence is coded." : `${uncoded} of ${state.passages.length} sentences are not coded yet.`;
  };

  // The problems of the sheet as a whole, joined by what linked data know of its new things once that is known, too.
  const showRemarks = async () => {
    const list = document.getElementById("sheet-remarks");
    const shownState = state;
    const show = (remarks) => {
      list.replaceChildren(...remarkItems(remarks));
      const count = remarks.length;
      document.getElementById("remark-count").textContent =
        count === 0 ? "No problems found in the coding sheet." : `${count} ${count === 1 ? "remark" : "remarks"} on the coding sheet`;
    };
    show(shownState.remarks);
    const answer = await ask("duplicates.json");
    if (answer?.status === 200 && shownState === state) show([...shownState.remarks, ...answer.body]);
  };

  // Words selected in the text become the quoted words of the last source.
  document.addEventListener("mouseup", () => {
    const selected = String(document.getSelection()).trim();
    const isInText = document.getSelection().anchorNode?.parentElement?.closest("#text");
    const lastField = [...document.querySelectorAll("#steps .words")].pop();
    if (isInText && selected && lastField) {
      lastField.value = selected.replace(/^[“"]|[”"]$/g, "");
      compose();
    }
  });

  // ---- the blocks of a passage

  const currentPassage = () => state.passages.find((item) => item.name === passage);

  const choose = (name) => {
    passage = name;
    document.getElementById("place").textContent = `Entries for ${name}:`;
    form.hidden = false;
    showText();
    showBlocks();
    restore();
  };

  const withFullStop = (text) => (/[.!?]$/.test(text) ? text : `${text}.`);

  const sentence = (text) => withFullStop(text.charAt(0).toUpperCase() + text.slice(1));

  const explanation = ({ title, remedy }) => withFullStop(title) + (remedy ? ` ${sentence(remedy)}` : "");

  const remarkItems = (remarks) =>
    remarks.map((remark) => {
      const place = remark.line ? `line ${remark.line}: ` : "";
      const text = `${place}${withFullStop(remark.message)} ${sentence(remark.remedy)}`;
      return element("li", { className: remark.severity, textContent: text });
    });

  const showBlocks = () => {
    document.getElementById("blocks").replaceChildren(...currentPassage().blocks.map(blockEditor));
  };

  const blockEditor = (text, index) => {
    const draft = `${passage} block ${text}`;
    const label = `Block ${index + 1}`;
    const area = element("textarea", { value: recall(draft) ?? text, rows: text.split("\n").length + 1, spellcheck: false });
    area.setAttribute("aria-label", label);
    const remarks = element("ul", { className: "remarks" });
    const edited = passage;
    area.addEventListener("input", () => {
      remember(draft, area.value);
      later(draft, async () => {
        const answer = await ask("check", { passage: edited, old: text, new: area.value });
        if (answer?.status === 200) remarks.replaceChildren(...remarkItems(answer.body));
      });
    });
    const button = (verb, replacement) => {
      const created = element("button", { type: "button", textContent: verb });
      created.setAttribute("aria-label", `${verb} block ${index + 1}`);
      created.addEventListener("click", () => save(edited, text, replacement(), draft, remarks));
      return created;
    };
    const status = element("div", {}, remarks);
    status.setAttribute("role", "status");
    return element("div", { className: "block" }, area, status, button("Save", () => area.value), " ", button("Remove", () => ""));
  };

  // Save a change: a conflict shows what is in the sheet now, and overwrites nothing.
  const save = async (edited, before, after, draft, remarks) => {
    clearTimeout(timers[draft]); // what is being saved need not be checked as well
    const answer = await ask("save", { passage: edited, old: before, new: after });
    if (answer === null) return false;
    if (answer.status === 409) {
      say(`Not saved: ${explanation(answer.body)}`, true);
      const current = answer.body.current.join("\n");
      remarks.replaceChildren(
        element("li", { className: "violation" }, "In the sheet now: ", element("pre", { textContent: current || "nothing" })),
        element("li", { className: "violation" }, "Your version: ", element("pre", { textContent: after || "removed" })),
      );
      return false;
    }
    if (answer.status !== 200) {
      say(`Not saved: ${explanation(answer.body)}`, true);
      return false;
    }
    forget(draft);
    state = answer.body;
    say("Saved.");
    showText();
    showRemarks();
    showBlocks();
    return true;
  };

  const timers = {};
  const later = (name, work) => {
    clearTimeout(timers[name]);
    timers[name] = setTimeout(work, 500);
  };

  // ---- the form

  const offerNames = (field, source = field) => {
    const id = `names-${field}`;
    document.getElementById(id)?.remove();
    form.append(element("datalist", { id }, ...(names[source] ?? []).map((value) => element("option", { value }))));
  };

  const options = (values, selected) =>
    values.map((value) => element("option", { value, textContent: value, selected: value === selected }));

  const addStep = (who = "", mode = "Paraphrase", via = "", words = "") => {
    const number = document.querySelectorAll("#steps .step").length + 1;
    const field = (name, label, control) =>
      element(
        "p",
        {},
        element("label", { htmlFor: `${name}-${number}`, textContent: `${label} ${number}` }),
        Object.assign(control, { id: `${name}-${number}` }),
      );
    const input = (name, value, source) => {
      const created = element("input", { className: name, value, autocomplete: "off", spellcheck: false });
      if (source) created.setAttribute("list", `names-${source}`);
      return created;
    };
    const remove = element("button", { type: "button", textContent: `Remove source ${number}` });
    const step = element(
      "div",
      { className: "step" },
      field("who", "Source", input("who", who, "attributedTo")),
      field("mode", "Mode of source", element("select", { className: "mode" }, ...options(names.attributionMode ?? [], mode))),
      field("via", "Citation for source", input("via", via, "viaCitation")),
      field("words", "Quoted words of source", input("words", words)),
      remove,
    );
    remove.addEventListener("click", () => {
      step.remove();
      compose();
    });
    document.getElementById("steps").append(step);
  };

  const readForm = () => ({
    own: form.elements.own.value,
    kind: form.elements.kind.value,
    label: form.elements.label.value.trim(),
    holder: form.elements.holder.value.trim(),
    attitude: form.elements.attitude.value.trim(),
    position: form.elements.position.value.trim(),
    target: form.elements.target.value.trim(),
    content: form.elements.content.value.trim(),
    ...Object.fromEntries(PROPOSITION_FIELDS.map((name) => [name, form.elements[name].value.trim()])),
    certainty: form.elements.certainty.value.trim(),
    issue: form.elements.issue.value.trim(),
    steps: [...document.querySelectorAll("#steps .step")].map((step) =>
      Object.fromEntries(["who", "mode", "via", "words"].map((name) => [name, step.querySelector(`.${name}`).value.trim()])),
    ),
  });

  const slug = (text) =>
    text.toLowerCase().normalize("NFKD").replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "").split("-").slice(0, 6).join("-");

  const quote = (text) => `"${text.replace(/\\/g, "\\\\").replace(/"/g, '\\"')}"`;

  // A thing is named after its label: Ivan Petrov, IvanPetrov.
  const localName = (label) =>
    label.normalize("NFKD").replace(/[^\w\s-]+/g, "").split(/[\s-]+/).filter(Boolean)
      .map((part) => part[0].toUpperCase() + part.slice(1)).join("");

  // What a proposition says: its predicate, and what plays a role in it.
  const PROPOSITION_FIELDS = [
    "predicate", "polarity", "modality", "agent", "coAgent", "theme", "patient", "topic", "attribute", "manner", "location",
  ];

  const isClaim = (kind) => kind === "stance" || kind === "proposition";

  // The lines of the sheet for an entry of the form.
  const sheetLines = (entry) => {
    if (entry.kind === "no claim") return `no claim: ${entry.label}`;
    if (!isClaim(entry.kind)) return `${entry.kind} ${localName(entry.label)}: ${entry.label}`;
    const steps = entry.steps.map(
      (step) => `${step.who}: ${step.mode}${step.via ? ` via ${step.via}` : ""}${step.words ? ` ${quote(step.words)}` : ""}`,
    );
    const fields = (pairs) => pairs.filter(([, value]) => value).map(([name, value]) => `${name}: ${value}`).join("; ");
    const proposition = (certainty) => [
      ["certainty", certainty],
      ...PROPOSITION_FIELDS.map((field) => [field, entry[field]]),
      ["issue", entry.issue],
    ];
    const name = slug(entry.label);
    const content = entry.kind === "stance" && entry.content ? slug(entry.content) : "";
    const lines = [`says ${[entry.own, ...steps].join(" > ")}`, `  ${entry.kind} ${name}: ${entry.label}`];
    const pairs =
      entry.kind === "stance"
        ? [["holder", entry.holder], ["attitude", entry.attitude], ["position", entry.position], ["certainty", entry.certainty], ["target", entry.target], ["content", content], ["issue", entry.issue]]
        : proposition(entry.certainty);
    lines.push(`    ${fields(pairs)}`);
    if (content) {
      lines.push(`proposition ${content}: ${entry.content}`);
      lines.push(`  ${fields(proposition("Flat"))}`);
    }
    return lines.join("\n");
  };

  const drawChain = (entry) => {
    const levels = [["the article", entry.own], ...entry.steps.map((step) => [step.who || "…", step.mode])];
    const items = levels.map(([who, mode]) => element("li", {}, element("b", { textContent: who }), ` ${mode}`));
    const claim = entry.kind === "stance" ? `${entry.holder || "…"} ${entry.attitude || "…"}` : entry.label || "…";
    items.push(element("li", { className: "claimed" }, element("b", { textContent: claim })));
    if (entry.kind === "stance" && entry.content) {
      items.push(element("li", { className: "content" }, `that: ${entry.content}`, element("i", { textContent: " (asserted by nobody)" })));
    }
    document.getElementById("chain").replaceChildren(...items);
  };

  const compose = () => {
    const entry = readForm();
    for (const name of ["holder", "attitude", "position", "target", "content"]) {
      form.elements[name].parentElement.hidden = entry.kind !== "stance";
    }
    for (const name of ["certainty", "issue"]) {
      form.elements[name].parentElement.hidden = !isClaim(entry.kind);
    }
    const hasProposition = entry.kind === "proposition" || (entry.kind === "stance" && entry.content !== "");
    document.getElementById("what-it-says").hidden = !hasProposition;
    for (const id of ["who-says", "chain-preview"]) document.getElementById(id).hidden = !isClaim(entry.kind);
    const label =
      isClaim(entry.kind) ? "The claim, in your own words" : entry.kind === "no claim" ? "Why there is no claim" : "Name";
    document.getElementById("label-label").textContent = label;
    drawChain(entry);
    if (!isHandEdited) sheet.value = entry.label ? sheetLines(entry) : "";
    remember(`${passage} form`, JSON.stringify({ ...entry, own_sheet: isHandEdited ? sheet.value : null }));
    checkEntry();
  };

  const checkEntry = () => {
    const text = sheet.value;
    const checked = passage;
    if (!text.trim()) {
      document.getElementById("remarks").replaceChildren();
      return;
    }
    later("form", async () => {
      const answer = await ask("check", { passage: checked, old: "", new: text });
      if (answer?.status === 200 && checked === passage && text === sheet.value) {
        const items = remarkItems(answer.body);
        const fine = element("li", { className: "fine", textContent: "No problems found in this entry." });
        document.getElementById("remarks").replaceChildren(...(items.length ? items : [fine]));
      }
    });
  };

  // Bring back what was typed for this passage and never saved.
  const restore = () => {
    form.reset();
    isHandEdited = false;
    document.getElementById("steps").replaceChildren();
    form.elements.own.replaceChildren(...options(names.attributionMode ?? [], "OwnStatement"));
    form.elements.certainty.value = "Flat";
    const entry = JSON.parse(recall(`${passage} form`) ?? "null");
    if (entry) {
      for (const name of Object.keys(entry)) {
        if (form.elements[name] && typeof entry[name] === "string") form.elements[name].value = entry[name];
      }
      entry.steps.forEach((step) => addStep(step.who, step.mode, step.via, step.words));
      isHandEdited = entry.own_sheet !== null;
      if (isHandEdited) sheet.value = entry.own_sheet;
    }
    compose();
  };

  form.addEventListener("input", (event) => {
    if (event.target === sheet) {
      isHandEdited = true;
    }
    compose();
  });
  document.getElementById("add-step").addEventListener("click", () => {
    addStep();
    if (form.elements.own.value === "OwnStatement") form.elements.own.value = "Report";
    compose();
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!sheet.value.trim()) {
      say("There is nothing to add yet. Fill in the form first.", true);
      return;
    }
    const remarks = document.getElementById("remarks");
    if (await save(passage, "", sheet.value, `${passage} form`, remarks)) {
      await loadNames();
      restore();
    }
  });
  document.getElementById("publish").addEventListener("click", async () => {
    say("Compiling and building …");
    const answer = await ask("publish", {});
    if (answer === null) return;
    if (answer.status === 200) say(`Published: version ${answer.body.version.slice(0, 16)}, ${answer.body.quads} quads.`);
    else say(`Not published: ${explanation(answer.body)}`, true);
  });

  const loadNames = async () => {
    const answer = await ask("names.json");
    if (answer?.status === 200) names = answer.body;
    for (const field of Object.keys(names)) offerNames(field);
    for (const role of ["agent", "coAgent", "theme", "patient"]) offerNames(role, "holder");
    offerNames("topic", "issue");
    const selected = form.elements.kind.value;
    document.getElementById("new-things").replaceChildren(...options(names.kind ?? [], selected));
  };

  const start = async () => {
    const answer = await ask("state.json");
    if (answer === null) return;
    if (answer.status !== 200) {
      say(sentence(explanation(answer.body)), true);
      return;
    }
    state = answer.body;
    await loadNames();
    showText();
    await showRemarks();
  };
  start();
})();
