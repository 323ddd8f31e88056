// Draws a beat's timeline: a lane each for lines, pictures and sounds, a ruler in seconds, and the head.

const SVG = "http://www.w3.org/2000/svg";

function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  const { dataset, ...plain } = properties;
  Object.assign(made, plain);
  Object.assign(made.dataset, dataset);
  made.append(...children);
  return made;
}

function share(ms, beat) {
  return `${(100 * ms) / lengthOf(beat)}%`;
}

function lengthOf(beat) {
  return Math.max(beat.total_ms, 1);
}

function placed(block, beat, startMs, durationMs) {
  block.style.left = share(startMs, beat);
  if (durationMs) block.style.width = share(durationMs, beat);
  return block;
}

function drawLanes(lanes, beat) {
  lanes.lines.replaceChildren(...beat.lines.map((line) => {
    const block = element("div", { className: "block", title: line.text, dataset: { emotion: line.emotion } },
      element("b", { textContent: line.speaker }), element("span", { textContent: line.text }));
    return placed(block, beat, line.start_ms, line.duration_ms);
  }));
  lanes.pictures.replaceChildren(...pictureBlocks(beat));
  lanes.sounds.replaceChildren(...soundBlocks(beat));
  lanes.ruler.replaceChildren(...ruler(beat));
}

/** Pictures that appear at the same moment stand side by side. */
function pictureBlocks(beat) {
  const moments = new Map();
  for (const picture of [...(beat.background ? [beat.background] : []), ...beat.sprites]) {
    if (!moments.has(picture.start_ms)) moments.set(picture.start_ms, element("div", { className: "block pictures-block" }));
    moments.get(picture.start_ms).append(element("img", { src: picture.src, alt: "", title: picture.text }));
  }
  return [...moments].map(([startMs, block]) => placed(block, beat, startMs, 0));
}

/** Sounds that overlap in time share the lane's height. */
function soundBlocks(beat) {
  const rowEnds = [];
  const rows = beat.sounds.map((sound) => {
    const free = rowEnds.findIndex((endMs) => endMs <= sound.start_ms);
    const row = free < 0 ? rowEnds.length : free;
    rowEnds[row] = sound.start_ms + sound.duration_ms;
    return row;
  });
  document.documentElement.style.setProperty("--sounds-height", `${Math.max(2.4, 1.35 * rowEnds.length)}rem`);
  return beat.sounds.map((sound, number) => {
    const block = element("div", { className: "block sounding", title: sound.text },
      outline(sound.peaks), element("span", { textContent: sound.text }));
    block.style.top = `${(100 * rows[number]) / rowEnds.length}%`;
    block.style.height = `${100 / rowEnds.length}%`;
    return placed(block, beat, sound.start_ms, sound.duration_ms);
  });
}

/** A sound's outline, mirrored around the middle. */
function outline(peaks) {
  const drawing = document.createElementNS(SVG, "svg");
  drawing.setAttribute("viewBox", `0 0 ${peaks.length} 2`);
  drawing.setAttribute("preserveAspectRatio", "none");
  const path = document.createElementNS(SVG, "path");
  const bars = peaks.map((peak, x) => `M${x} ${1 - peak * 0.9}h.7v${peak * 1.8}h-.7z`);
  path.setAttribute("d", bars.join(""));
  drawing.append(path);
  return drawing;
}

function ruler(beat) {
  const seconds = lengthOf(beat) / 1000;
  const step = [1, 2, 5, 10, 20, 30, 60].find((candidate) => seconds / candidate <= 9) ?? 120;
  const marks = [];
  for (let second = 0; second <= seconds * 0.98; second += step) {
    marks.push(placed(element("span", { textContent: second === 0 ? "0 s" : String(second) }), beat, second * 1000, 0));
  }
  return marks;
}

function clockText(ms, beat) {
  return `${(ms / 1000).toFixed(1)} / ${(beat.total_ms / 1000).toFixed(1)} s`;
}
