import { expect, it } from 'vitest';
import { TagTable } from '../../src/core/tag.ts';
import { tagOf } from '../../test/support/detectors.ts';
import { tell } from './sentences.ts';
import type { Suspicion } from './suspicion.ts';

it('says what was written to a state by its word, to a measure with its unit', () => {
  const tags = new TagTable([
    tagOf('P1.CMD', { kind: 'discrete', role: 'command', unit: '', states: { 0: 'stop', 1: 'start' } }),
    tagOf('T.SP', { unit: '°C', decimals: 1 }),
  ]);
  const ends = { client: '10.0.0.5', server: '10.0.0.11', port: 502, protocol: 'modbus', device: 'plc1' } as const;
  const write = { kind: 'write', rule: 'write-first', score: 2, ends, operation: 'FC5' } as const;
  const said = (more: Partial<Suspicion>, watchedMs = 7_200_000) =>
    tell({ ...write, ...more }, { tags, watchedMs, unlearned: 0 }).sentence;
  expect(said({ tag: 0, target: 'coil 3', before: 1, after: 0 })).toMatch(
    /^10\.0\.0\.5 writes P1\.CMD \(coil 3\) of plc1 from start to stop with FC5 .*, but it never wrote like this in 2 h of normal traffic$/,
  );
  expect(said({ tag: 0, target: 'coil 3', before: 0, after: 0 })).toContain(
    'P1.CMD (coil 3) of plc1 to stop as before, with FC5',
  );
  expect(said({ tag: 1, target: 'holding 7', after: -3.25 })).toContain('T.SP (holding 7) of plc1 to −3.3 °C');
  expect(said({ rule: 'write-stranger', target: 'coil 3', after: 1 }, 0)).toContain(
    'but it is none of those that talk to it as far as is known',
  );
});
