import { z } from 'zod';
import type { AlertChange } from '../../core/alert.ts';
import type { Canary, NotifierPlugin } from '../../core/notifier.ts';
import { CaseFolder, caseOfChange, caseSettings, folderSettings } from '../../notifier-kit/case.ts';
import { ProgramNotifier } from '../../notifier-kit/program-notifier.ts';
import { receiverSettings } from '../../notifier-kit/receiver.ts';
import { stixBundle } from '../../siem/index.ts';

const schema = z.strictObject({
  folder: z.string().min(1).describe('folder for the bundles, one file for each change'),
  ...caseSettings,
  ...folderSettings,
  minimumPriority: receiverSettings.minimumPriority,
});
type StixConfig = z.infer<typeof schema>;

/** Writes a bundle for each change of an alert. */
class Stix extends ProgramNotifier<StixConfig> {
  readonly #folder: CaseFolder;

  constructor(config: StixConfig) {
    super(config);
    this.#folder = new CaseFolder(config.folder, '.stix.json', config.keep);
  }

  protected async send(changes: readonly AlertChange[]): Promise<void> {
    const due = changes.filter(({ kind }) => this.config.kinds.includes(kind));
    const files = due.map((change) => ({ change, content: stixBundle(caseOfChange(change, this.config)) }));
    if (files.length > 0) await this.#folder.write(files);
  }

  async canary(canary: Canary): Promise<void> {
    await this.#folder.canary(canary);
  }
}

export const stix: NotifierPlugin<StixConfig> = {
  type: 'stix',
  summary: 'Writes alerts as STIX 2.1 bundles into a folder, for platforms of threat intelligence.',
  schema,
  create: (config) => new Stix(config),
};
