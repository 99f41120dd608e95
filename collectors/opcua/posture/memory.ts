import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Logger } from '../../../src/core/plugin.ts';
import { otherDisks } from '../../../src/data-directory/disk-access.ts';
import { fileWrites, replace } from '../../../src/data-directory/writes.ts';

/** Stored state of one subject: values by name. */
export type Facets = Readonly<Record<string, string>>;

const fileSchema = z.strictObject({
  version: z.literal(1),
  subjects: z.record(z.string(), z.record(z.string(), z.string())),
});

/** Last known posture of one device. Stored in the device's folder, so that it outlives reconnects and restarts. */
export class PostureMemory {
  readonly #file: string;
  readonly #subjects: Map<string, Facets>;
  /** Subjects observed in this run: a later change happened while the monitor was running. */
  readonly #seen = new Set<string>();
  #dirty = false;

  private constructor(file: string, subjects: Map<string, Facets>) {
    this.#file = file;
    this.#subjects = subjects;
  }

  /** Reads `posture.json`. An unreadable file is replaced with a log entry, because posture is read again from the server. */
  static async open(dataDir: string, logger: Logger): Promise<PostureMemory> {
    const file = join(dataDir, 'posture.json');
    try {
      const { subjects } = fileSchema.parse(JSON.parse(await otherDisks.run(() => readFile(file, 'utf8'))));
      return new PostureMemory(file, new Map(Object.entries(subjects)));
    } catch (thrown) {
      const first = thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT';
      if (!first) logger.warn(`${file} cannot be read and is begun anew`, { error: String(thrown) });
      return new PostureMemory(file, new Map());
    }
  }

  /** Last stored state; undefined without one. */
  known(subject: string): Facets | undefined {
    return this.#subjects.get(subject);
  }

  /** True if the subject was observed in this run. */
  seen(subject: string): boolean {
    return this.#seen.has(subject);
  }

  learn(subject: string, facets: Facets): void {
    this.#seen.add(subject);
    const before = this.#subjects.get(subject);
    if (before !== undefined && differences(before, facets).length === 0) return;
    this.#subjects.set(subject, facets);
    this.#dirty = true;
  }

  /** Writes changes. After a crash either the old file or the new one is complete. */
  async save(): Promise<void> {
    if (!this.#dirty) return;
    const content = { version: 1, subjects: Object.fromEntries(this.#subjects) };
    this.#dirty = false;
    try {
      await fileWrites.run(() => replace(this.#file, `${JSON.stringify(content, undefined, 1)}\n`));
    } catch (thrown) {
      this.#dirty = true;
      throw thrown;
    }
  }
}

/** Names at which two states of a subject differ, sorted. */
export function differences(before: Facets, after: Facets): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((key) => before[key] !== after[key]).toSorted();
}
