import { expect, it } from 'vitest';
import { TagTable } from '../../src/core/tag.ts';
import { tagOf } from '../../test/support/detectors.ts';
import { describe } from './sentences.ts';
import type { Suspicion } from './suspicion.ts';

it('names the written state of a discrete tag, and the written value of an analog tag with its unit', () => {
  const tags = new TagTable([
    tagOf('P1.CMD', { kind: 'discrete', role: 'command', unit: '', states: { 0: 'stop', 1: 'start' } }),
    tagOf('T.SP', { unit: '°C', decimals: 1 }),
  ]);
  const ends = { client: '10.0.0.5', server: '10.0.0.11', port: 502, protocol: 'modbus', device: 'plc1' } as const;
  const write = { kind: 'write', rule: 'write-first', score: 2, ends, operation: 'FC5' } as const;
  const text = (more: Partial<Suspicion>, watchedMs = 7_200_000) =>
    describe({ ...write, ...more }, { tags, watchedMs, unlearned: 0 });
  expect(text({ tag: 0, target: 'coil 3', before: 1, after: 0 })).toMatchObject({
    does: expect.stringMatching(/^10\.0\.0\.5 writes P1\.CMD \(coil 3\) of plc1 from start to stop with FC5/),
    normal: 'Normal in 2 h of traffic: no such write by this client',
  });
  expect(text({ tag: 0, target: 'coil 3', before: 0, after: 0 }).does).toContain(
    'P1.CMD (coil 3) of plc1, unchanged at stop, with FC5',
  );
  expect(text({ tag: 1, target: 'holding 7', after: -3.25 }).does).toContain('T.SP (holding 7) of plc1 to −3.3 °C');
  expect(text({ rule: 'write-stranger', target: 'coil 3', after: 1 }, 0).normal).toBe('Normal so far: other clients');
});
