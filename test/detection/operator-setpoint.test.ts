import { expect, test } from 'vitest';
import { initialState } from '../../simulators/plants/waterworks/initial.ts';
import { live } from '../../simulators/plants/waterworks/life.ts';
import { Noise } from '../../simulators/plant-kit/noise.ts';
import { at } from '../../simulators/plants/waterworks/points/index.ts';
import { scenarioOf } from '../../simulators/scenarios/index.ts';
import { type DetectionPlan, detectorFactories } from '../../src/detection/plan/plan.ts';
import { type Observation, observeBatch } from '../../src/core/observation.ts';
import { Random } from '../../src/core/random.ts';
import { TagTable } from '../../src/core/tag.ts';
import { calibrateNow } from '../../src/learning/calibration/index.ts';
import { createEngine } from '../../src/detection/engine/index.ts';
import { waterworksPlan } from '../bench/waterworks/plant.ts';
import { batchOf } from '../support/detectors.ts';
import { applyCalibration } from '../../src/detection/baseline/apply.ts';

const scanMs = 300_000;
const dayMs = 86_400_000;
const learnedDays = 3;
/** With random choices of the operators, five of these plants had not used 1.1 mg/L. */
const seeds = Array.from({ length: 20 }, (_, i) => 26 + i);

/** The detectors and tags of the chlorine set-point in the example configuration, without the rest of the plant. */
const whole = waterworksPlan(scanMs);
const tags = whole.tags.filter(({ name }) => name === 'CL.SP');
const plan: DetectionPlan = {
  ...whole,
  tags,
  groups: [],
  detectors: whole.detectors.filter(({ type }) => ['range', 'frozen'].includes(type)),
};

const observe = (time: number, value: number): Observation => observeBatch(batchOf([{ tag: 0, time, value }]));

/** The set-point during learning, without hydraulics: only acts of operators change it. */
function* learned(seed: number): Generator<Observation> {
  const from = Date.UTC(2026, 10, 21, seed);
  const noise = new Noise(new Random(seed).fork('waterworks'));
  const state = initialState(from, 'calibration', from, noise);
  for (; state.time < from + learnedDays * dayMs; state.time += scanMs) {
    live(state, 'calibration', scanMs / 1_000, noise);
    yield observe(state.time, state.memory[at('CL.SP')] as number);
  }
}

test('the set-point of the benign twin raises no finding after three learned days of any of 20 plants', () => {
  const operatorSetpoint = scenarioOf('operator-setpoint');
  const [step] = operatorSetpoint.steps;
  if (step?.act.type !== 'modbus-write') throw new Error('the scenario begins with a write');
  const { value: raised } = step.act;
  const raisedBy = seeds.filter((seed) => {
    const source = () => learned(seed);
    const common = { detectors: detectorFactories(plan), tags: new TagTable(tags), groups: [], folds: 3 };
    const options = { ...common, source, description: 'three days', budgetPerDay: plan.budgetPerDay };
    const { calibration } = calibrateNow(options, source);
    const engine = createEngine({
      ...applyCalibration(calibration, detectorFactories(plan)),
      tags: new TagTable(tags),
      groups: [],
    });
    const from = calibration.to + scanMs;
    let found = false;
    for (let s = 0; s < operatorSetpoint.durationS; s += scanMs / 1_000) {
      const value = s < step.atS ? 1 : raised;
      found ||= engine.observe(observe(from + 1_000 * s, value)).length > 0;
    }
    return found;
  });
  expect(raisedBy).toEqual([]);
}, 120_000);
