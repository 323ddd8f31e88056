// Draws one beat's stage at a moment. Knows nothing of time: it is told what is there and who speaks.

/** Loads a beat's pictures; one that cannot be loaded is left out. */
async function loadPictures(beat) {
  const load = (src) => new Promise((done) => {
    const image = new Image();
    image.onload = () => done(image);
    image.onerror = () => done(null);
    image.src = src;
  });
  const [background, ...sprites] = await Promise.all([
    beat.background ? load(beat.background.src) : null,
    ...beat.sprites.map((sprite) => load(sprite.src)),
  ]);
  return { background, sprites };
}

/** The box of a placed sprite on the stage, in stage pixels; rounds as the server does. */
function boxOf(sprite) {
  const width = Math.max(1, Math.round(sprite.width * sprite.scale));
  const height = Math.max(1, Math.round(sprite.height * sprite.scale));
  const pivotX = sprite.mirrored ? 1 - sprite.pivot_x : sprite.pivot_x;
  return {
    left: sprite.x - Math.round(pivotX * width),
    top: sprite.y - Math.round(sprite.pivot_y * height),
    width,
    height,
  };
}

/** How visible something is that appeared at startMs: it fades in, as a game would. */
function fade(atMs, startMs) {
  return Math.min(1, Math.max(0, (atMs - startMs) / 300));
}

function drawStage(canvas, beat, pictures, atMs, speaker, moving) {
  const { width, height } = beat.stage;
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  const pen = canvas.getContext("2d");
  pen.imageSmoothingEnabled = false;
  pen.globalAlpha = 1;
  pen.fillStyle = "#181a26";
  pen.fillRect(0, 0, width, height);
  if (pictures.background) {
    pen.globalAlpha = fade(atMs + 300, beat.background.start_ms);
    pen.drawImage(pictures.background, 0, 0, width, height);
  }
  beat.sprites.forEach((sprite, index) => {
    const visible = fade(atMs + 300, sprite.start_ms);
    if (!pictures.sprites[index] || visible === 0) return;
    const speaking = sprite.name !== "" && sprite.name === speaker;
    drawSprite(pen, sprite, pictures.sprites[index], visible, speaking && moving ? atMs : null);
  });
  pen.globalAlpha = 1;
}

function drawSprite(pen, sprite, image, visible, speakingAtMs) {
  const box = boxOf(sprite);
  pen.globalAlpha = visible * 0.32;
  pen.fillStyle = "#05060c";
  pen.beginPath();
  pen.ellipse(box.left + box.width / 2, sprite.y, box.width * 0.3, Math.max(1, box.height * 0.06), 0, 0, 2 * Math.PI);
  pen.fill();
  pen.globalAlpha = visible;
  // Whoever speaks nods by one of the sprite's own pixels.
  const nod = speakingAtMs !== null && Math.floor(speakingAtMs / 180) % 2 === 1 ? Math.max(1, Math.round(sprite.scale)) : 0;
  pen.save();
  pen.translate(box.left + (sprite.mirrored ? box.width : 0), box.top - nod);
  pen.scale(sprite.mirrored ? -1 : 1, 1);
  pen.drawImage(image, 0, 0, box.width, box.height);
  pen.restore();
}

/** Puts the bubble above the speaker, inside the frame. */
function placeBubble(bubble, frame, beat, speaker) {
  const scale = frame.clientWidth / beat.stage.width;
  const sprite = beat.sprites.find((one) => one.name === speaker);
  const box = sprite ? boxOf(sprite) : { left: beat.stage.width / 2, top: beat.stage.height * 0.5, width: 0 };
  const middle = (box.left + box.width / 2) * scale;
  const edge = 12;
  const left = Math.min(Math.max(middle - bubble.offsetWidth / 2, edge), frame.clientWidth - bubble.offsetWidth - edge);
  const top = Math.max(box.top * scale - bubble.offsetHeight - 14, edge);
  bubble.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
  bubble.style.setProperty("--tail", `${Math.round(middle - left)}px`);
}
