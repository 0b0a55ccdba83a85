// What script adds to the text field of the editor: pictures by paste and drop, and text from Word kept with its lists
// and tables. The field names the addresses in data-pasted and data-pictures; without script there are pages for both.

const KEPT = /<(?:table|ul|ol|li|h[1-6]|b|strong|em|i|a)\b|class=["']?Mso/i; // what plain text would lose

function insert(field, text) {
  field.focus();
  // Typed for the person, so that the browser's own undo takes it back.
  if (!document.execCommand("insertText", false, text)) {
    field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

function token() {
  return document.querySelector("input[name=csrf_token]")?.value ?? "";
}

async function sent(address, body) {
  const answer = await fetch(address, { method: "POST", headers: { "X-CSRFToken": token() }, body });
  const told = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(told.error?.message ?? "That did not work. Try again in a moment.");
  return told;
}

function aids(field) {
  const status = document.createElement("p");
  status.setAttribute("role", "status");
  status.className = "aids__status";
  field.after(status);
  const say = (text) => {
    status.textContent = text;
  };

  async function pasted(html, plain) {
    say("Bringing in what you pasted …");
    try {
      const body = new FormData();
      body.append("html", html);
      const told = await sent(field.dataset.pasted, body);
      insert(field, told.markdown);
      say(["Pasted.", ...told.notes].join(" "));
    } catch {
      insert(field, plain);
      say("Pasted as plain text: its lists and tables could not be kept.");
    }
  }

  function picture(files) {
    const form = document.querySelector("form[data-picture-form]");
    const image = [...files].find((file) => file.type.startsWith("image/"));
    if (!form || !image) return false;
    const chosen = new DataTransfer();
    chosen.items.add(image);
    form.elements.file.files = chosen.files;
    form.closest("details")?.setAttribute("open", "");
    form.elements.alt.focus();
    say("Answer the questions about the picture; then it is put where the cursor was.");
    return true;
  }

  field.addEventListener("paste", (event) => {
    const { files } = event.clipboardData;
    const html = event.clipboardData.getData("text/html");
    if (html && KEPT.test(html) && field.dataset.pasted) {
      event.preventDefault();
      pasted(html, event.clipboardData.getData("text/plain"));
    } else if (!html && files.length && picture(files)) {
      event.preventDefault();
    }
  });
  field.addEventListener("dragover", (event) => {
    if ([...event.dataTransfer.items].some((item) => item.kind === "file")) event.preventDefault();
  });
  field.addEventListener("drop", (event) => {
    if (event.dataTransfer.files.length && picture(event.dataTransfer.files)) event.preventDefault();
  });

  const form = document.querySelector("form[data-picture-form]");
  form?.addEventListener("submit", async (event) => {
    event.preventDefault();
    say("Sending the picture …");
    try {
      const told = await sent(field.dataset.pictures, new FormData(form));
      form.reset();
      form.closest("details")?.removeAttribute("open");
      insert(field, `\n\n${told.markdown}\n\n`);
      say("The picture stands in the text.");
    } catch (error) {
      say(error.message);
    }
  });
}

document.querySelectorAll("textarea[data-pasted]").forEach(aids);
