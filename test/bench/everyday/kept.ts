import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, globSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Alert } from '../../../src/core/alert.ts';
import type { Calibration } from '../../../src/detection/baseline/format.ts';

/** The part of an alert by which a case is judged. */
export interface KeptAlert extends Pick<Alert, 'raisedAt' | 'title' | 'equipment' | 'device' | 'tags'> {
  readonly sentence: string;
  readonly findings: readonly {
    readonly detector: string;
    readonly channel?: string | undefined;
    readonly beganAt: number;
    readonly endedAt?: number | undefined;
    readonly peak: number;
    readonly sentence: string;
  }[];
}

/** One case under one calibration. Times in ms UTC of the plant. */
export interface Played {
  readonly days: number;
  readonly what: string;
  readonly from: number;
  readonly onset: number;
  /** Every alert from `from` on. */
  readonly alerts: readonly KeptAlert[];
}

export const keptAlert = ({ raisedAt, title, equipment, device, tags, explanation, findings }: Alert): KeptAlert => ({
  raisedAt,
  title,
  equipment,
  device,
  tags,
  sentence: explanation.sentence,
  findings: findings.map((one) => ({
    detector: one.detector,
    channel: one.channel,
    beganAt: one.beganAt,
    endedAt: one.endedAt,
    peak: one.peak,
    sentence: one.explanation.sentence,
  })),
});

/** Everything that a result depends on, except for the libraries and the bench. */
const sources = [
  'src/**/*.ts',
  'detectors/**/*.ts',
  'simulators/**/*.{ts,yaml,inp,gz}',
  'test/bench/waterworks/*.ts',
  'test/bench/incidents/announced-work.ts',
];

/** Hash of all files that the results depend on. @param folder of the bench, in test/bench */
export function sourceHash(folder: string): string {
  const hash = createHash('sha256');
  for (const file of globSync([...sources, `test/bench/${folder}/*.ts`]).toSorted()) {
    if (!file.endsWith('.test.ts')) hash.update(file).update(readFileSync(file));
  }
  return hash.digest('hex').slice(0, 12);
}

/**
 * Calibrations and finished cases of an interrupted run: `calibration-DAYS.json.gz` and `cases.jsonl`, in a folder named after the code
 * and the scan period. Folders of other code are deleted.
 */
export class KeptResults {
  readonly #folder: string;
  readonly #cases: string;
  readonly #played = new Map<string, Played>();

  constructor(parent: string, code: string, name: string) {
    mkdirSync(parent, { recursive: true });
    for (const other of readdirSync(parent)) if (!other.startsWith(`${code}-`)) rmSync(join(parent, other), { recursive: true });
    this.#folder = join(parent, `${code}-${name}`);
    this.#cases = join(this.#folder, 'cases.jsonl');
    mkdirSync(this.#folder, { recursive: true });
    if (existsSync(this.#cases)) this.#read(readFileSync(this.#cases, 'utf8'));
  }

  /** A last line that an interruption has cut is played again. */
  #read(text: string): void {
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    if (whole.length < text.length) writeFileSync(this.#cases, whole);
    for (const line of whole.split('\n').filter(Boolean)) {
      const played = JSON.parse(line) as Played;
      this.#played.set(`${played.days} ${played.what}`, played);
    }
  }

  played(days: number, what: string): Played | undefined {
    return this.#played.get(`${days} ${what}`);
  }

  keep(played: Played): void {
    this.#played.set(`${played.days} ${played.what}`, played);
    appendFileSync(this.#cases, `${JSON.stringify(played)}\n`);
  }

  /** The calibration of so many days: the kept one, or the learned one, which is kept. */
  async calibration(days: number, learn: () => Promise<Calibration>): Promise<Calibration> {
    const file = join(this.#folder, `calibration-${days}.json.gz`);
    if (existsSync(file)) return JSON.parse(gunzipSync(readFileSync(file)).toString()) as Calibration;
    const learned = await learn();
    writeFileSync(file, gzipSync(JSON.stringify(learned)));
    return learned;
  }
}
