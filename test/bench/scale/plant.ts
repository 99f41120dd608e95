import { detectors } from '../../../detectors/index.ts';
import { type DetectionPlan, detectorFactories } from '../../../src/detection/plan/plan.ts';
import { type Batch, BatchBuilder } from '../../../src/core/batch.ts';
import type { Json } from '../../../src/core/detector.ts';
import { Random } from '../../../src/core/random.ts';
import type { Calibration } from '../../../src/detection/baseline/format.ts';
import { tagOf } from '../../support/detectors.ts';

/** Tags of one unit of the plant: an area, a device and a group of its own. */
export const unitTags = 50;
/** Every so many tags one is a pump, a set point. */
const pumpEvery = 10;
const setpointEvery = 25;

const unitName = (unit: number): string => `U${String(unit).padStart(4, '0')}`;
const isPump = (i: number): boolean => i % pumpEvery === 9;
const isSetpoint = (i: number): boolean => i % setpointEvery === 4;

/** A plant of equal units, every tag each second and every group each ten seconds, under every detector that a site has by default. */
export function planOf(units: number): DetectionPlan {
  const places = Array.from({ length: units }, (_, unit) => unitName(unit));
  const tags = places.flatMap((area) =>
    Array.from({ length: unitTags }, (_, i) =>
      tagOf(`${area}.T${i}`, {
        area,
        equipment: `${area}.E${i % 5}`,
        device: `${area}.PLC`,
        ...(isPump(i) ? { kind: 'discrete', role: 'status', unit: '' } : isSetpoint(i) ? { role: 'setpoint' } : {}),
      }),
    ),
  );
  return {
    tags,
    groups: places.map((name, unit) => ({
      name,
      periodMs: 10_000,
      tags: Array.from({ length: unitTags }, (_, i) => unit * unitTags + i).filter((index) => !isSetpoint(index % unitTags)),
    })),
    devices: places.map((area) => `${area}.PLC`),
    detectors: detectors.map(({ type, schema }) => ({ type, config: schema.parse({}) })),
    budgetPerDay: 24,
  };
}

/** Values of the units row by row, one batch each: levels that follow a few hidden ones with noise, pumps, set-points. */
export function* running(units: number, from: number, rows: number, seed: number, everySeconds = 1): Generator<Batch> {
  const random = new Random(seed);
  const hidden = Array.from({ length: units * 4 }, () => 0);
  for (let row = 0; row < rows; row++) {
    const second = row * everySeconds;
    const time = from + second * 1_000;
    for (let unit = 0; unit < units; unit++) {
      for (let k = 0; k < 4; k++) hidden[4 * unit + k] = 0.99 * (hidden[4 * unit + k] as number) + 0.1 * random.normal();
      const batch = new BatchBuilder(`${unitName(unit)}.PLC`, unitTags);
      for (let i = 0; i < unitTags; i++) {
        const level = 2.5 + 0.5 * (hidden[4 * unit + (i % 4)] as number) + 0.02 * random.normal();
        const value = isPump(i) ? Math.floor((second + 13 * i) / 300) % 2 : isSetpoint(i) ? 2 : Math.round(level * 1_000) / 1_000;
        batch.add(unit * unitTags + i, value, 0, time, time);
      }
      yield batch.publish();
    }
  }
}

/** Multiplies the calibration of one unit: entries by tag, group or area are copied to as many equal units. */
export function repeated(calibration: Calibration, plan: DetectionPlan): Calibration {
  const text = JSON.stringify(calibration.detectors);
  const copies = plan.devices.map(
    (_, unit) => JSON.parse(text.replaceAll(unitName(0), unitName(unit))) as Record<string, Learned>,
  );
  const all = copies.reduce(merged);
  for (const factory of detectorFactories(plan)) {
    // some watch no more than so many tags, whatever there are
    const { channels } = factory.create();
    const watched = new Set(channels.flatMap(({ tags }) => tags.map((tag) => plan.tags[tag]?.name)));
    const baseline = all[factory.name]?.baseline;
    // a list of all channels, which copies of one unit cannot give
    if (baseline?.channels !== undefined) baseline.channels = channels.map(({ key }) => key);
    const tags = baseline?.tags;
    for (const tag of Object.keys(tags ?? {})) if (!watched.has(tag)) delete tags?.[tag];
  }
  return { ...calibration, detectors: all as unknown as Calibration['detectors'] };
}

interface Learned {
  readonly baseline: { readonly tags?: Record<string, Json>; channels?: Json };
}

function merged<T>(into: T, from: T): T {
  if (typeof into !== 'object' || into === null || Array.isArray(into)) return into;
  const target = into as Record<string, unknown>;
  for (const [key, value] of Object.entries(from as Record<string, unknown>))
    target[key] = key in target ? merged(target[key], value) : value;
  return into;
}
