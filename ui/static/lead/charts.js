// The charts: Plotly, from our own server, fetched when the first chart is to be drawn.
import { h } from "../dom.js";
import { t, tags } from "../i18n.js";

const SOURCE = new URL("../plotly.min.js", import.meta.url);
const drawn = new Map();
let script = null;

function plotly() {
  script ||= new Promise((done, fail) => {
    const element = h("script", { src: SOURCE.href });
    element.addEventListener("load", () => done(window.Plotly));
    element.addEventListener("error", () => fail(new Error("plotly")));
    document.head.append(element);
  });
  return script;
}

/** An axis of weeks such as "2026-W34": at most so many of them are named, shortly. */
export function weekAxis(weeks, most) {
  const step = Math.max(1, Math.ceil(weeks.length / most));
  const named = weeks.filter((_, place) => place % step === 0);
  return { type: "category", tickvals: named, ticktext: named.map(weekName), tickangle: 0 };
}

const weekName = (week) => t("lead.week", { week: Number(week.slice(-2)) });

/** The page's colours, as they are now. */
export function colours() {
  const style = getComputedStyle(document.documentElement);
  const of = (name) => style.getPropertyValue(`--${name}`).trim();
  return {
    ink: of("ink"), muted: of("muted"), line: of("line"), accent: of("accent"), soft: of("accent-line"), good: of("good"),
    warn: of("warn"), bad: of("bad"), surface: of("surface"), sunken: of("sunken"),
  };
}

/**
 * A chart that is drawn once it stands in the page, and drawn anew in other colours.
 * @param {string} label What it shows, for who cannot see it; the numbers stand in a table or list beside it.
 * @param {Function} make Gets the colours, gives {traces, layout}.
 * @param {object} options height in pixels; click(point) when a point is pressed.
 */
export function chart(label, make, { height = 240, click = null } = {}) {
  const place = h("div.chart", { role: "img", "aria-label": label });
  place.style.minHeight = `${height}px`;
  requestAnimationFrame(() => draw(place, make, height, click));
  drawn.set(place, () => draw(place, make, height, click));
  return place;
}

async function draw(place, make, height, click) {
  let library;
  try {
    library = await plotly();
  } catch (_) {
    place.replaceChildren(h("p.muted", {}, t("lead.no_charts")));
    return;
  }
  if (!place.isConnected) return;
  const colour = colours();
  const { traces, layout } = make(colour);
  await library.react(place, traces, whole(layout, colour, height, getComputedStyle(place).fontFamily), { displayModeBar: false, responsive: true, doubleClick: false });
  place.dataset.drawn = "yes";
  if (click && !place.dataset.clicks) {
    place.dataset.clicks = "yes";
    place.on("plotly_click", (event) => click(event.points[0]));
  }
}

function whole(layout, colour, height, family) {
  const axis = { gridcolor: colour.line, linecolor: colour.line, zerolinecolor: colour.line, automargin: true, fixedrange: true };
  return {
    height,
    margin: { l: 8, r: 8, t: 8, b: 8 },
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    font: { family, size: 12, color: colour.muted },
    hoverlabel: { bgcolor: colour.surface, bordercolor: colour.line, font: { family, color: colour.ink, size: 12 } },
    separators: separators(),
    showlegend: false,
    dragmode: false,
    ...layout,
    xaxis: { ...axis, ...layout.xaxis },
    yaxis: { ...axis, ...layout.yaxis },
    ...(layout.yaxis2 ? { yaxis2: { ...axis, ...layout.yaxis2 } } : {}),
  };
}

/** Decimal sign and the sign between thousands, as Plotly wants them. */
function separators() {
  const parts = new Intl.NumberFormat(tags()).formatToParts(12345.6);
  const of = (type) => parts.find((part) => part.type === type)?.value || "";
  return of("decimal") + (of("group") || " ");
}

// Other colours: what still stands in the page is drawn anew.
new MutationObserver(() => {
  for (const [place, again] of drawn) {
    if (place.isConnected) again();
    else drawn.delete(place);
  }
}).observe(document.documentElement, { attributeFilter: ["data-theme"] });
