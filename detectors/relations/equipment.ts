import type { DetectorGroup } from '../../src/core/detector.ts';
import type { Vector } from '../../src/core/observation.ts';
import type { TagTable } from '../../src/core/tag.ts';
import { largestCode } from '../../src/detector-kit/position.ts';
import { picked } from '../../src/detector-kit/rows.ts';
import { channelOf } from './channel.ts';
import { agreeing, type Row } from './judging/group.ts';
import type { LearnedSwitches } from './model/baseline.ts';
import { Place } from './place.ts';
import { SettledRows, stateOf, type SettledSnapshot } from './settled.ts';

/** Minimum number of tags of an equipment for relations of its own. */
const fewestTags = 3;
/** Minimum number of measurements: how one measurement answers to switches is learned by `response`, with its dead time. */
const fewestMeasured = 2;
/**
 * Shortest calibration, ms. The few tags of one equipment follow slow conditions, such as the raw water, which one day shows once: on other
 * days of a waterworks the dose of alum did not match what one day had taught.
 */
const leastSpanMs = 1.5 * 86_400_000;
/** Minimum number of stays in a state of its switches before rows in that state are judged: one run of a pump differs from the next. */
const fewestStays = 3;
/**
 * Time for which the rows of a stay in another state must agree with the relations before it is judged, ms. A tap position that was not learned
 * changes nothing, and equipment that never switches has one stay. A first run of a pump that differs agrees with nothing.
 */
const agreementMs = 3_600_000;
/** Most states of the switches whose stays are counted. */
const mostStates = 32;
/** Largest share of a group's tags: the relations of a larger part are those of the group. */
const mostOfGroup = 0.5;

/** Rows between its switches, and for how many rows in a row the present state, if it is not learned, has agreed. */
export interface PartSnapshot extends SettledSnapshot {
  /** Absent in snapshots of earlier versions. */
  readonly agreed?: number;
}

/**
 * The tags of one equipment in a group: the relations between them alone. In a group of forty tags, a pump that runs with the current of
 * an idle one moves two of forty surprises, and means over the group hardly show it.
 */
export class EquipmentPart {
  readonly place: Place;
  readonly #columns: readonly number[];
  /** Columns of its discrete tags, among its own. */
  readonly #switches: readonly number[];
  /** Undefined for equipment without switches. */
  readonly #learning: SettledRows | undefined;
  readonly #running: SettledRows | undefined;
  readonly #periodMs: number;
  /** By switch: true for a number without names of its values. */
  readonly #isNumber: readonly boolean[];
  #stays = new Map<string, number>();
  /** Rows in a row that agree with the relations in a state that is not learned. */
  #agreed = 0;

  constructor(group: DetectorGroup, equipment: string, tags: TagTable, watched: ReadonlySet<number>) {
    this.#columns = group.tags.flatMap((tag, column) => (tags.at(tag).equipment === equipment ? [column] : []));
    const own = this.#columns.map((column) => group.tags[column] as number);
    this.place = new Place(
      channelOf(`${group.name}/${equipment}`, own, tags, watched),
      { ...group, name: equipment, tags: own },
      own.map((tag) => tags.at(tag)),
      false,
      leastSpanMs,
    );
    this.#periodMs = group.periodMs;
    this.#switches = own.flatMap((tag, column) => (tags.at(tag).kind === 'discrete' ? [column] : []));
    this.#isNumber = this.#switches.map((column) => tags.at(own[column] as number).states === undefined);
    const settled = (): SettledRows | undefined =>
      this.#switches.length === 0 ? undefined : new SettledRows(this.#switches, group.periodMs);
    this.#learning = settled();
    this.#running = settled();
  }

  begin(): void {
    this.#learning?.clear();
    this.#stays = new Map();
  }

