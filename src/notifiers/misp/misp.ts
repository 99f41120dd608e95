import type { AlertChange } from '../../core/alert.ts';
import type { Canary } from '../../core/notifier.ts';
import { CaseFolder, caseOfChange } from '../../notifier-kit/case.ts';
import { getJson, type HttpTarget, postJson } from '../../notifier-kit/http.ts';
import { ProgramNotifier } from '../../notifier-kit/program-notifier.ts';
import { type MispEvent, mispEvent } from '../../siem/index.ts';
import type { MispConfig } from './config.ts';

/** Status of an edit of an event that MISP does not have. */
const notFound = 404;

/** Adds an event for each incident and updates it with each change; or writes the events to files. */
export class Misp extends ProgramNotifier<MispConfig> {
  readonly #folder: CaseFolder | undefined;

  constructor(config: MispConfig) {
    super(config);
    this.#folder = config.folder === undefined ? undefined : new CaseFolder(config.folder, '.misp.json', config.keep);
  }

  protected async send(changes: readonly AlertChange[], signal: AbortSignal): Promise<void> {
    const due = changes.filter(({ kind }) => this.config.kinds.includes(kind));
    const files = due.map((change) => ({ change, content: mispEvent(caseOfChange(change, this.config)) }));
    if (files.length === 0) return;
    if (this.#folder !== undefined) await this.#folder.write(files);
    else for (const { content } of files) await this.#push(content, signal);
  }

  /** Asks MISP for its version, by the key: an event would be shown to analysts. A folder gets a file. */
  async canary(canary: Canary, signal: AbortSignal): Promise<void> {
    if (this.#folder === undefined) await getJson(this.#target('/servers/getVersion'), this.#headers, signal);
    else await this.#folder.canary(canary);
  }

  /** An edit keeps the attributes of earlier changes, which an event of the same UUID would not. */
  async #push(content: MispEvent, signal: AbortSignal): Promise<void> {
    const body = JSON.stringify(content);
    const edit = this.#target(`/events/edit/${content.Event.uuid}`);
    const status = await postJson(edit, body, this.#headers, signal, [notFound]);
    if (status === notFound) await postJson(this.#target('/events/add'), body, this.#headers, signal);
  }

  #target(path: string): HttpTarget {
    const { url = '' } = this.config;
    return { ...this.config, type: 'misp', url: `${url.replace(/\/$/, '')}${path}` };
  }

  get #headers(): Readonly<Record<string, string>> {
    const { key = '' } = this.config;
    return { authorization: key, accept: 'application/json' };
  }
}
