import { readdir } from '../data-directory/files.ts';

/** A numbered file, and the time of its first entry, ms UTC. */
export interface NumberedFile {
  readonly name: string;
  readonly number: number;
  readonly from: number;
}

/** Names of files that follow each other: `events-00000012-20261124T060000000Z.jsonl.gz`. */
export class NumberedFiles {
  readonly #prefix: string;
  readonly #ending: string;
  readonly #pattern: RegExp;

  /** @param ending with its dot */
  constructor(prefix: string, ending: string) {
    this.#prefix = prefix;
    this.#ending = ending;
    const end = ending.replaceAll('.', String.raw`\.`);
    this.#pattern = new RegExp(`^${prefix}-(\\d{8})-(\\d{4})(\\d\\d)(\\d\\d)T(\\d\\d)(\\d\\d)(\\d\\d)(\\d{3})Z${end}$`);
  }

  name(number: number, from: number): string {
    const time = new Date(from).toISOString().replaceAll(/[-:.]/g, '');
    return `${this.#prefix}-${String(number).padStart(8, '0')}-${time}${this.#ending}`;
  }

  /** The files of a folder, oldest first; none if it does not exist. Other files are left out. */
  async in(dir: string): Promise<NumberedFile[]> {
    const names = await readdir(dir).catch((thrown: NodeJS.ErrnoException) => {
      if (thrown.code === 'ENOENT') return [];
      throw thrown;
    });
    return names.flatMap((name) => this.#parse(name) ?? []).toSorted((a, b) => a.number - b.number);
  }

  #parse(name: string): NumberedFile | undefined {
    const [, number, year, month, day, hour, minute, second, ms] = (this.#pattern.exec(name) ?? []).map(Number);
    if (number === undefined || year === undefined || month === undefined) return undefined;
    return { name, number, from: Date.UTC(year, month - 1, day, hour, minute, second, ms) };
  }
}
