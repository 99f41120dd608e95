import type { Batch } from '../../src/core/batch.ts';
import type { TagTable } from '../../src/core/tag.ts';
import { Columns } from '../../src/detector-kit/columns.ts';
import { Intake } from '../../src/detector-kit/intake.ts';
import { SampleColumns } from '../../src/detector-kit/samples.ts';
import type { Variable } from './variables.ts';

/** Number of scans after which a value is too old. */
const staleScans = 3;

/** Positions of everything in flat arrays: the used tags, variables, and pairs of a variable and one of its companions. */
export class Layout {
  readonly variables: readonly Variable[];
  readonly tags: TagTable;
  /** Indices into the tag table; a place is an index into this. */
  readonly places: readonly number[];
  readonly placeOf: Int32Array;
  /** First pair of each variable. */
  readonly firstPair: Int32Array;
  readonly pairs: number;
  /** By pair. */
  readonly variableOf: Int32Array;
  /** By place: the variables of which it is a member, and the pairs in which it is the companion. */
  readonly memberOf: readonly Int32Array[];
  readonly pairsOf: readonly Int32Array[];
  /** By variable: places of the members. */
  readonly members: readonly Int32Array[];
  /** By variable: places of the companions. */
  readonly companions: readonly Int32Array[];

  constructor(variables: readonly Variable[], tags: TagTable) {
    this.variables = variables;
    this.tags = tags;
    this.places = [...new Set(variables.flatMap(({ members, companions }) => [...members, ...companions]))].toSorted(
      (a, b) => a - b,
    );
    this.placeOf = new Int32Array(tags.size).fill(-1);
    this.places.forEach((tag, place) => (this.placeOf[tag] = place));
    const at = (tag: number): number => this.placeOf[tag] ?? -1;
    const memberOf: number[][] = this.places.map(() => []);
    const pairsOf: number[][] = this.places.map(() => []);
    const variableOf: number[] = [];
    this.firstPair = new Int32Array(variables.length);
    variables.forEach(({ members, companions }, variable) => {
      this.firstPair[variable] = variableOf.length;
      for (const tag of members) memberOf[at(tag)]?.push(variable);
      for (const tag of companions) pairsOf[at(tag)]?.push(variableOf.push(variable) - 1);
    });
    this.pairs = variableOf.length;
    this.variableOf = Int32Array.from(variableOf);
    this.memberOf = memberOf.map((list) => Int32Array.from(list));
    this.pairsOf = pairsOf.map((list) => Int32Array.from(list));
    this.members = variables.map(({ members }) => Int32Array.from(members, at));
    this.companions = variables.map(({ companions }) => Int32Array.from(companions, at));
  }
}

/**
 * Present values, and states of the variables. After `observe`, `arrived` holds the places of a batch, and `touched` the
 * variables that it concerns. Ages are measured by the monitor's clock, so that the clocks of devices need not agree.
 */
export class Watch {
  readonly values: Columns;
  readonly standing: Columns;
  readonly intake: Intake;
  readonly value: Float64Array;
  /** By variable: NaN until all members were seen without a gap. */
  readonly state: Float64Array;
  readonly arrived: Int32Array;
  arrivedCount = 0;
  /** By place: the arrived sample is the first after a gap. */
  readonly gap: Uint8Array;
  readonly touched: Int32Array;
  touchedCount = 0;
  /** ms UTC, receive time of the last batch. */
  now = Number.NEGATIVE_INFINITY;
  readonly #layout: Layout;
  readonly #settleMs: number;
  /** Called before a variable leaves its state. */
  readonly #onLeave: (variable: number) => void;
  readonly #seen: Float64Array;
  readonly #since: Float64Array;
  readonly #staleMs: Float64Array;
  readonly #hasArrived: Uint8Array;
  readonly #isTouched: Uint8Array;
  readonly #samples: SampleColumns;

