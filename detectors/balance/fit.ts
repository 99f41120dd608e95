import type { Tag } from '../../src/core/tag.ts';
import { addRow, noMoments, productOf } from '../../src/detector-kit/moments.ts';
import type { Rows } from '../../src/detector-kit/rows.ts';
import { type Described, held, standardised, varying } from './columns.ts';
import { horizons } from './horizons.ts';
import { isFlow, mayMove } from './roles.ts';
import type { Balance } from './schema.ts';
import { type Choice, chooseTerms, windowsOf } from './select.ts';
import { chooseShared, type SharedChoice } from './shared-gain.ts';
import { type Candidate, settle } from './settle.ts';
import { changePlace, stretchOf, sumPlace, windowMoments, withFlows } from './windows.ts';

export interface FitOptions {
  /** Maximum number of terms of a learned balance. */
  readonly terms: number;
  /** Share of a level's changes that its terms must explain. */
  readonly explained: number;
  readonly folds: number;
  /** Number of rows of the whole calibration; the given rows may be a part of them. */
  readonly wholeRows: number;
  /** Rows of the group in each mean. */
  readonly meanOf: number;
  /** Balances learned elsewhere: their terms are tried too. */
  readonly known: readonly Balance[];
  /** Name of a flow by the name of its column in one mode, see `ModeFlows`. */
  readonly flowOf: ReadonlyMap<string, string>;
}

/** A level that needs a balance, as a column of the rows, and its configured flows if there are any. */
export interface WantedBalance {
  readonly level: number;
  readonly flows?: readonly number[] | undefined;
}

/** Minimum number of non-overlapping windows for learning a balance in windows of that length: ten for each term. */
const learnedWindows = 60;
/** Minimum number for judging a known balance over that length: later windows rarely exceed the largest of ten by much. */
const judgedWindows = 10;
/** A flow whose deviation in a mode is below this share of its whole deviation is the noise of a closed valve. */
const flowing = 0.1;
/** Correlation from which a column is a copy of the level, not a flow. */
const copied = 0.95;
/** Candidates that explain less than this share of the required part, with filled gaps, are not examined further. */
const promising = 0.5;

/** Learns the balances of a group's levels from normal operation; none if the flows do not explain them. */
export function fitBalances(rows: Rows, tags: readonly Tag[], wanted: readonly WantedBalance[], options: FitOptions): Balance[] {
  const fitting = (windows: number): readonly number[] => horizons.filter((length) => options.wholeRows >= windows * length);
  const lengths = fitting(learnedWindows);
  const raw = options.meanOf === 1 ? rows.stretches().map(withFlows) : rows.stretches();
  const columns = varying(raw, tags.length);
  if (lengths.length === 0 || columns.length < 2) return [];
  const standard = raw.map((stretch) => standardised(stretch, columns));
  const find = searching(standard, columns, tags, lengths, options);
  const indexOf = (column: number): number => columns.findIndex((described) => described.column === column);
  const placeOf = (name: string): number => tags.findIndex((tag) => tag.name === name);
  return wanted.flatMap(({ level: column, flows }) => {
    const level = indexOf(column);
    if (level < 0) return [];
    const terms = flows?.map(indexOf).filter((index) => index >= 0);
    const { name } = tags[column] as Tag;
    const known = options.known.find((balance) => balance.level === name)?.terms ?? [];
    const tryAll = (some: readonly number[], signs?: readonly number[]): Candidate[] =>
      some.includes(-1) ? [] : lengths.map((length) => ({ terms: some, length, signs }));
    const before = known.map(({ tag }) => indexOf(placeOf(tag)));
    const units = new Set(known.map(({ tag }) => tags[placeOf(tag)]?.unit));
    const signed =
      units.size === 1
        ? tryAll(
            before,
            known.map(({ gain }) => Math.sign(gain)),
          )
        : [];
    const candidates = terms === undefined ? [...find(level), ...tryAll(before), ...signed] : tryAll(terms);
    const bar = terms === undefined ? options.explained : Number.NEGATIVE_INFINITY;
    const { folds, meanOf } = options;
    return settle(standard, columns, tags, { level, candidates, meanOf, lengths: fitting(judgedWindows), bar, folds }) ?? [];
  });
}

