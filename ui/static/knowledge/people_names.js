// Names of colleagues, fetched once.
import { api } from "../api.js";
import { t } from "../i18n.js";

let people = null;
let fetching = null;

/** All colleagues: [{id, name, role}]. */
export async function colleagues() {
  if (people) return people;
  fetching = fetching || api.users();
  const answer = await fetching;
  people = Array.isArray(answer) ? answer : answer.users;
  return people;
}

/** A colleague's name; what the list does not know is somebody who has left, nobody is the server itself. */
export function nameOf(userId) {
  if (!userId) return t("writing.nobody");
  const found = (people || []).find((one) => one.id === userId);
  return found ? found.name : t("assignee.unknown");
}
