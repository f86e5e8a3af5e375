(() => {
  "use strict";
  document.documentElement.classList.add("js");
  const all = (node, selector) => [...node.querySelectorAll(selector)];
  const place = document.querySelector("[data-matrix]");
  const rows = all(place, ".row");
  const find = place.querySelector("[data-filter-text]");
  const boxes = all(place, "[data-filter-status]");
  const level = place.querySelector("[data-filter-level]");
  const differ = place.querySelector("[data-filter-differ]");
  const count = place.querySelector("[data-filter-count]");
  const said = new Map(rows.map((row) => [row, row.querySelector("th").textContent.toLowerCase()]));

  const apply = () => {
    const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    const every = boxes.every((box) => box.checked);
    const wanted = new Set(boxes.filter((box) => box.checked).map((box) => box.dataset.filterStatus));
    let shown = 0;
    for (const row of rows) {
      const text = said.get(row);
      row.hidden = !((every || row.dataset.statuses.split(" ").some((status) => wanted.has(status))) &&
        (!level.value || level.value === row.dataset.level) &&
        (!differ.checked || row.hasAttribute("data-differ")) && words.every((word) => text.includes(word)));
      shown += row.hidden ? 0 : 1;
    }
    for (const body of all(place, "tbody:not(.totals)")) body.hidden = !body.querySelector(".row:not([hidden])");
    count.textContent = `${shown} of ${rows.length} shown`;
  };
  find.addEventListener("input", apply);
  level.addEventListener("change", apply);
  [...boxes, differ].forEach((box) => box.addEventListener("change", apply));
  apply();

  let from = null;
  const arrive = () => {
    const panel = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
    if (panel && panel.matches(".panel")) panel.focus({ preventScroll: true });
    else if (from) from.focus({ preventScroll: true });
  };
  place.addEventListener("click", (event) => { from = event.target.closest("a") || from; });
  addEventListener("hashchange", arrive);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && document.querySelector(".panel:target")) location.hash = "_";
    else if (event.key === "Escape" && event.target === find) { find.value = ""; apply(); }
    else if (event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey &&
      !event.target.closest("input, select, textarea")) { event.preventDefault(); find.focus(); }
  });
})();
