#!/usr/bin/env python3
"""Clicks through pages of `cnnconv report` in a headless Chromium, at the width of a phone and of a desk.

usage: reports.py PROGRAM [--chromium PATH] [--pictures FOLDER] [NETWORK ...]

For each network of the zoo a page is made, with profile and comparison. A script that is added to a copy of the page sorts and
filters its tables, switches pictures, zooms, moves, finds and chooses boxes, and notes what happened; what does not hold is
printed, and the exit code is 1. Nothing may be loaded, nothing may be wider than the window, and no page may have 2 MB.

With --pictures, a picture of each network's graph and page is put into FOLDER; Pillow makes them small. Every other page is dark.
"""
import argparse
import json
import os
import re
import subprocess
import sys
import tempfile

NETWORKS = ["lenet5", "resnet50", "densenet121", "googlenet", "mobilenet_v3_small", "shufflenet_v2_x1_0"]
WIDTHS = [390, 1280]
LIMIT = 2_000_000

CLICKS = r"""
const facts = {};
const note = (name, value) => { facts[name] = value; };
const all = s => [...document.querySelectorAll(s)];
const rows = id => all(`#${id} tbody tr`);
const press = (element, type, options) => element.dispatchEvent(new PointerEvent(type, {bubbles: true, ...options}));
const settle = () => new Promise(done => setTimeout(done, 30));
(async () => {
  await settle();
  note("width", innerWidth);
  note("overflow", document.documentElement.scrollWidth - innerWidth);
  note("wide", all("body *").filter(e => e.getBoundingClientRect().right > innerWidth && !e.closest(".scroll,.stage,nav"))
    .map(e => `${e.tagName}.${e.getAttribute("class") || e.id}`).slice(0, 4));
  note("sections", all("section").map(s => s.id));
  note("resources", performance.getEntriesByType("resource").length);

  // Sorting: numbers down, then up; names up.
  const heads = all("#layers-table thead th");
  const column = title => heads.findIndex(h => h.textContent === title);
  const values = c => rows("layers-table").map(r => Number(r.cells[c].dataset.v));
  const sorted = (v, sign) => v.every((x, i) => i === 0 || sign * (x - v[i - 1]) >= 0);
  const parameters = column("parameters");
  heads[parameters].firstElementChild.click();
  note("sortsDown", sorted(values(parameters), -1) && heads[parameters].getAttribute("aria-sort") === "descending");
  heads[parameters].firstElementChild.click();
  note("sortsUp", sorted(values(parameters), 1));
  heads[column("layer")].firstElementChild.click();
  const names = rows("layers-table").map(r => r.cells[1].textContent);
  note("sortsNames", names.every((x, i) => i === 0 || names[i - 1].localeCompare(x) <= 0));
  heads[0].firstElementChild.click();
  heads[0].firstElementChild.click();
  note("sortsBack", sorted(values(0), 1));
  const parametersOf = rows("layers-table").reduce((sum, r) => sum + Number(r.cells[parameters].dataset.v), 0);
  note("parameters", parametersOf);

  // Filtering.
  const field = document.querySelector("input[data-count=layers-count]");
  field.value = "conv";
  field.dispatchEvent(new Event("input"));
  const shown = rows("layers-table").filter(r => !r.hidden);
  note("filters", shown.length > 0 && shown.length < rows("layers-table").length
    && shown.every(r => r.textContent.toLowerCase().includes("conv"))
    && document.getElementById("layers-count").textContent === `${shown.length} of ${rows("layers-table").length}`);
  field.value = "";
  field.dispatchEvent(new Event("input"));
  note("showsAgain", rows("layers-table").every(r => !r.hidden));

  // Pictures: one is shown, tabs switch.
  const tabs = all(".pictures button");
  const sheets = all(".sheet");
  const open = () => sheets.findIndex(s => !s.hidden);
  note("pictures", tabs.map(t => t.textContent));
  let switches = open() === 0;
  tabs.forEach((tab, i) => { tab.click(); switches = switches && open() === i && tab.getAttribute("aria-pressed") === "true"; });
  tabs[0].click();
  note("switches", switches && sheets.filter(s => !s.hidden).length === 1);

  // Zooming, moving, fitting.
  const stage = document.querySelector(".stage");
  const svg = () => sheets[open()].querySelector("svg");
  const box = () => svg().getAttribute("viewBox").split(" ").map(Number);
  const zoom = action => document.querySelector(`button[data-zoom=${action}]`).click();
  zoom("width");
  const start = box();
  zoom("in");
  const nearer = box();
  zoom("out");
  const back = box();
  note("zooms", nearer[2] < start[2] && Math.abs(back[2] - start[2]) < 1e-6 * start[2]);
  const area = stage.getBoundingClientRect();
  const at = (x, y) => ({pointerId: 1, clientX: area.left + x, clientY: area.top + y});
  press(stage, "pointerdown", at(100, 100));
  press(stage, "pointermove", at(103, 102));
  press(stage, "pointermove", at(103, 102));
  press(stage, "pointerup", at(103, 102));
  const moved = box();
  note("moves", Math.abs(moved[0] - back[0] + 3 * back[2] / stage.clientWidth) < 1e-6 * back[2] && moved[1] < back[1]);
  press(stage, "pointerdown", at(100, 100));
  press(stage, "pointerdown", {...at(140, 100), pointerId: 2});
  press(stage, "pointermove", {...at(180, 100), pointerId: 2});
  press(stage, "pointerup", {...at(180, 100), pointerId: 2});
  press(stage, "pointerup", at(100, 100));
  note("pinches", Math.abs(box()[2] / moved[2] - 0.5) < 1e-6);
  zoom("whole");
  const whole = box();
  const drawing = {w: svg().querySelector("g").getBBox()};
  note("fits", whole[0] <= 0.01 + drawing.w.x && whole[3] >= drawing.w.height);
  zoom("width");

  // Choosing and finding.
  const boxes = all(".sheet:not([hidden]) .box");
  note("boxes", boxes.length);
  press(stage, "pointerdown", at(1, 1));
  press(stage, "pointerup", at(1, 1));
  boxes[1].querySelector("rect").dispatchEvent(new MouseEvent("click", {bubbles: true}));
  const detail = document.getElementById("detail");
  note("chooses", boxes[1].classList.contains("chosen") && detail.textContent === boxes[1].querySelector("title").textContent);
  const finder = document.getElementById("find");
  finder.value = boxes[boxes.length - 1].querySelector("text").textContent.trim();
  finder.dispatchEvent(new KeyboardEvent("keydown", {key: "Enter", bubbles: true}));
  const chosen = document.querySelector(".chosen rect").getBoundingClientRect();
  const stageNow = stage.getBoundingClientRect();
  note("finds", Math.abs(chosen.left + chosen.width / 2 - stageNow.left - stageNow.width / 2) < 8
    && Math.abs(chosen.top + chosen.height / 2 - stageNow.top - stageNow.height / 2) < 8);

  // Text stays inside its box.
  const first = all(".sheet:not([hidden]) .box").filter(b => {
    const card = b.querySelector("rect").getBoundingClientRect();
    return [...b.querySelectorAll("text")].some(t => {
      const r = t.getBoundingClientRect();
      return r.right > card.right + 1 || r.left < card.left - 1;
    });
  });
  note("spilled", first.map(b => b.querySelector("title").textContent.split("\n")[0]).slice(0, 3));
  note("histograms", all(".hist").length);
  note("bars", all("#profile-table .bar").length);
  note("plots", all(".plot").length);
})().catch(error => note("error", String(error))).finally(() => {
  const result = document.createElement("pre");
  result.id = "facts";
  result.textContent = JSON.stringify(facts);
  document.body.append(result);
});
"""


