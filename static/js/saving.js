// The page saves by itself. What it could not save (a crash, a closed tab, a lost line) waits in this browser and is
// offered the next time its writer opens the page; signing out takes it away (leaving.js). Without script there is
// the button.

const PAUSE = 3000; // milliseconds without a key before it saves
const AGAIN = 12000; // before the next try when a save did not work
const OLDEST = 7 * 24 * 3600 * 1000; // what waits in a browser for longer is thrown away
const KEEP = "kb-text ";
const NOT_TYPED = new Set(["csrf_token", "revision", "pen", "do"]);

const form = document.querySelector("form[data-writing]");
const drawer = {
  // A private window may have no drawer; then nothing is kept, and nothing breaks.
  each(act) { try { for (const key of Object.keys(window.localStorage)) if (key.startsWith(KEEP)) act(key, this.read(key)); } catch { /* none */ } },
  read(key) { try { return JSON.parse(window.localStorage.getItem(key)); } catch { return null; } },
  put(key, kept) { try { window.localStorage.setItem(key, JSON.stringify(kept)); } catch { /* full or none */ } },
  drop(key) { try { window.localStorage.removeItem(key); } catch { /* none */ } },
};

// A page that was led to after a save: the site has what the form before it sent.
const saved = window.location.hash === "#saved";
if (saved) window.history.replaceState(null, "", window.location.pathname + window.location.search);
drawer.each((key, kept) => {
  if (!kept || Date.now() - kept.at > OLDEST || (saved && kept.sent)) drawer.drop(key);
});

function write(form) {
  const shown = form.querySelector("[data-status]");
  const told = form.querySelector("[data-told]");
  const key = `${KEEP}${form.dataset.writer} ${form.getAttribute("action")}`;
  const typed = () => [...new FormData(form).entries()].filter(([name, value]) => !NOT_TYPED.has(name) && typeof value === "string");
  let kept = JSON.stringify(typed()); // what the site has
  let [timer, note, sending, leaving, trouble] = [0, 0, false, false, false];

  function say(state, words, aloud = "") {
    shown.hidden = false;
    shown.dataset.status = state;
    shown.textContent = words;
    if (told.textContent !== aloud) told.textContent = aloud; // only what matters is read out, not every save
  }
  const keep = (sent = false) => drawer.put(key, { pairs: typed(), at: Date.now(), sent });
  const changed = () => JSON.stringify(typed()) !== kept;

  async function save() {
    timer = 0;
    if (sending || leaving || !changed()) return;
    const now = JSON.stringify(typed());
    sending = true;
    say("saving", "Saving …", told.textContent);
    try {
      const answer = await fetch(form.dataset.writing, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } });
      await answered(answer, now);
    } catch {
      failed("Not saved on the site yet. Your words are kept in this browser; it tries again.");
    } finally {
      sending = false;
      if (!timer && changed()) later(trouble ? AGAIN : PAUSE);
    }
  }
  async function answered(answer, now) {
    if (answer.status === 401 || answer.status === 403) {
      return failed("You are signed out. Your words are kept in this browser. Press Save and stay, and sign in again.");
    }
    if (!answer.ok) {
      const said = await answer.json().catch(() => ({}));
      return failed(said.error?.message ?? "Not saved on the site yet. Your words are kept in this browser; it tries again.");
    }
    const said = await answer.json();
    form.elements.revision.value = said.revision;
    kept = now;
    if (!changed()) drawer.drop(key);
    const time = new Date().toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
    say(said.kept ? "saved" : "aside", said.kept ? `Saved at ${time}` : said.said, said.kept ? (trouble ? "Saved again." : "") : said.said);
    trouble = false;
    return undefined;
  }
  function failed(words) {
    trouble = true;
    keep();
    say("trouble", words, words);
  }
  function later(pause) {
    window.clearTimeout(timer);
    timer = window.setTimeout(save, pause);
  }
  const touched = () => {
    if (!changed()) return;
    if (!trouble) say("changed", "Not saved yet", told.textContent);
    window.clearTimeout(note);
    note = window.setTimeout(() => { if (changed() && !leaving) keep(); }, 300); // outlives a crash of the browser
    later(PAUSE);
  };

  form.addEventListener("input", touched);
  form.addEventListener("change", touched);
  form.addEventListener("submit", (event) => {
    leaving = true;
    window.clearTimeout(note);
    // A preview comes back with the same words in the form; a save leads on, and the next page lets go of them.
    if (event.submitter?.value === "preview" || changed()) keep(true); else drawer.drop(key);
  });
  window.addEventListener("pageshow", (event) => { if (event.persisted) leaving = false; });
  window.addEventListener("pagehide", () => { if (!leaving && changed()) keep(); });
  window.addEventListener("online", () => { if (changed()) save(); });

  // Signing out: save first; then nothing more is kept here, and another tab with a text shows it no longer.
  const done = () => { leaving = true; window.clearTimeout(note); window.clearTimeout(timer); };
  const rest = async () => {
    while (sending) await new Promise((on) => { window.setTimeout(on, 50); });
    if (changed()) keep();
    await save();
  };
  document.addEventListener("before-leaving", (event) => { if (changed()) event.detail.push(rest()); });
  document.addEventListener("leaving", done);
  new BroadcastChannel("kb-leaving").addEventListener("message", () => { done(); window.setTimeout(() => window.location.reload(), 1000); });
  offer(form, key, typed, save);
}

// What waits in this browser is offered, never put in by itself: a colleague may have written on since.
function offer(form, key, typed, save) {
  const left = drawer.read(key);
  if (!left || JSON.stringify(left.pairs) === JSON.stringify(typed())) return drawer.drop(key);
  const box = document.createElement("section");
  box.className = "advice writing__left";
  box.setAttribute("aria-label", "Words from before");
  const words = document.createElement("p");
  const when = new Date(left.at).toLocaleString("en-GB", { day: "numeric", month: "long", hour: "2-digit", minute: "2-digit" });
  words.textContent = `This browser holds words of ${when} that were not saved on the site.`;
  const press = (label, kind, act) => {
    const made = document.createElement("button");
    Object.assign(made, { type: "button", className: `govuk-button ${kind}`, textContent: label });
    made.addEventListener("click", () => { box.remove(); act(); form.querySelector("textarea, input:not([type=hidden])").focus(); });
    return made;
  };
  const actions = document.createElement("p");
  actions.className = "dialog__actions";
  actions.append(
    press("Put them back", "", () => { fill(form, left.pairs); form.dispatchEvent(new Event("input", { bubbles: true })); save(); }),
    press("Throw them away", "govuk-button--secondary", () => drawer.drop(key)),
  );
  box.append(words, actions);
  form.before(box);
  return undefined;
}

function fill(form, pairs) {
  const lists = {};
  for (const [name, value] of pairs) (lists[name] ??= []).push(value);
  for (const field of form.elements) {
    if (!field.name || NOT_TYPED.has(field.name)) continue;
    if (field.type === "checkbox" || field.type === "radio") field.checked = (lists[field.name] ?? []).includes(field.value);
    else if (lists[field.name]?.length) field.value = lists[field.name].shift();
  }
}

if (form) write(form);
