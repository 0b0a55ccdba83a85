// A toolbar above every text field of the editor. What it writes is typed for the person, so that the browser's own
// undo takes it back. Other scripts write with a "write-in" event on the field: new CustomEvent("write-in", { detail }).

const fields = [...document.querySelectorAll("textarea[data-editor]")];

function type(field, words) {
  field.focus();
  if (!document.execCommand("insertText", false, words)) {
    field.setRangeText(words, field.selectionStart, field.selectionEnd, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}
const chosen = (field) => field.value.slice(field.selectionStart, field.selectionEnd);
const selectLines = (field) => {
  const start = field.value.lastIndexOf("\n", field.selectionStart - 1) + 1;
  const end = field.value.indexOf("\n", field.selectionEnd);
  field.setSelectionRange(start, end < 0 ? field.value.length : end);
};

function around(field, before, after, sample) {
  const words = chosen(field) || sample;
  const start = field.selectionStart + before.length;
  type(field, before + words + after);
  field.setSelectionRange(start, start + words.length);
}
function lines(field, mark) {
  field.focus();
  selectLines(field);
  const marked = chosen(field).split("\n").map((line, index) => mark(index) + line.replace(/^(#+|[-*]|\d+\.)\s+/, ""));
  type(field, marked.join("\n"));
}
// A block stands on lines of its own, below what the cursor is in.
function block(field, words) {
  field.focus();
  selectLines(field);
  field.setSelectionRange(field.selectionEnd, field.selectionEnd);
  const before = field.value.slice(0, field.selectionEnd);
  type(field, `${before.trim() ? (before.endsWith("\n\n") ? "" : "\n\n") : ""}${words}\n\n`);
}
function footnote(field) {
  const used = fields.flatMap((one) => [...one.value.matchAll(/\[\^(\d+)\]/g)].map((found) => Number(found[1])));
  const number = Math.max(0, ...used) + 1; // the fields become one text, so a number is used once in all of them
  field.setSelectionRange(field.selectionEnd, field.selectionEnd);
  type(field, `[^${number}]`);
  field.setSelectionRange(field.value.length, field.value.length);
  const note = "Your note.";
  type(field, `${field.value.endsWith("\n") ? "" : "\n"}\n[^${number}]: ${note}`);
  field.setSelectionRange(field.value.length - note.length, field.value.length);
}
function link(field) {
  const words = chosen(field) || "words of the link";
  const start = field.selectionStart;
  type(field, `[${words}](https://)`);
  const address = start + words.length + 3;
  field.setSelectionRange(address, address + "https://".length);
}

const TOOLS = [
  ["Bold", (field) => around(field, "**", "**", "bold words"), "b"],
  ["Heading", (field) => lines(field, () => (field.name === "body" ? "## " : "### "))],
  ["List", (field) => lines(field, () => "- ")],
  ["Numbers", (field) => lines(field, (index) => `${index + 1}. `)],
  ["Link", link, "k"],
  ["Table", (field) => block(field, "| When | What |\n|---|---|\n| First | … |\n| Then | … |")],
  ["Footnote", footnote],
];

function withToolbar(field) {
  const bar = document.createElement("div");
  bar.className = "toolbar";
  bar.setAttribute("role", "toolbar");
  bar.setAttribute("aria-label", `Format ${field.labels[0].textContent}`);
  bar.setAttribute("aria-controls", field.id);
  const add = (words, act, key) => {
    const made = document.createElement("button");
    Object.assign(made, { type: "button", textContent: words, tabIndex: bar.children.length ? -1 : 0 });
    if (key) Object.assign(made, { title: `Ctrl+${key.toUpperCase()}` }).setAttribute("aria-keyshortcuts", `Control+${key.toUpperCase()}`);
    made.addEventListener("click", act);
    bar.append(made);
  };
  for (const [words, act, key] of TOOLS) add(words, () => act(field), key);
  if (document.querySelector("[data-picture-dialog]")) add("Picture …", () => field.dispatchEvent(new Event("ask-picture")));
  if (document.querySelector("[data-cite-dialog]")) add("Cite …", () => field.dispatchEvent(new Event("ask-citation")));

  // One stop for the Tab key; the arrows go along the tools.
  bar.addEventListener("keydown", (event) => {
    const tools = [...bar.children];
    const here = tools.indexOf(document.activeElement);
    const to = { ArrowRight: (here + 1) % tools.length, ArrowLeft: (here + tools.length - 1) % tools.length, Home: 0, End: tools.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    tools.forEach((tool, index) => { tool.tabIndex = index === to ? 0 : -1; });
    tools[to].focus();
  });
  field.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    const tool = TOOLS.find(([, , key]) => key === event.key.toLowerCase());
    if (tool) { event.preventDefault(); tool[1](field); }
  });
  field.addEventListener("write-in", (event) => {
    if (event.detail.block) block(field, event.detail.words); else type(field, event.detail.words);
  });
  field.before(bar);
}

fields.forEach(withToolbar);
