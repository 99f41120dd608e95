import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { type AlertChange, AlertChangeKind } from '../core/alert.ts';
import { ScadaError } from '../core/errors.ts';
import type { Canary } from '../core/notifier.ts';
import { otherDisks } from '../data-directory/disk-access.ts';
import { replace } from '../data-directory/writes.ts';
import { type Case, caseOf, tlpLevels } from '../siem/index.ts';
import { canaryDelivery } from './delivery.ts';
import { dashboardLink } from './receiver.ts';

/** Settings of notifiers that send a case to other organisations. */
export const caseSettings = {
  site: z
    .string()
    .min(1)
    .max(100)
    .describe('name of the site as receivers know it; ids follow from it, so two sites must not share a name'),
  tlp: z.enum(tlpLevels).default('amber').describe('marking by the Traffic Light Protocol 2.0'),
  kinds: z
    .array(z.enum(AlertChangeKind))
    .min(1)
    .default(['raised', 'recurred', 'returned', 'judged', 'commented', 'triaged', 'cleared'])
    .describe('changes that are sent'),
  dashboard: dashboardLink,
};

/** Settings of a folder of files. */
export const folderSettings = {
  keep: z.int().min(1).max(100_000).default(10_000).describe('most files in the folder; the oldest are deleted'),
};

interface CaseConfig {
  readonly site: string;
  readonly tlp: Case['tlp'];
  readonly dashboard?: string | undefined;
}

/** The case as far as one change of one alert shows it. Receivers join the parts by their ids. */
export const caseOfChange = (change: AlertChange, { site, tlp, dashboard }: CaseConfig): Case =>
  caseOf([change.alert], [change], { site, tlp, dashboard });

/** File of the last canary. Its ending differs from that of cases, so that no reader imports it. */
const canaryFile = 'scadawatch-canary.txt';

/** A folder with one JSON file for each change, named so that their order is that of the changes. */
export class CaseFolder {
  readonly #folder: string;
  readonly #ending: string;
  readonly #keep: number;

  /** @param ending of the file names, e.g. `.stix.json` */
  constructor(folder: string, ending: string, keep: number) {
    this.#folder = folder;
    this.#ending = ending;
    this.#keep = keep;
  }

  /** @throws ScadaError `retryable` if the folder cannot be written */
  async write(files: readonly { readonly change: AlertChange; readonly content: unknown }[]): Promise<void> {
    await this.#attempt(async () => {
      for (const { change, content } of files) {
        const number = String(change.sequence).padStart(16, '0');
        const name = `${number}-${change.alert.id.replaceAll(/[^\w-]/g, '_')}${this.#ending}`;
        await this.#replace(name, `${JSON.stringify(content, undefined, 2)}\n`);
      }
      await this.#trim();
    });
  }

  /** Replaces the file of the canary, which proves that the folder can be written. @throws ScadaError like `write` */
  async canary(canary: Canary): Promise<void> {
    await this.#attempt(() => this.#replace(canaryFile, `${canaryDelivery(canary).body}\n`));
  }

  async #attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (cause) {
      throw new ScadaError('retryable', 'NOTIFY_FAILED', `${this.#folder}: ${(cause as Error).message}`, {
        hint: 'see that the folder can be written and that its disk has space',
        cause,
      });
    }
  }

  async #replace(name: string, text: string): Promise<void> {
    await otherDisks.run(() => replace(join(this.#folder, name), text));
  }

  async #trim(): Promise<void> {
    const all = await otherDisks.run(() => readdir(this.#folder));
    const own = all.filter((name) => /^\d{16}-/.test(name) && name.endsWith(this.#ending));
    for (const name of own.toSorted().slice(0, -this.#keep))
      await otherDisks.run(() => rm(join(this.#folder, name), { force: true }));
  }
}
