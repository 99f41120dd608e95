import { totalmem } from 'node:os';
import { afterEach, expect, it, vi } from 'vitest';
import { memoryLeft } from './memory-limit.ts';

afterEach(() => vi.restoreAllMocks());

const gigabyte = 2 ** 30;

it.each([
  ['the container may have', totalmem() / 2, totalmem() / 2],
  ['the machine has, where nothing limits it', 2 ** 64, totalmem()],
  ['the machine has, where no limit is known', 0, totalmem()],
])('memory is available as of %s, minus used memory and a sixteenth', (_, constrained, limit) => {
  vi.spyOn(process, 'constrainedMemory').mockReturnValue(constrained);
  vi.spyOn(process.memoryUsage, 'rss').mockReturnValue(gigabyte);
  expect(memoryLeft()).toBeCloseTo((15 / 16) * limit - gigabyte, 0);
});
