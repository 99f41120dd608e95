import { type Sample, twinGrade } from '../../test/support/detectors.ts';

const dayMs = 86_400_000;
const scanMs = 1_000;
const keptPerDay = 2 ** (-1 / 60);
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Largest distance of a value from the mean of all before it, in a calibration that lasts less than a day. */
function swingOf(learned: readonly Sample[]): number {
  const [first] = learned;
  let level = first?.value ?? Number.NaN;
  let swing = 0;
  learned.forEach(({ time, value }, i) => {
    const off = value - level;
    if (2 * (i + 1) > 100) swing = Math.max(swing, Math.abs(off));
    level += (scanMs / Math.max(scanMs, time - (first?.time ?? time))) * off;
  });
  return swing;
}

/** How much further the level may go in a day than while it was learned, from the squared differences of the means of equal blocks. */
function growthOf(learned: readonly Sample[]): number {
  const values = learned.map(({ value }) => value);
  const size = 2 ** Math.max(0, Math.ceil(Math.log2(values.length / 64)));
  const blocks = Array.from({ length: Math.floor(values.length / size) }, (_, i) => mean(values.slice(i * size, (i + 1) * size)));
  const further = Math.max(1, dayMs / Math.max(1, (learned.at(-1)?.time ?? 0) - (learned[0]?.time ?? 0)));
  const lags = [2, 4, 8, 16];
  const logs = lags.map((lag) =>
    Math.log2(Math.max(Number.MIN_VALUE, mean(blocks.slice(lag).map((block, i) => (block - (blocks[i] ?? 0)) ** 2)))),
  );
  const slope =
    mean(lags.map((lag, i) => (Math.log2(lag) - 2.5) * (logs[i] ?? 0))) / mean(lags.map((lag) => (Math.log2(lag) - 2.5) ** 2));
  return further ** (Math.min(1, Math.max(0, slope)) / 2);
}

/** Surprises of samples that last less than a day. Values beyond the band move no level before a day has passed. */
export function twin(learned: readonly Sample[], scored: readonly Sample[], isFollowed: boolean) {
  const values = learned.map(({ value }) => value);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const bound = (isFollowed ? swingOf(learned) : (high - low) / 2) + 0.005 * 5;
  const growth = isFollowed ? growthOf(learned) : 1;
  let level = (low + high) / 2;
  return scored.map(({ time, value }, i) => {
    // the first value of a day forgets a part of the width
    const away = Math.abs(value - level) / (bound * Math.max(1, i === 0 ? growth : growth * keptPerDay));
    const stepMs = i === 0 ? 0 : Math.min(3 * scanMs, time - (scored[i - 1]?.time ?? time));
    if (isFollowed && away <= 1) level += (stepMs / dayMs) * (value - level);
    return { time, surprise: twinGrade(away) };
  });
}
