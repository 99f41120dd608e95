import type { Contribution } from '../../src/core/finding.ts';
import { type Tag, TagTable } from '../../src/core/tag.ts';
import { inMode, modeAt, planModes } from '../../src/detector-kit/modes.ts';
import { isFlow } from './roles.ts';

/** A column that contains a flow while its equipment is in one mode, and 0 otherwise. */
interface ModeColumn {
  readonly flow: number;
  /** Column of the tag that defines the mode. */
  readonly modeTag: number;
  readonly source: number;
  readonly mode: number;
}

/**
 * The columns of a group, followed by its flows in each mode of their equipment. The flow of a filter reaches the clearwell while the
 * filter filters, and the drain while it is rinsed: the flow as a whole would be a false term in both.
 */
export class ModeFlows {
  /** The group's tags, then the flows by mode. */
  readonly tags: readonly Tag[];
  readonly #columns: readonly ModeColumn[];
  readonly #plan: ReturnType<typeof planModes>;
  /** Name of the flow by the name of its column in one mode. */
  readonly flowOf: ReadonlyMap<string, string>;

  /** @param tags the group's tags, in its order */
  constructor(tags: readonly Tag[]) {
    const table = new TagTable(tags);
    const flows = tags.flatMap((tag, index) => (isFlow(tag) ? [index] : []));
    this.#plan = planModes(table, flows);
    const { sources, sourceOf, names } = this.#plan;
    const byMode = flows.flatMap((flow) => {
      const source = sourceOf[flow] as number;
      if (source < 0) return [];
      return (names[flow] ?? []).map((name, mode) => ({ flow, modeTag: sources[source] as number, source, mode, name }));
    });
    this.#columns = byMode;
    const added = byMode.map(({ flow, name }) => {
      const tag = tags[flow] as Tag;
      return { tag, column: { ...inMode(tag, name), name: `${tag.name}/${name}` } };
    });
    this.flowOf = new Map(added.map(({ tag, column }) => [column.name, tag.name]));
    this.tags = [...tags, ...added.map(({ column }) => column)];
  }

  /** Column of the group's tag that a column is read from. */
  tagColumn(column: number): number {
    return this.#columns[column - (this.tags.length - this.#columns.length)]?.flow ?? column;
  }

  /** A row of the group's tags with the flows by mode; NaN where the flow or the mode is unknown. */
  extend(row: Float64Array): Float64Array {
    if (this.#columns.length === 0) return row;
    const all = new Float64Array(row.length + this.#columns.length);
    all.set(row);
    this.#columns.forEach(({ flow, modeTag, source, mode }, i) => {
      const present = row[modeTag] as number;
      const isIn = modeAt(this.#plan, source, present) === mode;
      all[row.length + i] = Number.isNaN(present) ? Number.NaN : isIn ? (row[flow] as number) : 0;
    });
    return all;
  }

  /** Contributions by tag: those of one flow in several modes are one. */
  byTag(contributions: readonly Contribution[]): Contribution[] {
    const byTag = Map.groupBy(contributions, ({ tag }) => this.flowOf.get(tag) ?? tag);
    return [...byTag].map(([tag, [first, ...others]]) => {
      const share = others.reduce((sum, other) => sum + other.share, first?.share ?? 0);
      return { ...(first as Contribution), tag, share };
    });
  }
}
