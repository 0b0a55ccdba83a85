// What script adds to choosing from a vocabulary: a field that narrows the boxes, and a line that says what is chosen.
// Without it the boxes are there, in a part that opens.

const FEW = 7; // with fewer boxes a field to search them is one more thing to read

function plain(text) {
  return text.toLocaleLowerCase("en-GB").normalize("NFKD").replace(/\p{M}/gu, "");
}

function withSearch(picker) {
  const terms = [...picker.querySelectorAll("[data-words]")];
  const chosen = picker.querySelector("[data-picker-chosen]");
  const say = () => {
    const names = terms
      .filter((term) => term.querySelector("input").checked)
      .map((term) => term.querySelector("label").firstChild.textContent.trim());
    chosen.textContent = names.join(", ") || "Nothing chosen";
  };
  picker.addEventListener("change", say);
  say(); // the browser may have kept what was ticked before the page was loaded again
  if (terms.length < FEW) return;

  const name = picker.querySelector("legend").textContent;
  const box = document.createElement("div");
  box.className = "pick__search";
  const label = document.createElement("label");
  label.textContent = `Search in ${name}`;
  const input = document.createElement("input");
  input.type = "search";
  input.className = "pick__input";
  input.id = `${picker.id}-search`;
  input.autocomplete = "off";
  label.htmlFor = input.id;
  const count = document.createElement("p");
  count.className = "pick__count";
  count.setAttribute("role", "status");
  box.append(label, input, count);
  terms[0].before(box);

  input.addEventListener("input", () => {
    const words = plain(input.value).split(/\s+/).filter(Boolean);
    const has = (term, phrase) => ` ${plain(term.dataset.words)}`.includes(` ${phrase}`);
    const asTyped = terms.some((term) => has(term, words.join(" "))); // "year 4" is not any year and any 4
    let shown = 0;
    for (const term of terms) {
      const fits = asTyped ? has(term, words.join(" ")) : words.every((word) => plain(term.dataset.words).includes(word));
      term.hidden = !fits && !term.querySelector("input").checked;
      shown += fits;
    }
    count.textContent = words.length ? `${shown} of ${terms.length} fit` : "";
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault(); // it narrows a list; it must not send the form around it
    if (event.key === "Escape" && input.value) {
      event.preventDefault();
      input.value = "";
      input.dispatchEvent(new Event("input"));
    }
  });
}

document.querySelectorAll("[data-picker]").forEach(withSearch);
