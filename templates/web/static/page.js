// The page works without this, by reloading.
"use strict";
(() => {
  const status = document.getElementById("status");
  const field = document.getElementById("text");
  let busy = false;

  const show = (at, behavior) => at && at.scrollIntoView({ block: "start", behavior });

  // Little is changed, so that only what is new is read out.
  const update = (old, fresh) => {
    for (const { name, value } of fresh.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
    const [olds, news] = [[...old.children], [...fresh.children]];
    if (!olds.length && !news.length && old.textContent.trim() !== fresh.textContent.trim()) old.textContent = fresh.textContent;
    olds.forEach((each, i) => {
      if (!news[i]) each.remove();
      else if (each.tagName === news[i].tagName) update(each, news[i]);
      else each.replaceWith(news[i]);
    });
    old.append(...news.slice(olds.length));
  };

  const merge = (page) => {
    const talk = document.querySelector(".talk");
    const there = new Map([...talk.children].map((each) => [each.id, each]));
    const added = [];
    let place = talk.firstElementChild;
    for (const fresh of [...page.querySelector(".talk").children]) {
      const old = there.get(fresh.id);
      there.delete(fresh.id);
      if (old) {
        update(old, fresh);
        place = old.nextElementSibling;
      } else {
        talk.insertBefore(fresh, place);
        added.push(fresh);
      }
    }
    there.forEach((gone) => gone.remove());
    document.querySelectorAll("input[name=n]").forEach((each) => {
      each.value = page.querySelector("input[name=n]").value;
    });
    return added.find((each) => each.matches(".bot"));
  };

  const load = async (url, options) => {
    const answer = await fetch(url, options);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!page.querySelector(".talk")) {
      status.replaceChildren(page.querySelector("main p").textContent, " ", ...page.querySelectorAll("main a[target]"));
      return false;
    }
    const first = merge(page);
    status.textContent = "";
    if (document.getElementById("waits")) later();
    if (first && document.activeElement === document.body) {
      first.tabIndex = -1;
      first.focus({ preventScroll: true });
    }
    show(first);
    return true;
  };
  const later = () => setTimeout(() => load(location.pathname).then((done) => done || later(), later), 1500);

  // Another size of text leaves what is being typed.
  const resize = (form, { name, value }) => {
    const page = document.documentElement;
    page.className = page.className.replace(/size-./, "size-" + value);
    form.querySelectorAll("button").forEach((each) => each.setAttribute("aria-pressed", each.value === value));
    fetch(form.action, { method: "POST", body: new URLSearchParams([[name, value]]), redirect: "manual" }).catch(() => {});
  };

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (form.matches(".sizes") && event.submitter) {
      event.preventDefault();
      return resize(form, event.submitter);
    }
    // Where it isn't known which button was pressed, the browser sends the form.
    if (!form.action.endsWith("/say") || !("submitter" in event)) return;
    event.preventDefault();
    if (busy) return;
    busy = true;
    status.textContent = "正在看，请稍等";
    const sent = field.value;
    try {
      const body = new URLSearchParams(new FormData(form));
      if (event.submitter && event.submitter.name) body.set(event.submitter.name, event.submitter.value);
      const done = await load(form.action, { method: "POST", body });
      if (done && form.id === "compose" && field.value === sent) field.value = "";
    } catch {
      status.textContent = "没有发出去，请看看网络，再发一次";
    }
    busy = false;
  });

  // A second click would meet what has come to stand there.
  document.addEventListener("click", (event) => { if (event.detail > 1) event.preventDefault(); });

  // Safari ends a composition before the Enter that ended it, and marks that key 229.
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    field.form.querySelector("button").click();
  });

  // The page around a frame hears no key that is pressed in it.
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.isComposing && parent !== window) parent.postMessage("baoduoshao-close", "*");
  });

  addEventListener("beforeprint", () => document.querySelectorAll("details:not(.picture)").forEach((each) => { each.open = true; }));
  // Who comes back or reloads finds the place where they were.
  if (performance.getEntriesByType("navigation")[0]?.type === "navigate") show(document.getElementById("last"), "instant");
  if (document.getElementById("waits")) later();
})();
