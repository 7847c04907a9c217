// Signing in from a frame: a window of its own asks for the password and hands a token to the frame, and to nobody else.

const HERE = window.location.origin;

/** In the frame: open the window, wait for the token, come back with it. */
function signIn() {
  window.addEventListener("message", (event) => {
    const token = event.data && event.data.svarToken;
    if (event.origin !== HERE || typeof token !== "string") return;
    const address = new URL(window.location.href);
    for (const name of ["user", "expires", "nonce", "signature"]) address.searchParams.delete(name);
    address.searchParams.set("token", token);
    window.location.replace(address);
  });
  document.querySelector("#embed-enter").addEventListener("click", () => {
    const opened = window.open("/embed/popup", "svar-sign-in", "popup,width=480,height=680");
    document.querySelector("#embed-blocked").hidden = Boolean(opened);
  });
}

/** In the window: only a frame of our own origin gets the token. */
async function handOver() {
  if (!window.opener) return;
  const headers = { Accept: "application/json" };
  const answer = await fetch("/api/v1/embed-token", { method: "POST", credentials: "same-origin", headers });
  if (!answer.ok) return;
  const { token } = await answer.json();
  window.opener.postMessage({ svarToken: token }, HERE);
  window.close();
}

const page = document.body.dataset.embed;
if (page === "sign-in") signIn();
if (page === "popup") handOver();
