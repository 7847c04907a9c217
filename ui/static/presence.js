// Who else is in the open ticket, whom it was passed on to, and the sign of life that tells others about us.
import { action } from "./actions.js";
import { api } from "./api.js";
import { initials } from "./conversation.js";
import { fill, h } from "./dom.js";
import { replyKind, typed } from "./editor.js";
import { day, t } from "./i18n.js";
import { icon } from "./icons.js";
import { refreshMessages } from "./messages.js";
import { emit, on, state, ticket } from "./state.js";
import { toastError } from "./toast.js";

const EVERY_MS = 4000;
/** While two want to write, who took over is to be known at once. */
const CLOSE_MS = 1500;
/** So long after the last key somebody still writes, e.g. while looking something up. */
const WRITING_MS = 60000;
const page = Math.random().toString(36).slice(2, 12);
let strip = null;
let timer = 0;
let asking = false;
let again = false;
let wroteAt = 0;
let told = "viewing";
let current = "";

/** Build the strip below the ticket's head, and begin to give signs of life. */
export function presenceStrip() {
  strip = h("div.people-strip", { role: "status", "aria-label": t("presence.label"), hidden: true });
  action("retry-post", retry);
  on("opened", () => {
    leave();
    current = ticket().id;
    wroteAt = 0;
    told = "viewing";
    take(null);
    beat();
  });
  on("reloaded", beat);
  on("reply-kind", () => ticket() && beat());
  on("sent", () => {
    wroteAt = 0;
    beat();
  });
  document.addEventListener("input", (event) => event.target.id === "reply" && wrote());
  document.addEventListener("visibilitychange", () => document.hidden || beat());
  window.addEventListener("pagehide", () => leave({ keepalive: true }));
  window.addEventListener("pageshow", (event) => event.persisted && beat());
  return strip;
}

/** Make us the one who writes the reply. */
export async function takeOver() {
  const one = ticket();
  if (!one) return false;
  try {
    const room = await api.takeOver(one.id, page);
    wroteAt = Date.now();
    told = "typing";
    if (ticket() && ticket().id === one.id) take(room);
    return true;
  } catch (error) {
    toastError(error);
    return false;
  }
}

function wrote() {
  if (replyKind() !== "reply") return;
  wroteAt = Date.now();
  // The first key is told at once: that is when a second writer would begin.
  if (told !== "typing") beat();
}

function doing() {
  const writes = replyKind() === "reply" && Date.now() - wroteAt < WRITING_MS;
  return writes && (typed().trim() || told === "typing") ? "typing" : "viewing";
}

async function beat() {
  clearTimeout(timer);
  const one = ticket();
  if (!one || document.hidden) return plan();
  if (asking) {
    again = true;
    return undefined;
  }
  asking = true;
  told = doing();
  try {
    const room = await api.presence(one.id, { doing: told, page });
    if (ticket() && ticket().id === one.id) take(room);
  } catch (_) {
    // Offline or signed out: who else is here is not worth a message.
  }
  asking = false;
  if (again) {
    again = false;
    return beat();
  }
  return plan();
}

function plan() {
  clearTimeout(timer);
  const close = state.room && (state.room.writer || (told === "typing" && state.room.others.length));
  timer = setTimeout(beat, close ? CLOSE_MS : EVERY_MS);
}

function leave(options) {
  if (current) api.leave(current, page, options).catch(() => {});
  current = "";
}

function take(room) {
  state.room = room;
  if (room) showDeliveries(room.deliveries);
  show();
  emit("room");
}

/** What was sent meanwhile is no longer waiting. */
function showDeliveries(deliveries) {
  const { messages } = ticket();
  let changed = false;
  for (const delivery of deliveries) {
    const message = messages.find((one) => one.delivery && one.delivery.id === delivery.id);
    if (!message || message.delivery.state === delivery.state) continue;
    message.delivery = delivery;
    changed = true;
  }
  if (changed) refreshMessages(messages.at(-1).number);
}

function show() {
  const room = state.room;
  const others = room ? room.others : [];
  const last = room ? room.passed_on[0] : null;
  strip.hidden = !others.length && !last;
  // Written anew only when it says something else: a live region reads out what changes.
  const key = JSON.stringify([others, last]);
  if (strip.dataset.key === key) return;
  strip.dataset.key = key;
  fill(strip, others.map(person), last ? passedOn(last) : null);
}

function person(other) {
  const writes = other.doing === "typing";
  return h(
    "span.person",
    { title: t(`presence.${other.doing}`, { name: other.name }), data: { doing: other.doing } },
    h("span.avatar", { "aria-hidden": "true" }, initials(other.name)),
    h("span", { dir: "auto" }, other.name),
    writes ? h("span.badge.warn", {}, t("presence.writes")) : null,
  );
}

function passedOn(last) {
  const { delivery } = last;
  const failed = delivery && delivery.state === "failed";
  return h(
    "span.passed-on",
    { title: failed ? delivery.error : null },
    icon("pass"),
    h("span", { dir: "auto" }, t("pass_on.strip", { name: last.name })),
    delivery
      ? h("span.badge", { class: failed ? "bad" : "", data: { delivery: delivery.state } }, t(`delivery.${delivery.state}`))
      : null,
    last.follow_up_at ? h("span.back", {}, t("pass_on.strip_back", { day: day(last.follow_up_at) })) : null,
    failed
      ? h("button.btn.small", { type: "button", data: { act: "retry-post", id: String(delivery.id) } }, t("delivery.retry"))
      : null,
  );
}

async function retry(element) {
  try {
    await api.retryPost(element.dataset.id);
    beat();
  } catch (error) {
    toastError(error);
  }
}
