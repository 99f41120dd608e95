import type { Json } from '../../src/core/detector.ts';
import type { Tag } from '../../src/core/tag.ts';
import { isRecord, mismatch } from '../../src/detector-kit/columns.ts';
import { Edges, highSide, lowSide } from './edges.ts';
import type { Layout } from './watch.ts';

/** Maximum number of states of one variable; a variable with more does not describe drives, and is dropped. */
const mostStates = 16;

export interface Choice {
  readonly minVisits: number;
  /** Share of the whole range. */
  readonly narrower: number;
  readonly mostPairs: number;
}

/** The range of a place's value in any state. */
export interface WholeRange {
  low(place: number): number;
  high(place: number): number;
}

/** Learned ranges of every variable in every state. */
export class Learned {
  readonly #layout: Layout;
  readonly #states: Edges[][];
  readonly #tooMany: Uint8Array;
  readonly #unmoved: Uint8Array;
  /** By variable, one step of each companion. */
  readonly #resolutions: readonly Float64Array[];

  constructor(layout: Layout, resolution: number) {
    this.#layout = layout;
    this.#states = layout.variables.map(() => []);
    this.#tooMany = new Uint8Array(layout.variables.length);
    this.#unmoved = new Uint8Array(layout.variables.length);
    this.#resolutions = layout.variables.map(({ companions }) =>
      Float64Array.from(companions, (tag) => stepOf(layout.tags.at(tag), resolution)),
    );
  }

  clear(): void {
    for (const states of this.#states) states.length = 0;
    this.#tooMany.fill(0);
    this.#unmoved.fill(0);
  }

  find(variable: number, state: number): Edges | undefined {
    for (const edges of this.#states[variable] as Edges[]) if (edges.state === state) return edges;
    return undefined;
  }

  /** As `find`, after adding a new state; undefined when there are too many. */
  meet(variable: number, state: number): Edges | undefined {
    const known = this.find(variable, state);
    const states = this.#states[variable] as Edges[];
    if (known !== undefined || this.#tooMany[variable] === 1) return known;
    if (states.length === mostStates) {
      states.length = 0;
      this.#tooMany[variable] = 1;
      return undefined;
    }
    const edges = new Edges(state, this.#resolutions[variable] as Float64Array);
    states.push(edges);
    return edges;
  }

  statesOf(variable: number): readonly Edges[] {
    return this.#states[variable] as Edges[];
  }

  /** True if a value is judged in some state of the variable. */
  judges(variable: number): boolean {
    for (const { judged } of this.#states[variable] as Edges[]) if (judged.length > 0) return true;
    return false;
  }

  /**
   * True if the last calibration has seen only one state for long enough to learn its values. Not part of the baseline: only a
   * calibration asks.
   */
  isUnmoved(variable: number): boolean {
    return this.#unmoved[variable] === 1;
  }

  /** Keeps the pairs that can have the largest surprise in the state before the value leaves its whole range. */
  choose(whole: WholeRange, { minVisits, narrower, mostPairs }: Choice): void {
    this.#states.forEach((states, variable) => {
      const visited = states.filter(({ visits }) => visits.some((count) => count > 0));
      this.#unmoved[variable] = visited.length === 1 ? 1 : 0;
      const companions = this.#layout.variables[variable]?.companions ?? [];
      const pairs = states.flatMap((edges) =>
        companions.map((tag, companion) => {
          const place = this.#layout.placeOf[tag] as number;
          const span = whole.high(place) - whole.low(place);
          const enough = (edges.visits[companion] as number) >= minVisits;
          const below = enough && edges.low(companion) - whole.low(place) > narrower * span;
          const above = enough && whole.high(place) - edges.high(companion) > narrower * span;
          const information = Math.max(
            below ? edges.below(companion, whole.low(place)) : 0,
            above ? edges.above(companion, whole.high(place)) : 0,
          );
          return { edges, companion, sides: (below ? lowSide : 0) + (above ? highSide : 0), information };
        }),
      );
      pairs.sort((a, b) => b.information - a.information);
      pairs.forEach(({ edges, companion, sides }, rank) => edges.judge(companion, rank < mostPairs ? sides : 0));
    });
  }

  toJson(variable: number): Json {
    if (this.#tooMany[variable] === 1) return 'too many states';
    const companions = this.#layout.variables[variable]?.companions ?? [];
    return (this.#states[variable] as Edges[]).map((edges) => ({
      state: edges.state,
      values: Object.fromEntries(
        companions.flatMap((tag, i) =>
          (edges.visits[i] as number) > 0 ? [[this.#layout.tags.at(tag).name, edges.toJson(i)]] : [],
        ),
      ),
    }));
  }

  /** @throws ScadaError BASELINE_MISMATCH */
  fromJson(variable: number, entry: unknown): void {
    (this.#states[variable] as Edges[]).length = 0;
    this.#tooMany[variable] = entry === 'too many states' ? 1 : 0;
    if (this.#tooMany[variable] === 1) return;
    if (!Array.isArray(entry)) throw mismatch('a variable has no states');
    const companions = this.#layout.variables[variable]?.companions ?? [];
    for (const one of entry as readonly unknown[]) {
      const { state, values } = isRecord(one) ? one : {};
      const edges = typeof state === 'number' ? this.meet(variable, state) : undefined;
      if (edges === undefined || !isRecord(values)) throw mismatch('a state lacks its value or its companions');
      for (const [name, saved] of Object.entries(values)) {
        const companion = companions.indexOf(this.#layout.tags.indexOf(name) ?? -1);
        if (companion < 0) throw mismatch(`tag ${name} is not a companion any more`);
        edges.fromJson(companion, saved);
      }
    }
  }
}

/** One step of a value: a share of its engineering range, at least its last displayed decimal. */
function stepOf({ range, decimals }: Tag, resolution: number): number {
  const figure = 10 ** -decimals;
  return range === undefined ? figure : Math.max(figure, resolution * (range.high - range.low));
}
