"""What axe-core finds on a page, once the page has come to rest."""

from __future__ import annotations

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

GRAVE = ("serious", "critical")
COUNT_REQUESTS = """(() => {
  const ask = window.fetch;
  window.waitingFor = 0;
  window.fetch = (...wish) => { window.waitingFor++; return ask(...wish).finally(() => setTimeout(() => window.waitingFor--)); };
})()"""
"""For `settle`: a page of which the server has yet to say something is not at rest."""
_SETTLED = """async () => {
  const until = performance.now() + 4000;
  let last = performance.now();
  const watch = new MutationObserver(() => (last = performance.now()));
  watch.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
  const moves = () => document.getAnimations().some((each) =>
    each.playState === 'running' && Number.isFinite(each.effect.getComputedTiming().endTime));
  while (performance.now() < until && (window.waitingFor || moves() || performance.now() - last < 120))
    await new Promise((go) => setTimeout(go, 20));
  watch.disconnect();
}"""
_RUN = """async ([grave, colours]) => {
  const options = { resultTypes: ['violations'], ...(colours && { runOnly: ['color-contrast', 'link-in-text-block'] }) };
  const { violations } = await axe.run({ exclude: ['#svar-host > .wrap'] }, options);
  return violations.filter((rule) => grave.includes(rule.impact)).flatMap((rule) =>
    rule.nodes.map((node) => `${rule.id}: ${node.html.slice(0, 160)} | ${(node.failureSummary || '').slice(0, 160)}`));
}"""


def settle(page: Page) -> None:
    """Wait until nothing moves, nothing changes and no answer is waited for; four seconds at most."""
    page.evaluate(_SETTLED)


def found_by_axe(page: Page) -> list[str]:
    """Serious and critical findings with the elements that they are about.

    In dark colours only the rules about colours are asked: all others see the same page in light colours, where every
    state is looked at too.
    """
    settle(page)
    if not page.evaluate("Boolean(window.axe)"):
        page.evaluate(AXE_SCRIPT)
    dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    found: list[str] = page.evaluate(_RUN, [GRAVE, dark])
    return found
