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

/** Last expansion of the patterns of one device: `patterns.json` in the device's folder. */
export class PatternMemory {
  readonly #file: string;
  #patterns: Remembered;

  private constructor(file: string, patterns: Remembered) {
    this.#file = file;
    this.#patterns = patterns;
  }

  /** Reads the file. A file that cannot be read is logged and replaced: the device can be asked again. */
  static async open(file: string, logger: Logger): Promise<PatternMemory> {
    try {
      const { patterns } = fileSchema.parse(JSON.parse(await readFile(file, 'utf8')));
      return new PatternMemory(file, patterns);
    } catch (thrown) {
      const first = thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT';
      if (!first) logger.warn(`${file} cannot be read and is replaced`, { error: String(thrown) });
      return new PatternMemory(file, {});
    }
  }

  /** The last expansion of a pattern; undefined if none is stored for this name and address. */
  known({ name, address }: TagPattern): readonly TagMatch[] | undefined {
    const known = Object.hasOwn(this.#patterns, name) ? this.#patterns[name] : undefined;
    return known !== undefined && isDeepStrictEqual(known.address, address) ? known.matches : undefined;
  }

  /** Stores the expansion of these patterns and removes all others. A crash leaves the old file or the new one. */
  async keep(patterns: readonly (TagPattern & { readonly matches: readonly TagMatch[] })[]): Promise<void> {
    this.#patterns = Object.fromEntries(patterns.map(({ name, address, matches }) => [name, { address, matches: [...matches] }]));
    const text = `${JSON.stringify({ version: 1, patterns: this.#patterns }, undefined, 1)}\n`;
    await fileWrites.run(() => replace(this.#file, text));
  }
}
