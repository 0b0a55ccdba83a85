// Help while writing. Every page works without it: it adds a toolbar, saves by itself and shows how the text reads.
const form = document.querySelector("form[data-writing]");
const AFTER = 4000; // milliseconds without a key
if (form) {
  const status = form.querySelector("[data-status]");
  const key = `kb-text ${form.getAttribute("action")}`;
  const typed = () => {
    const data = new FormData(form);
    for (const name of ["csrf_token", "revision", "pen", "do"]) data.delete(name);
    return JSON.stringify([...data.entries()].filter((pair) => typeof pair[1] === "string"));
  };
  let kept = typed();
  let sending = false;
  let timer = 0;
  let leaving = false;
  const say = (words) => { if (status.textContent !== words) status.textContent = words; };
  const store = (change) => { try { change(window.localStorage); } catch { /* a private window keeps nothing */ } };

  async function save() {
    const now = typed();
    if (sending || leaving || now === kept) return;
    sending = true;
    store((drawer) => drawer.setItem(key, now));
    try {
      const answer = await fetch(form.dataset.writing, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(String(answer.status));
      const told = await answer.json();
      form.elements.revision.value = told.revision;
      kept = now;
      store((drawer) => drawer.removeItem(key));
      say(told.kept ? `${told.said} ${new Date().toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" })}` : told.said);
    } catch {
      say("Not saved on the site yet. Your words are kept in this browser; we try again.");
      timer = window.setTimeout(save, 3 * AFTER);
    } finally {
      sending = false;
      if (typed() !== kept && !timer) later();
    }
  }
  function later() {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => { timer = 0; save(); }, AFTER);
  }
  form.addEventListener("input", () => { say(""); later(); });
  form.addEventListener("submit", () => { leaving = true; store((drawer) => drawer.removeItem(key)); });
  window.addEventListener("pagehide", () => { if (!leaving && typed() !== kept) store((drawer) => drawer.setItem(key, typed())); });

  // What a closed tab or a lost line left in this browser is offered, never put in by itself.
  store((drawer) => {
    const left = drawer.getItem(key);
    if (!left || left === kept) { drawer.removeItem(key); return; }
    const box = document.createElement("div");
    box.className = "advice";
    box.setAttribute("role", "region");
    box.setAttribute("aria-label", "Words from before");
    const words = document.createElement("p");
    words.textContent = "This browser holds words that were not saved the last time you wrote here.";
    const put = button("Put them back", () => { fill(JSON.parse(left)); box.remove(); save(); form.querySelector("textarea, input:not([type=hidden])").focus(); });
    const away = button("Throw them away", () => { store((inner) => inner.removeItem(key)); box.remove(); });
    box.append(words, put, " ", away);
    form.before(box);
  });
  function fill(pairs) {
    const lists = {};
    for (const [name, value] of pairs) (lists[name] ??= []).push(value);
    for (const field of form.elements) {
      if (!field.name || ["csrf_token", "revision", "pen", "do"].includes(field.name)) continue;
      if (field.type === "checkbox" || field.type === "radio") field.checked = (lists[field.name] ?? []).includes(field.value);
      else if (lists[field.name]?.length) field.value = lists[field.name].shift();
    }
  }

  for (const area of form.querySelectorAll("textarea[data-editor]")) addToolbar(area);
  function button(words, act) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "plain";
    made.textContent = words;
    made.addEventListener("click", act);
    return made;
  }
  function addToolbar(area) {
    const bar = document.createElement("div");
    bar.className = "toolbar";
    bar.setAttribute("role", "group");
    bar.setAttribute("aria-label", `Mark up: ${area.labels[0].textContent}`);
    const add = (words, act) => { const made = button(words, () => { act(); area.focus(); area.dispatchEvent(new Event("input", { bubbles: true })); }); made.className = ""; bar.append(made); };
    const around = (before, after, sample) => {
      const chosen = area.value.slice(area.selectionStart, area.selectionEnd) || sample;
      const start = area.selectionStart + before.length;
      area.setRangeText(before + chosen + after, area.selectionStart, area.selectionEnd, "end");
      area.setSelectionRange(start, start + chosen.length);
    };
    const line = (before) => {
      const start = area.value.lastIndexOf("\n", area.selectionStart - 1) + 1;
      const lines = area.value.slice(start, area.selectionEnd).split("\n").map((one) => before + one);
      area.setRangeText(lines.join("\n"), start, area.selectionEnd, "end");
    };
    const below = (words) => area.setRangeText(`${area.value && !area.value.endsWith("\n") ? "\n\n" : ""}${words}`, area.value.length, area.value.length, "end");
    add("Bold", () => around("**", "**", "bold words"));
    add("Heading", () => line("### "));
    add("List", () => line("- "));
    add("Link", () => around("[", "](https://)", "words of the link"));
    add("Table", () => below("| When | What |\n|---|---|\n| First | … |\n"));
    add("Footnote", () => { const number = (area.value.match(/\[\^\d+\]:/g) ?? []).length + 1; area.setRangeText(`[^${number}]`, area.selectionEnd, area.selectionEnd, "end"); below(`[^${number}]: Your note.\n`); });
    const list = document.getElementById("references");
    if (list) {
      const cite = document.createElement("select");
      cite.setAttribute("aria-label", "Cite a publication");
      cite.append(new Option("Cite…", ""), list.content.cloneNode(true));
      cite.addEventListener("change", () => { if (cite.value) { area.setRangeText(`(${cite.value})`, area.selectionEnd, area.selectionEnd, "end"); cite.value = ""; area.focus(); area.dispatchEvent(new Event("input", { bubbles: true })); } });
      bar.append(cite);
    }
    area.before(bar);
  }
}
