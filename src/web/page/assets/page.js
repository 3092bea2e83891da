// What is pleasant and not needed: without it every form and every page works.
(() => {
  "use strict";
  const all = (selector, under = document) => [...under.querySelectorAll(selector)];

  // A form is sent once, however often somebody clicks.
  for (const form of all("form[data-once]")) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) event.preventDefault();
      form.dataset.sent = "yes";
    });
  }
  // A page that comes back by the back button can be sent again.
  addEventListener("pageshow", () => all("form[data-once]").forEach((form) => delete form.dataset.sent));

  // Whoever sets a date means it, and so does whoever names a resource.
  const choose = (selector) => {
    const radio = document.querySelector(selector);
    if (radio) radio.checked = true;
  };
  document.getElementById("expires_on")?.addEventListener("input", () => choose("input[data-date]"));
  for (const field of all("[data-limits]")) field.addEventListener("input", () => choose("input[name=limit][value=some]"));

  // Enter sends the form, and where it is pressed in the search it searches.
  const main = document.querySelector("[data-main]");
  main?.form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target.tagName !== "INPUT" || event.target.type === "search") return;
    event.preventDefault();
    main.form.requestSubmit(main);
  });

  // Scopes are found by what is written.
  const search = document.querySelector("[data-search]");
  if (search) {
    search.hidden = false;
    const none = search.querySelector("[role=status]");
    search.querySelector("input").addEventListener("input", ({ target }) => {
      const words = target.value.toLowerCase().split(/\s+/).filter(Boolean);
      let found = 0;
      for (const group of all("#scopes .group")) {
        let shown = 0;
        for (const scope of all(".check", group)) {
          const text = scope.textContent.toLowerCase();
          scope.hidden = !words.every((word) => text.includes(word));
          if (!scope.hidden) shown += 1;
        }
        group.hidden = shown === 0;
        found += shown;
      }
      none.hidden = found > 0;
    });
    // Enter would send the form.
    search.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
  }

  const secret = document.querySelector("[data-secret]");
  if (!secret) return;
  // A reload asks for the token's page, and sends no form.
  history.replaceState(null, "", secret.dataset.place);
  const copied = async (element) => {
    try {
      await navigator.clipboard.writeText(element.textContent);
    } catch {
      getSelection().selectAllChildren(element);
      document.execCommand("copy");
    }
  };
  for (const button of all("[data-copy]", secret)) {
    button.hidden = false;
    const label = button.textContent;
    button.addEventListener("click", async () => {
      await copied(document.getElementById(button.dataset.copy));
      button.textContent = button.dataset.done;
      secret.querySelector("[data-said]").textContent = button.dataset.done;
      setTimeout(() => { button.textContent = label; }, 2000);
    });
  }
  // A browser may keep a page as it was left, to show it again: the secret is not in it.
  addEventListener("pagehide", () => {
    for (const text of all("[data-forget]", secret)) text.textContent = "…";
    for (const button of all("[data-copy]", secret)) button.hidden = true;
    secret.querySelector("[data-gone]").hidden = false;
  });
})();
