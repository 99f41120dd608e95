import { afterEach, expect, it } from 'vitest';
import type { Coverage } from '../../src/core/coverage.ts';
import { ScadaError } from '../../src/core/errors.ts';
import { aBench, type Bench } from '../server/testing/setup.ts';

let bench: Bench | undefined;
afterEach(async () => bench?.[Symbol.asyncDispose]());

const coverage: Coverage = {
  code: 'abcdefabcdef',
  measuredOn: '2026-11-29',
  playsPerScenario: 3,
  scenarios: [{ id: 'overfill', plant: 'toy', kind: 'attack', title: 'Overfill', techniques: ['T1692.002'], withinS: 60 }],
  plays: [{ id: 'overfill', seed: 1, delayS: Number.NaN, assetRight: false, named: [], falseAlerts: 0 }],
};

it('returns the measured coverage, to nobody who takes part in an exercise', async () => {
  bench = await aBench({ coverage: async () => coverage });
  const analyst = await bench.as('analyst');
  expect((await analyst.call('GET /api/security/coverage', {})).body).toEqual({ coverage });
  const operator = await bench.as('operator');
  expect(await operator.call('GET /api/security/coverage', {})).toMatchObject({
    status: 403,
    body: { code: 'forbidden', needs: 'view-coverage' },
  });
});

it('states that an installation has no measurement, and hides why its file is unreadable', async () => {
  bench = await aBench();
  expect((await (await bench.as('auditor')).call('GET /api/security/coverage', {})).body).toEqual({});
  await bench[Symbol.asyncDispose]();
  bench = await aBench({
    coverage: () => Promise.reject(new ScadaError('fatal', 'INTERNAL', '/secret/measured.json is not a result')),
  });
  const { status, body } = await (await bench.as('auditor')).call('GET /api/security/coverage', {});
  expect(status).toBe(500);
  expect(JSON.stringify(body)).not.toContain('/secret');
});
