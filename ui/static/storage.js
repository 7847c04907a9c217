// What the browser keeps; in a frame of another site it keeps nothing, and that is no error.

/** Read a value; "" if there is none. */
export function recall(key) {
  try {
    return window.localStorage.getItem(`svar.${key}`) || "";
  } catch (_) {
    return "";
  }
}

/** Keep a value; "" forgets it. Returns whether it could be kept. */
export function remember(key, value) {
  try {
    if (value) window.localStorage.setItem(`svar.${key}`, value);
    else window.localStorage.removeItem(`svar.${key}`);
    return true;
  } catch (_) {
    return false;
  }
}
