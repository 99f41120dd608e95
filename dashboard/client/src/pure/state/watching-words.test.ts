import { expect, it } from 'vitest';
import { watchingWords } from './watching-words.ts';

it('names the detectors that work without a baseline or are still learning', () => {
  const learning = [{ kind: 'novelty', samples: 64, ms: 3_600_000 }];
  expect(watchingWords({ rules: ['limits', 'traffic'], learning })).toBe('rules are active, novelty still learning');
  expect(watchingWords({ rules: [], learning })).toBe('novelty still learning');
  expect(watchingWords({ rules: ['limits'], learning: [] })).toBe('only stated rules are active');
  expect(watchingWords({ rules: [], learning: [] })).toBe('no detector is active');
});
