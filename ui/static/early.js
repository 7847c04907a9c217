// Runs before the first paint, so that no page flashes in the wrong colours.
(function () {
  var choice = null;
  try {
    choice = window.localStorage.getItem("svar.theme");
  } catch (_) {
    // A third-party frame may not store anything; then the system decides.
  }
  var dark = choice ? choice === "dark" : window.matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.dataset.theme = dark ? "dark" : "light";
  if (window.self !== window.top) document.documentElement.dataset.embed = "yes";
})();
