import { expect, it } from 'vitest';
import { type DetectionLimit, limitText } from './detection-limits.ts';

const minuteMs = 60_000;
const text = (limit: Partial<DetectionLimit> & Pick<DetectionLimit, 'kind'>, unit = 'm'): string =>
  limitText({ detected: true, withinMs: 10 * minuteMs, starts: 24, ...limit }, { unit, decimals: 2 });

it('a limit is one figure, a range, or neither', () => {
  expect(text({ kind: 'offset', size: 0.0412 })).toBe('offset 0.04 m within 10 min');
  expect(text({ kind: 'offset', size: 0.0412, atMost: true })).toBe('offset at most 0.04 m within 10 min');
  expect(text({ kind: 'offset', spread: { least: 0.031, most: 0.058 } })).toBe('offset 0.03–0.06 m within 10 min');
  expect(text({ kind: 'offset', spread: { least: 0.038, most: 0.042 } })).toBe('offset 0.04 m within 10 min');
  expect(text({ kind: 'drift', spread: { least: 0.0123, most: 0.2 } }, 'L/s')).toBe('drift 0.012–0.2 L/s per h within 10 min');
  expect(text({ kind: 'scaled', spread: { least: 0.0123, most: 0.2 } })).toBe('scaled by 1.2–20 % within 10 min');
  expect(text({ kind: 'scaled', detected: false })).toBe('scaled by 100 % not within 10 min');
  expect(text({ kind: 'stuck', withinMs: 90_000 })).toBe('stuck within 1 min 30 s');
  expect(text({ kind: 'doubled-noise', spread: { least: 291_000, most: 2_925_000 } })).toBe(
    'doubled noise within 4 min 50 s to 49 min',
  );
  expect(text({ kind: 'doubled-noise', withinMs: 60 * minuteMs, found: 9 })).toBe('doubled noise not always within 1 h');
});
