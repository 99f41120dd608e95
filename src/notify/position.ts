import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from '../core/plugin.ts';
import { ReplacedFile } from '../data-directory/writes.ts';
import { type NumberRange, rangesText } from './undelivered.ts';

/** The last sent change of an alert stream. */
export interface Position {
  readonly epoch: string;
  readonly sequence: number;
  /** Numbers of collected updates that are not sent yet. Absent in files of earlier versions. */
  readonly updates?: readonly number[] | undefined;
  /** Changes that the receiver has refused. Absent in files of earlier versions. */
  readonly undelivered?: readonly NumberRange[] | undefined;
}

const fileName = 'told.json';

/** Most collected updates that a file can state. */
const mostUpdates = 1_000;

/** Positions of all notifiers of a data directory as text, a line each. The monitor may run. */
export function positionsText(dataDir: string): string {
  const dir = join(dataDir, 'notify');
  const lines = (existsSync(dir) ? readdirSync(dir) : []).toSorted().flatMap((name) => {
    const path = join(dir, name, fileName);
    const position = existsSync(path) ? parsed(readFileSync(path, 'utf8')) : undefined;
    if (position === undefined) return [];
    const { sequence, undelivered = [] } = position;
    return [`${name}: sent up to ${sequence}, undelivered ${undelivered.length === 0 ? 'none' : rangesText(undelivered)}`];
  });
  return lines.length === 0 ? `no notifier has sent anything from ${dataDir}` : lines.join('\n');
}

function parsed(text: string): Position | undefined {
  const { epoch, sequence, updates, undelivered } = JSON.parse(text) as Position;
  if (typeof epoch !== 'string' || !Number.isInteger(sequence)) return undefined;
  const waiting = Array.isArray(updates) ? updates.filter((one) => Number.isInteger(one)).slice(0, mostUpdates) : [];
  const refused = Array.isArray(undelivered) ? undelivered.filter(isRange) : [];
  return {
    epoch,
    sequence,
    ...(waiting.length === 0 ? {} : { updates: waiting }),
    ...(refused.length === 0 ? {} : { undelivered: refused }),
  };
}

const isRange = (range: NumberRange): boolean =>
  Array.isArray(range) && range.length === 2 && range.every((number) => Number.isInteger(number)) && range[0] <= range[1];

/**
 * The position in a file, replaced as a whole in the background. After a crash or a power failure it may be an older one: then some
 * changes are sent twice.
 */
export class PositionFile {
  readonly #path: string;
  readonly #file: ReplacedFile;
  readonly #logger: Logger;

  /** @param name of the notifier */
  constructor(dir: string, name: string, logger: Logger) {
    mkdirSync(dir, { recursive: true });
    this.#path = join(dir, fileName);
    this.#file = new ReplacedFile(this.#path, (message) => logger.error(`${name} cannot store its position: ${message}`));
    this.#logger = logger;
  }

  /** Reason why the position is not on disk; undefined while it is. */
  fault(): string | undefined {
    return this.#file.fault();
  }

  /** Undefined if nothing was ever sent. */
  read(): Position | undefined {
    try {
      return parsed(readFileSync(this.#path, 'utf8'));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
        this.#logger.warn(`${this.#path} cannot be read: notifications begin with the next alert`);
      return undefined;
    }
  }

  write(position: Position): void {
    this.#file.put(JSON.stringify(position));
  }

  /** Resolves when no write is in progress. */
  async settled(): Promise<void> {
    await this.#file.settled();
  }
}
