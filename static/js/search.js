// What script adds to searching: suggestions while typing, and results that follow the filters without a new page.
// Everything works without it: the form, the Apply buttons and the links are real.

document.documentElement.classList.add("has-script");

// A link on a page of results says where it stood. Once the article is open that has been counted, and the address is
// better without it: it may be kept or sent on.
if (location.pathname.startsWith("/articles/") && new URLSearchParams(location.search).has("from")) {
  history.replaceState(history.state, "", location.pathname + location.hash);
}

/* Suggestions: a combobox as the ARIA Authoring Practices describe it (list, manual selection). */

const WAIT = 120; // milliseconds after the last key: fast enough to feel live, slow enough not to ask for every letter
const SHORTEST = 2;
const KINDS = { title: "Article", term: "Topic", school: "School" };

function suggestions(input) {
  const list = document.createElement("ul");
  list.className = "suggestions";
  list.id = `${input.id}-suggestions`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Suggestions");
  list.hidden = true;
  input.after(list);
  for (const [name, value] of Object.entries({
    role: "combobox",
    "aria-autocomplete": "list",
    "aria-controls": list.id,
    "aria-expanded": "false",
  })) {
    input.setAttribute(name, value);
  }

  let chosen = -1;
  let timer = 0;
  let asking = null;

  const options = () => [...list.children];

  function close() {
    asking?.abort();
    clearTimeout(timer);
    list.hidden = true;
    chosen = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function choose(index) {
    const all = options();
    chosen = (index + all.length + 1) % (all.length + 1);
    if (chosen === all.length) chosen = -1;
    all.forEach((option, place) => option.setAttribute("aria-selected", String(place === chosen)));
    if (chosen >= 0) {
      input.setAttribute("aria-activedescendant", all[chosen].id);
      all[chosen].scrollIntoView({ block: "nearest" });
    } else {
      input.removeAttribute("aria-activedescendant");
    }
  }

  function show(found) {
    list.replaceChildren(
      ...found.map((each, place) => {
        const option = document.createElement("li");
        option.className = "suggestion";
        option.id = `${list.id}-${place}`;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        option.dataset.url = each.url;
        const words = document.createElement("span");
        words.textContent = each.label;
        const kind = document.createElement("span");
        kind.className = "suggestion__kind";
        kind.textContent = KINDS[each.kind] ?? "";
        option.append(words, kind);
        return option;
      }),
    );
    chosen = -1;
    list.hidden = found.length === 0;
    input.setAttribute("aria-expanded", String(found.length > 0));
    input.removeAttribute("aria-activedescendant");
  }

  async function ask() {
    const text = input.value.trim();
    if (text.length < SHORTEST) return close();
    asking?.abort();
    asking = new AbortController();
    try {
      const answer = await fetch(`/api/v1/suggest?q=${encodeURIComponent(text)}`, { signal: asking.signal });
      if (!answer.ok) return close();
      const { suggestions: found } = await answer.json();
      if (document.activeElement === input) show(found ?? []);
    } catch {
      /* A newer question, or no network: the box works without suggestions. */
    }
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      close();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (list.hidden) return;
      event.preventDefault();
      choose(chosen + (event.key === "ArrowDown" ? 1 : -1));
    } else if (event.key === "Enter" && chosen >= 0) {
      event.preventDefault();
      location.assign(options()[chosen].dataset.url);
    }
  });
  input.addEventListener("blur", close);
  input.form.addEventListener("submit", close);
  list.addEventListener("mousedown", (event) => event.preventDefault()); // keep the focus in the box
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) location.assign(option.dataset.url);
  });
}

for (const input of document.querySelectorAll("[data-suggest]")) suggestions(input);

/* Results that follow the filters. Only the parts marked data-region are exchanged, so focus stays where it was. */

const finder = document.getElementById("finder");
const form = document.getElementById("search");

function addressOf() {
  const asked = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    const usual = { mode: "best", sort: asked.get("q") ? "relevance" : "reviewed" }[name];
    if (value !== "" && value !== usual) asked.append(name, value);
  }
  const words = asked.toString();
  return words ? `${form.action}?${words}` : form.action;
}

let loading = null;

async function load(address) {
  loading?.abort();
  loading = new AbortController();
  finder.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(address, { signal: loading.signal, headers: { accept: "text/html" } });
    if (!answer.ok) throw new Error(String(answer.status));
    exchange(new DOMParser().parseFromString(await answer.text(), "text/html"));
  } catch (error) {
    if (error.name === "AbortError") return;
    location.assign(address); // let the browser show what is wrong
  }
  finder.removeAttribute("aria-busy");
}

function exchange(page) {
  const focused = document.activeElement?.id;
  const folded = [...finder.querySelectorAll(".facet")].map((facet) => facet.open);
  for (const region of finder.querySelectorAll("[data-region]")) {
    region.replaceChildren(...page.getElementById(region.id).childNodes);
  }
  const facets = [...finder.querySelectorAll(".facet")];
  if (facets.length === folded.length) facets.forEach((facet, place) => (facet.open = folded[place]));
  document.title = page.title;
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
}

if (finder && form) {
  const narrow = matchMedia("(max-width: 55.99rem)");
  document.addEventListener("change", (event) => {
    const control = event.target;
    if (control.form !== form || control.type === "search") return;
    // On a phone the filters cover the results: they are applied together, with the button.
    if (narrow.matches && control.type === "checkbox") return;
    const address = addressOf();
    history.pushState({ finder: true }, "", address);
    load(address);
  });
  addEventListener("popstate", () => {
    if (location.hash === "" || history.state?.finder) load(location.href);
  });
  // A question typed anew is spelt anew: "exactly as typed" was about the old one.
  form.elements.q.addEventListener("input", () => form.querySelector("[name=exact]")?.remove());
}
