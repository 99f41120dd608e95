import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Outcome } from './outcome.ts';

/** A play: scenario or pair, speed and random seed. */
export type PlayKey = Pick<Outcome, 'id' | 'speed' | 'seed'>;

/**
 * Outcomes of an interrupted run, one a line, in a file named after the code. Files of other code are deleted. `incidents` and
 * `bench:scenarios` share them: a play takes up to a minute.
 */
export class KeptOutcomes {
  readonly #file: string;
  readonly #known = new Map<string, Outcome>();

  constructor(code: string, folder = '.bench/incidents') {
    mkdirSync(folder, { recursive: true });
    this.#file = join(folder, `${code}.jsonl`);
    for (const other of readdirSync(folder)) if (other !== `${code}.jsonl`) rmSync(join(folder, other), { recursive: true });
    if (existsSync(this.#file)) this.#read(readFileSync(this.#file, 'utf8'));
  }

  /** A last line that an interruption has cut is played again: it stays alone in the file. */
  #read(text: string): void {
    for (const line of text.split('\n')) {
      try {
        const outcome = JSON.parse(line) as Outcome;
        this.#known.set(keyOf(outcome), outcome);
      } catch {
        continue;
      }
    }
    if (!text.endsWith('\n')) appendFileSync(this.#file, '\n');
  }

  get size(): number {
    return this.#known.size;
  }

  of(play: PlayKey): Outcome | undefined {
    return this.#known.get(keyOf(play));
  }

  keep(outcome: Outcome): Outcome {
    this.#known.set(keyOf(outcome), outcome);
    appendFileSync(this.#file, `${JSON.stringify(outcome)}\n`);
    return outcome;
  }
}

const keyOf = ({ id, speed, seed }: PlayKey): string => `${id} ${speed} ${seed}`;
