// Plays beats in time: keeps the clock, shows what is due, starts sounds at their cues.

const data = JSON.parse(document.getElementById("data").textContent);
const byId = (id) => document.getElementById(id);
const lanes = { lines: byId("lane-lines"), pictures: byId("lane-pictures"), sounds: byId("lane-sounds"), ruler: byId("ruler") };
const PLAY = "M7 4.5v15l13-7.5z";
const PAUSE = "M6 4.5h4.5v15H6zM13.5 4.5H18v15h-4.5z";
const CAPTION_MS = 2600;
const REST_MS = 1400;
const calm = matchMedia("(prefers-reduced-motion: reduce)");

const state = { index: 0, atMs: 0, playing: false, startedAt: 0, pictures: { background: null, sprites: [] }, audio: [], line: null };

const beat = () => data.beats[state.index];

function openBeat(index, thenPlay = false) {
  pause();
  silence();
  Object.assign(state, { index, atMs: 0, line: null, pictures: { background: null, sprites: [] } });
  const now = beat();
  state.audio = now.sounds.map((sound) => Object.assign(new Audio(sound.src), { preload: "auto" }));
  for (const [number, tab] of [...byId("tabs").children].entries()) {
    tab.setAttribute("aria-selected", String(number === index));
    tab.tabIndex = number === index ? 0 : -1;
  }
  byId("beat").setAttribute("aria-labelledby", `tab-${index}`);
  byId("event").textContent = now.event;
  byId("player-line").textContent = now.player_line ? `You say: “${now.player_line}”` : "";
  byId("timings").textContent = now.timings;
  byId("json-link").href = now.json;
  byId("scene-link").href = now.scene;
  byId("scene-link").hidden = now.scene === "";
  byId("warnings").textContent = now.warnings.join(" ");
  byId("warnings").hidden = now.warnings.length === 0;
  byId("stage").setAttribute("aria-label", `${now.place}, with ${now.sprites.map((one) => one.name || one.text).join(", ")}`);
  byId("lanes").setAttribute("aria-valuemax", String(now.total_ms));
  drawLanes(lanes, now);
  fillScript(now);
  fillMedia(now);
  byId("big-play").hidden = false;
  render();
  loadPictures(now).then((pictures) => {
    if (now !== beat()) return;
    state.pictures = pictures;
    render();
    if (thenPlay) play();
  });
}

function fillScript(now) {
  byId("script").replaceChildren(...now.lines.map((line) => {
    const button = element("button", { type: "button", dataset: { emotion: line.emotion } },
      element("b", { textContent: line.speaker }), line.text);
    button.addEventListener("click", () => { seek(line.start_ms); play(); });
    return element("li", {}, button);
  }));
}

function fillMedia(now) {
  const items = [];
  const add = (first, name, about) => items.push(element("li", {}, first,
    element("div", {}, element("div", { textContent: name }), element("div", { className: "about", textContent: about }))));
  if (now.background) add(element("img", { src: now.background.src, alt: "" }), "Background", now.background.text);
  for (const sprite of now.sprites) add(element("img", { src: sprite.src, alt: "" }), sprite.name || "Object", sprite.text);
  now.sounds.forEach((sound, number) => {
    const hear = element("button", { type: "button", className: "hear", ariaLabel: `Hear ${sound.text}` });
    hear.innerHTML = `<svg viewBox="0 0 24 24" aria-hidden="true"><path d="${PLAY}"/></svg>`;
    hear.addEventListener("click", () => { pause(); silence(); sing(number, 0); });
    add(hear, "Sound", `${sound.text}, ${(sound.duration_ms / 1000).toFixed(1)} s`);
  });
  byId("media").replaceChildren(...items);
}

function play() {
  if (state.playing) return;
  if (state.atMs >= beat().total_ms) state.atMs = 0;
  state.playing = true;
  state.startedAt = performance.now() - state.atMs;
  beat().sounds.forEach((sound, number) => {
    const into = state.atMs - sound.start_ms;
    if (into > 0 && into < sound.duration_ms) sing(number, into / 1000);
  });
  showButtons();
  requestAnimationFrame(tick);
}

function pause() {
  state.playing = false;
  silence();
  showButtons();
}

function tick() {
  if (!state.playing) return;
  const before = state.atMs;
  state.atMs = performance.now() - state.startedAt;
  beat().sounds.forEach((sound, number) => {
    const due = sound.start_ms >= before && sound.start_ms < state.atMs;
    if (due || (before === 0 && sound.start_ms === 0)) sing(number, 0);
  });
  if (state.atMs >= beat().total_ms + REST_MS) {
    end();
    return;
  }
  render();
  requestAnimationFrame(tick);
}

function end() {
  state.atMs = beat().total_ms;
  state.playing = false;
  showButtons();
  render();
  if (byId("go-on").checked && state.index + 1 < data.beats.length) openBeat(state.index + 1, true);
  else byId("big-play").hidden = false;
}

function seek(ms) {
  silence();
  byId("big-play").hidden = true;
  state.atMs = Math.min(Math.max(ms, 0), beat().total_ms);
  state.startedAt = performance.now() - state.atMs;
  if (state.playing) {
    state.playing = false;
    play();
  }
  render();
}

function sing(number, fromSeconds) {
  if (!byId("sound-on").checked) return;
  const sound = state.audio[number];
  sound.currentTime = fromSeconds;
  // A browser may refuse sound before the first click; the pictures go on.
  sound.play().catch(() => {});
}

