import { expect, it } from 'vitest';
import { tagOf } from '../../../test/support/detectors.ts';
import { modeLines, tagsWithModes } from './modes.ts';

it('a measurement with noise at rest defines modes by its floor, in the entry and in the configuration', () => {
  const modes = {
    equipment: 'P1',
    tag: 'FLOW',
    of: { 0: 'stopped' },
    otherwise: 'running',
    floor: 4.2,
    settleMs: 60_000,
    restsAt: [0],
    shares: { stopped: 0.4, running: 0.6 },
    changes: 12,
    proof: { tag: 'AMP', share: 0.9 },
    from: 0,
    to: 1,
  };
  expect(modeLines([modes])[0]?.figures).toMatchObject({ 'told by': 'FLOW', 'at up to 4.2': 'stopped', 'at else': 'running' });
  const tags = [tagOf('FLOW', { equipment: 'P1' }), tagOf('AMP', { equipment: 'P1' }), tagOf('LT')];
  const { tag, of, otherwise, floor, settleMs } = modes;
  expect(tagsWithModes(tags, [modes]).map((one) => one.modes)).toEqual([
    undefined,
    { tag, of, otherwise, floor, settleMs },
    undefined,
  ]);
});