  learn(vector: Vector): void {
    const row = this.#rowOf(vector);
    if (this.#learning === undefined) return this.place.learn(row);
    const settled = this.#learning.next(row);
    if (settled === undefined) return;
    const { state, isFirst } = this.#learning;
    if (isFirst && (this.#stays.has(state) || this.#stays.size < mostStates))
      this.#stays.set(state, (this.#stays.get(state) ?? 0) + 1);
    this.place.learn(settled);
  }

  /** What was learned of its switches since `begin`; undefined without switches. */
  get learnedSwitches(): LearnedSwitches | undefined {
    return this.#learning === undefined ? undefined : { staysByState: Object.fromEntries(this.#stays), agreementMs };
  }

  /** State of its switches in a row of its tags; empty if it is unknown. */
  readonly stateOf = (row: Float64Array): string => stateOf(this.#switches, row);

  score(vector: Vector, report: (time: number, surprise: number) => void): void {
    const { judged } = this.place;
    if (judged === undefined) return;
    const row = this.#rowOf(vector);
    const stays = judged.staysByState;
    if (this.#running === undefined || stays === undefined) {
      report(row.time, judged.score(row));
      return;
    }
    const settled = this.#running.next(row);
    const { state, left } = this.#running;
    const isLearned = (of: string): boolean => (stays[of] ?? 0) >= fewestStays;
    const agreementRows = Math.ceil((judged.agreementMs ?? Number.POSITIVE_INFINITY) / this.#periodMs);
    const waitRows = isLearned(state) ? 0 : agreementRows;
    if (left !== undefined) {
      const wasJudged = isLearned(left) || this.#agreed >= agreementRows;
      this.#agreed = wasJudged && this.#isPositionStep(left, state) ? agreementRows : 0;
    }
    if (settled === undefined || waitRows === Number.POSITIVE_INFINITY) {
      // a deviation in another state ends with that state
      judged.leave();
      report(row.time, 0);
      return;
    }
    const surprise = judged.score(settled);
    const isJudged = this.#agreed >= waitRows;
    if (!isJudged) this.#agreed = surprise < agreeing ? this.#agreed + 1 : 0;
    report(settled.time, isJudged ? surprise : 0);
  }

  /**
   * True if only positions changed, such as that of a tap changer: numbers without names that moved by one, and are no codes of a few
   * states. The relations remain the same, and the load seldom lets one stay until it has agreed.
   */
  #isPositionStep(from: string, to: string): boolean {
    if (from === '' || to === '') return false;
    const [before, after] = [from, to].map((state) => state.split(',').map(Number)) as [number[], number[]];
    return after.every((value, i) => {
      const old = before[i] as number;
      return value === old || (this.#isNumber[i] === true && Math.min(value, old) > largestCode && Math.abs(value - old) === 1);
    });
  }

  snapshot(): PartSnapshot | undefined {
    return this.#running && { ...this.#running.snapshot(), agreed: this.#agreed };
  }

  restore(snapshot: PartSnapshot | undefined): void {
    if (snapshot === undefined) this.#running?.clear();
    else this.#running?.restore(snapshot);
    this.#agreed = snapshot?.agreed ?? 0;
  }

  /** Its part of a vector of the group. */
  #rowOf({ time, value, mask }: Vector): Row {
    const own = new Uint8Array(this.#columns.length);
    for (let i = 0; i < own.length; i++) own[i] = mask[this.#columns[i] as number] as number;
    return { time, value: picked(value, this.#columns), mask: own };
  }
}

/**
 * Equipment of a group with enough tags for relations of its own. Equipment with modes has its relations in each mode instead.
 * @param byMode equipment with relations by mode
 */
export function equipmentPartsOf(
  group: DetectorGroup,
  tags: TagTable,
  watched: ReadonlySet<number>,
  byMode: ReadonlySet<string>,
): EquipmentPart[] {
  const byEquipment = Map.groupBy(group.tags, (tag) => tags.at(tag).equipment);
  return [...byEquipment].flatMap(([equipment, own]) => {
    const measured = own.filter((tag) => tags.at(tag).role === 'measurement').length;
    const isPart = equipment !== '' && own.length >= fewestTags && own.length <= mostOfGroup * group.tags.length;
    return measured >= fewestMeasured && isPart && !byMode.has(equipment)
      ? [new EquipmentPart(group, equipment, tags, watched)]
      : [];
  });
}
