import { describe, expect, it } from 'vitest';
import type { Scenario } from './scenario.ts';
import { sampleAlert } from '../../dashboard/client/src/testing/sample-alert.ts';
import { scoreScenario } from './scenario-score.ts';

const scenario: Scenario = {
  id: 'frozen',
  plant: 'waterworks',
  kind: 'attack',
  title: 'Level held',
  description: '',
  techniques: ['T1692'],
  physicalResult: '',
  difficulty: 1,
  durationS: 600,
  steps: [{ atS: 60, actor: 'attacker', act: { type: 'plant', action: { type: 'release', point: 'x' } }, text: '' }],
  truth: [{ fromS: 60, toS: 600, tags: ['CW.LT01'], equipment: ['CW'] }],
  expect: { finding: { equipment: ['CW'], tags: [] }, withinS: 300 },
};
const technique = { id: 'T1692.002', name: '', idV18: '', version: '19', certainty: 'seen' } as const;

describe('the score of a scenario', () => {
  it('counts the first alert about the attacked part, from the first hostile step', () => {
    const alerts = [
      sampleAlert('before', { raisedAt: -1 }),
      sampleAlert('elsewhere', { raisedAt: 100_000, equipment: 'T1', tags: ['T1.LT'] }),
      sampleAlert('right', { raisedAt: 130_000, techniques: [technique] }),
    ];
    expect(scoreScenario(scenario, 0, alerts, 200_000)).toMatchObject({
      detected: true,
      afterMs: 70_000,
      withinMs: 300_000,
      techniqueRight: true,
      falseAlerts: 1,
    });
  });

  it('counts alerts of a tap about an attacker of the attacked device', () => {
    const act = { type: 'modbus-scan', controller: 'plc1', from: 0, to: 9 } as const;
    const scan: Scenario = { ...scenario, steps: [{ atS: 60, actor: 'attacker', act, text: '' }], truth: [] };
    const alerts = [
      sampleAlert('other', { raisedAt: 70_000, equipment: '', tags: [], device: 'rtu2' }),
      sampleAlert('right', { raisedAt: 90_000, equipment: '', tags: [], device: 'plc1' }),
    ];
    expect(scoreScenario(scan, 0, alerts, 200_000)).toMatchObject({ afterMs: 30_000, falseAlerts: 1 });
  });

  it('counts alerts about an attacker of the OPC UA server', () => {
    const act = { type: 'opcua-write', point: 'CL.SP', value: 0.3 } as const;
    const write: Scenario = { ...scenario, steps: [{ atS: 60, actor: 'attacker', act, text: '' }] };
    const alert = sampleAlert('client', { raisedAt: 70_000, equipment: '', tags: [], device: 'ua1' });
    expect(scoreScenario(write, 0, [alert], 200_000)).toMatchObject({ afterMs: 10_000, falseAlerts: 0 });
    const byOperator: Scenario = { ...write, steps: [{ atS: 60, actor: 'operator', act, text: '' }] };
    expect(scoreScenario(byOperator, 0, [alert], 200_000)).toMatchObject({ detected: false, falseAlerts: 1 });
  });

  it('does not count an alert of announced work, and counts others', () => {
    const { expect: _expect, ...rest } = scenario;
    const maintenance = [
      { place: { kind: 'area', id: 'network' }, lastsS: 60, reason: '' },
      { place: { kind: 'equipment', id: 'PLC1' }, lastsS: 60, reason: '' },
      { place: { kind: 'device', id: 'plc1' }, lastsS: 60, reason: '' },
    ] as const;
    const benign: Scenario = { ...rest, kind: 'benign', truth: [], maintenance };
    const falseAlerts = (...alerts: readonly Parameters<typeof sampleAlert>[1][]): number =>
      scoreScenario(
        benign,
        0,
        alerts.map((alert, i) => sampleAlert(String(i), { raisedAt: 10_000, ...alert })),
        90_000,
      ).falseAlerts;
    const announced = [{ areas: ['network'] }, { equipment: 'PLC1' }, { device: 'plc1' }, { state: 'I' }] as const;
    expect(falseAlerts(...announced)).toBe(0);
    expect(falseAlerts({ areas: ['network', 'clearwell'] }, { equipment: 'PS' }, { device: 'rtu2' })).toBe(3);
    expect(falseAlerts({ areas: ['network'], raisedAt: 61_000 })).toBe(1);
  });

  it('has no result before the first hostile step', () => {
    expect(scoreScenario(scenario, 0, [], 30_000).detected).toBeUndefined();
    expect(scoreScenario(scenario, 0, [], 90_000).detected).toBe(false);
  });

  it('counts every alert about a benign scenario as false', () => {
    const { expect: _expect, ...rest } = scenario;
    const benign: Scenario = { ...rest, kind: 'benign', truth: [] };
    expect(scoreScenario(benign, 0, [sampleAlert('a', { raisedAt: 80_000 })], 90_000)).toMatchObject({
      detected: undefined,
      falseAlerts: 1,
    });
  });
});
