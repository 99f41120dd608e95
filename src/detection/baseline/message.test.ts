import { deserialize, serialize } from 'node:v8';
import { describe, expect, it } from 'vitest';
import { tagOf } from '../../../test/support/detectors.ts';
import { type DetectionPlan, pluginOf } from '../plan/plan.ts';
import type { CalibratedDetector, StartingPoint } from './format.ts';
import { CalibrationWriter, readCalibration } from './message.ts';

const planned = (type: string, tags?: readonly number[]): DetectionPlan['detectors'][number] => ({
  type,
  config: pluginOf(type).schema.parse({}),
  ...(tags === undefined ? {} : { tags }),
});

const plan: DetectionPlan = {
  tags: ['A', 'B'].map((name) => tagOf(name)),
  groups: [{ name: 'all', tags: [0, 1], periodMs: 1_000 }],
  devices: ['PLC-1'],
  detectors: [planned('range'), planned('relations')],
  budgetPerDay: 24,
};

const precision = Array.from({ length: 40 }, (_, i) => (i === 3 ? -0 : i / 7));
const range: CalibratedDetector = {
  baseline: { detector: 'range', version: 1, tags: { A: { low: 1, high: 'NaN' }, B: { low: 2 } }, learning: { A: {} } },
  thresholds: { A: { begin: 1, end: 0.5, rarity: undefined }, B: { begin: 2, end: 1 } },
  edited: { A: 'A person edited this.' },
};
const relations: CalibratedDetector = {
  baseline: { version: 1, groups: { all: { precision, few: [1, 2] } } },
  thresholds: { all: { begin: 3, end: 1 } },
};
const calibration: StartingPoint = {
  states: { P1: { RUN: [0, 1] } } as unknown as StartingPoint['states'],
  detectors: { range, relations },
};

const sent = <T>(message: T): T => structuredClone(message);

describe('a calibration in a message', () => {
  it('arrives in another thread and from a file as it was, number by number', () => {
    const message = new CalibrationWriter(calibration).messageFor(plan);
    for (const arrived of [sent(message), deserialize(serialize(message)) as typeof message]) {
      const { states, detectors } = readCalibration(arrived);
      expect({ ...detectors }).toEqual({ range, relations: { ...relations, edited: undefined } });
      expect(states).toEqual(calibration.states);
    }
  });

  it('contains the entries of its tags alone for a detector that shares its tags with other threads', () => {
    const share: DetectionPlan = { ...plan, detectors: [planned('range', [1])] };
    const { detectors } = readCalibration(sent(new CalibrationWriter(calibration).messageFor(share)));
    expect({ ...detectors }).toEqual({
      range: {
        baseline: { detector: 'range', version: 1, tags: { B: { low: 2 } }, learning: {} },
        thresholds: { B: { begin: 2, end: 1 } },
        edited: range.edited,
      },
    });
  });

  it('is in memory that threads share, once for all of them', () => {
    const writer = new CalibrationWriter(calibration);
    const [one, other] = [writer.messageFor(plan), writer.messageFor({ ...plan, groups: [] })];
    expect(other.detectors['relations']).toBe(one.detectors['relations']);
    expect(one.detectors['relations']?.numbers.buffer).toBeInstanceOf(SharedArrayBuffer);
  });

  it('leaves out detectors that the calibration or the plan does not have', () => {
    const more = { ...plan, detectors: [planned('range'), planned('frozen')] };
    expect(Object.keys(new CalibrationWriter(calibration).messageFor(more).detectors)).toEqual(['range']);
  });
});
