import type { Quadratic } from './gaussian.ts';

/** Additional knowledge of an attacker: the tags that are states, and the flow that stops with each of them. */
export interface PlantKnowledge {
  readonly states: readonly number[];
  /** The flow of each state's pump or valve, by the state's column. */
  readonly flowOf: ReadonlyMap<number, number>;
}

/** Reads it off the names and values of BATADAL: S_PU1 is 0 or 1, and F_PU1 is its flow. */
export function plantKnowledge(columns: readonly string[]): PlantKnowledge {
  const states = columns.flatMap((name, column) => (name.startsWith('S_') ? [column] : []));
  const flows = states.map((column) => [column, columns.indexOf((columns[column] as string).replace('S_', 'F_'))] as const);
  return { states, flowOf: new Map(flows.filter(([, flow]) => flow >= 0)) };
}

/** Falsified tags as entries of a quadratic form: which of them are states, and in what units values stand. */
export interface Entries {
  readonly tags: readonly number[];
  readonly z: (value: number, tag: number) => number;
  readonly value: (z: number, tag: number) => number;
}

/** Sweeps over all states; each flips what lowers the form. */
const mostSweeps = 3;

/**
 * Minimises x'Gx + 2h'x with states 0 or 1 and zero flow of stopped equipment: rounds the states of the free minimum, then flips
 * single states as long as that helps.
 */
export function minimiseWithStates(form: Quadratic, h: Float64Array, entries: Entries, plant: PlantKnowledge): Float64Array {
  const { tags, z, value } = entries;
  const place = new Map(tags.map((tag, index) => [tag, index]));
  const states = tags.flatMap((tag, index) => (plant.states.includes(tag) ? [index] : []));
  const free = new Float64Array(tags.length);
  form.minimise(free, h, new Uint8Array(tags.length));
  if (states.length === 0) return free;
  const chosen = new Map(states.map((index) => [index, value(free[index] as number, tags[index] as number) >= 0.5 ? 1 : 0]));
  const solve = (): { readonly x: Float64Array; readonly cost: number } => {
    const x = free.slice();
    const pinned = new Uint8Array(tags.length);
    for (const [index, state] of chosen) {
      const tag = tags[index] as number;
      x[index] = z(state, tag);
      pinned[index] = 1;
      const flow = place.get(plant.flowOf.get(tag) ?? -1);
      if (state === 1 || flow === undefined) continue;
      x[flow] = z(0, tags[flow] as number);
      pinned[flow] = 1;
    }
    return { x, cost: form.minimise(x, h, pinned) };
  };
  let best = solve();
  for (let sweep = 0, better = true; better && sweep < mostSweeps; sweep++) {
    better = false;
    for (const index of states) {
      const was = chosen.get(index) ?? 0;
      chosen.set(index, 1 - was);
      const tried = solve();
      if (tried.cost < best.cost - 1e-9) {
        best = tried;
        better = true;
      } else chosen.set(index, was);
    }
  }
  return best.x;
}
