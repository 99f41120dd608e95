import { mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Logger } from '../core/plugin.ts';
import { ReplacedFile } from '../data-directory/writes.ts';

/** A place in a stream. */
export interface Placed {
  /** Identity of the stream: places in others do not count. */
  readonly epoch: string;
}

/** Other streams whose places are kept. */
const mostEarlier = 3;

export interface EpochFileOptions<Place extends Placed> {
  readonly path: string;
  /** Name of the reader, for the log. */
  readonly name: string;
  readonly logger: Logger;
  /** A stored place; undefined if it is not valid. */
  readonly parse: (stored: Place) => Place | undefined;
}

/**
 * The place of one reader in a stream, in a file that is replaced as a whole in the background. After a crash or a power failure it may
 * be an older one: then some of the stream is sent twice. The places in other streams are kept too: a start with a stand-in for a state
 * that cannot be read must not lose the place in that state.
 */
export class EpochFile<Place extends Placed> {
  readonly #options: EpochFileOptions<Place>;
  readonly #file: ReplacedFile;
  #earlier: readonly Place[] = [];

  constructor(options: EpochFileOptions<Place>) {
    const { path, name, logger } = options;
    this.#options = options;
    mkdirSync(dirname(path), { recursive: true });
    this.#file = new ReplacedFile(path, (message) => logger.error(`${name} cannot store its position: ${message}`));
  }

  /** Reason why the place is not on disk; undefined while it is. */
  fault(): string | undefined {
    return this.#file.fault();
  }

  /** The place in a stream; undefined if nothing of it was ever sent. Must be called before the first write. */
  read(epoch: string): Place | undefined {
    const { path, name, logger, parse } = this.#options;
    try {
      const all = placesIn(readFileSync(path, 'utf8'), parse);
      this.#earlier = all.filter((place) => place.epoch !== epoch).slice(0, mostEarlier);
      return all.find((place) => place.epoch === epoch);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
        logger.warn(`${path} cannot be read: ${name} begins with what comes next`);
      return undefined;
    }
  }

  write(place: Place): void {
    this.#file.put(JSON.stringify({ ...place, ...(this.#earlier.length === 0 ? {} : { earlier: this.#earlier }) }));
  }

  /** Resolves when no write is in progress. */
  async settled(): Promise<void> {
    await this.#file.settled();
  }
}

/** All places of a file, the last written one first. @throws if it is no JSON */
export function placesIn<Place extends Placed>(text: string, parse: (stored: Place) => Place | undefined): readonly Place[] {
  const stored = JSON.parse(text) as Place & { readonly earlier?: readonly Place[] };
  const all = [stored, ...(Array.isArray(stored.earlier) ? (stored.earlier as readonly Place[]) : [])];
  return all.flatMap((place) => (typeof place.epoch === 'string' ? (parse(place) ?? []) : []));
}
