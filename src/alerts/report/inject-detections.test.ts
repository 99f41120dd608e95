import { expect, it } from 'vitest';
import type { Alert } from '../../core/alert.ts';
import type { LabEvent } from '../../core/lab.ts';
import type { Scenario, ScenarioStep } from '../../core/scenario.ts';
import { injectDetections, meanDelayMs } from './inject-detections.ts';

const start = Date.UTC(2026, 10, 24, 6);
const at = (seconds: number): number => start + seconds * 1_000;
const write = (atS: number, point: string, actor: ScenarioStep['actor'] = 'attacker'): ScenarioStep => ({
  atS,
  actor,
  act: { type: 'modbus-write', controller: 'plc1', point, value: 1 },
  text: `writes ${point}`,
});
const scenario: Scenario = {
  id: 'drill',
  plant: 'toy',
  kind: 'attack',
  title: 'Drill',
  description: '',
  techniques: ['T0836'],
  physicalResult: '',
  difficulty: 1,
  durationS: 3_600,
  steps: [write(60, 'A.SP'), write(300, 'B.SP', 'operator'), write(600, 'C.SP')],
  truth: [
    { fromS: 60, toS: 500, tags: ['A.SP', 'A.PV'], equipment: ['A'] },
    { fromS: 620, toS: 3_600, tags: ['C.PV'], equipment: ['C'] },
  ],
  expect: { finding: { equipment: ['A'], tags: [] }, withinS: 60 },
};
const alert = (id: string, atS: number, more: Partial<Alert>): Alert =>
  ({
    id,
    incident: `INC-${id}`,
    title: id,
    equipment: '',
    tags: [],
    techniques: [],
    raisedAt: at(atS),
    ...more,
  }) as unknown as Alert;
const events: readonly LabEvent[] = scenario.steps.map(({ atS, text }) => ({ time: at(atS) + 500, lane: 'inject', text }));
const alertsOf = (counted: readonly Alert[], of: readonly LabEvent[] = events) =>
  injectDetections({ scenario, startedAt: start, events: of, counted }).map(({ text, isPerformed, alert: found }) => [
    text,
    isPerformed,
    found?.id,
    found?.delayMs,
    found?.isAssetRight,
    found?.isTechniqueRight,
  ]);

it('names for each hostile step the first alert that concerns it, with its delay', () => {
  const technique = { id: 'T0836', name: '', idV18: '', version: '19', certainty: 'seen' } as const;
  const counted = [
    alert('A1', 90, { equipment: 'A', returnedAt: at(400) }),
    alert('A2', 95, { tags: ['A.PV'] }),
    alert('C1', 700, { equipment: 'C', techniques: [technique] }),
  ];
  expect(alertsOf(counted)).toEqual([
    ['writes A.SP', true, 'A1', 29_500, true, false],
    ['writes B.SP', true, undefined, undefined, undefined, undefined],
    ['writes C.SP', true, 'C1', 99_500, false, true],
  ]);
});

it('names an alert that was in alarm before the step, with a negative delay, and leaves it out of the mean', () => {
  const counted = [alert('P', 100, { device: 'plc1' })];
  expect(alertsOf(counted)[2]).toEqual(['writes C.SP', true, 'P', -500_500, true, false]);
  expect(meanDelayMs(injectDetections({ scenario, startedAt: start, events, counted }))).toBe(39_500);
  expect(meanDelayMs([])).toBeUndefined();
});

it('gives a step that was not performed its planned time and no alert', () => {
  const counted = [alert('C1', 700, { equipment: 'C' })];
  expect(alertsOf(counted, events.slice(0, 1))).toEqual([
    ['writes A.SP', true, undefined, undefined, undefined, undefined],
    ['writes B.SP', false, undefined, undefined, undefined, undefined],
    ['writes C.SP', false, undefined, undefined, undefined, undefined],
  ]);
});
