import type { Fact } from '../../src/core/detector.ts';
import { formatDuration, formatNumber } from '../../src/core/format.ts';
import { type BaselineLine, factOf, type Figure } from '../../src/detector-kit/facts.ts';
import { stateWord } from '../../src/detector-kit/words.ts';
import { type LearnedErrors, sides, sizeOf, sizes } from './errors.ts';
import type { Layout } from './layout.ts';
import { horizons, type Learned, mostKinds } from './learned.ts';

/** Share of the size of an answer from which it has begun, and within which it has settled. */
const begun = 0.1;

/** Dead time and settling of an answer, in base periods, and the last judged horizon, at which its size counts. */
interface Answer {
  readonly horizon: number;
  readonly dead: number;
  readonly settled: number;
  readonly steps: number;
}

/** The learned answer to one kind of step; undefined if it is not judged. */
function answerOf(learned: Learned, relation: number, kind: number): Answer | undefined {
  const judged = learned.judgedHorizons(relation, kind);
  const last = judged.at(-1);
  if (last === undefined) return undefined;
  const size = learned.mean(relation, kind, last);
  const shares = Array.from({ length: horizons }, (_, horizon) => learned.mean(relation, kind, horizon) / size);
  const first = shares.findIndex((share) => share >= begun);
  const settled = shares.findIndex((_, i) => shares.slice(i, last + 1).every((share) => Math.abs(share - 1) <= begun));
  return {
    horizon: last,
    dead: first <= 0 ? 0 : 2 ** (first - 1),
    settled: 2 ** (settled < 0 ? last : settled),
    steps: learned.steps(relation, kind, last),
  };
}

/** A baseline entry and the channel that it belongs to. */
interface Entry {
  readonly channel: number;
  readonly line: BaselineLine;
  readonly taught: number;
}

/** Baseline entries: the answers that are judged, and the longest control errors. */
export const factsOf = (layout: Layout, learned: Learned, errors: LearnedErrors): Fact[] =>
  entriesOf(layout, learned, errors).map(({ channel, line, taught }) =>
    factOf(layout.channels[channel]?.key ?? '', channel, line, taught),
  );

/** The entry with this name; undefined if there is none. */
export const lineOf = (
  layout: Layout,
  learned: Learned,
  errors: LearnedErrors,
  key: string,
  name: string,
): BaselineLine | undefined =>
  entriesOf(layout, learned, errors).find(({ channel, line }) => layout.channels[channel]?.key === key && line.name === name)
    ?.line;

const entriesOf = (layout: Layout, learned: Learned, errors: LearnedErrors): Entry[] => [
  ...answerEntries(layout, learned),
  ...errorEntries(layout, errors),
];

function answerEntries(layout: Layout, learned: Learned): Entry[] {
  return layout.pairs.flatMap(({ driver, answer, relation, channel, baseMs }) =>
    Array.from({ length: mostKinds }, (_, kind) => kind).flatMap((kind): Entry[] => {
      const found = answerOf(learned, relation, kind);
      if (found === undefined) return [];
      const [command, measurement] = [layout.driver(driver), layout.answer(answer)];
      const isSetpoint = layout.isSetpoint[driver] === true;
      const step = learned.stepOf(driver, kind);
      const states = step === undefined ? 'step' : `${stateWord(command, step.from)} → ${stateWord(command, step.to)}`;
      const change: Figure = {
        read: () => learned.mean(relation, kind, found.horizon),
        write: (_channel, value) => learned.resize(relation, kind, found.horizon, value),
      };
      const line = {
        name: `${command.name} ${states}: ${measurement.name}`,
        unit: isSetpoint ? '' : measurement.unit,
        figures: { change },
        words: { after: formatDuration(found.dead * baseMs), settled: formatDuration(found.settled * baseMs) },
      };
      return [{ channel, line, taught: found.steps }];
    }),
  );
}

function errorEntries(layout: Layout, errors: LearnedErrors): Entry[] {
  return layout.loops.flatMap(({ setpoint, answer, channel }, loop) =>
    Array.from({ length: sides }, (_, side) => side)
      .filter((side) => errors.isJudged(loop) && errors.isSideJudged(loop, side))
      .map((side): Entry => {
        const size = formatNumber(sizeOf(side, layout.stepOf[answer] as number));
        const where = `${side < sizes ? 'above' : 'below'} ${layout.driver(setpoint).name}`;
        const longest: Figure = {
          read: () => errors.longestMs(loop, side) / 1_000,
          write: (_channel, value) => errors.setLongest(loop, side, 1_000 * value),
          least: 0,
        };
        const line = { name: `${layout.answer(answer).name} ${size} ${where}`, unit: 's', figures: { longest } };
        return { channel, line, taught: errors.errors(loop, side) };
      }),
  );
}
