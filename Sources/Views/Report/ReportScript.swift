/// What makes a report answer: tables sort and filter, the graph zooms and moves.
enum ReportScript {
  static let text = #"""
    (() => {
      "use strict";
      const all = (selector, root) => [...(root || document).querySelectorAll(selector)];

      // Tables: a click on a head sorts by it, another one the other way round.
      for (const table of all("table.sortable")) {
        const heads = all("thead th", table);
        heads.forEach((head, column) => head.firstElementChild.addEventListener("click", () => {
          const isNumber = head.dataset.kind === "n";
          const before = head.getAttribute("aria-sort");
          const order = before ? (before === "ascending" ? "descending" : "ascending") : isNumber ? "descending" : "ascending";
          heads.forEach(other => other.removeAttribute("aria-sort"));
          head.setAttribute("aria-sort", order);
          const sign = order === "descending" ? -1 : 1;
          const key = row => isNumber ? Number(row.cells[column].dataset.v) : row.cells[column].textContent;
          const rows = [...table.tBodies[0].rows].map((row, place) => ({ row, place, key: key(row) }));
          rows.sort((a, b) => sign * (isNumber ? a.key - b.key : a.key.localeCompare(b.key)) || a.place - b.place);
          table.tBodies[0].append(...rows.map(entry => entry.row));
        }));
      }

      // Filters: what does not hold the text is hidden.
      for (const field of all("input[data-filter]")) {
        const items = all(field.dataset.filter);
        const count = document.getElementById(field.dataset.count);
        field.addEventListener("input", () => {
          const wanted = field.value.trim().toLowerCase();
          let shown = 0;
          for (const item of items) {
            item.hidden = wanted !== "" && !item.textContent.toLowerCase().includes(wanted);
            if (!item.hidden) shown += 1;
          }
          count.textContent = `${shown} of ${items.length}`;
        });
      }

      // The graph.
      const stage = document.querySelector(".stage");
      if (!stage) return;
      const views = new Map();
      let svg = null;
      const view = () => views.get(svg);
      const apply = () => {
        const v = view();
        svg.setAttribute("viewBox", `${v.x} ${v.y} ${stage.clientWidth / v.scale} ${stage.clientHeight / v.scale}`);
      };
      const fit = isWhole => {
        const v = view();
        const wide = stage.clientWidth / v.width;
        v.scale = isWhole ? Math.min(wide, stage.clientHeight / v.height) : Math.min(1, wide);
        v.x = (v.width - stage.clientWidth / v.scale) / 2;
        v.y = isWhole ? (v.height - stage.clientHeight / v.scale) / 2 : 0;
        apply();
      };
      const zoom = (factor, px, py) => {
        const v = view();
        const scale = Math.min(8, Math.max(0.01, v.scale * factor));
        v.x += px / v.scale - px / scale;
        v.y += py / v.scale - py / scale;
        v.scale = scale;
        apply();
      };
      const show = index => {
        all(".sheet").forEach((sheet, place) => { sheet.hidden = place !== index; });
        all(".pictures button").forEach((tab, place) => tab.setAttribute("aria-pressed", place === index));
        svg = all(".sheet")[index].querySelector("svg");
        if (views.has(svg)) return apply();
        views.set(svg, { width: svg.width.baseVal.value, height: svg.height.baseVal.value, x: 0, y: 0, scale: 1 });
        svg.setAttribute("width", "100%");
        svg.setAttribute("height", "100%");
        fit(false);
      };
      const detail = document.getElementById("detail");
      const choose = box => {
        all(".chosen").forEach(other => other.classList.remove("chosen"));
        if (box) box.classList.add("chosen");
        detail.textContent = box ? box.querySelector("title").textContent : detail.dataset.hint;
      };
      const centre = box => {
        const v = view();
        const card = box.querySelector("rect").getBoundingClientRect();
        const area = stage.getBoundingClientRect();
        v.x += (card.left + card.width / 2 - area.left - area.width / 2) / v.scale;
        v.y += (card.top + card.height / 2 - area.top - area.height / 2) / v.scale;
        apply();
      };

      const pointers = new Map();
      let travelled = 0;
      const place = event => {
        const area = stage.getBoundingClientRect();
        return { x: event.clientX - area.left, y: event.clientY - area.top };
      };
      stage.addEventListener("pointerdown", event => {
        pointers.set(event.pointerId, place(event));
        if (pointers.size === 1) travelled = 0;
      });
      stage.addEventListener("pointermove", event => {
        const before = pointers.get(event.pointerId);
        if (!before) return;
        const now = place(event);
        const v = view();
        if (pointers.size === 1) {
          v.x -= (now.x - before.x) / v.scale;
          v.y -= (now.y - before.y) / v.scale;
          travelled += Math.hypot(now.x - before.x, now.y - before.y);
          if (travelled > 4) stage.setPointerCapture(event.pointerId);
          apply();
        } else {
          const other = [...pointers].find(([id]) => id !== event.pointerId)[1];
          const was = Math.hypot(before.x - other.x, before.y - other.y);
          const is = Math.hypot(now.x - other.x, now.y - other.y);
          travelled = 100;
          if (was > 0 && is > 0) zoom(is / was, (now.x + other.x) / 2, (now.y + other.y) / 2);
        }
        pointers.set(event.pointerId, now);
      });
      const release = event => pointers.delete(event.pointerId);
      stage.addEventListener("pointerup", release);
      stage.addEventListener("pointercancel", release);
      stage.addEventListener("click", event => { if (travelled <= 4) choose(event.target.closest(".box")); });
      stage.addEventListener("wheel", event => {
        if (!event.ctrlKey && !event.metaKey && document.activeElement !== stage) return;
        event.preventDefault();
        const at = place(event);
        zoom(Math.exp(-event.deltaY / 400), at.x, at.y);
      }, { passive: false });
      stage.addEventListener("keydown", event => {
        const v = view();
        const step = 60 / v.scale;
        const moves = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };
        if (moves[event.key]) { v.x += moves[event.key][0]; v.y += moves[event.key][1]; apply(); }
        else if (event.key === "+") zoom(1.25, stage.clientWidth / 2, stage.clientHeight / 2);
        else if (event.key === "-") zoom(0.8, stage.clientWidth / 2, stage.clientHeight / 2);
        else if (event.key === "0") fit(false);
        else return;
        event.preventDefault();
      });
      const actions = {
        in: () => zoom(1.25, stage.clientWidth / 2, stage.clientHeight / 2),
        out: () => zoom(0.8, stage.clientWidth / 2, stage.clientHeight / 2),
        width: () => fit(false),
        whole: () => fit(true)
      };
      all("button[data-zoom]").forEach(button => button.addEventListener("click", () => actions[button.dataset.zoom]()));
      all(".pictures button").forEach((tab, index) => tab.addEventListener("click", () => show(index)));

      const finder = document.getElementById("find");
      let found = -1;
      finder.addEventListener("input", () => { found = -1; });
      finder.addEventListener("keydown", event => {
        if (event.key !== "Enter") return;
        const wanted = finder.value.trim().toLowerCase();
        const hits = all(".box", svg).filter(box => box.textContent.toLowerCase().includes(wanted));
        if (wanted === "" || hits.length === 0) return choose(null);
        found = (found + 1) % hits.length;
        choose(hits[found]);
        centre(hits[found]);
      });
      new ResizeObserver(() => apply()).observe(stage);
      show(0);
    })();
    """#
}
