import { isCalendarTime } from '../../core/time.ts';
import { decodeJson } from '../../core/json.ts';
import { isEventLine, parseLine } from '../../storage/event-log/index.ts';
import { batchSchema } from './format.ts';
import { isPacketsLine } from './packets.ts';

/** Odd lines that a message lists. */
const mostListed = 5;
/** Longest part of a line that a message quotes, characters. */
const longestQuote = 40;

/** Collects the lines of an evidence file that are not of its format. */
export class OddLines {
  readonly #listed: string[] = [];
  #count = 0;
  #line = 0;

  /** Number of lines taken. */
  get line(): number {
    return this.#line;
  }

  /** Takes the next line, beginning with the manifest. */
  take(text: string): void {
    this.#line++;
    const reason = this.#line === 1 || isPacketsLine(text) ? undefined : oddityOf(text);
    if (reason === undefined) return;
    this.#count++;
    if (this.#listed.length < mostListed) this.#listed.push(`line ${this.#line} ${reason}`);
  }

  /** Number of odd lines, and the first ones with the reason. Undefined without any. */
  text(): string | undefined {
    if (this.#count === 0) return undefined;
    const more = this.#count - this.#listed.length;
    return `${this.#listed.join('; ')}${more === 0 ? '' : `; and ${more} more lines are odd`}`;
  }
}

function oddityOf(text: string): string | undefined {
  let line: unknown;
  try {
    line = decodeJson(text);
  } catch {
    return 'is not JSON';
  }
  const { kind } = (line ?? {}) as { readonly kind?: unknown };
  switch (kind) {
    case 'alert':
      return undefined;
    case 'batch': {
      const batch = batchSchema.safeParse(line);
      if (!batch.success) return 'is a batch without columns of one length';
      const odd = [...batch.data.receiveTime, ...batch.data.sourceTime].find((time) => !isCalendarTime(time));
      return odd === undefined ? undefined : `has a sample with the time ${odd}, which is no time within the years 1 to 9999`;
    }
    case 'clock':
      return parseLine(text) === undefined ? 'is a clock without its times' : undefined;
    case 'event': {
      if (!isEventLine(line)) return 'is an event without its type and times';
      const odd = [line.at, line.event.time].find((time) => !isCalendarTime(time));
      return odd === undefined ? undefined : `has an event with the time ${odd}, which is no time within the years 1 to 9999`;
    }
    default:
      return typeof kind === 'string' ? `has the unknown kind ${JSON.stringify(kind.slice(0, longestQuote))}` : 'has no kind';
  }
}
