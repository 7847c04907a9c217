// What the browser keeps; in a frame of another site it keeps nothing, and that is no error.

const OURS = "svar.";

/** Read a value; "" if there is none. */
export function recall(key) {
  try {
    return window.localStorage.getItem(OURS + key) || "";
  } catch (_) {
    return "";
  }
}

/** Everything whose key begins so: [key, value] pairs. */
export function recallAll(beginning) {
  try {
    const keys = Object.keys(window.localStorage).filter((key) => key.startsWith(OURS + beginning));
    return keys.map((key) => [key.slice(OURS.length), window.localStorage.getItem(key) || ""]);
  } catch (_) {
    return [];
  }
}

/** Keep a value; "" forgets it. Returns whether it could be kept. */
export function remember(key, value) {
  try {
    if (value) window.localStorage.setItem(OURS + key, value);
    else window.localStorage.removeItem(OURS + key);
    return true;
  } catch (_) {
    return false;
  }
}

/** Read a value of this tab; "" if there is none. */
export function recallHere(key) {
  try {
    return window.sessionStorage.getItem(OURS + key) || "";
  } catch (_) {
    return "";
  }
}

/** Keep a value for this tab. */
export function rememberHere(key, value) {
  try {
    window.sessionStorage.setItem(OURS + key, value);
  } catch (_) {
    // Then a tab that is loaded again is a new one, which costs nothing.
  }
}
