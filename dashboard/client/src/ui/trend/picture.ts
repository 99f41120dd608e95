import { readTrendTheme } from './theme.ts';

/**
 * The plots of an element below each other as a PNG file, with lines of text above them.
 * @throws Error if the browser cannot write the picture
 */
export async function trendPicture(plots: HTMLElement, lines: readonly string[]): Promise<Blob> {
  const theme = readTrendTheme();
  const scale = devicePixelRatio;
  const all = [...plots.querySelectorAll('canvas')];
  const line = Math.round(theme.tickPx * 1.8 * scale);
  const margin = Math.round(12 * scale);
  const gap = Math.round(8 * scale);
  const picture = document.createElement('canvas');
  picture.width = Math.max(...all.map(({ width }) => width)) + 2 * margin;
  picture.height = 2 * margin + lines.length * line + all.reduce((sum, { height }) => sum + height + gap, 0);
  const context = picture.getContext('2d');
  if (context === null) throw new Error('no drawing context');
  context.fillStyle = getComputedStyle(document.documentElement).getPropertyValue('--surface').trim();
  context.fillRect(0, 0, picture.width, picture.height);
  context.fillStyle = theme.text;
  context.textBaseline = 'top';
  context.font = theme.tickFont.replace(/([\d.]+)px/, (_all, px: string) => `${Number(px) * scale}px`);
  let top = margin;
  for (const text of lines) {
    context.fillText(text, margin, top, picture.width - 2 * margin);
    top += line;
  }
  for (const plot of all) {
    context.drawImage(plot, margin, top);
    top += plot.height + gap;
  }
  return await new Promise((resolve, reject) => {
    picture.toBlob((blob) => (blob === null ? reject(new Error('no picture')) : resolve(blob)), 'image/png');
  });
}
