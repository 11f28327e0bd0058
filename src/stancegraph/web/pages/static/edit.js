// The page on which an article is coded. What is typed is kept in the browser until the server has it.
"use strict";

(() => {
  const desk = document.getElementById("desk");
  const address = desk.dataset.address;
  const form = document.getElementById("claim");
  const sheet = document.getElementById("sheet");
  const kept = (name) => `${address} ${name}`;
  let state = null;
  let names = {};
  let passage = null;
  let own = false; // whether the sheet's lines were edited by hand

  const element = (name, told = {}, ...children) => {
    const made = Object.assign(document.createElement(name), told);
    made.append(...children);
    return made;
  };

  const say = (words, wrong = false) => {
    const message = document.getElementById("message");
    message.textContent = words;
    message.className = wrong ? "problem" : "note";
  };

  // What the server answers; null where it cannot be reached: then what was typed stays in the browser.
  const ask = async (path, change) => {
    try {
      const told = change === undefined ? {} : { method: "POST", body: JSON.stringify(change) };
      const answer = await fetch(`${address}/${path}`, told);
      return { status: answer.status, ...{ told: await answer.json() } };
    } catch {
      say("The server does not answer. What you typed is kept in this browser; try again.", true);
      return null;
    }
  };

  const remember = (name, value) => localStorage.setItem(kept(name), value);
  const recall = (name) => localStorage.getItem(kept(name));
  const forget = (name) => localStorage.removeItem(kept(name));

  // ---- the text

  const showText = () => {
    const text = document.getElementById("text");
    const place = text.scrollTop;
    text.replaceChildren(
      ...state.passages.map((one) => {
        const button = element("button", { type: "button", className: `passage ${one.covered ? "covered" : "bare"}` });
        button.textContent = one.words || one.name;
        button.title = `${one.name}: ${one.covered ? "coded" : "not coded yet"}`;
        button.setAttribute("aria-pressed", String(one.name === passage));
        button.dataset.passage = one.name;
        if (one.kind) button.dataset.kind = one.kind;
        button.addEventListener("click", () => choose(one.name));
        return button;
      }),
    );
    text.scrollTop = place;
    const bare = state.uncovered;
    document.getElementById("coverage").textContent =
      bare === 0 ? "Every sentence is coded." : `${bare} of ${state.passages.length} sentences are not coded yet.`;
  };

  // What is wrong with the sheet as a whole, and what linked data knows of its new things, once that is told.
  const showRemarks = async () => {
    const shown = document.getElementById("whole");
    const of = state;
    const show = (remarks) => {
      shown.replaceChildren(...remarkItems(remarks));
      const number = remarks.length;
      document.getElementById("whole-count").textContent =
        number === 0 ? "Nothing is wrong with what is coded." : `${number} ${number === 1 ? "remark" : "remarks"} on what is coded`;
    };
    show(of.remarks);
    const answer = await ask("elsewhere.json");
    if (answer?.status === 200 && of === state) show([...of.remarks, ...answer.told]);
  };

  // Words that are selected in the text are those that are quoted by the last step.
  document.addEventListener("mouseup", () => {
    const chosen = String(document.getSelection()).trim();
    const inside = document.getSelection().anchorNode?.parentElement?.closest("#text");
    const last = [...document.querySelectorAll("#steps .words")].pop();
    if (inside && chosen && last) {
      last.value = chosen.replace(/^[“"]|[”"]$/g, "");
      compose();
    }
  });

  // ---- the blocks of a passage

  const current = () => state.passages.find((one) => one.name === passage);

  const choose = (name) => {
    passage = name;
    document.getElementById("place").textContent = `Under ${name}:`;
    form.hidden = false;
    showText();
    showBlocks();
    restore();
  };

  const sentence = (words) => words.charAt(0).toUpperCase() + words.slice(1) + (/[.!?]$/.test(words) ? "" : ".");

  const remarkItems = (remarks) =>
    remarks.map((one) => {
      const place = one.line ? `line ${one.line}: ` : "";
      const message = /[.!?]$/.test(one.message) ? one.message : `${one.message}.`;
      return element("li", { className: one.severity, textContent: `${place}${message} ${sentence(one.remedy)}` });
    });

  const showBlocks = () => {
    document.getElementById("blocks").replaceChildren(...current().blocks.map(blockEditor));
  };

  const blockEditor = (text, number) => {
    const draft = `${passage} block ${text}`;
    const label = `Block ${number + 1}`;
    const area = element("textarea", { value: recall(draft) ?? text, rows: text.split("\n").length + 1, spellcheck: false });
    area.setAttribute("aria-label", label);
    const remarks = element("ul", { className: "remarks" });
    const here = passage;
    area.addEventListener("input", () => {
      remember(draft, area.value);
      later(draft, async () => {
        const answer = await ask("check", { passage: here, old: text, new: area.value });
        if (answer?.status === 200) remarks.replaceChildren(...remarkItems(answer.told));
      });
    });
    const save = element("button", { type: "button", textContent: "Save" });
    save.addEventListener("click", () => store(here, text, area.value, draft, remarks));
    const remove = element("button", { type: "button", textContent: "Remove" });
    remove.addEventListener("click", () => store(here, text, "", draft, remarks));
    const told = element("div", {}, remarks);
    told.setAttribute("role", "status");
    return element("div", { className: "block" }, area, told, save, " ", remove);
  };

  // Save a change: a conflict shows what stands there now, and overwrites nothing.
  const store = async (here, old, fresh, draft, remarks) => {
    clearTimeout(waiting[draft]); // what is being saved need not be checked beside it
    const answer = await ask("save", { passage: here, old, new: fresh });
    if (answer === null) return false;
    if (answer.status === 409) {
      say(`Not saved: ${answer.told.title}. ${answer.told.remedy}.`, true);
      const there = answer.told.there.join("\n");
      remarks.replaceChildren(
        element("li", { className: "violation" }, "What stands there now: ", element("pre", { textContent: there || "nothing" })),
        element("li", { className: "violation" }, "What you wanted: ", element("pre", { textContent: fresh || "to remove it" })),
      );
      return false;
    }
    if (answer.status !== 200) {
      say(`Not saved: ${answer.told.title} ${answer.told.remedy ?? ""}`, true);
      return false;
    }
    forget(draft);
    state = answer.told;
    say("Saved.");
    showText();
    showRemarks();
    showBlocks();
    return true;
  };

  const waiting = {};
  const later = (name, work) => {
    clearTimeout(waiting[name]);
    waiting[name] = setTimeout(work, 500);
  };

  // ---- the form

  const list = (field, source = field) => {
    const id = `names-${field}`;
    document.getElementById(id)?.remove();
    form.append(element("datalist", { id }, ...(names[source] ?? []).map((value) => element("option", { value }))));
  };

  const options = (values, chosen) =>
    values.map((value) => element("option", { value, textContent: value, selected: value === chosen }));

  const addStep = (who = "", mode = "Paraphrase", via = "", words = "") => {
    const number = document.querySelectorAll("#steps .step").length + 1;
    const field = (name, label, input) =>
      element("p", {}, element("label", { htmlFor: `${name}-${number}`, textContent: label }), Object.assign(input, { id: `${name}-${number}` }));
    const input = (name, value, source) => {
      const made = element("input", { className: name, value, autocomplete: "off", spellcheck: false });
      if (source) made.setAttribute("list", `names-${source}`);
      return made;
    };
    const remove = element("button", { type: "button", textContent: `Remove step ${number}` });
    const step = element(
      "div",
      { className: "step" },
      field("who", `Who (step ${number})`, input("who", who, "attributedTo")),
      field("mode", "How", element("select", { className: "mode" }, ...options(names.attributionMode ?? [], mode))),
      field("via", "Known by which citation", input("via", via, "viaCitation")),
      field("words", "Words in quotation marks", input("words", words)),
      remove,
    );
    remove.addEventListener("click", () => {
      step.remove();
      compose();
    });
    document.getElementById("steps").append(step);
  };

  const values = () => ({
    own: form.elements.own.value,
    kind: form.elements.kind.value,
    label: form.elements.label.value.trim(),
    holder: form.elements.holder.value.trim(),
    attitude: form.elements.attitude.value.trim(),
    position: form.elements.position.value.trim(),
    target: form.elements.target.value.trim(),
    content: form.elements.content.value.trim(),
    agent: form.elements.agent.value.trim(),
    certainty: form.elements.certainty.value.trim(),
    issue: form.elements.issue.value.trim(),
    steps: [...document.querySelectorAll("#steps .step")].map((step) =>
      Object.fromEntries(["who", "mode", "via", "words"].map((name) => [name, step.querySelector(`.${name}`).value.trim()])),
    ),
  });

  const slug = (words) =>
    words.toLowerCase().normalize("NFKD").replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "").split("-").slice(0, 6).join("-");

  const quoted = (words) => `"${words.replace(/\\/g, "\\\\").replace(/"/g, '\\"')}"`;

  // A thing is called after its label: Ivan Petrov, IvanPetrov.
  const named = (words) =>
    words.normalize("NFKD").replace(/[^\w\s-]+/g, "").split(/[\s-]+/).filter(Boolean)
      .map((one) => one[0].toUpperCase() + one.slice(1)).join("");

  const isClaim = (kind) => kind === "stance" || kind === "proposition";

  // The lines of the sheet that the form stands for.
  const lines = (told) => {
    if (told.kind === "no claim") return `no claim: ${told.label}`;
    if (!isClaim(told.kind)) return `${told.kind} ${named(told.label)}: ${told.label}`;
    const steps = told.steps.map(
      (one) => `${one.who}: ${one.mode}${one.via ? ` via ${one.via}` : ""}${one.words ? ` ${quoted(one.words)}` : ""}`,
    );
    const fields = (pairs) => pairs.filter(([, value]) => value).map(([name, value]) => `${name}: ${value}`).join("; ");
    const name = slug(told.label);
    const content = told.kind === "stance" && told.content ? slug(told.content) : "";
    const made = [`says ${[told.own, ...steps].join(" > ")}`, `  ${told.kind} ${name}: ${told.label}`];
    const about =
      told.kind === "stance"
        ? [["holder", told.holder], ["attitude", told.attitude], ["position", told.position], ["certainty", told.certainty], ["target", told.target], ["content", content], ["issue", told.issue]]
        : [["certainty", told.certainty], ["agent", told.agent], ["issue", told.issue]];
    made.push(`    ${fields(about)}`);
    if (content) {
      made.push(`proposition ${content}: ${told.content}`);
      made.push(`  ${fields([["certainty", "Possible"], ["agent", told.agent], ["issue", told.issue]])}`);
    }
    return made.join("\n");
  };

  const drawChain = (told) => {
    const links = [["the article", told.own], ...told.steps.map((one) => [one.who || "…", one.mode])];
    const items = links.map(([who, mode]) => element("li", {}, element("b", { textContent: who }), ` ${mode}`));
    const says = told.kind === "stance" ? `${told.holder || "…"} ${told.attitude || "…"}` : told.label || "…";
    items.push(element("li", { className: "claimed" }, element("b", { textContent: says })));
    if (told.kind === "stance" && told.content) {
      items.push(element("li", { className: "content" }, `that: ${told.content}`, element("i", { textContent: " (asserted by nobody)" })));
    }
    document.getElementById("chain").replaceChildren(...items);
  };

  const compose = () => {
    const told = values();
    for (const name of ["holder", "attitude", "position", "target", "content"]) {
      form.elements[name].parentElement.hidden = told.kind !== "stance";
    }
    for (const name of ["agent", "certainty", "issue"]) {
      form.elements[name].parentElement.hidden = !isClaim(told.kind);
    }
    for (const id of ["who-says", "of-chain"]) document.getElementById(id).hidden = !isClaim(told.kind);
    const asked = isClaim(told.kind) ? "In your own words" : told.kind === "no claim" ? "Why there is no claim" : "What it is called";
    document.getElementById("label-label").textContent = asked;
    drawChain(told);
    if (!own) sheet.value = told.label ? lines(told) : "";
    remember(`${passage} form`, JSON.stringify({ ...told, own_sheet: own ? sheet.value : null }));
    examine();
  };

  const examine = () => {
    const text = sheet.value;
    const here = passage;
    if (!text.trim()) {
      document.getElementById("remarks").replaceChildren();
      return;
    }
    later("form", async () => {
      const answer = await ask("check", { passage: here, old: "", new: text });
      if (answer?.status === 200 && here === passage && text === sheet.value) {
        const items = remarkItems(answer.told);
        const fine = element("li", { className: "fine", textContent: "Nothing is wrong with it." });
        document.getElementById("remarks").replaceChildren(...(items.length ? items : [fine]));
      }
    });
  };

  // What was typed for this passage and never saved comes back.
  const restore = () => {
    form.reset();
    own = false;
    document.getElementById("steps").replaceChildren();
    form.elements.own.replaceChildren(...options(names.attributionMode ?? [], "OwnStatement"));
    form.elements.certainty.value = "Flat";
    const told = JSON.parse(recall(`${passage} form`) ?? "null");
    if (told) {
      for (const name of Object.keys(told)) {
        if (form.elements[name] && typeof told[name] === "string") form.elements[name].value = told[name];
      }
      told.steps.forEach((one) => addStep(one.who, one.mode, one.via, one.words));
      own = told.own_sheet !== null;
      if (own) sheet.value = told.own_sheet;
    }
    compose();
  };

  form.addEventListener("input", (event) => {
    if (event.target === sheet) {
      own = true;
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
      say("Say in your own words what is put forward.", true);
      return;
    }
    const remarks = document.getElementById("remarks");
    if (await store(passage, "", sheet.value, `${passage} form`, remarks)) {
      await learn();
      restore();
    }
  });
  document.getElementById("publish").addEventListener("click", async () => {
    say("Compiling and building …");
    const answer = await ask("publish", {});
    if (answer === null) return;
    if (answer.status === 200) say(`Published: version ${answer.told.version.slice(0, 16)}, ${answer.told.quads} quads.`);
    else say(`Not published: ${answer.told.title} ${answer.told.remedy ?? ""}`, true);
  });

  const learn = async () => {
    const answer = await ask("names.json");
    if (answer?.status === 200) names = answer.told;
    for (const field of Object.keys(names)) list(field);
    list("agent", "holder");
    const chosen = form.elements.kind.value;
    document.getElementById("new-things").replaceChildren(...options(names.kind ?? [], chosen));
  };

  const start = async () => {
    const answer = await ask("state.json");
    if (answer === null) return;
    if (answer.status !== 200) {
      say(answer.told.title, true);
      return;
    }
    state = answer.told;
    await learn();
    showText();
    await showRemarks();
  };
  start();
})();
