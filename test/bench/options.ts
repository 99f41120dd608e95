import { parseArgs } from 'node:util';
import { duration } from '../../src/config/duration.ts';

/** Options of `npm run bench`. */
export interface BenchOptions {
  /** A small part of the benches that take minutes. */
  readonly quick: boolean;
  /** Days to learn, in `everyday`; absent for those of the gates. */
  readonly days?: readonly number[] | undefined;
  /** One of several equal parts of the cases of `everyday`, for processes that run side by side; absent for all cases. */
  readonly part?: { readonly number: number; readonly of: number } | undefined;
  /** Scan period of every tag in `everyday`, ms; absent for the shipped ones. */
  readonly periodMs?: number | undefined;
  /** Plays of `incidents`: type of the plant, by default the waterworks. */
  readonly plant?: string | undefined;
  /** Plays of `incidents`: id of a scenario or `pairs`, speed, random seed; absent for all. */
  readonly scenario?: string | undefined;
  readonly speed?: number | undefined;
  readonly seed?: number | undefined;
}

export interface BenchCommand extends BenchOptions {
  readonly names: readonly string[];
  readonly accept: boolean;
  readonly help: boolean;
}

/** Reads a command line. @throws Error with one sentence about the argument that is wrong */
export function parseBench(args: readonly string[]): BenchCommand {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      accept: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
      days: { type: 'string' },
      period: { type: 'string' },
      part: { type: 'string' },
      plant: { type: 'string' },
      scenario: { type: 'string' },
      speed: { type: 'string' },
      seed: { type: 'string' },
    },
  });
  const { quick, accept, help } = values;
  const days = values.days?.split(',').map(Number);
  if (days?.some((day) => !(day > 0))) throw new Error(`--days takes numbers such as 1,3,10, not ${values.days}.`);
  const period = values.period === undefined ? undefined : duration.safeParse(values.period);
  if (period?.success === false) throw new Error(`--period takes a length of time such as 10s, not ${values.period}.`);
  const [, number = 0, of = 0] = /^(\d+)\/(\d+)$/.exec(values.part ?? '')?.map(Number) ?? [];
  if (values.part !== undefined && !(number >= 1 && number <= of))
    throw new Error(`--part takes a number and how many parts there are, such as 1/2, not ${values.part}.`);
  const part = values.part === undefined ? undefined : { number, of };
  const wholeOf = (name: 'speed' | 'seed'): number | undefined => {
    const text = values[name];
    if (text !== undefined && !/^[1-9]\d*$/.test(text))
      throw new Error(`--${name} takes a whole number such as 10, not ${text}.`);
    return text === undefined ? undefined : Number(text);
  };
  const plays = { plant: values.plant, scenario: values.scenario, speed: wholeOf('speed'), seed: wholeOf('seed') };
  return { names: positionals, quick, accept, help, days, periodMs: period?.data, part, ...plays };
}
