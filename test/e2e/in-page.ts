/**
 * Runs in the page, as text. Finds text that is truncated without a mark, and texts and badges that overlap. An ellipsis with the
 * full text in its title is accepted, and so is text that can be scrolled into view.
 */
export const layoutFaults = `(() => {
  const faults = [];
  const seen = (element) => {
    const box = element.getBoundingClientRect();
    const style = getComputedStyle(element);
    return box.width > 1 && box.height > 1 && style.visibility !== 'hidden' && element.closest('.unseen, [hidden]') === null;
  };
  const scrolls = (element) => {
    for (let up = element; up !== null; up = up.parentElement) {
      const style = getComputedStyle(up);
      if (/auto|scroll/.test(style.overflowY + style.overflowX)) return up;
    }
    return null;
  };
  const named = (element) => element.tagName.toLowerCase() + (typeof element.className === 'string' && element.className ? '.' + element.className.trim().split(/\\s+/).join('.') : '');
  const texts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const element = node.parentElement;
    if (node.textContent.trim() === '' || element === null || element.closest('svg, script, .unseen, option') !== null || !seen(element)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const box of range.getClientRects()) if (box.width > 1) texts.push({ text: node.textContent.trim().slice(0, 40), element, box });
  }
  const clip = (entry) => {
    let { left, top, right, bottom } = entry.box;
    for (let up = entry.element; up !== null; up = up.parentElement) {
      const style = getComputedStyle(up);
      if (style.overflowX === 'visible' && style.overflowY === 'visible') continue;
      const room = up.getBoundingClientRect();
      left = Math.max(left, room.left); right = Math.min(right, room.right); top = Math.max(top, room.top); bottom = Math.min(bottom, room.bottom);
    }
    return { left, top, right, bottom };
  };
  for (const { text, element, box } of texts) {
    const shown = clip({ element, box });
    if (shown.right > innerWidth + 1 || (shown.bottom > innerHeight + 1 && scrolls(element) === null)) faults.push('off the screen: "' + text + '" in ' + named(element));
    for (let up = element; up !== null && up !== document.body; up = up.parentElement) {
      const style = getComputedStyle(up);
      if (style.overflowX === 'visible' && style.overflowY === 'visible') continue;
      const room = up.getBoundingClientRect();
      const across = style.overflowX === 'hidden' && (box.left < room.left - 1.5 || box.right > room.right + 1.5);
      const down = style.overflowY === 'hidden' && (box.top < room.top - 2.5 || box.bottom > room.bottom + 2.5);
      const told = (style.textOverflow === 'ellipsis' || style.webkitLineClamp !== 'none') && (up.title !== '' || up.closest('[title]') !== null || up.querySelector('[title]') !== null);
      if ((across && !told) || (down && !(told && style.webkitLineClamp !== 'none'))) faults.push('cut off: "' + text + '" in ' + named(up));
      break;
    }
  }
  const badges = [...document.querySelectorAll('svg.badge')].filter(seen).map((element) => ({ text: element.getAttribute('aria-label'), element, box: element.getBoundingClientRect() }));
  const boxes = [...texts, ...badges].map((entry) => ({ ...entry, shown: clip(entry) })).filter(({ shown }) => shown.right - shown.left > 2 && shown.bottom - shown.top > 4);
  for (let i = 0; i < boxes.length; i++) {
    for (let j = i + 1; j < boxes.length; j++) {
      const a = boxes[i], b = boxes[j];
      if (a.element === b.element || a.element.closest('th') !== null || b.element.closest('th') !== null) continue;
      const width = Math.min(a.shown.right, b.shown.right) - Math.max(a.shown.left, b.shown.left);
      const height = Math.min(a.shown.bottom, b.shown.bottom) - Math.max(a.shown.top, b.shown.top);
      // line boxes are taller than letters: what overlaps by a fifth of them does not touch
      const least = Math.min(a.box.height, b.box.height) * 0.3;
      if (width > 2 && height > least) faults.push('on each other: "' + a.text + '" and "' + b.text + '"');
    }
  }
  const main = document.querySelector('main');
  if (main !== null && innerWidth > 1100 && main.scrollHeight > main.clientHeight + 2) faults.push('the page scrolls: ' + main.scrollHeight + ' in ' + main.clientHeight);
  return [...new Set(faults)];
})()`;

/**
 * Runs in the page, as text. Finds what is wider than the window, parts of the page that scroll sideways, and IPv4 addresses that two
 * lines share. Waits until charts have followed a new size.
 */
export const sidewaysFaults = `(async () => {
  for (let frame = 0; frame < 3; frame++) await new Promise((drawn) => requestAnimationFrame(drawn));
  const named = (element) => element.tagName.toLowerCase() + (typeof element.className === 'string' && element.className ? '.' + element.className.trim().split(/\\s+/).join('.') : '');
  const faults = [];
  for (const element of document.querySelectorAll('html, body, body *')) {
    if (element.closest('.unseen, svg, option, select') !== null) continue;
    const style = getComputedStyle(element);
    const box = element.getBoundingClientRect();
    if (box.width < 2 || box.height < 2) continue;
    if (style.overflowX !== 'visible' && style.textOverflow !== 'ellipsis' && element.scrollWidth > element.clientWidth + 1)
      faults.push('scrolls sideways: ' + named(element) + ' "' + (element.getAttribute('aria-label') ?? '') + '", ' + element.scrollWidth + ' in ' + element.clientWidth);
  }
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  while (texts.nextNode() !== null)
    for (const found of texts.currentNode.data.matchAll(/\\d{1,3}(?:\\.\\d{1,3}){3}/g)) {
      range.setStart(texts.currentNode, found.index);
      range.setEnd(texts.currentNode, found.index + found[0].length);
      if (new Set([...range.getClientRects()].map(({ top }) => top)).size > 1) faults.push('breaks the address ' + found[0]);
    }
  return faults;
})()`;

/** Runs in the page, as text: width and height of each canvas of the trend. */
export const canvasSizes = `[...document.querySelectorAll('.panes canvas')].map(({ width, height }) => [width, height])`;

/**
 * Runs in the page, as text: the heights at which a picture has horizontal lines in the colour of the first pen.
 * @param base64 the PNG file
 */
export const penLevels = (base64: string): string => `(async () => {
  const bytes = Uint8Array.from(atob('${base64}'), (letter) => letter.charCodeAt(0));
  const picture = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
  const context = new OffscreenCanvas(picture.width, picture.height).getContext('2d');
  // the colour of the pen as the canvas has it
  context.fillStyle = getComputedStyle(document.documentElement).getPropertyValue('--pen-1').trim();
  context.fillRect(0, 0, 1, 1);
  const pen = context.getImageData(0, 0, 1, 1).data;
  context.drawImage(picture, 0, 0);
  const { data, width, height } = context.getImageData(0, 0, picture.width, picture.height);
  // letters have the same colour, and are shorter
  const shortest = width / 25;
  const found = [];
  for (let y = 0; y < height; y++) {
    for (let x = 0, run = 0; x < width; x++) {
      const at = 4 * (y * width + x);
      run = [0, 1, 2].every((i) => Math.abs(data[at + i] - pen[i]) < 40) ? run + 1 : 0;
      if (run < shortest) continue;
      found.push(y);
      break;
    }
  }
  return found;
})()`;
