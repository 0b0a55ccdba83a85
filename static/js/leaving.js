// Signing out takes this browser's copies of unsaved words with it: the next person at a shared computer finds none.
// What can still be saved is saved first; about what cannot, the writer is asked.

const KEEP = "kb-text "; // as in saving.js
const out = document.querySelector("form[data-sign-out]");
const ASKED = "This browser holds words of yours that are not saved on the site yet. Sign out and throw them away? To keep them, cancel, open the article and put them back.";

function copies() {
  try { return Object.keys(window.localStorage).filter((key) => key.startsWith(KEEP)); } catch { return []; }
}

out?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const saves = [];
  document.dispatchEvent(new CustomEvent("before-leaving", { detail: saves })); // the page that is being written on adds its save
  await Promise.allSettled(saves);
  const own = copies().some((key) => key.startsWith(`${KEEP}${out.dataset.signOut} `));
  if (own && !window.confirm(ASKED)) return;
  document.dispatchEvent(new CustomEvent("leaving"));
  const others = new BroadcastChannel("kb-leaving"); // what stands open in another tab goes from the screen, too
  others.postMessage("out");
  others.close();
  copies().forEach((key) => window.localStorage.removeItem(key));
  out.submit();
});
