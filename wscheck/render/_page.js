(() => {
  "use strict";
  document.documentElement.classList.add("js");
  const all = (node, selector) => [...node.querySelectorAll(selector)];

  const unfold = (row, open) => {
    const button = row.querySelector("button");
    button.setAttribute("aria-expanded", String(open));
    row.nextElementSibling.hidden = !open || row.hidden;
  };
  const isOpen = (row) => row.querySelector("button").getAttribute("aria-expanded") === "true";

  const foldable = (row) => {
    const heading = row.querySelector("th");
    const button = document.createElement("button");
    button.type = "button";
    button.setAttribute("aria-controls", row.nextElementSibling.id);
    button.append(...heading.childNodes);
    heading.append(button);
    unfold(row, row.hasAttribute("data-open"));
    row.addEventListener("click", (event) => {
      if (event.target.closest("a") || String(getSelection())) return;
      unfold(row, !isOpen(row));
    });
  };

  const filter = (place) => {
    const rows = all(place, ".row");
    rows.forEach(foldable);
    const find = place.querySelector("[data-filter-text]");
    if (!find) return;
    const boxes = all(place, "[data-filter-status]");
    const level = place.querySelector("[data-filter-level]");
    const count = place.querySelector("[data-filter-count]");
    const said = new Map(rows.map((row) => {
      const told = row.nextElementSibling.querySelector(".told");
      return [row, (row.textContent + " " + (told ? told.textContent : "")).toLowerCase()];
    }));
    const apply = () => {
      const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
      const wanted = new Set(boxes.filter((box) => box.checked).map((box) => box.dataset.filterStatus));
      let shown = 0;
      for (const row of rows) {
        const text = said.get(row);
        row.hidden = !(wanted.has(row.dataset.status) && (!level.value || level.value === row.dataset.level) &&
          words.every((word) => text.includes(word)));
        row.nextElementSibling.hidden = row.hidden || !isOpen(row);
        shown += row.hidden ? 0 : 1;
      }
      for (const body of all(place, "tbody")) body.hidden = !body.querySelector(".row:not([hidden])");
      count.textContent = `${shown} of ${rows.length} shown`;
    };
    find.addEventListener("input", apply);
    find.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      find.value = "";
      apply();
    });
    level.addEventListener("change", apply);
    boxes.forEach((box) => box.addEventListener("change", apply));
    for (const button of all(place, "[data-fold]")) {
      button.addEventListener("click", () => {
        rows.filter((row) => !row.hidden).forEach((row) => unfold(row, button.dataset.fold === "open"));
      });
    }
    apply();
  };
  all(document, "[data-filter]").forEach(filter);

  const arrive = () => {
    const row = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
    if (!row || !row.matches(".row")) return;
    row.hidden = false;
    row.parentNode.hidden = false;
    unfold(row, true);
    row.scrollIntoView();
    row.querySelector("button").focus({ preventScroll: true });
  };
  addEventListener("hashchange", arrive);
  arrive();

  document.addEventListener("keydown", (event) => {
    const find = document.querySelector("[data-filter-text]");
    if (event.key !== "/" || !find || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, select, textarea")) return;
    event.preventDefault();
    find.focus();
  });
})();
