// What script adds to the text fields of the editor: pictures by button, paste and drop, text from Word kept with its
// headings, lists and tables, and publications to cite. Without script there are pages for all of it.

const KEPT = /<(?:table|ul|ol|li|h[1-6]|b|strong|em|i|a)\b|class=["']?Mso/i; // what plain text would lose
const fields = [...document.querySelectorAll("textarea[data-pasted]")];
const pictureDialog = document.querySelector("[data-picture-dialog]");
const citeDialog = document.querySelector("[data-cite-dialog]");
let writing = fields[0]; // the field that a dialog was opened for

const write = (field, words, block = false) => field.dispatchEvent(new CustomEvent("write-in", { detail: { words, block } }));

async function sent(address, body) {
  const token = document.querySelector("input[name=csrf_token]")?.value ?? "";
  const answer = await fetch(address, { method: "POST", headers: { "X-CSRFToken": token, Accept: "application/json" }, body });
  const told = await answer.json().catch(() => ({}));
  if (!answer.ok) throw Object.assign(new Error(told.error?.message ?? "That did not work. Try again in a moment."), { field: told.error?.field });
  return told;
}

function open(dialog, field) {
  writing = field;
  dialog.showModal();
}
for (const dialog of [pictureDialog, citeDialog].filter(Boolean)) {
  for (const button of dialog.querySelectorAll("[data-close]")) button.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => writing.focus());
}

function askPicture(field, image) {
  const form = pictureDialog.querySelector("form");
  if (image) {
    const given = new DataTransfer();
    given.items.add(image);
    form.elements.file.files = given.files;
  }
  open(pictureDialog, field);
  (image ? form.elements.alt : form.elements.file).focus();
}
pictureDialog?.querySelector("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.currentTarget;
  const trouble = form.querySelector("[data-trouble]");
  const press = form.querySelector("[type=submit], button:not([type])");
  trouble.textContent = "";
  press.disabled = true;
  try {
    const told = await sent(writing.dataset.pictures, new FormData(form));
    form.reset();
    pictureDialog.close();
    write(writing, told.markdown, true);
  } catch (error) {
    trouble.textContent = error.message;
    (form.querySelector(`[name="${error.field}"]`) ?? form.elements.alt).focus();
  } finally {
    press.disabled = false;
  }
});

const search = citeDialog?.querySelector("[data-cite-search]");
search?.addEventListener("input", () => {
  const words = search.value.toLocaleLowerCase("en-GB").split(/\s+/).filter(Boolean);
  const all = [...citeDialog.querySelectorAll("[data-words]")];
  for (const one of all) one.hidden = !words.every((word) => one.dataset.words.includes(word));
  const fit = all.filter((one) => !one.hidden).length;
  citeDialog.querySelector("[data-cite-count]").textContent = words.length ? `${fit} of ${all.length} fit` : "";
});
citeDialog?.addEventListener("click", (event) => {
  const one = event.target.closest("[data-cite]");
  if (!one) return;
  const cited = document.createElement("input"); // so that the article's list of publications gets it too
  Object.assign(cited, { type: "hidden", name: "cited", value: one.dataset.cite });
  writing.form.append(cited);
  citeDialog.close();
  write(writing, one.dataset.inserts);
});

function aids(field) {
  const status = document.createElement("p");
  status.setAttribute("role", "status");
  status.className = "aids__status";
  field.after(status);
  const say = (words) => { status.textContent = words; };
  const imageIn = (files) => [...files].find((file) => file.type.startsWith("image/"));

  async function pasted(html, plain) {
    say("Bringing in what you pasted …");
    try {
      const body = new FormData();
      body.append("html", html);
      const told = await sent(field.dataset.pasted, body);
      write(field, told.markdown);
      say(["Pasted.", ...told.notes].join(" "));
    } catch {
      write(field, plain);
      say("Pasted as plain text: its lists and tables could not be kept.");
    }
  }
  field.addEventListener("paste", (event) => {
    const { files } = event.clipboardData;
    const html = event.clipboardData.getData("text/html");
    const plain = event.clipboardData.getData("text/plain");
    if (html && plain && KEPT.test(html)) {
      event.preventDefault();
      pasted(html, plain);
    } else if (!plain && imageIn(files)) {
      event.preventDefault();
      askPicture(field, imageIn(files));
    }
  });
  field.addEventListener("dragover", (event) => {
    if ([...event.dataTransfer.items].some((item) => item.kind === "file")) event.preventDefault();
  });
  field.addEventListener("drop", (event) => {
    const { files } = event.dataTransfer;
    if (!files.length) return;
    event.preventDefault();
    if (imageIn(files)) askPicture(field, imageIn(files));
    else say("Only pictures can be dropped here. Bring in a Word or Markdown file by the link above the form.");
  });
  field.addEventListener("ask-picture", () => askPicture(field));
  field.addEventListener("ask-citation", () => {
    search.value = "";
    search.dispatchEvent(new Event("input"));
    open(citeDialog, field);
    search.focus();
  });
}

fields.forEach(aids);
