// The messages of the open ticket: who, when, what; quotes and signatures folded, days and what is new set apart.
import { action } from "./actions.js";
import { attachmentList } from "./attachments.js";
import { fill, h, linked, setRendered } from "./dom.js";
import { ago, count, dayName, exactly, t } from "./i18n.js";
import { icon } from "./icons.js";
import { state, ticket } from "./state.js";

const FOLD = 1600;
/** Of a longer text only the beginning is in the page until somebody wants all of it. */
const HUGE = 20000;
/** So many messages are painted at once; earlier ones follow when the page is idle. */
const FIRST = 20;
const PIECE = 8000;
const CHANNELS = { email: "mail", chat: "chat", phone: "phone", web: "web" };
let host = null;
let news = null;
let readUpto = -1;
/** Folds that are open, so that they stay so when the ticket is read again: "message/part". */
let unfolded = new Set();
let atEnd = true;
let painting = 0;

/** Build the scrolling list and the place that reads new messages out. */
export function messageLog() {
  host = h("div.messages", {
    tabindex: "0",
    role: "log",
    "aria-label": t("conversation.messages"),
    "aria-live": "off",
  });
  news = h("div.sr", { role: "status", "aria-live": "polite" });
  action("unfold", (element) => unfold(element));
  action("fold", (element) => toggleFold(element));
  keepAtEnd();
  return [host, news];
}

/** The newest message stays in sight while draft and editor below change their height. */
function keepAtEnd() {
  let height = 0;
  host.addEventListener("scroll", () => {
    // While the list changes its height nobody has scrolled; the observer below follows.
    if (host.clientHeight === height) atEnd = host.scrollTop + height > host.scrollHeight - 40;
  });
  new ResizeObserver(() => {
    height = host.clientHeight;
    if (atEnd) host.scrollTop = host.scrollHeight;
  }).observe(host);
}

/** Say that nothing is open. */
export function showNoMessages() {
  fill(host, h("div.empty-state", {}, icon("chat"), h("p", {}, t("conversation.none"))));
}

/** Show the messages of a ticket that was just opened. */
export function showMessages() {
  const { read_upto: upto } = state.open;
  readUpto = upto === undefined ? -1 : upto;
  unfolded = new Set();
  news.textContent = "";
  paint();
  const line = host.querySelector(".new-line");
  atEnd = true;
  host.scrollTop = host.scrollHeight;
  if (!line || line.offsetTop >= host.scrollTop) return;
  atEnd = false;
  host.scrollTop = line.offsetTop - 12;
}

/** Show them again after the ticket was read again: what is unfolded stays, what is new is read out. */
export function refreshMessages(known) {
  const top = host.scrollTop;
  const stays = !atEnd;
  paint();
  host.scrollTop = stays ? top : host.scrollHeight;
  const fresh = ticket().messages.filter((one) => one.number > known && one.name !== state.me.user.name);
  if (!fresh.length) return;
  const newest = fresh.at(-1);
  news.textContent = t("message.arrived", { name: nameOf(newest), text: newest.body.slice(0, 300) });
}

function paint() {
  const mine = ++painting;
  const all = ticket().messages;
  const from = Math.max(0, all.length - FIRST);
  fill(host, rows(all, from, all.length));
  host.dataset.ticket = ticket().id;
  host.dataset.whole = from ? "" : "yes";
  if (!from) return;
  const later = window.requestIdleCallback || ((fn) => setTimeout(fn, 60));
  later(() => {
    if (mine !== painting) return;
    const before = host.scrollHeight - host.scrollTop;
    host.prepend(...rows(all, 0, from).flat());
    host.scrollTop = host.scrollHeight - before;
    host.dataset.whole = "yes";
  });
}

function rows(all, from, to) {
  const shown = [];
  for (let i = from; i < to; i += 1) {
    const before = all[i - 1];
    const isNew = readUpto >= 0 && all[i].number > readUpto && (!before || before.number <= readUpto);
    if (!before || dayName(before.at) !== dayName(all[i].at)) shown.push(h("div.day", {}, h("span", {}, dayName(all[i].at))));
    if (isNew) shown.push(h("div.new-line", {}, h("span", {}, t("message.new_since"))));
    shown.push(message(all[i]));
  }
  return shown;
}

function nameOf(one) {
  const customer = one.author === "customer" && ticket().customer ? ticket().customer.name : "";
  return one.name || customer || t(`author.${one.author}`);
}

