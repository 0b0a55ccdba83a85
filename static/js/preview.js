// Beside the text: how it reads, and what could be better, a moment after the writer stops typing. Both keep their
// place while they change. Without script there is the button.

const PAUSE = 800; // milliseconds without a key
const form = document.querySelector("form[data-preview]");
const live = document.querySelector("[data-live]");

if (form && live) {
  const text = live.querySelector("[data-live-text]");
  const side = document.querySelector("[data-side]");
  const aloud = document.querySelector("[data-found]");
  let [timer, asked, serious] = [0, null, null];

  async function show() {
    asked?.abort();
    asked = new AbortController();
    try {
      const answer = await fetch(form.dataset.preview, { method: "POST", body: new FormData(form), signal: asked.signal, headers: { Accept: "application/json" } });
      if (answer.ok) put(await answer.json());
    } catch { /* the next key asks again; the page's own state tells of a lost line */ }
  }
  function put(told) {
    const { scrollTop } = text;
    text.innerHTML = told.html; // from the site's own sanitiser
    text.scrollTop = scrollTop;
    if (!side.contains(document.activeElement)) side.innerHTML = told.side;
    if (serious !== null && told.serious > serious) aloud.textContent = "There is something new to look at: it may tell who a pupil is.";
    else if (told.serious < (serious ?? 0)) aloud.textContent = "";
    serious = told.serious;
  }
  form.addEventListener("input", () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(show, PAUSE);
  });

  // The part that is being written is brought into sight.
  form.addEventListener("focusin", (event) => {
    const heading = event.target.closest(".govuk-form-group")?.querySelector("input[name=heading]")?.value;
    const there = heading && [...text.querySelectorAll("h2")].find((one) => one.textContent.trim() === heading);
    if (there) text.scrollTop = there.offsetTop - text.offsetTop;
  });
  live.hidden = false;
  show();
}