/** Terms by one of the searches. */
interface Found extends Choice, Partial<SharedChoice> {
  readonly terms: readonly number[];
  readonly explained: number;
  readonly isNear?: boolean;
}

/** Yields candidate terms of a level: one choice for each promising window length. */
function searching(
  standard: readonly (readonly Float64Array[])[],
  columns: readonly Described[],
  tags: readonly Tag[],
  lengths: readonly number[],
  { terms: most, explained: bar, folds, flowOf }: FitOptions,
): (level: number) => Candidate[] {
  const width = columns.length;
  const filled = standard.map((stretch) => {
    const rows = held(stretch);
    return stretchOf(
      rows.map((row) => row.subarray(0, width)),
      rows.map((row) => row.subarray(width)),
    );
  });
  const windows = lengths.map((length) => windowsOf(length, windowMoments(filled, width, length, folds)));
  const values = noMoments(width);
  for (const { rows } of filled) for (const row of rows) addRow(values, row);
  const likeness = (i: number, j: number): number =>
    productOf(values, i, j) / Math.sqrt(productOf(values, i, i) * productOf(values, j, j));
  const own = columns.map(({ column }) => tags[column] as Tag);
  const offered = offeredColumns(columns, own, flowOf);
  return (level) => {
    const fit = own.flatMap((tag, i) => (i !== level && offered.has(i) && mayMove(tag, own[level] as Tag) ? [i] : []));
    const may = fit.filter((i) => Math.abs(likeness(i, level)) < copied);
    const flows = may.filter((i) => isFlow(own[i] as Tag));
    // a flow that a controller sets by the level is like it, and no copy: its unit shows what it is
    const metered = fit.filter((i) => isFlow(own[i] as Tag));
    return windows.flatMap((one) => {
      const choose = (some: readonly number[]): Choice => chooseTerms(one, changePlace(level, width), some.map(sumPlace), most);
      // speeds, valves and qualities correlate with flows, but not on every day: they are tried if no flow explains enough
      const byFlows = choose(flows);
      const free = byFlows.explained >= bar ? byFlows : choose(may);
      const byUnit = Map.groupBy(metered, (i) => (own[i] as Tag).unit);
      const shared = [...byUnit].map(([, some]) =>
        chooseShared(
          one,
          changePlace(level, width),
          some.map((i) => ({ place: sumPlace(i), name: (own[i] as Tag).name, deviation: (columns[i] as Described).deviation })),
          most,
        ),
      );
      // forward selection without signs may stop too early: the terms that it finds with one effect are also tried with their own
      const near = shared.map((choice) => ({ ...choice, isNear: true }));
      return [free, ...near, ...shared].flatMap(({ terms, explained, signs, isNear }: Found) =>
        terms.length === 0 || explained < promising * bar
          ? []
          : [{ terms: terms.map((place) => place - sumPlace(0)), length: one.length, signs, isNear }],
      );
    });
  };
}

/** Columns that may be terms: flows by mode instead of flows as a whole, where the equipment has modes. */
function offeredColumns(
  columns: readonly Described[],
  tags: readonly Tag[],
  flowOf: ReadonlyMap<string, string>,
): ReadonlySet<number> {
  const deviationOf = new Map(tags.map(({ name }, i) => [name, (columns[i] as Described).deviation]));
  const divided = new Set<string>();
  const isNoise = ({ name }: Tag, i: number): boolean => {
    const whole = deviationOf.get(flowOf.get(name) ?? '');
    return whole !== undefined && (columns[i] as Described).deviation < flowing * whole;
  };
  tags.forEach((tag, i) => {
    const flow = flowOf.get(tag.name);
    if (flow !== undefined && !isNoise(tag, i)) divided.add(flow);
  });
  return new Set(tags.flatMap((tag, i) => (divided.has(tag.name) || isNoise(tag, i) ? [] : [i])));
}
