// Dragging on top of the buttons: what was dragged is sent with all notes, as if its place had been typed.

const form = document.querySelector("[data-ordering]");

function draggable(list, item, state) {
  const handle = document.createElement("span");
  handle.className = "ordering__handle";
  handle.setAttribute("aria-hidden", "true"); // the buttons do the same for everybody
  handle.textContent = "⠿";
  handle.draggable = true;
  item.querySelector(".ordering__title").prepend(handle);
  handle.addEventListener("dragstart", (event) => {
    state.dragged = item;
    state.before = [...list.children];
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", item.dataset.slug); // without it Firefox drags nothing
    event.dataTransfer.setDragImage(item, 0, 0);
    item.classList.add("ordering__item--dragged");
  });
  handle.addEventListener("dragend", (event) => {
    item.classList.remove("ordering__item--dragged");
    state.dragged = null;
    if (event.dataTransfer.dropEffect === "none") list.append(...state.before); // Escape, or dropped elsewhere
    else if ([...list.children].some((each, at) => each !== state.before[at])) send(list);
  });
  item.addEventListener("dragover", (event) => {
    if (!state.dragged) return;
    event.preventDefault();
    if (state.dragged === item) return;
    const middle = item.getBoundingClientRect().top + item.offsetHeight / 2;
    if (event.clientY < middle) item.before(state.dragged);
    else item.after(state.dragged);
  });
}

function send(list) {
  [...list.children].forEach((item, at) => {
    item.querySelector(".ordering__number").textContent = at + 1;
    item.querySelector("input[name=place]").value = at + 1;
  });
  form.requestSubmit();
}

if (form) {
  const list = form.querySelector(".ordering");
  const state = { dragged: null, before: [] };
  for (const item of list.children) draggable(list, item, state);
  list.addEventListener("drop", (event) => event.preventDefault());
}
