import { expect, it } from 'vitest';
import { parseFile } from './file.ts';

const levels = Array.from({ length: 9 }, (_, i) => `l${i + 1}: &l${i + 1} [${Array(10).fill(`*l${i}`).join(', ')}]`);

it.each([
  ['of YAML', `l0: &l0 [lol]\n${levels.join('\n')}\n`],
  ['of JSON', `{"l0": &l0 [1], "l1": &l1 [*l0,*l0], "l2": [*l1,*l1]}`],
])('an alias bomb %s is refused as a file that cannot be used, with its line', (_, text) => {
  expect(() => parseFile(text)).toThrow(
    /^the baseline file cannot be used: line:[12]:\d+ the alias \*l0 is not permitted in this file/,
  );
});
