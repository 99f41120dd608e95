import { formatDuration } from '../core/format.ts';
import type { Clock } from '../core/clock.ts';

/** Time after which work is shown, ms. */
const patienceMs = 2_000;
/** Fraction of the work from which the remaining time is estimated. */
const leastDone = 0.05;
/** Shorter remaining times are not shown, ms. */
const soonMs = 10_000;
const width = 28;

/** A progress bar on standard error: one line redrawn on a terminal, a line for each tenth elsewhere. */
export class ProgressBar {
  readonly #clock: Clock;
  readonly #output: NodeJS.WriteStream;
  #startedAt: number;
  #tenth = -1;
  #drawn = false;

  constructor(clock: Clock, output: NodeJS.WriteStream = process.stderr) {
    this.#clock = clock;
    this.#output = output;
    this.#startedAt = clock.monotonic();
  }

  /** Shows the current activity and the remaining time of all the work. @param done 0–1 */
  show(done: number, what: string): void {
    const elapsedMs = this.#clock.monotonic() - this.#startedAt;
    if (elapsedMs < patienceMs) return;
    const text = `${what}${leftOf(done, elapsedMs)}`;
    const percent = `${Math.floor(done * 100)} %`.padStart(5);
    if (this.#output.isTTY) {
      const filled = Math.round(done * width);
      this.#output.write(`\r\x1b[K[${'='.repeat(filled)}${' '.repeat(width - filled)}]${percent} ${text}`);
      this.#drawn = true;
      return;
    }
    const tenth = Math.floor(done * 10);
    if (tenth === this.#tenth) return;
    this.#tenth = tenth;
    this.#output.write(`${percent} ${text}\n`);
  }

  /** Begins to time a new piece of work. */
  restart(): void {
    this.end();
    this.#startedAt = this.#clock.monotonic();
    this.#tenth = -1;
  }

  /** Shows one of several steps of equal length. @param index from 0 */
  part(index: number, count: number): (done: number, text: string) => void {
    return (done, text) => this.show((index + done) / count, text);
  }

  end(): void {
    if (this.#drawn) this.#output.write('\r\x1b[K');
    this.#drawn = false;
  }
}

/** Text of the remaining time, estimated from the elapsed time. */
function leftOf(done: number, elapsedMs: number): string {
  const leftMs = (elapsedMs * (1 - done)) / done;
  if (done < leastDone || leftMs < soonMs) return '';
  const stepMs = leftMs > 90_000 ? 60_000 : 10_000;
  return `, about ${formatDuration(stepMs * Math.ceil(leftMs / stepMs))} left`;
}
