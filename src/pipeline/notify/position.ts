import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from '../../core/plugin.ts';

/** Up to which change of which alert stream a notifier has told. */
export interface Told {
  readonly epoch: string;
  readonly sequence: number;
}

/** The position in a file, replaced as a whole. After a power failure it may be an older one: then some is told twice. */
export class ToldFile {
  readonly #file: string;
  readonly #logger: Logger;

  constructor(dir: string, logger: Logger) {
    mkdirSync(dir, { recursive: true });
    this.#file = join(dir, 'told.json');
    this.#logger = logger;
  }

  /** Undefined if nothing was ever told. */
  read(): Told | undefined {
    try {
      const { epoch, sequence } = JSON.parse(readFileSync(this.#file, 'utf8')) as Told;
      return typeof epoch === 'string' && Number.isInteger(sequence) ? { epoch, sequence } : undefined;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
        this.#logger.warn(`${this.#file} can not be read: notifications begin with the next alert`);
      return undefined;
    }
  }

  write(told: Told): void {
    const part = `${this.#file}.part`;
    writeFileSync(part, JSON.stringify(told));
    renameSync(part, this.#file);
  }
}
