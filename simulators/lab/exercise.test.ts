import { beforeEach, describe, expect, it } from 'vitest';
import type { Scenario, ScenarioAct, ScenarioStep } from '../../src/core/scenario.ts';
import { TinyPlant } from '../../test/support/tiny-plant.ts';
import { type Actors, Exercise } from './exercise.ts';

const step = (atS: number, act: ScenarioAct, rest: Partial<ScenarioStep> = {}): ScenarioStep => ({
  atS,
  act,
  actor: 'attacker',
  text: `at ${atS}`,
  ...rest,
});
const write = (point: string, value = 1): ScenarioAct => ({ type: 'modbus-write', controller: 'plc1', point, value });
const scenario = (steps: readonly ScenarioStep[]): Scenario => ({
  id: 'drill',
  plant: 'tiny',
  kind: 'attack',
  title: 'Drill',
  description: '',
  techniques: ['T0836'],
  physicalResult: '',
  difficulty: 1,
  durationS: 20,
  steps,
  truth: [],
});

describe('an exercise', () => {
  let plant: TinyPlant;
  let acts: string[];
  let left: number;
  let perform: (act: ScenarioAct) => Promise<void>;
  let exercise: Exercise;

  beforeEach(() => {
    plant = new TinyPlant(undefined, 1_000_000);
    acts = [];
    left = 0;
    perform = async () => {};
    const actors: Actors = {
      perform: async (act) => {
        await perform(act);
        acts.push(`${(plant.time - 1_000_000) / 1000} ${'point' in act ? act.point : act.type}`);
      },
      leave: async () => void left++,
    };
    exercise = new Exercise(plant, actors, () => {});
  });

  const play = async (seconds: number): Promise<void> => {
    for (let i = 0; i < seconds; i++) {
      plant.step(1);
      await exercise.tick();
    }
  };

  it('performs each step at its plant second, and repeats periodic steps', async () => {
    exercise.start(scenario([step(3, write('A')), step(2, write('B'), { everyS: 2, untilS: 7 })]));
    await play(12);
    expect(acts).toEqual(['2 B', '3 A', '4 B', '6 B']);
    expect(exercise.events.map(({ lane, text }) => `${lane}: ${text}`)).toEqual([
      'control: scenario drill begins',
      'inject: at 2',
      'inject: at 3',
    ]);
    expect(exercise.running).toEqual({ scenario: 'drill', startedAt: 1_000_000, endsAt: 1_020_000 });
  });

  it.each([
    ['attack', { actor: 'attacker' }, 'inject', 'T0836'],
    ['attack', { actor: 'process' }, 'benign', undefined],
    ['fault', { actor: 'process' }, 'inject', 'T0836'],
    ['fault', { actor: 'operator' }, 'benign', undefined],
    ['benign', { actor: 'process' }, 'benign', undefined],
  ] as const)('notes in its lane a step of this kind: %s %o', async (kind, rest, lane, technique) => {
    exercise.start({ ...scenario([step(1, write('A'), rest)]), kind });
    await play(2);
    expect(exercise.events.at(-1)).toMatchObject({ lane, technique });
  });

  it('ends by itself, releases every signal and disconnects its actors', async () => {
    exercise.start(scenario([step(1, { type: 'plant', action: { type: 'sensor-stuck', point: 'LEVEL', value: 2 } })]));
    await play(20);
    expect(exercise.running).toBeUndefined();
    expect(plant.actions.map(({ type }) => type)).toEqual(['sensor-stuck', 'release']);
    expect(left).toBe(1);
    await exercise.stop();
    expect(left).toBe(1);
  });

  it('stops in the middle of an act without starting the next', async () => {
    exercise.start(scenario([step(1, write('A')), step(1, write('B'))]));
    perform = async () => exercise.stop();
    await play(3);
    expect(acts).toEqual(['1 A']);
  });

  it('reports once why an act has no effect, and continues', async () => {
    exercise.start(scenario([step(1, write('A'), { everyS: 1, untilS: 9 }), step(5, write('B'))]));
    perform = async (act) => {
      if ('point' in act && act.point === 'A') throw new Error('refused');
    };
    await play(9);
    expect(acts).toEqual(['5 B']);
    expect(exercise.events.filter(({ text }) => text.includes('without effect'))).toHaveLength(1);
  });

  it('tests physical effects by their times, and ends at a stop condition', async () => {
    plant.onStep = (tiny) => tiny.set('LEVEL', (tiny.time - 1_000_000) / 1000);
    const quantity = { source: 'truth', name: 'level' } as const;
    const limit = (comparison: 'above' | 'rises', value: number) => ({ ...quantity, comparison, value });
    const effects: Scenario['effects'] = [
      { text: 'soon', ...limit('rises', 5), fromS: 3, toS: 9, throughout: false },
      { text: 'late', ...limit('rises', 9), fromS: 3, toS: 9, throughout: false },
      { text: 'always', ...limit('above', 3), fromS: 2, toS: 9, throughout: true },
      { text: 'in the end', ...limit('above', 3), fromS: 20, toS: 20, throughout: true },
      { text: 'register', source: 'register', name: 'SP', comparison: 'equal', value: 0, fromS: 4, toS: 4, throughout: true },
    ];
    const drill = { ...scenario([step(2, write('A'))]), effects, stopWhen: [{ text: 'full', ...limit('above', 12) }] };
    expect(exercise.effects).toBeUndefined();
    exercise.start(drill);
    await play(7);
    expect(exercise.effects?.map(({ achieved }) => achieved)).toEqual([true, undefined, false, undefined, true]);
    await play(9);
    expect(exercise.running).toBeUndefined();
    expect(exercise.effects?.map(({ achieved }) => achieved)).toEqual([true, false, false, false, true]);
    const texts = exercise.events.map(({ time, text }) => `${(time - 1_000_000) / 1000} ${text}`);
    expect(texts.filter((text) => /effect|stop/.test(text))).toEqual([
      '2 physical effect not achieved: always',
      '4 physical effect achieved: register',
      '7 physical effect achieved: soon',
      '9 physical effect not achieved: late',
      '13 stop condition: full',
    ]);
  });

  it('runs one scenario at a time', () => {
    exercise.start(scenario([]));
    expect(() => exercise.start(scenario([]))).toThrow(/drill is running/);
  });

  it('performs an act once if a jump of plant time made it due several times', async () => {
    exercise.start(scenario([step(1, write('A'), { everyS: 1, untilS: 15 })]));
    plant.step(10);
    await exercise.tick();
    await play(2);
    expect(acts).toEqual(['10 A', '11 A', '12 A']);
  });
});
