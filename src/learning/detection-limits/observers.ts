import type { DetectorGroup, DetectorPlugin } from '../../core/detector.ts';
import type { Finding } from '../../core/finding.ts';
import type { TagTable } from '../../core/tag.ts';
import type { EngineDetector, Thresholds } from '../../detection/engine/index.ts';

/** Detectors with thresholds, tags and groups. */
interface Observing {
  readonly detectors: readonly EngineDetector[];
  readonly thresholds: Thresholds;
  readonly tags: TagTable;
  readonly groups: readonly DetectorGroup[];
}

/** The tags that the watched channels of some detectors read: a fault in one of them can begin a finding of the channel. */
export class Observers {
  /** By channel. */
  readonly #reads = new Map<string, readonly number[]>();
  /** By tag: all tags that a channel reads together with it. */
  readonly #related = new Map<number, Set<number>>();

  constructor(observing: Observing) {
    const { detectors, thresholds } = observing;
    for (const place of detectors)
      for (const { key, tags } of place.detector.channels) {
        if (place.plugin.threshold === 'statistical' && thresholds[place.name]?.[key] === undefined) continue;
        const read = tagsReadFor(place.plugin, tags, observing.tags, observing.groups);
        this.#reads.set(this.idOf({ detector: place.name, channel: key }), read);
        for (const tag of read) {
          const related = this.#related.get(tag) ?? new Set();
          this.#related.set(tag, related);
          for (const other of read) related.add(other);
        }
      }
  }

  idOf({ detector, channel }: Pick<Finding, 'detector' | 'channel'>): string {
    return `${detector}\n${channel}`;
  }

  /** True if some channel reads the tag. */
  has(tag: number): boolean {
    return this.#related.has(tag);
  }

  readBy(channel: string): readonly number[] {
    return this.#reads.get(channel) ?? [];
  }

  /** Tags that some channel reads together with a tag, and the tag itself. */
  related(tag: number): Iterable<number> {
    return this.#related.get(tag) ?? [tag];
  }

  /**
   * Divides tags into as few lots as a greedy search finds, so that no channel reads two tags of one lot. Faults in the tags of a
   * lot can be tried in one run.
   */
  lotsOf(tags: readonly number[]): number[][] {
    const lots: { readonly tags: number[]; readonly members: Set<number> }[] = [];
    const relations = (tag: number): number => this.#related.get(tag)?.size ?? 0;
    // tags with most relations first: the largest group determines the number of lots
    for (const tag of tags.toSorted((a, b) => relations(b) - relations(a) || a - b)) {
      let lot = lots.find(({ members }) => ![...this.related(tag)].some((other) => members.has(other)));
      if (lot === undefined) lots.push((lot = { tags: [], members: new Set() }));
      lot.tags.push(tag);
      lot.members.add(tag);
    }
    return lots.map((lot) => lot.tags);
  }
}

/** Tags that a channel reads: its own, those of their groups, and those that define their operating modes. */
export function tagsReadFor(
  { input }: Pick<DetectorPlugin, 'input'>,
  own: readonly number[],
  tags: TagTable,
  groups: readonly DetectorGroup[],
): readonly number[] {
  const read = new Set(own);
  if (input === 'vector')
    for (const group of groups) if (own.every((tag) => group.tags.includes(tag))) for (const tag of group.tags) read.add(tag);
  for (const tag of read) {
    const { modes } = tags.at(tag);
    const source = modes === undefined ? undefined : tags.indexOf(modes.tag);
    if (source !== undefined) read.add(source);
  }
  return [...read];
}