def chromium(arguments, program, profile):
    command = [program, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", f"--user-data-dir={profile}"]
    return subprocess.run(command + arguments, capture_output=True, text=True, timeout=120)


def facts_of(page, width, program, folder):
    """What the clicks found in a frame of a width."""
    with open(page, encoding="utf-8") as file:
        text = file.read()
    copy = os.path.join(folder, "clicked.html")
    with open(copy, "w", encoding="utf-8") as file:
        file.write(text.replace("</body>", f"<script>{CLICKS}</script></body>"))
    # A window has a least width; a frame has not. It hands its facts up by a message.
    frame = os.path.join(folder, "frame.html")
    with open(copy, "a", encoding="utf-8") as file:
        file.write("<script>setInterval(() => { const f = document.getElementById('facts');"
                   " if (f) parent.postMessage(f.textContent, '*'); }, 50)</script>")
    with open(frame, "w", encoding="utf-8") as file:
        file.write(f"<body style='margin:0'><iframe src='clicked.html' style='width:{width}px;height:844px;border:0'>"
                   "</iframe><pre id=out></pre><script>onmessage = e => { out.textContent = e.data }</script>")
    run = chromium(["--virtual-time-budget=6000", f"--window-size={max(width, 500)},900", "--dump-dom", f"file://{frame}"],
                   program, os.path.join(folder, "profile"))
    found = re.search(r'<pre id="out">(.*?)</pre>', run.stdout, re.S)
    if not found or not found.group(1):
        return {"error": "the page gave no answer " + run.stderr[-300:]}
    return json.loads(found.group(1).replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">"))


