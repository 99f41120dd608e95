/** A figure that must not become worse. */
export interface GateScenario {
  /** Permanent: a scenario that changes its meaning gets another id. */
  readonly id: string;
  /** The bench whose table has it, and in which row. */
  readonly bench: string;
  readonly row: string;
  readonly better: 'higher' | 'lower';
  /** By how much it may be worse than the stored one, in the row's unit; infinite for a figure that says more of the machine than of us. */
  readonly tolerance: number;
  /** Figure that counts as good. A scenario below it is reported as missed and fails nothing. */
  readonly bar?: number;
  /** Type of the plant whose row it is, in a bench with `--plant`. */
  readonly plant?: string;
}

export const higher = (id: string, bench: string, row: string, tolerance: number, bar?: number): GateScenario => ({
  id,
  bench,
  row,
  better: 'higher',
  tolerance,
  ...(bar === undefined ? {} : { bar }),
});

export const lower = (id: string, bench: string, row: string, tolerance: number, bar?: number): GateScenario => ({
  ...higher(id, bench, row, tolerance, bar),
  better: 'lower',
});
