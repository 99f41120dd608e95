import type { ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { linesOf, startProcess, stopped } from '../load/process.ts';
import type { ClientPage } from './pages.ts';
import type { ClientReport } from './tally.ts';

/** Open pages in a process of their own, see `client.ts`. */
export class PagesProcess implements AsyncDisposable {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  /**
   * Waits until all pages are open.
   * @param file written with the pages, for the process to read
   * @param onReport receives what the pages got, each second
   */
  static async open(
    address: string,
    pages: readonly ClientPage[],
    file: string,
    onReport: (report: ClientReport) => void,
  ): Promise<PagesProcess> {
    writeFileSync(file, JSON.stringify(pages));
    const child = startProcess(new URL('./client.ts', import.meta.url), [address, file]);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    child.once('exit', (code) => reject(new Error(`a process of clients ended with status ${code}`)));
    linesOf(child).on('line', (line) => {
      if (line === 'open') resolve();
      else onReport(JSON.parse(line) as ClientReport);
    });
    await promise;
    return new PagesProcess(child);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await stopped(this.#child);
  }
}
