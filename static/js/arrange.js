// Dragging on top of the buttons: an order that was dragged is sent as a form, like any other change.

const list = document.querySelector("[data-ordering]");
const form = document.querySelector("[data-order-form]");

function renumber() {
  [...list.children].forEach((item, at) => {
    item.querySelector(".ordering__number").textContent = at + 1;
  });
}

function send() {
  const slugs = [...list.children].map((item) => item.dataset.slug);
  form.querySelectorAll("input[name=article]").forEach((input, at) => {
    input.value = slugs[at];
  });
  form.submit();
}

function unkept() {
  return [...list.querySelectorAll("textarea")].some((field) => field.value !== field.defaultValue);
}

if (list && form) {
  let dragged = null;
  let before = "";
  const order = () => [...list.children].map((item) => item.dataset.slug).join(" ");
  for (const item of list.children) {
    const handle = document.createElement("span");
    handle.className = "ordering__handle";
    handle.setAttribute("aria-hidden", "true"); // the buttons do the same for everybody
    handle.textContent = "⠿";
    handle.draggable = true;
    item.querySelector(".ordering__title").prepend(handle);
    handle.addEventListener("dragstart", (event) => {
      dragged = item;
      before = order();
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setDragImage(item, 0, 0);
      item.classList.add("ordering__item--dragged");
    });
    handle.addEventListener("dragend", () => {
      item.classList.remove("ordering__item--dragged");
      dragged = null;
      renumber();
      // A note that is not kept yet must not be lost: then the order waits for the buttons.
      if (order() !== before && !unkept()) send();
    });
    item.addEventListener("dragover", (event) => {
      if (!dragged || dragged === item) return;
      event.preventDefault();
      const middle = item.getBoundingClientRect().top + item.offsetHeight / 2;
      if (event.clientY < middle) item.before(dragged);
      else item.after(dragged);
    });
  }
  list.addEventListener("drop", (event) => event.preventDefault());
}
