import { expect, it } from 'vitest';
import { watchingWords } from './watching-words.ts';

it('says what watches without a baseline, and what is still learning', () => {
  const learning = [{ kind: 'novelty', samples: 64, ms: 3_600_000 }];
  expect(watchingWords({ rules: ['limits', 'traffic'], learning })).toBe('rules watch, novelty still learning');
  expect(watchingWords({ rules: [], learning })).toBe('novelty still learning');
  expect(watchingWords({ rules: ['limits'], learning: [] })).toBe('only stated rules watch');
  expect(watchingWords({ rules: [], learning: [] })).toBe('nothing watches');
});
