import type { Plant } from '../../../src/core/plant.ts';
import { showInstead } from '../suites/hard/spoof.ts';
import { newWaterworks } from '../waterworks/plant.ts';
import { startTime } from '../../support/plants.ts';

const hourMs = 3_600_000;
/** The plant to which it happens, and one of another day. */
export const seed = 101;
const donorSeed = 202;

/** Something that goes wrong: water that vanishes, a meter that reads falsely, an attacker. */
export interface Case {
  readonly kind: 'leak' | 'theft' | 'meter' | 'attacker';
  readonly what: string;
  /** Tags by which a finding is at the right place: the level that it shows in, and what flows into it and out of it. Anywhere, if absent: an attack moves the whole plant. */
  readonly tags?: readonly string[];
  /** Falsifies the plant after each of its seconds. @param onset ms UTC */
  readonly begin: (onset: number) => Promise<(plant: Plant) => void>;
}

const tankTags = ['T1.LT', 'T1.FT'];
const stationTags = ['PS.FT01', 'DN.FT.MAIN'];
const levelTags = ['CW.LT01', 'CW.LT02'];
const filterTags = ['FL1.FT', 'FL2.FT', 'FL3.FT', 'FL4.FT', 'BW.FT'];
const wellTags = [...levelTags, ...stationTags, ...filterTags];

const indexOf = (plant: Plant, name: string): number => {
  const index = plant.points.findIndex((point) => point.name === name);
  if (index < 0) throw new Error(`the waterworks have no point ${name}`);
  return index;
};

/** Done once, at the onset. */
const once =
  (act: (plant: Plant) => void): Case['begin'] =>
  async (onset) => {
    let done = false;
    return (plant) => {
      if (done || plant.time < onset) return;
      done = true;
      act(plant);
    };
  };

const acting = (name: string, value: number): Case['begin'] => once((plant) => plant.act({ type: 'act', name, value }));

/** A tanker of 10 m³ is filled at 10 L/s every four hours. */
const tankers: Case['begin'] = async (onset) => (plant) => {
  const second = Math.round((plant.time - onset) / 1000) % (4 * 3_600);
  if (plant.time < onset || (second !== 0 && second !== 1_000)) return;
  plant.act({ type: 'act', name: 'tank-leak', value: second === 0 ? 10 : 0 });
};

/** A meter comes to read so many per cent low within twelve hours, and stays so. */
const readsLow =
  (name: string, part: number): Case['begin'] =>
  async (onset) =>
  (plant) => {
    if (plant.time < onset) return;
    const index = indexOf(plant, name);
    const share = (part / 100) * Math.min(1, (plant.time - onset) / (12 * hourMs));
    plant.registers[index] = Math.round(10 * (plant.registers[index] as number) * (1 - share)) / 10;
  };

/** The controllers are shown a level that sinks too: they fill the more. */
const drifting = (names: readonly string[], perHour: number): Case['begin'] =>
  once((plant) => {
    for (const point of names) plant.act({ type: 'sensor-bias', point, offset: 0, driftPerHour: -perHour });
  });

/** Tags are shown as in a plant that is not attacked: the same one, or one of another day. */
const shown =
  (source: 'twin' | 'donor', names: readonly string[], attack?: (plant: Plant) => void): Case['begin'] =>
  async (onset) => {
    const other = await newWaterworks({ seed: source === 'twin' ? seed : donorSeed, startTime, life: 'ordinary' });
    const points = names.map((name) => indexOf(other, name));
    // the other plant has noise of its own; it is shown as it is
    const show = showInstead(other, points, onset);
    return (plant) => {
      if (plant.time >= onset) attack?.(plant);
      show(plant);
    };
  };

const pumpsKeptOn = (plant: Plant): void => {
  for (const pump of ['PS.P1.CMD', 'PS.P2.CMD']) plant.write(indexOf(plant, pump), 1);
};
/** Limits the production to less than the demand of the town. */
const lessRawWater = (plant: Plant): void => plant.write(indexOf(plant, 'SP.QMAX'), 90);

/**
 * Sizes are those of practice, in the plant's units. T1 is a tank of 1 500 m³, the clearwell one of 2 250, and 110 L/s pass: a scour
 * valve that does not shut loses litres a second, a joint half of one. Meters are held to 1 or 2 % and are noticed at 10. T1 has half a metre
 * above the level at which its pumps are stopped, the clearwell as much below its weir: who would spill them needs a few centimetres an hour.
 */
export const cases: readonly Case[] = [
  ...[0.5, 1, 2, 5].map(
    (flow): Case => ({
      kind: 'leak',
      what: `T1 loses ${flow} L/s`,
      tags: tankTags,
      begin: acting('tank-leak', flow),
    }),
  ),
  ...[1, 2, 5, 10].map(
    (flow): Case => ({
      kind: 'leak',
      what: `clearwell loses ${flow} L/s`,
      tags: wellTags,
      begin: acting('clearwell-leak', flow),
    }),
  ),
  { kind: 'theft', what: 'tankers of 10 m³ from T1', tags: tankTags, begin: tankers },
  ...[3, 5, 10].flatMap((part): Case[] => [
    { kind: 'meter', what: `T2.FT ${part} % low`, tags: ['T2.FT', 'T2.LT'], begin: readsLow('T2.FT', part) },
    { kind: 'meter', what: `FL2.FT ${part} % low`, tags: wellTags, begin: readsLow('FL2.FT', part) },
  ]),
  ...[0.02, 0.05, 0.1].flatMap((rate): Case[] => [
    { kind: 'attacker', what: `T1 shown to sink ${rate} m/h`, tags: tankTags, begin: drifting(['T1.LT'], rate) },
    { kind: 'attacker', what: `clearwell shown to sink ${rate} m/h`, tags: wellTags, begin: drifting(levelTags, rate) },
  ]),
  { kind: 'attacker', what: 'level of T1 from another day', begin: shown('donor', ['T1.LT']) },
  {
    kind: 'attacker',
    what: 'level of T1 from a twin while pumps are kept on',
    begin: shown('twin', ['T1.LT'], pumpsKeptOn),
  },
  {
    kind: 'attacker',
    what: 'levels of the clearwell from a twin while raw water is held back',
    begin: shown('twin', levelTags, lessRawWater),
  },
  {
    kind: 'attacker',
    what: 'flows of station and T1 from another day',
    begin: shown('donor', [...stationTags, 'T1.FT']),
  },
  {
    kind: 'attacker',
    what: 'flows of station and T1 from a twin while pumps are kept on',
    begin: shown('twin', [...stationTags, 'T1.FT'], pumpsKeptOn),
  },
  {
    kind: 'attacker',
    what: 'level and flow of T1 from a twin while pumps are kept on',
    begin: shown('twin', tankTags, pumpsKeptOn),
  },
  {
    kind: 'attacker',
    what: 'levels of the clearwell and flows of the station from another day',
    begin: shown('donor', [...levelTags, ...stationTags]),
  },
  {
    kind: 'attacker',
    what: 'all of the clearwell from another day',
    begin: shown('donor', wellTags),
  },
];
