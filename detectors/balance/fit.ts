import type { Tag } from '../../src/core/tag.ts';
import { addRow, noMoments, productOf } from '../../src/streaming/moments.ts';
import type { Rows } from '../../src/streaming/rows.ts';
import { type Described, held, standardised, varying } from './columns.ts';
import { horizons } from './horizons.ts';
import { mayMove } from './roles.ts';
import type { Balance } from './schema.ts';
import { chooseTerms, windowsOf } from './select.ts';
import { type Candidate, settle } from './settle.ts';
import { changePlace, stretchOf, sumPlace, windowMoments } from './windows.ts';

export interface FitOptions {
  /** Most terms of a balance that is found. */
  readonly terms: number;
  /** Share of a level's changes that its terms must explain. */
  readonly explained: number;
  readonly folds: number;
  /** Rows that the whole calibration holds, of which these may be a part. */
  readonly wholeRows: number;
}

/** A level whose balance is asked for, as a column of the rows, and its flows where they are stated. */
export interface Asked {
  readonly level: number;
  readonly flows?: readonly number[] | undefined;
}

/** Windows that do not overlap and must fit into the rows for a balance over so long to be learned: ten for each term. */
const separateWindows = 60;
/** What goes with a level as closely as this is a copy of it, and no flow. */
const copied = 0.95;
/** What explains less than this share of what it must, where gaps are filled in, is not looked at closer. */
const promising = 0.5;

/** Learns the balances of a group's levels from normal running; none where the flows do not explain them. */
export function fitBalances(rows: Rows, tags: readonly Tag[], asked: readonly Asked[], options: FitOptions): Balance[] {
  const lengths = horizons.filter((length) => options.wholeRows >= separateWindows * length);
  const raw = rows.stretches();
  const columns = varying(raw, tags.length);
  if (lengths.length === 0 || columns.length < 2) return [];
  const standard = raw.map((stretch) => standardised(stretch, columns));
  const find = searching(standard, columns, tags, lengths, options);
  const indexOf = (column: number): number => columns.findIndex((described) => described.column === column);
  return asked.flatMap(({ level: column, flows }) => {
    const level = indexOf(column);
    if (level < 0) return [];
    const terms = flows?.map(indexOf).filter((index) => index >= 0);
    const candidates = terms === undefined ? find(level) : lengths.map((length) => ({ terms, length }));
    const bar = terms === undefined ? options.explained : Number.NEGATIVE_INFINITY;
    return settle(standard, columns, tags, { level, candidates, lengths, bar, folds: options.folds }) ?? [];
  });
}

/** Gives what may be the terms of a level: one choice for each length of windows that promises something. */
function searching(
  standard: readonly (readonly Float64Array[])[],
  columns: readonly Described[],
  tags: readonly Tag[],
  lengths: readonly number[],
  { terms: most, explained: bar, folds }: FitOptions,
): (level: number) => Candidate[] {
  const filled = standard.map((stretch) => stretchOf(held(stretch)));
  const windows = lengths.map((length) => windowsOf(length, windowMoments(filled, columns.length, length, folds)));
  const values = noMoments(columns.length);
  for (const { rows } of filled) for (const row of rows) addRow(values, row);
  const likeness = (i: number, j: number): number =>
    productOf(values, i, j) / Math.sqrt(productOf(values, i, i) * productOf(values, j, j));
  const own = columns.map(({ column }) => tags[column] as Tag);
  return (level) => {
    const places = own.flatMap((tag, i) =>
      i !== level && mayMove(tag, own[level] as Tag) && Math.abs(likeness(i, level)) < copied ? [sumPlace(i)] : [],
    );
    return windows.flatMap((one) => {
      const { terms, explained } = chooseTerms(one, changePlace(level, columns.length), places, most);
      return terms.length === 0 || explained < promising * bar
        ? []
        : [{ terms: terms.map((place) => place - sumPlace(0)), length: one.length }];
    });
  };
}