function silence() {
  for (const sound of state.audio) sound.pause();
}

function showButtons() {
  byId("play-shape").setAttribute("d", state.playing ? PAUSE : PLAY);
  byId("play").setAttribute("aria-label", state.playing ? "Pause" : "Play");
  if (state.playing) byId("big-play").hidden = true;
}

function render() {
  const now = beat();
  const ms = Math.min(state.atMs, now.total_ms);
  const line = lineAt(now, ms);
  const speaking = line !== null && ms < line.start_ms + line.duration_ms;
  drawStage(byId("stage"), now, state.pictures, ms, speaking ? line.speaker : "", state.playing && !calm.matches);
  showLine(now, line, ms);
  showCaption(now, ms);
  byId("clock").textContent = clockText(ms, now);
  byId("head").style.left = share(ms, now);
  byId("lanes").setAttribute("aria-valuenow", String(Math.round(ms)));
  byId("lanes").setAttribute("aria-valuetext", `${(ms / 1000).toFixed(1)} seconds${line ? `, ${line.speaker} speaks` : ""}`);
}

/** The line that was started last: it stays in view until the next one. */
function lineAt(now, ms) {
  const fresh = ms === 0 && !state.playing;
  return fresh ? null : (now.lines.findLast((line) => line.start_ms <= ms) ?? null);
}

function showLine(now, line, ms) {
  const bubble = byId("bubble");
  bubble.hidden = line === null;
  if (line !== state.line) {
    state.line = line;
    byId("spoken").textContent = line && state.playing ? `${line.speaker}: ${line.text}` : "";
    [...byId("script").children].forEach((item, number) => item.firstChild.classList.toggle("now", now.lines[number] === line));
  }
  if (line === null) return;
  bubble.dataset.emotion = line.emotion;
  byId("speaker").textContent = line.speaker;
  byId("emotion").textContent = line.emotion;
  // Words come a little faster than they are said; the rest keeps its room, so that the bubble never jumps.
  const said = calm.matches ? 1 : Math.min(1, (ms - line.start_ms) / (line.duration_ms * 0.85));
  const count = Math.ceil(said * line.text.length);
  byId("words").replaceChildren(line.text.slice(0, count), element("span", { className: "rest", textContent: line.text.slice(count) }));
  placeBubble(bubble, byId("frame"), now, line.speaker);
}

function showCaption(now, ms) {
  byId("caption").hidden = now.narrations.length === 0 || ms > CAPTION_MS;
  byId("caption").textContent = now.narrations.join(" · ");
}

function seekAt(event) {
  const box = byId("lanes").getBoundingClientRect();
  seek(((event.clientX - box.left) / box.width) * lengthOf(beat()));
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const pressesButton = event.key === " " && event.target.closest("button, input, a, audio");
  const inTabs = event.target.closest("[role=tab]") !== null;
  const inLanes = event.target === byId("lanes");
  const digit = Number(event.key);
  if (event.key === " " && !pressesButton) toggle();
  else if (inTabs && event.key === "ArrowRight") focusTab(state.index + 1);
  else if (inTabs && event.key === "ArrowLeft") focusTab(state.index - 1);
  else if (event.key === "ArrowRight") seek(state.atMs + 1000);
  else if (event.key === "ArrowLeft") seek(state.atMs - 1000);
  else if (inLanes && event.key === "Home") seek(0);
  else if (inLanes && event.key === "End") seek(beat().total_ms);
  else if (digit >= 1 && digit <= data.beats.length) openBeat(digit - 1);
  else return;
  event.preventDefault();
}

function focusTab(index) {
  const wanted = (index + data.beats.length) % data.beats.length;
  openBeat(wanted);
  byId("tabs").children[wanted].focus();
}

function toggle() {
  if (state.playing) pause();
  else play();
}

function makeTabs() {
  byId("tabs").replaceChildren(...data.beats.map((one, index) => {
    const tab = element("button", { type: "button", className: "tab", id: `tab-${index}`, dataset: { emotion: one.mood.emotion } },
      element("span", { className: "number", textContent: String(index + 1) }),
      element("span", { textContent: one.title }),
      element("span", { className: "mood", textContent: one.mood.emotion }));
    tab.setAttribute("role", "tab");
    tab.setAttribute("aria-controls", "beat");
    tab.addEventListener("click", () => openBeat(index));
    return tab;
  }));
}

byId("title").textContent = data.title;
document.title = data.title;
byId("made-with").textContent = data.made_with;
makeTabs();
byId("play").addEventListener("click", toggle);
byId("big-play").addEventListener("click", () => { play(); byId("play").focus(); });
byId("stage").addEventListener("click", toggle);
byId("lanes").addEventListener("pointerdown", (event) => {
  seekAt(event);
  byId("lanes").setPointerCapture(event.pointerId);
});
byId("lanes").addEventListener("pointermove", (event) => { if (event.buttons === 1) seekAt(event); });
byId("sound-on").addEventListener("change", () => { if (!byId("sound-on").checked) silence(); });
document.addEventListener("keydown", onKey);
// Frames stop in a hidden tab while the clock goes on: everything missed would sound at once.
document.addEventListener("visibilitychange", () => { if (document.hidden) pause(); });
new ResizeObserver(() => render()).observe(byId("frame"));
openBeat(0);
