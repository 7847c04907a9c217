// What is chosen within a tab stands in the address without fetching the tab anew.
import { asked } from "../page_frame.js";

/** Write values into the address and keep the others; empty ones are left out. */
export function note(values) {
  const kept = Object.entries({ ...asked(), ...values }).filter(([, value]) => value);
  window.history.replaceState({}, "", `${window.location.pathname}?${new URLSearchParams(kept)}`);
}
