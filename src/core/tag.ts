/** Behaviour of a tag's values; decides which detectors apply. */
export type TagKind = 'analog' | 'discrete' | 'counter' | 'text';

/** Function of a tag in its control loop. */
export type TagRole = 'measurement' | 'setpoint' | 'command' | 'status' | 'parameter';

/** Alarm limits in the tag's engineering unit. */
export interface TagLimits {
  readonly highHigh?: number | undefined;
  readonly high?: number | undefined;
  readonly low?: number | undefined;
  readonly lowLow?: number | undefined;
  /** With a response text, what is beyond a limit is an alarm of this priority; without, it is an anomaly. */
  readonly priority?: 1 | 2 | 3 | undefined;
  /** First action of the operator. */
  readonly response?: string | undefined;
}

/** The modes of the equipment that a tag belongs to: in each of them it is normal in another way. */
export interface TagModes {
  /** Name of the tag whose value is the mode. */
  readonly tag: string;
  /** Name of the mode by value of that tag; with any other value nothing is learned or judged, unless `otherwise` names it. */
  readonly of: Readonly<Record<string, string>>;
  /** Name of the mode for any other value, if a measurement (at rest or not) gives the mode. */
  readonly otherwise?: string | undefined;
  /** Values up to this one count as 0, for a measurement that gives the mode and never reads exactly 0 at rest. */
  readonly floor?: number | undefined;
  /** After a change of mode nothing is learned or judged for so long, ms. */
  readonly settleMs: number;
}

/** One measured or commanded point. */
export interface Tag {
  /** Unique in the site, e.g. `CW.LT01`. */
  readonly name: string;
  /** Plain words, e.g. "Clearwell level 1". */
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
  /** Figures after the decimal point on displays. */
  readonly decimals: number;
  /** Names of a discrete tag's states by value, e.g. `{ 0: 'stopped', 1: 'running' }`. */
  readonly states?: Readonly<Record<string, string>> | undefined;
  /** Set where each mode has a baseline of its own. */
  readonly modes?: TagModes | undefined;
  /** Values of a discrete tag at which its equipment rests; the duration of such a state is not judged. */
  readonly restsAt?: readonly number[] | undefined;
  /** Period at which the tag is read, ms. */
  readonly scanMs: number;
  /** Address in the device, checked by the schema of its collector. */
  readonly address: unknown;
}

/** The tags of a site. A tag's index in it is what batches carry: it is valid for one run, stores key by name. */
export class TagTable {
  readonly tags: readonly Tag[];
  /** Made when they are first needed: not every thread asks by name or by device. */
  #byName: ReadonlyMap<string, number> | undefined;
  #byDevice: ReadonlyMap<string, readonly number[]> | undefined;

  constructor(tags: readonly Tag[]) {
    this.tags = tags;
  }

  get size(): number {
    return this.tags.length;
  }

  /** The tag's index, or undefined if the site has no such tag. */
  indexOf(name: string): number | undefined {
    this.#byName ??= indexByName(this.tags);
    return this.#byName.get(name);
  }

  /** The tag at an index that came from this table. */
  at(index: number): Tag {
    const tag = this.tags[index];
    if (tag === undefined) throw new RangeError(`tag index ${index} is not in a table of ${this.tags.length}`);
    return tag;
  }

  /** Indices of the tags that one device serves, in table order. */
  ofDevice(device: string): readonly number[] {
    this.#byDevice ??= Map.groupBy(this.tags.keys(), (index) => this.at(index).device);
    return this.#byDevice.get(device) ?? [];
  }
}

function indexByName(tags: readonly Tag[]): ReadonlyMap<string, number> {
  const byName = new Map<string, number>();
  tags.forEach(({ name }, index) => byName.set(name, index));
  return byName;
}
