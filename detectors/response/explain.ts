import { formatDuration } from '../../src/core/format.ts';
import type { Explanation } from '../../src/core/finding.ts';
import type { Tag } from '../../src/core/tag.ts';
import {
  called,
  compared,
  limited,
  measure,
  possible,
  shorten,
  stateWord,
  techniquesOfChange,
} from '../../src/detector-kit/words.ts';
import { type LearnedErrors, sizeOf, sizes } from './errors.ts';
import type { Judge, Subject } from './judge.ts';
import type { Layout, Loop, Pair } from './layout.ts';
import type { Learned } from './learned.ts';

/** Share of the usual change below which there is no answer, and against which it has the wrong direction. */
const noAnswer = 0.1;

/** Unauthorised commands are blocked, or the status is false. */
const withoutEffect = ['T1691.001', 'T1692.002'];
/** A command that nobody has read, or a false measurement. */
const withoutCommand = ['T1692.001', 'T1692.002'];

/** A driver and its measurement in one sentence. */
interface Told {
  readonly driver: Tag;
  readonly driverValue: number;
  readonly answer: Tag;
  readonly measured: number;
  readonly expected: number;
  readonly sentence: string;
  readonly titles: readonly string[];
  readonly normalIf: string;
  readonly techniques: readonly string[];
}

const longestTitle = 48;

/** Explains the largest surprise of a channel. */
export function explainSubject(
  channel: number,
  layout: Layout,
  learned: Learned,
  errors: LearnedErrors,
  judge: Judge,
): Explanation {
  const worst = judge.worst(channel);
  if (worst === undefined) return asUsual(layout.channels[channel]?.key ?? '');
  return explained(toldOf(worst, layout, learned, errors, judge));
}

function toldOf(worst: Subject, layout: Layout, learned: Learned, errors: LearnedErrors, judge: Judge): Told {
  switch (worst.kind) {
    case 'pair':
      return tellAnswer(worst.pair, layout, learned, judge);
    case 'move':
      return tellMove(worst.answer, worst.pair, layout, judge);
    case 'error':
      return tellError(worst.loop, worst.side, layout, errors, judge);
  }
}

function tellAnswer(pair: number, layout: Layout, learned: Learned, judge: Judge): Told {
  const { driver: driverPlace, answer: answerPlace, relation } = layout.pairs[pair] as Pair;
  const [driver, answer] = [layout.driver(driverPlace), layout.answer(answerPlace)];
  const { tracker } = judge;
  const [before, size] = [tracker.before[pair] as number, tracker.size[pair] as number];
  const usual = learned.mean(relation, tracker.kind[pair] as number, judge.horizon[pair] as number) * size;
  const measured = tracker.history.last(answerPlace);
  const expected = possible(before + usual, measured, answer);
  const share = (measured - before) / usual;
  const does = behaviour(share, usual > 0);
  const [now, then] = compared(answer, measured, expected);
  const value = tracker.value[driverPlace] as number;
  const cause =
    layout.isSetpoint[driverPlace] === true ? `is set to ${measure(value, driver)}` : `is ${stateWord(driver, value)}`;
  const after = formatDuration(tracker.elapsedMs(pair));
  return {
    driver,
    driverValue: value,
    answer,
    measured,
    expected,
    sentence: `${called(driver)} ${cause}, but ${lowered(called(answer))} ${does}: ${now} after ${after}. Normal: about ${then}`,
    titles: names(answer).map((name) => `${name} ${does}`),
    normalIf: `${called(answer)} were about ${then}, or ${called(driver)} were in another state`,
    techniques: driver.role === 'setpoint' ? ['T0836'] : withoutEffect,
  };
}

/** @param share change as a share of the usual one */
function behaviour(share: number, isRise: boolean): string {
  if (share < -noAnswer) return isRise ? 'falls instead of rising' : 'rises instead of falling';
  if (share < noAnswer) return isRise ? 'does not rise' : 'does not fall';
  return isRise ? 'rises too little' : 'falls too little';
}

