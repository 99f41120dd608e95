import { expect } from 'vitest';

/** Checks a time against a reference time, both in minutes, within a share of the reference. */
export function expectAbout(minutes: number, reference: number, tolerance = 0.25): void {
  expect(minutes).toBeGreaterThan(reference * (1 - tolerance));
  expect(minutes).toBeLessThan(reference * (1 + tolerance));
}
