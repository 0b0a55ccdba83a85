// Words that were typed and not sent yet are not lost by a link: the browser asks before the page is left. A text that
// saves by itself (saving.js) has no need of it. Without script there are the buttons.

const TEXTS = "textarea, input:not([type]), input[type=text]";
const forms = [...document.forms].filter((form) => form.method === "post" && !form.matches("[data-writing]") && form.querySelector("textarea"));
const cameBack = document.querySelector(".govuk-error-summary") !== null; // what was refused is kept nowhere else

let sent = null; // the form that is on its way

function holdsWords(form) {
  const texts = [...form.elements].filter((each) => each.matches(TEXTS));
  return texts.some((each) => each.value !== each.defaultValue || (cameBack && each.value.trim()));
}

function ask(event) {
  if (forms.some((form) => form !== sent && holdsWords(form))) event.preventDefault();
}

// Listened for only while there is something to lose, so that browsers keep other pages for Back.
function look() {
  window.removeEventListener("beforeunload", ask);
  if (forms.some(holdsWords)) window.addEventListener("beforeunload", ask);
}

for (const form of forms) {
  form.addEventListener("input", () => { sent = null; look(); });
  form.addEventListener("submit", () => { sent = form; });
}
window.addEventListener("pageshow", () => { sent = null; look(); }); // a browser may bring typed words back