  constructor(layout: Layout, settleMs: number, onLeave: (variable: number) => void) {
    this.#layout = layout;
    this.#settleMs = settleMs;
    this.#onLeave = onLeave;
    const { places, variables } = layout;
    this.values = new Columns(places.length);
    this.value = this.values.add('value', 1, Number.NaN);
    this.#seen = this.values.add('seen', 1, Number.NEGATIVE_INFINITY);
    this.standing = new Columns(variables.length);
    this.state = this.standing.add('state', 1, Number.NaN);
    this.#since = this.standing.add('since', 1, Number.NaN);
    const scans = places.map((tag) => layout.tags.at(tag).scanMs);
    this.intake = new Intake(scans);
    this.#staleMs = Float64Array.from(scans, (ms) => staleScans * ms);
    this.arrived = new Int32Array(places.length);
    this.gap = new Uint8Array(places.length);
    this.#hasArrived = new Uint8Array(places.length);
    this.touched = new Int32Array(variables.length);
    this.#isTouched = new Uint8Array(variables.length);
    this.#samples = new SampleColumns(layout.tags.size);
  }

  observe(batch: Batch): void {
    for (let i = 0; i < this.arrivedCount; i++) this.#hasArrived[this.arrived[i] as number] = 0;
    for (let i = 0; i < this.touchedCount; i++) this.#isTouched[this.touched[i] as number] = 0;
    this.arrivedCount = 0;
    this.touchedCount = 0;
    if (this.intake.collectPoll(batch, this.#layout.placeOf, this.#samples)) this.#observePoll(batch);
    else this.#observeEach(batch);
    for (let i = 0; i < this.touchedCount; i++) this.#stand(this.touched[i] as number);
  }

  #observeEach(batch: Batch): void {
    for (let row = 0; row < batch.length; row++) {
      const place = this.#layout.placeOf[batch.tag[row] as number] ?? -1;
      if (place < 0 || !this.intake.admit(place, batch, row)) continue;
      const received = batch.receiveTime[row] as number;
      this.now = this.arrivedCount === 0 ? received : Math.max(this.now, received);
      this.#arrive(place, received, this.intake.value, this.intake.gap);
    }
  }

  #observePoll(batch: Batch): void {
    const { length, channel: place, value, gap } = this.#samples;
    const received = batch.receiveTime[0] as number;
    if (length > 0) this.now = received;
    for (let i = 0; i < length; i++) this.#arrive(place[i] as number, received, value[i] as number, gap[i] === 1);
  }

  /** True if the variable's members are known and have kept their values for long enough. */
  settled(variable: number): boolean {
    return this.now - (this.#since[variable] as number) > this.#settleMs && this.known(variable);
  }

  /** Time at which the variable entered its state, ms UTC; NaN before. */
  since(variable: number): number {
    return this.#since[variable] as number;
  }

  known(variable: number): boolean {
    for (const place of this.#layout.members[variable] as Int32Array) if (this.stale(place)) return false;
    return true;
  }

  stale(place: number): boolean {
    return this.now - (this.#seen[place] as number) > (this.#staleMs[place] as number);
  }

  clear(): void {
    this.values.clear();
    this.standing.clear();
    this.intake.state.clear();
  }

  #arrive(place: number, received: number, value: number, gap: boolean): void {
    // adding 0 turns −0 into 0, because JSON has no −0
    this.value[place] = value + 0;
    this.#seen[place] = received;
    const { memberOf, pairsOf, variableOf } = this.#layout;
    for (const variable of memberOf[place] as Int32Array) {
      if (gap) this.#move(variable, Number.NaN);
      this.#touch(variable);
    }
    for (const pair of pairsOf[place] as Int32Array) this.#touch(variableOf[pair] as number);
    this.gap[place] = gap || (this.#hasArrived[place] === 1 && this.gap[place] === 1) ? 1 : 0;
    if (this.#hasArrived[place] === 1) return;
    this.#hasArrived[place] = 1;
    this.arrived[this.arrivedCount++] = place;
  }

  #touch(variable: number): void {
    if (this.#isTouched[variable] === 1) return;
    this.#isTouched[variable] = 1;
    this.touched[this.touchedCount++] = variable;
  }

  #stand(variable: number): void {
    const state = this.#stateOf(variable);
    if (!Object.is(state, this.state[variable])) this.#move(variable, state);
  }

  #move(variable: number, state: number): void {
    if (!Number.isNaN(this.state[variable])) this.#onLeave(variable);
    this.state[variable] = state;
    this.#since[variable] = this.now;
  }

  #stateOf(variable: number): number {
    const members = this.#layout.members[variable] as Int32Array;
    let sum = 0;
    for (const place of members) {
      const value = this.value[place] as number;
      if (Number.isNaN(value)) return Number.NaN;
      sum += this.#layout.variables[variable]?.counted === true ? (value === 1 ? 1 : 0) : value;
    }
    return sum;
  }
}
