import type { IndicatorScale } from './indicator-scale.ts';
import type { Track } from './track.ts';

/** Columns of a sparkline; more would not be visible. */
const columns = 72;

/**
 * SVG path of the last `spanMs` of a track in a 100 × 100 box on the scale of its indicator, broken at gaps. Also returns the
 * position of the last point, if known.
 */
export function sparkPath(
  track: Track,
  spanMs: number,
  scale: IndicatorScale,
): { readonly line: string; readonly end: readonly [number, number] | undefined } {
  const to = track.last;
  const from = to - spanMs;
  let line = '';
  let pen = false;
  let column = -1;
  let end: readonly [number, number] | undefined;
  for (let i = 0; i < track.time.length; i++) {
    const time = track.time[i] ?? 0;
    if (time < from) continue;
    const value = track.value[i] ?? null;
    if (value === null) {
      pen = false;
      column = -1;
      continue;
    }
    const at = Math.floor(((time - from) / spanMs) * columns);
    const last = i === track.time.length - 1;
    if (at === column && !last) continue;
    column = at;
    const x = ((time - from) / spanMs) * 100;
    const y = (1 - scale.at(value)) * 100;
    line += `${pen ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`;
    pen = true;
    if (last) end = [x, y];
  }
  return { line, end };
}
