import type { Area, Equipment } from '../../core/monitor.ts';
import { plural } from '../../core/plural.ts';

/** Equipment of one kind whose names differ only in a number: `High-lift pump 1` to `4`. */
const numbered = /^(.*\p{L}.*?)\s*#?\d+$/u;
const words = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];
const inWords = (count: number): string => words[count] ?? String(count);

/** Names of equipment by id, for sentences about several of them. */
export class EquipmentNames {
  readonly #byId: ReadonlyMap<string, Equipment>;

  constructor(areas: readonly Pick<Area, 'equipment'>[]) {
    this.#byId = new Map(areas.flatMap(({ equipment }) => equipment.map((one) => [one.id, one] as const)));
  }

  /** `High-lift pump 1`; for several of one kind `all four high-lift pumps`, `two of four high-lift pumps`; else `A, B and C`. */
  of(ids: readonly string[]): string {
    const [first, ...rest] = ids;
    if (first === undefined) return '';
    if (rest.length === 0) return this.#nameOf(first);
    const set = this.#setOf(first);
    const isOneSet = set !== undefined && ids.every((id) => set.members.includes(id));
    if (!isOneSet) return listed(ids.map((id) => this.#nameOf(id)));
    const many = `${inWords(set.members.length)} ${plural(uncapitalised(set.name))}`;
    if (ids.length < set.members.length) return `${inWords(ids.length)} of ${many}`;
    return ids.length === 2 ? `both ${plural(uncapitalised(set.name))}` : `all ${many}`;
  }

  #nameOf(id: string): string {
    return this.#byId.get(id)?.name || id;
  }

  #setOf(id: string): { readonly name: string; readonly members: readonly string[] } | undefined {
    const of = this.#byId.get(id);
    const name = of === undefined ? undefined : numbered.exec(of.name)?.[1];
    if (of === undefined || name === undefined) return undefined;
    const alike = [...this.#byId.values()].filter((one) => one.kind === of.kind && numbered.exec(one.name)?.[1] === name);
    return { name, members: alike.map((one) => one.id) };
  }
}

/** `a`, `a and b`, `a, b and c`. */
export const listed = (names: readonly string[]): string =>
  names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;

/** The name within a sentence; an abbreviation such as `PRV` stays. */
const uncapitalised = (name: string): string =>
  /^\p{Lu}\p{Ll}/u.test(name) ? `${name.slice(0, 1).toLowerCase()}${name.slice(1)}` : name;

export const capitalised = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
