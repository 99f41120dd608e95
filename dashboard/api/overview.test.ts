import { expect, it } from 'vitest';
import { FakeMonitor } from '../server/testing/fake-monitor.ts';
import { aTag } from '../server/testing/fake-values.ts';
import { aBench } from '../server/testing/setup.ts';

const drive = (name: string) =>
  aTag(name, { kind: 'discrete', role: 'status', unit: '', states: { 0: 'stopped', 1: 'running' }, device: 'plc-2' });

const overviewOf = async (tags: readonly ReturnType<typeof aTag>[]) => {
  await using bench = await aBench({ view: new FakeMonitor({ tags }) });
  const { status, body } = await (await bench.as('viewer')).call('GET /api/overview', {});
  expect(status).toBe(200);
  return body.areas.map(({ area, devices, tags: own }) => ({
    area,
    devices,
    tags: own.map(({ name, index }) => `${index} ${name}`),
  }));
};

it('lists the indicators of an area, their set points, its drives and its devices, and no other tag', async () => {
  const setpoint = aTag('LT-1.SP', { role: 'setpoint' });
  const others = [
    aTag('LT-2'),
    aTag('FT.SP', { role: 'setpoint', unit: 'm³/h' }),
    aTag('LT-3', { area: 'filters', device: 'plc-3' }),
  ];
  expect(await overviewOf([...others, setpoint, aTag('LT-1'), drive('P1'), drive('P2')])).toEqual([
    { area: 'intake', devices: ['plc-1', 'plc-2'], tags: ['4 LT-1', '3 LT-1.SP', '5 P1', '6 P2'] },
  ]);
});

it('lists no drives where a page could not watch all of them', async () => {
  const many = Array.from({ length: 1_501 }, (_, i) => drive(`P${i}`));
  expect((await overviewOf([aTag('LT-1'), ...many]))[0]?.tags).toEqual(['0 LT-1']);
  expect((await overviewOf([aTag('LT-1'), ...many.slice(1)]))[0]?.tags).toHaveLength(1_501);
});
