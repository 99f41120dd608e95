/** Behaviour of a tag's values; decides which detectors apply. */
export type TagKind = 'analog' | 'discrete' | 'counter' | 'text';

/**
 * Function of a tag in its control loop. A `record` is what a device keeps of a past event, such as the current at the last trip of a
 * relay: it is stored and shown, and nothing learned judges it.
 */
export type TagRole = 'measurement' | 'setpoint' | 'command' | 'status' | 'parameter' | 'record';

/** Alarm limits in the tag's engineering unit. */
export interface TagLimits {
  readonly highHigh?: number | undefined;
  readonly high?: number | undefined;
  readonly low?: number | undefined;
  readonly lowLow?: number | undefined;
  /** If there is a response text, a value beyond a limit is an alarm of this priority; otherwise it is an anomaly. */
  readonly priority?: 1 | 2 | 3 | undefined;
  /** First action of the operator. */
  readonly response?: string | undefined;
}

/** Operating modes of the equipment of a tag. The tag has a separate normal range in each mode. */
export interface TagModes {
  /** Name of the tag whose value determines the mode. */
  readonly tag: string;
  /** Name of the mode by value of that tag. With any other value, nothing is learned or judged unless `otherwise` is set. */
  readonly of: Readonly<Record<string, string>>;
  /** Name of the mode for all other values, if a measurement determines the mode. */
  readonly otherwise?: string | undefined;
  /** Values up to this one count as 0, for a measurement that is never exactly 0 at rest. */
  readonly floor?: number | undefined;
  /** Time after a change of mode in which nothing is learned or judged, ms. */
  readonly settleMs: number;
}

/** A measured or commanded point. */
export interface Tag {
  /** Unique in the site, e.g. `CW.LT01`. */
  readonly name: string;
  /** Description, e.g. "Clearwell level 1". */
  readonly description: string;
  /** At most 9 characters, for indicators. */
  readonly short: string;
  readonly area: string;
  readonly equipment: string;
  readonly device: string;
  readonly kind: TagKind;
  readonly role: TagRole;
  /** Engineering unit, e.g. `m³/h`; empty for states. */
  readonly unit: string;
  /** Engineering range in `unit`. */
  readonly range?: { readonly low: number; readonly high: number } | undefined;
  readonly limits?: TagLimits | undefined;
  /** Decimals on displays. */
  readonly decimals: number;
  /** Names of a discrete tag's states by value, e.g. `{ 0: 'stopped', 1: 'running' }`. */
  readonly states?: Readonly<Record<string, string>> | undefined;
  /** Set if each mode has its own baseline. */
  readonly modes?: TagModes | undefined;
  /** Values of a discrete tag at which its equipment rests. The duration of these states is not judged. */
  readonly restsAt?: readonly number[] | undefined;
  /** Period at which the tag is read, ms. */
  readonly scanMs: number;
  /** Address in the device, validated by the schema of its collector. */
  readonly address: unknown;
  /** Further addresses of the value. They are not read; recorded writes to them are writes to the tag. */
  readonly aliases?: readonly TagAlias[] | undefined;
  /** Names of tags of other devices that read the same value: their address is one of the aliases. */
  readonly sameAs?: readonly string[] | undefined;
}

/** A second address of a tag: that of a value in its controller which is read from a server above it. */
export interface TagAlias {
  readonly device: string;
  /** Validated like the address of a tag. */
  readonly address: unknown;
}

/** The tags of a site. Batches refer to a tag by its index in this table. Indices are valid for one run; stores use names. */
export class TagTable {
  readonly tags: readonly Tag[];
  /** Created on first use: not every thread looks up names or devices. */
  #byName: ReadonlyMap<string, number> | undefined;
  #byDevice: ReadonlyMap<string, readonly number[]> | undefined;

  constructor(tags: readonly Tag[]) {
    this.tags = tags;
  }

  get size(): number {
    return this.tags.length;
  }

  /** Index of a tag; undefined if the site has no such tag. */
  indexOf(name: string): number | undefined {
    this.#byName ??= indexByName(this.tags);
    return this.#byName.get(name);
  }

  /** The tag at an index of this table. */
  at(index: number): Tag {
    const tag = this.tags[index];
    if (tag === undefined) throw new RangeError(`tag index ${index} is not in a table of ${this.tags.length}`);
    return tag;
  }

  /** Indices of the tags of one device, in table order. */
  ofDevice(device: string): readonly number[] {
    this.#byDevice ??= Map.groupBy(this.tags.keys(), (index) => this.at(index).device);
    return this.#byDevice.get(device) ?? [];
  }
}

/** The addresses of a device's tags by their index in the table, with the aliases of the tags of other devices. */
export const addressesOn = (tags: TagTable, device: string): (readonly [tag: number, address: unknown])[] =>
  tags.tags.flatMap((tag, index) =>
    [tag, ...(tag.aliases ?? [])].flatMap((place) => (place.device === device ? [[index, place.address] as const] : [])),
  );

function indexByName(tags: readonly Tag[]): ReadonlyMap<string, number> {
  const byName = new Map<string, number>();
  tags.forEach(({ name }, index) => byName.set(name, index));
  return byName;
}