function tellMove(answerPlace: number, pair: number, layout: Layout, judge: Judge): Told {
  const { driver: driverPlace } = layout.pairs[pair] as Pair;
  const [driver, answer] = [layout.driver(driverPlace), layout.answer(answerPlace)];
  const { tracker } = judge;
  const [from, measured] = [judge.moveFrom[answerPlace] as number, tracker.history.last(answerPlace)];
  const [was, now] = compared(answer, from, measured);
  const rose = measured > from ? 'rose' : 'fell';
  const value = tracker.value[driverPlace] as number;
  const state = stateWord(driver, value);
  const unchanged = tracker.elapsedMs(pair);
  const cause = Number.isFinite(unchanged) ? `${state} for ${formatDuration(unchanged)}` : state;
  return {
    driver,
    driverValue: value,
    answer,
    measured,
    expected: from,
    sentence: `${called(answer)} ${rose} from ${was} to ${now} without a command (${called(driver)}: ${cause}). Normal: only after a change of a command or status`,
    titles: names(answer).map((name) => `${name} ${rose} without a command`),
    normalIf: `${called(answer)} were about ${was}, or ${called(driver)} had changed`,
    techniques: withoutCommand,
  };
}

function tellError(loop: number, side: number, layout: Layout, errors: LearnedErrors, judge: Judge): Told {
  const { setpoint, answer: answerPlace } = layout.loops[loop] as Loop;
  const [driver, answer] = [layout.driver(setpoint), layout.answer(answerPlace)];
  const { tracker } = judge;
  const [wanted, measured] = [tracker.value[setpoint] as number, tracker.history.last(answerPlace)];
  const [now, target] = compared(answer, measured, wanted);
  const size = measure(sizeOf(side, layout.stepOf[answerPlace] as number), answer);
  const lasted = formatDuration(judge.errorMs(loop, side));
  const longestMs = errors.longestMs(loop, side);
  return {
    driver,
    driverValue: wanted,
    answer,
    measured,
    expected: wanted,
    sentence: `${called(answer)} is ${now} and has been more than ${size} ${side < sizes ? 'above' : 'below'} its set-point of ${target} for ${lasted}. Normal: ${longestMs > 0 ? `at most ${formatDuration(longestMs)}` : 'never'}`,
    titles: names(answer).map((name) => `${name} off its set-point for ${lasted}`),
    normalIf: `${called(answer)} were within ${size} of ${target}`,
    techniques: techniquesOfChange(driver),
  };
}

/** Names of a tag, the longest first. */
const names = (tag: Tag): readonly string[] => [called(tag), tag.name, tag.short === '' ? tag.name : tag.short];

/** Text with a small first letter, unless its first word is an abbreviation. */
const lowered = (text: string): string => (/^[A-Z][a-z-]/.test(text) ? `${text.charAt(0).toLowerCase()}${text.slice(1)}` : text);

function explained({
  driver,
  driverValue,
  answer,
  measured,
  expected,
  sentence,
  titles,
  normalIf,
  techniques,
}: Told): Explanation {
  return {
    sentence: limited(`${sentence}.`),
    title: shorten(titles.find((title) => title.length <= longestTitle) ?? titles.at(-1) ?? ''),
    contributions: [
      { tag: driver.name, share: 0.5, unit: driver.unit, measured: driverValue, expected: Number.NaN },
      { tag: answer.name, share: measured < expected ? -0.5 : 0.5, unit: answer.unit, measured, expected },
    ],
    normalIf,
    techniques,
  };
}

function asUsual(equipment: string): Explanation {
  return {
    sentence: limited(`Measurements of ${equipment} answer its commands as in normal operation.`),
    title: shorten(`${equipment} answers as usual`),
    contributions: [],
    normalIf: 'it stayed as it is',
    techniques: [],
  };
}
