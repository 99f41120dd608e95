import { beforeEach, expect, it } from 'vitest';
import type { LabCampaign } from '../../src/core/lab.ts';
import type { Scenario } from '../../src/core/scenario.ts';
import { TinyPlant } from '../../test/support/tiny-plant.ts';
import { CampaignRun } from './campaign-run.ts';
import { Exercise } from './exercise.ts';

const begin = 1_000_000;
const scenario = (id: string): Scenario => ({
  id,
  plant: 'tiny',
  kind: 'attack',
  title: id,
  description: '',
  techniques: [],
  physicalResult: '',
  difficulty: 1,
  durationS: 20,
  steps: [],
  truth: [],
});
const campaign: LabCampaign = {
  id: 'shift',
  title: 'A shift',
  parts: [
    { scenario: 'one', afterS: 5 },
    { scenario: 'two', afterS: 0 },
    { scenario: 'one', afterS: 10 },
  ],
};

let plant: TinyPlant;
let exercise: Exercise;
let run: CampaignRun;
beforeEach(() => {
  plant = new TinyPlant(undefined, begin);
  exercise = new Exercise(plant, { perform: async () => {}, leave: async () => {} }, () => {});
  run = new CampaignRun(plant, exercise, [scenario('one'), scenario('two')]);
});

async function play(seconds: number): Promise<void> {
  for (let i = 0; i < seconds; i++) {
    plant.step(1);
    await exercise.tick();
    run.tick();
  }
}
const course = (): string[] => exercise.events.map(({ time, text }) => `${(time - begin) / 1_000} ${text}`);

it('plays its scenarios one after another, each after its delay', async () => {
  run.start(campaign);
  expect(run.status).toMatchObject({ id: 'shift', startedAt: begin, begun: 0, nextAt: begin + 5_000 });
  await play(6);
  expect(run.status).toMatchObject({ begun: 1 });
  expect(run.status?.nextAt).toBeUndefined();
  await play(80);
  expect(course()).toEqual([
    '0 campaign shift begins',
    '5 scenario one begins',
    '25 scenario one ends',
    '25 scenario two begins',
    '45 scenario two ends',
    '55 scenario one begins',
    '75 scenario one ends',
    '75 campaign shift ends',
  ]);
  expect(run.status).toBeUndefined();
});

it('stops, and plays no later scenario', async () => {
  run.start(campaign);
  await play(10);
  await exercise.stop();
  run.stop();
  await play(60);
  expect(course().slice(2)).toEqual(['10 scenario one ends', '10 campaign shift ends']);
});

it('refuses a start while a campaign or a scenario runs', () => {
  run.start(campaign);
  expect(() => run.start(campaign)).toThrow(/the campaign shift is running/);
  run.stop();
  exercise.start(scenario('two'));
  expect(() => run.start(campaign)).toThrow(/the scenario two is running/);
});