def faults(facts, width, parameters):
    wrong = [key for key in [
        "sortsDown", "sortsUp", "sortsNames", "sortsBack", "filters", "showsAgain", "switches", "zooms", "moves", "pinches",
        "fits", "chooses", "finds"] if facts.get(key) is not True]
    if facts.get("error"):
        wrong.append(facts["error"])
    if facts.get("width") != width:
        wrong.append(f"width {facts.get('width')}")
    if facts.get("overflow", 1) > 0:
        wrong.append(f"{facts.get('overflow')} pixels wider than the window: {facts.get('wide')}")
    if facts.get("resources") != 0:
        wrong.append("something is loaded")
    if facts.get("spilled"):
        wrong.append(f"text leaves its box: {facts['spilled']}")
    if facts.get("parameters") != parameters:
        wrong.append(f"{facts.get('parameters')} parameters, {parameters} expected")
    if facts.get("sections") != ["overview", "graph", "layers", "fusing", "profile", "agreement", "weights"]:
        wrong.append(f"sections {facts.get('sections')}")
    for key in ["histograms", "bars", "plots", "boxes"]:
        if not facts.get(key):
            wrong.append(f"no {key}")
    return wrong


def picture(source, target, width, height, program, folder, dark=False):
    """A picture of a page or drawing in colours few enough to be small."""
    from PIL import Image

    raw = os.path.join(folder, "raw.png")
    mode = ["--blink-settings=preferredColorScheme=0"] if dark else ["--blink-settings=preferredColorScheme=1"]
    chromium(mode + [f"--screenshot={raw}", f"--window-size={width},{height}", "--virtual-time-budget=2000",
                     f"file://{source}"], program, os.path.join(folder, "profile"))
    Image.open(raw).convert("RGB").quantize(48, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(
        target, optimize=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--chromium", default="chromium")
    parser.add_argument("--pictures")
    parser.add_argument("networks", nargs="*", default=NETWORKS)
    options = parser.parse_args()
    program, failed = os.path.abspath(options.program), False
    with tempfile.TemporaryDirectory() as folder:
        for name in options.networks:
            path = lambda end: os.path.join(folder, name + end)
            run = lambda *words: subprocess.run([program, *words], check=True, capture_output=True, text=True).stdout
            run("zoo", name, "-o", path(".onnx"))
            run("fuse", path(".onnx"), "-o", path(".fused.onnx"))
            run("report", path(".onnx"), "-o", path(".html"), "--profile", "--against", path(".fused.onnx"))
            run("draw", path(".onnx"), "-o", path(".svg"))
            parameters = json.loads(run("import", path(".onnx"), "--json"))["parameters"]
            size = os.path.getsize(path(".html"))
            for width in WIDTHS:
                facts = facts_of(path(".html"), width, options.chromium, folder)
                wrong = faults(facts, width, parameters) + ([f"{size} bytes"] if size > LIMIT else [])
                failed = failed or bool(wrong)
                words = "; ".join(wrong) if wrong else f"all clicks answered, {facts['boxes']} boxes, {facts['pictures']}"
                print(f"{name:24} {width:5} px  {size / 1000:7.0f} kB  {words}", flush=True)
            if options.pictures:
                os.makedirs(options.pictures, exist_ok=True)
                target = os.path.join(options.pictures, name)
                dark = options.networks.index(name) % 2 == 1
                picture(path(".html"), target + ".report.png", 1000, 1250, options.chromium, folder, dark)
                with open(path(".svg"), encoding="utf-8") as file:
                    width = float(re.search(r'width="([0-9.]+)"', file.read()).group(1))
                picture(path(".svg"), target + ".graph.png", max(400, round(width)), 1250, options.chromium, folder)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
