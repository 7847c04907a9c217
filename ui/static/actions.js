// One delegated listener for everything that can be clicked: <button data-act="name">.

const actions = new Map();

/** Say what happens on data-act="name"; the function gets the element and the event. */
export function action(name, fn) {
  actions.set(name, fn);
}

/** Do it from elsewhere, e.g. from a key. */
export function perform(name, element = null, event = null) {
  const fn = actions.get(name);
  if (fn) fn(element, event);
}

/** Listen on the page's root. */
export function listen(root) {
  root.addEventListener("click", (event) => {
    const element = event.target.closest("[data-act]");
    if (element && root.contains(element) && !element.disabled) perform(element.dataset.act, element, event);
  });
  root.addEventListener("keydown", (event) => {
    const element = event.target;
    const isButton = element.matches("[role=button][data-act]");
    if (!isButton || (event.key !== "Enter" && event.key !== " ")) return;
    event.preventDefault();
    event.stopPropagation();
    perform(element.dataset.act, element, event);
  });
}