function message(one) {
  const kind = one.public ? one.author : "note";
  const name = nameOf(one);
  const label = !one.public ? t("message.note") : one.author === "bot" ? t("author.bot") : "";
  const mark = one.author === "bot" ? icon("bot") : one.public ? initials(name) : icon("lock");
  const channel = one.author === "customer" && CHANNELS[ticket().channel];
  const id = `message-${one.number}`;
  return h(
    "article.message",
    { class: kind, "aria-labelledby": id, data: { number: one.number } },
    h(
      "header.message-head",
      {},
      h("span.avatar", { "aria-hidden": "true" }, mark),
      h("h3.message-name", { id, dir: "auto" }, name, h("span.sr", {}, `, ${label || t(`author.${one.author}`)}, ${exactly(one.at)}`)),
      label ? h("span.badge", { "aria-hidden": "true" }, label) : null,
      channel ? h("span.channel", { title: t(`channel.${ticket().channel}`) }, icon(channel), h("span.sr", {}, t(`channel.${ticket().channel}`))) : null,
      h("time", { datetime: one.at, title: exactly(one.at) }, ago(one.at)),
    ),
    (one.parts || []).map((part, index) => shownPart(one, part, index)),
    attachmentList(one.attachments),
    delivery(one),
  );
}

function delivery({ delivery: sent }) {
  if (!sent || !sent.state) return null;
  const failed = sent.state === "failed" || sent.state === "dead";
  const key = failed ? "failed" : sent.state === "sent" ? "sent" : "waiting";
  return h(
    "div.delivery",
    { class: key },
    icon(failed ? "warn" : key === "sent" ? "check" : "clock"),
    h("span", { title: sent.error || "" }, t(`delivery.${key}`)),
    failed ? h("button.btn.small", { type: "button", data: { act: "retry-post", id: sent.id } }, t("delivery.retry")) : null,
  );
}

function shownPart(one, part, index) {
  if (part.kind === "text") return writtenText(one, part, index);
  const key = `${one.number}/${index}`;
  const text = one.body.slice(part.start, part.end);
  const lines = text.trim().split("\n").length;
  const open = unfolded.has(key);
  const id = `fold-${one.number}-${index}`;
  const button = h(
    "button.fold",
    { type: "button", "aria-expanded": String(open), "aria-controls": id, data: { act: "fold", key } },
    icon("down"),
    t(`message.${part.kind}`, { n: lines }),
  );
  const inside = h("div.folded", { id, hidden: !open });
  if (open) fill(inside, inner(one, part));
  return [button, inside];
}

function toggleFold(element) {
  const { key } = element.dataset;
  const [number, index] = key.split("/").map(Number);
  const open = element.getAttribute("aria-expanded") !== "true";
  const inside = element.nextElementSibling;
  const one = ticket().messages.find((each) => each.number === number);
  if (open && !inside.firstChild) fill(inside, inner(one, one.parts[index]));
  inside.hidden = !open;
  element.setAttribute("aria-expanded", String(open));
  if (open) unfolded.add(key);
  else unfolded.delete(key);
}

function inner(one, part) {
  return part.html
    ? setRendered(h("div.doc", { dir: "auto" }), part.html)
    : pieces(one.body.slice(part.start, part.end).replace(/^> ?/gm, "").trim());
}

function writtenText(one, part, index) {
  if (part.html) return setRendered(h("div.doc", { dir: "auto" }), part.html);
  const text = one.body.slice(part.start, part.end).replace(/^\n+/, "").trimEnd();
  const key = `${one.number}/${index}`;
  if (text.length <= FOLD || unfolded.has(key)) return pieces(text);
  const shown = text.length > HUGE ? text.slice(0, FOLD) : text;
  return [
    h("div.plain.long", { dir: "auto" }, linked(shown)),
    h(
      "button.btn.ghost.small",
      { type: "button", data: { act: "unfold", key, start: part.start, end: part.end } },
      t("message.unfold_n", { size: count(text.length) }),
    ),
  ];
}

function unfold(element) {
  const { key, start, end } = element.dataset;
  const one = ticket().messages.find((each) => each.number === Number(key.split("/")[0]));
  unfolded.add(key);
  element.previousElementSibling.remove();
  element.replaceWith(pieces(one.body.slice(Number(start), Number(end)).replace(/^\n+/, "").trimEnd()));
}

/** Plain text; a huge one, which is a log and no letter, in pieces that are laid out only where one looks. */
function pieces(text) {
  if (text.length <= HUGE) return h("div.plain", { dir: "auto" }, linked(text));
  const parts = [];
  for (let at = 0; at < text.length; ) {
    let end = Math.min(text.length, at + PIECE);
    const blank = end < text.length ? Math.max(text.lastIndexOf("\n", end), text.lastIndexOf(" ", end)) : -1;
    if (blank > at + PIECE / 2) end = blank + 1;
    else if (/[\ud800-\udbff]/.test(text[end - 1])) end -= 1;
    parts.push(h("div.plain.piece", { dir: "auto" }, text.slice(at, end)));
    at = end;
  }
  return h("div", {}, parts);
}

/** First letters of a name, at most two. */
export function initials(name) {
  const letters = name
    .split(/[\s@.]+/)
    .filter(Boolean)
    .slice(0, 2)
    .map((part) => [...part][0].toUpperCase());
  return letters.join("");
}
