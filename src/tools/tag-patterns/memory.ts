import { readFile } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { TagPattern } from '../../config/patterns.ts';
import type { TagMatch } from '../../core/collector.ts';
import type { Logger } from '../../core/plugin.ts';
import { fileWrites, replace } from '../../data-directory/writes.ts';

const fileSchema = z.strictObject({
  version: z.literal(1),
  patterns: z.record(
    z.string(),
    z.strictObject({
      address: z.unknown(),
      matches: z.array(z.strictObject({ path: z.array(z.string()).min(1).readonly(), address: z.unknown() })),
    }),
  ),
});

type Remembered = z.infer<typeof fileSchema>['patterns'];

/** What the patterns of one device stood for when it was asked last: `patterns.json` in the device's folder. */
export class PatternMemory {
  readonly #file: string;
  #patterns: Remembered;

  private constructor(file: string, patterns: Remembered) {
    this.#file = file;
    this.#patterns = patterns;
  }

  /** Reads the file. One that cannot be read is begun anew, and the log says so: the device can be asked again. */
  static async open(file: string, logger: Logger): Promise<PatternMemory> {
    try {
      const { patterns } = fileSchema.parse(JSON.parse(await readFile(file, 'utf8')));
      return new PatternMemory(file, patterns);
    } catch (thrown) {
      const first = thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT';
      if (!first) logger.warn(`${file} cannot be read and is begun anew`, { error: String(thrown) });
      return new PatternMemory(file, {});
    }
  }

  /** What the pattern stood for; undefined if nothing is known of this name with this address. */
  known({ name, address }: TagPattern): readonly TagMatch[] | undefined {
    const known = Object.hasOwn(this.#patterns, name) ? this.#patterns[name] : undefined;
    return known !== undefined && isDeepStrictEqual(known.address, address) ? known.matches : undefined;
  }

  /** Keeps what these patterns stand for, and forgets all others. A crash leaves the old file or the new one. */
  async keep(patterns: readonly (TagPattern & { readonly matches: readonly TagMatch[] })[]): Promise<void> {
    this.#patterns = Object.fromEntries(patterns.map(({ name, address, matches }) => [name, { address, matches: [...matches] }]));
    const text = `${JSON.stringify({ version: 1, patterns: this.#patterns }, undefined, 1)}\n`;
    await fileWrites.run(() => replace(this.#file, text));
  }
}
