// The page saves by itself. What it could not save (a crash, a closed tab, a lost line) waits in this browser and is
// offered the next time its writer opens the page; signing out takes it away (leaving.js). Without script there is
// the button.

const PAUSE = 3000; // milliseconds without a key before it saves
const AGAIN = 12000; // before the next try when a save did not work
const OLDEST = 7 * 24 * 3600 * 1000; // what waits in a browser for longer is thrown away
const KEEP = "kb-text ";
const NOT_TYPED = new Set(["csrf_token", "revision", "pen", "do"]);

const TROUBLE = {
  out: "You are signed out. Your words are kept in this browser. Press Save and stay, and sign in again.",
  anew: "You signed in again after you opened this page. Your words are kept in this browser. Press Save and stay, and send them from the page that opens.",
  taken: "You can no longer change this article: it was handed on or thrown away, or your role is another. Your words are kept in this browser. Copy them, and ask the improvement lead.",
  large: "This is more than the site takes in one piece. Your words are kept in this browser. Make the text shorter; it tries again.",
  many: "Many people at your school are saving just now. Your words are kept in this browser; it tries again.",
  broken: "The site cannot save anything just now. Your words are kept in this browser; it tries again.",
  away: "The site cannot be reached. Your words are kept in this browser; it tries again.",
};
const WHY = { 401: "out", 403: "taken", 404: "taken", 410: "taken", 413: "large", 429: "many", 400: "anew" };

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
  let [timer, note, sending, leaving, over, trouble] = [0, 0, false, false, false, ""];

  function say(state, words, aloud = "") {
    shown.hidden = false;
    shown.dataset.status = state;
    shown.textContent = words;
    if (told.textContent !== aloud) told.textContent = aloud; // only what matters is read out, not every save
  }
  const keep = (sent = false) => { if (!over) drawer.put(key, { pairs: typed(), words: plain(form), at: Date.now(), sent }); };
  const changed = () => JSON.stringify(typed()) !== kept;

  async function save() {
    timer = 0;
    if (sending || leaving || over || !changed()) return;
    const now = JSON.stringify(typed());
    sending = true;
    say("saving", "Saving …", told.textContent);
    try {
      const answer = await fetch(form.dataset.writing, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } });
      await answered(answer, now);
    } catch {
      failed("away");
    } finally {
      sending = false;
      // Somebody who may not change it any more is not tried for again until they type again.
      if (!timer && !over && changed() && trouble !== "taken") later(trouble ? AGAIN : PAUSE);
    }
  }
  async function answered(answer, now) {
    if (new URL(answer.url).pathname === "/account/sign-in") return failed("out"); // where an older browser is led
    const said = await answer.json().catch(() => ({}));
    if (answer.status === 400 && said.error) return failed("refused", said.error.message);
    if (!answer.ok || said.revision === undefined) return failed(WHY[answer.status] ?? "broken");
    if (over) return undefined;
    form.elements.revision.value = said.revision;
    kept = now;
    if (!changed()) drawer.drop(key);
    const time = new Date().toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
    say(said.kept ? "saved" : "aside", said.kept ? `Saved at ${time}` : said.said, said.kept ? (trouble ? "Saved again." : "") : said.said);
    trouble = "";
    return undefined;
  }
  function failed(why, words = TROUBLE[why]) {
    if (over) return;
    trouble = why;
    keep();
    say("trouble", words, words);
    if (why === "taken") toCopy(shown, () => plain(form), () => { kept = JSON.stringify(typed()); drawer.drop(key); });
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
  const done = () => { over = true; window.clearTimeout(note); window.clearTimeout(timer); };
  const rest = async () => {
    while (sending) await new Promise((on) => { window.setTimeout(on, 50); });
    if (changed()) keep();
    await save();
  };
  document.addEventListener("before-leaving", (event) => { if (changed()) event.detail.push(rest()); });
  document.addEventListener("leaving", done);
  new BroadcastChannel("kb-leaving").addEventListener("message", () => { done(); drawer.each((each) => drawer.drop(each)); shut(); });
  offer(form, key, typed, save);
}

// Somebody signed out in another tab: the words go from this screen, and the page says so.
function shut() {
  const page = document.getElementById("main");
  const made = (name, words, more = {}) => Object.assign(document.createElement(name), { textContent: words, ...more });
  const heading = made("h1", "Signed out", { className: "page__title", tabIndex: -1 });
  const words = made("p", "Somebody signed out in another tab of this browser. What the site had saved is safe. Nothing of the text is left here.", { className: "page__lead" });
  const back = made("p", "");
  const next = encodeURIComponent(window.location.pathname + window.location.search);
  back.append(made("a", "Sign in to go on writing", { href: `/account/sign-in?next=${next}` }));
  const room = made("div", "", { className: "wide page-text" });
  room.append(heading, words, back);
  page.replaceChildren(room);
  document.querySelector("details.person")?.remove();
  document.title = document.title.replace(/^.*? – /, "Signed out – ");
  heading.focus();
}

// What is typed in a form as it would be put on paper, with the name of each field.
function plain(form) {
  return [...form.querySelectorAll("textarea, input[type=text]")].filter((field) => field.value.trim())
    .map((field) => `${field.labels[0]?.textContent.trim() ?? field.name}\n${field.value.trim()}`).join("\n\n");
}

// A button that copies words; once they are copied, this browser lets go of them.
function toCopy(after, words, copied) {
  if (after.parentElement.querySelector("[data-copy]")) return;
  const button = Object.assign(document.createElement("button"), { type: "button", className: "govuk-button govuk-button--secondary", textContent: "Copy my words" });
  button.dataset.copy = "";
  const told = document.createElement("span");
  told.setAttribute("role", "status");
  button.addEventListener("click", async () => {
    const done = await copy(words());
    told.textContent = done ? "Copied. Paste them where you can find them again." : "This browser does not let the page copy. Select the words and copy them yourself.";
    if (done) copied();
  });
  after.after(button, told);
}

async function copy(words) {
  try {
    await navigator.clipboard.writeText(words);
    return true;
  } catch { /* not over plain http: the old way */ }
  const field = Object.assign(document.createElement("textarea"), { value: words });
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  return done;
}

// A page that could not be opened: words that this browser holds for it are shown, so that they can be copied.
function rescue(room) {
  const key = `${KEEP}${room.dataset.left} ${window.location.pathname}`;
  const left = drawer.read(key);
  if (!left?.words) return;
  const field = room.querySelector("textarea");
  drawer.put(key, { ...left, sent: false }); // it was not taken: a save of another text does not let go of it
  field.value = left.words;
  room.hidden = false;
  toCopy(field, () => field.value, () => drawer.drop(key));
  room.querySelector("[data-drop]").addEventListener("click", () => { drawer.drop(key); room.remove(); document.getElementById("main").focus(); });
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
const left = document.querySelector("[data-left]");
if (left) rescue(left);
