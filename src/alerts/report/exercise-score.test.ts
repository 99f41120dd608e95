import { expect, it } from 'vitest';
import type { Alert } from '../../core/alert.ts';
import type { LabResult } from '../../core/lab.ts';
import type { Scenario } from '../../core/scenario.ts';
import type { AuditEntry } from '../../core/state.ts';
import { scoreExercise, type ScoredExercise, totalOf } from './exercise-score.ts';

const start = Date.UTC(2026, 10, 24, 6);
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
  steps: [{ atS: 60, actor: 'attacker', act: { type: 'plant', action: { type: 'release', point: '*' } }, text: 'writes 0.3' }],
  truth: [{ fromS: 60, toS: 3_600, tags: ['SP'], equipment: ['CL', 'NET'] }],
  expect: { finding: { equipment: ['CL'], tags: ['SP'] }, withinS: 60 },
};
const alert = (id: string, atS: number, more: Partial<Alert> = {}): Alert =>
  ({
    id,
    incident: `INC-${id}`,
    title: `title ${id}`,
    equipment: 'CL',
    tags: ['SP'],
    techniques: [],
    raisedAt: start + atS * 1_000,
    ...more,
  }) as unknown as Alert;
const act = (action: string, object: string, after?: string): AuditEntry => ({
  time: start + 600_000,
  role: 'operator',
  action,
  object,
  after,
});
const result = (counted: readonly string[], achieved = true): LabResult => ({
  scenario: 'drill',
  startedAt: start,
  endedAt: start + 3_600_000,
  falseAlerts: 0,
  counted,
  effects: [{ text: 'truth level above 3 at end', achieved }],
});
const exercise = (more: Partial<ScoredExercise> = {}): ScoredExercise => ({
  scenario,
  result: result([]),
  events: [
    { time: start + 60_000, lane: 'inject', text: 'writes 0.3', technique: 'T0836' },
    { time: start + 3_600_000, lane: 'control', text: 'physical effect achieved: truth level above 3 at end' },
  ],
  alerts: [],
  acts: [],
  ...more,
});
const pointsOf = (of: ScoredExercise): readonly (readonly [string, number, string])[] =>
  scoreExercise(of).map(({ criterion, points, event }) => [criterion, points, event]);

it('gives all points to a team that protects the process, and names the event of each', () => {
  const technique = { id: 'T0836', name: '', idV18: '', version: '19', certainty: 'seen' } as const;
  const full = exercise({
    result: result(['A1'], false),
    events: [{ time: start + 3_600_000, lane: 'control', text: 'physical effect not achieved: truth level above 3 at end' }],
    alerts: [alert('A1', 90, { techniques: [technique] })],
    acts: [
      act('alert.acknowledged', 'A1'),
      act('incident.judged', 'INC-A1', 'true'),
      act('case.exported', 'INC-A1', 'html, TLP:AMBER'),
      act('case.exported', 'INC-A1', 'stix, TLP:AMBER'),
    ],
  });
  expect(pointsOf(full)).toEqual([
    ['Process health', 30, 'physical effect not achieved: truth level above 3 at end'],
    ['Detection time', 20, 'A1 (INC-A1)'],
    ['Correct asset', 10, 'A1 (INC-A1)'],
    ['Correct technique', 10, 'A1 (INC-A1)'],
    ['Incident report', 10, 'case.exported INC-A1'],
    ['Evidence package', 10, 'case.exported INC-A1'],
    ['Safe response: acknowledged', 5, 'alert.acknowledged A1'],
    ['Safe response: verdict', 5, 'incident.judged INC-A1'],
  ]);
  expect(totalOf(scoreExercise(full))).toEqual({ points: 100, of: 100 });
});

it('names the missed attack and the achieved effect', () => {
  expect(pointsOf(exercise()).slice(0, 3)).toEqual([
    ['Process health', 0, 'physical effect achieved: truth level above 3 at end'],
    ['Detection time', 0, 'writes 0.3'],
    ['Correct asset', 0, '–'],
  ]);
  expect(totalOf(scoreExercise(exercise()))).toEqual({ points: 0, of: 100 });
});

it.each([
  [120, 20],
  [180, 10],
  [240, 0],
])('gives fewer points the later the detection: after %i s', (atS, points) => {
  const late = exercise({ result: result(['A1']), alerts: [alert('A1', atS)] });
  expect(pointsOf(late)[1]).toEqual(['Detection time', points, 'A1 (INC-A1)']);
});

it('gives no point for the asset if the first alert is at a consequence', () => {
  const far = exercise({ result: result(['A1']), alerts: [alert('A1', 90, { equipment: 'NET', tags: ['PT'] })] });
  expect(pointsOf(far)[2]).toEqual(['Correct asset', 0, 'A1 (INC-A1)']);
});

it('gives no point for the response if a true alert was shelved, and none for acts on another incident', () => {
  const shelved = exercise({
    result: result(['A1']),
    alerts: [alert('A1', 90)],
    acts: [act('alert.acknowledged', 'A1'), act('alert.shelved', 'A1'), act('case.exported', 'INC-7', 'html')],
  });
  expect(pointsOf(shelved).slice(4)).toEqual([
    ['Incident report', 0, '–'],
    ['Evidence package', 0, '–'],
    ['Safe response', 0, 'alert.shelved A1'],
  ]);
});

it('deducts 5 points for each false alarm, at most 20, and counts no alert of the monitor about itself', () => {
  const alerts = [...Array(6).keys()].map((i) => alert(`F${i}`, 300 + i, { equipment: 'X', tags: [] }));
  const quiet = exercise({ scenario: { ...scenario, kind: 'benign', truth: [], techniques: [], expect: undefined } });
  expect(totalOf(scoreExercise(quiet))).toEqual({ points: 20, of: 20 });
  expect(totalOf(scoreExercise({ ...quiet, alerts: alerts.slice(0, 1) }))).toEqual({ points: 15, of: 20 });
  expect(scoreExercise({ ...quiet, alerts }).filter(({ criterion }) => criterion === 'False alarm')).toHaveLength(4);
  expect(totalOf(scoreExercise({ ...quiet, alerts: [alert('S', 300, { device: 'monitor' })] }))).toEqual({ points: 20, of: 20 });
});

it('deducts 5 points for each hint, at most 20, and names the hint', () => {
  const hints = [...Array(6).keys()].map((i) => ({ id: `HINT-${i + 1}`, time: start + i, text: `hint ${i + 1}` }));
  const lines = scoreExercise(exercise({ hints })).filter(({ criterion }) => criterion === 'Hint');
  expect(lines.map(({ points, of, reason, event, time }) => [points, of, reason, event, time])).toEqual(
    hints.slice(0, 4).map(({ id, time, text }) => [-5, 0, text, id, time]),
  );
  const quiet = exercise({ scenario: { ...scenario, kind: 'benign', truth: [], techniques: [], expect: undefined } });
  expect(totalOf(scoreExercise({ ...quiet, hints: hints.slice(0, 1) }))).toEqual({ points: 15, of: 20 });
});
