import type { Channel, DetectorTarget } from '../../src/core/detector.ts';
import type { Tag, TagTable } from '../../src/core/tag.ts';
import { familiesOf } from '../../src/detector-kit/families.ts';
import { type Bounds, candidatesOf } from './candidates.ts';

/** A driver (command, status or set-point) and a measurement that may answer it: positions in the lists of the layout. */
export interface Pair {
  readonly driver: number;
  readonly answer: number;
  readonly relation: number;
  readonly channel: number;
  /** Scan period of the slower tag, ms: the unit of time of the answer. */
  readonly baseMs: number;
}

/** A set-point and the measurement that may follow it. */
export interface Loop {
  readonly setpoint: number;
  readonly answer: number;
  readonly channel: number;
  readonly key: string;
}

/** Positions of everything in flat arrays. */
export class Layout {
  readonly table: TagTable;
  readonly channels: readonly Channel[];
  /** Indices into the tag table. */
  readonly drivers: readonly number[];
  readonly answers: readonly number[];
  /** By table index: drivers first, then answers; −1 for other tags. */
  readonly slotOf: Int32Array;
  /** By driver. */
  readonly familyOf: readonly number[];
  readonly families: readonly string[];
  readonly isSetpoint: readonly boolean[];
  /** Number of the equipment, by driver. */
  readonly equipmentOf: readonly number[];
  /** Similar pairs share a relation: their steps are learned together. */
  readonly relations: readonly string[];
  readonly pairs: readonly Pair[];
  readonly pairsOfDriver: readonly Int32Array[];
  readonly pairsOfAnswer: readonly Int32Array[];
  /** By answer: its group; the moves of similar measurements are learned together. */
  readonly groupOf: readonly number[];
  readonly groups: readonly string[];
  readonly loops: readonly Loop[];
  readonly loopsOfAnswer: readonly Int32Array[];
  /** One step of each measurement, in its unit. */
  readonly stepOf: Float64Array;
  /** One step of each driver. */
  readonly driverStep: Float64Array;

  constructor(target: DetectorTarget, bounds: Bounds, resolution: number) {
    const { tags } = target;
    this.table = tags;
    const candidates = candidatesOf(target, bounds);
    this.drivers = [...new Set(candidates.map(({ driver }) => driver))];
    this.answers = [...new Set(candidates.map(({ answer }) => answer))];
    this.slotOf = new Int32Array(tags.size).fill(-1);
    [...this.drivers, ...this.answers].forEach((tag, slot) => (this.slotOf[tag] = slot));
    const driverAt = (tag: number): Tag => tags.at(tag);
    const equipments = Map.groupBy(this.drivers, (tag) => driverAt(tag).equipment);
    this.channels = [...equipments].map(([equipment, list]) => {
      const answers = candidates.filter(({ driver }) => driverAt(driver).equipment === equipment).map(({ answer }) => answer);
      const own = answers.filter((tag) => tags.at(tag).equipment === equipment);
      return { key: equipment, tags: [...new Set([...list, ...own])], area: driverAt(list[0] as number).area, equipment };
    });
    const channelOf = new Map([...equipments.keys()].map((equipment, channel) => [equipment, channel]));
    this.equipmentOf = this.drivers.map((tag) => channelOf.get(driverAt(tag).equipment) ?? 0);
    this.isSetpoint = this.drivers.map((tag) => driverAt(tag).role === 'setpoint');
    const driverFamilies = familiesOf(this.drivers, tags);
    const answerFamilies = familiesOf(this.answers, tags);
    [this.families, this.familyOf] = numbered(this.drivers.map((tag) => driverFamilies.get(tag) ?? ''));
    [this.groups, this.groupOf] = numbered(this.answers.map((tag) => answerFamilies.get(tag) ?? ''));
    const [relations, relationOf] = numbered(
      candidates.map(({ driver, answer }) => {
        const isOwn = tags.at(driver).equipment === tags.at(answer).equipment;
        return `${driverFamilies.get(driver)} → ${isOwn ? answerFamilies.get(answer) : tags.at(answer).name}`;
      }),
    );
    this.relations = relations;
    const placeOf = (list: readonly number[]) => new Map(list.map((tag, place) => [tag, place]));
    const [driverPlace, answerPlace] = [placeOf(this.drivers), placeOf(this.answers)];
    this.pairs = candidates.map(({ driver, answer }, i) => ({
      driver: driverPlace.get(driver) ?? 0,
      answer: answerPlace.get(answer) ?? 0,
      relation: relationOf[i] as number,
      channel: channelOf.get(driverAt(driver).equipment) ?? 0,
      baseMs: Math.max(tags.at(driver).scanMs, tags.at(answer).scanMs),
    }));
    this.pairsOfDriver = grouped(this.drivers.length, this.pairs, ({ driver }) => driver);
    this.pairsOfAnswer = grouped(this.answers.length, this.pairs, ({ answer }) => answer);
    this.loops = this.pairs
      .filter(({ driver }) => this.isSetpoint[driver] === true)
      .map(({ driver, answer, channel }) => ({
        setpoint: driver,
        answer,
        channel,
        key: `${this.driver(driver).name} → ${this.answer(answer).name}`,
      }));
    this.loopsOfAnswer = grouped(this.answers.length, this.loops, ({ answer }) => answer);
    this.stepOf = Float64Array.from(this.answers, (tag) => stepOf(tags.at(tag), resolution));
    this.driverStep = Float64Array.from(this.drivers, (tag) => stepOf(tags.at(tag), resolution));
  }

  driver(place: number): Tag {
    return this.table.at(this.drivers[place] as number);
  }

  answer(place: number): Tag {
    return this.table.at(this.answers[place] as number);
  }

  /** Keys of the pairs, for snapshots. */
  pairKeys(): string[] {
    return this.pairs.map(({ driver, answer }) => `${this.driver(driver).name} → ${this.answer(answer).name}`);
  }
}

/** One step of a value: a share of its engineering range, at least its last displayed decimal. */
function stepOf({ range, decimals }: Tag, resolution: number): number {
  const figure = 10 ** -decimals;
  return range === undefined ? figure : Math.max(figure, resolution * (range.high - range.low));
}

/** Distinct keys in their order, and the number of each key. */
function numbered(keys: readonly string[]): [readonly string[], readonly number[]] {
  const numbers = new Map<string, number>();
  const of = keys.map((key) => {
    const known = numbers.get(key) ?? numbers.size;
    numbers.set(key, known);
    return known;
  });
  return [[...numbers.keys()], of];
}

function grouped<T>(count: number, list: readonly T[], of: (one: T) => number): readonly Int32Array[] {
  const groups: number[][] = Array.from({ length: count }, () => []);
  list.forEach((one, i) => groups[of(one)]?.push(i));
  return groups.map((group) => Int32Array.from(group));
}
