import { expect, it } from 'vitest';
import { readCoverage } from '../../../simulators/scenarios/measured.ts';
import { coverageReader } from './read.ts';

it('reads the measured coverage once, in a thread', async () => {
  const read = coverageReader();
  const first = read();
  expect(read()).toBe(first);
  expect(await first).toEqual(readCoverage());
});
