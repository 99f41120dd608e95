import type { TagTable } from '../../src/core/tag.ts';

/** Name of the monitor as a client of a device. */
export const ownClient = 'the monitor';

/** A value that the monitor reads over two connections: a tag, and a tag of another device whose readings are compared with it. */
interface Pair {
  /** Channel of the device of `source`. */
  readonly channel: number;
  readonly tag: number;
  readonly source: number;
  /** True after a poll of the tag, until a reading of the source was compared. One torn poll would otherwise meet several readings. */
  isDue: boolean;
}

/** Values that the monitor reads over two connections, such as a register of a controller and the server above it. */
export class OwnReadings {
  readonly #pairs: readonly Pair[];
  readonly #bySource: ReadonlyMap<number, readonly Pair[]>;
  readonly #byTag: ReadonlyMap<number, readonly Pair[]>;

  constructor(tags: TagTable, judged: ReadonlySet<number>, channelOf: ReadonlyMap<string, number>) {
    this.#pairs = [...judged].flatMap((tag) =>
      (tags.at(tag).sameAs ?? []).flatMap((name): Pair[] => {
        const source = tags.indexOf(name);
        if (source === undefined || !judged.has(source)) return [];
        const channel = channelOf.get(tags.at(source).device);
        const isComparable = (['kind', 'unit'] as const).every((key) => tags.at(source)[key] === tags.at(tag)[key]);
        return channel === undefined || !isComparable ? [] : [{ channel, tag, source, isDue: true }];
      }),
    );
    this.#bySource = Map.groupBy(this.#pairs, ({ source }) => source);
    this.#byTag = Map.groupBy(this.#pairs, ({ tag }) => tag);
  }

  /** Tags with which readings are compared. */
  get tags(): readonly number[] {
    return [...this.#byTag.keys()];
  }

  /** A poll of a tag: its next other reading counts. */
  poll(tag: number): void {
    for (const pair of this.#byTag.get(tag) ?? []) pair.isDue = true;
  }

  /** The tags with which a sample of a tag is to be compared, and their channel. */
  read(source: number): readonly Pick<Pair, 'channel' | 'tag'>[] {
    const due = (this.#bySource.get(source) ?? []).filter(({ isDue }) => isDue);
    for (const pair of due) pair.isDue = false;
    return due;
  }

  save(): readonly boolean[] {
    return this.#pairs.map(({ isDue }) => isDue);
  }

  /** @param saved absent in snapshots of earlier versions */
  load(saved: unknown): void {
    const due: readonly unknown[] = Array.isArray(saved) ? saved : [];
    this.#pairs.forEach((pair, i) => (pair.isDue = due[i] !== false));
  }
}
