import { Agent } from 'node:http';
import { Browser } from './browser.ts';
import { systemClock } from '../../../src/core/clock.ts';
import { argon2id, type PassphraseCost, Passphrases } from '../../accounts/passphrases.ts';
import type { Lane } from '../../accounts/fair-queue.ts';
import { aBench, cheap, passphrase } from './setup.ts';

const wrong = 'not the passphrase';
const atOnce = 50;

/** Hashes of guesses beside one sign-in. */
export interface Wait {
  /** So many ended before the hash of the sign-in began. */
  readonly ended: number;
  /** So many were computed when it began. */
  readonly running: number;
}

/** Counts for each check of the right passphrase what it waits for. */
class CountingPassphrases extends Passphrases {
  readonly waits: Wait[] = [];
  readonly #counts: { running: number; ended: number };
  #endedBefore = 0;

  constructor(cost: PassphraseCost) {
    const counts = { running: 0, ended: 0 };
    let begun = (): void => {};
    super(cost, async (message, ...rest) => {
      if (message === passphrase) begun();
      else counts.running++;
      try {
        return await argon2id(message, ...rest);
      } finally {
        if (message !== passphrase) {
          counts.running--;
          counts.ended++;
        }
      }
    });
    this.#counts = counts;
    begun = () => this.waits.push({ ended: counts.ended - this.#endedBefore, running: counts.running });
  }

  /** Number of guesses that were computed. */
  get computed(): number {
    return this.#counts.ended;
  }

  override async verify(message: string, hash: string | undefined, lane: Lane): Promise<boolean> {
    if (message === passphrase) this.#endedBefore = this.#counts.ended;
    return await super.verify(message, hash, lane);
  }
}

/** Size of a flood of guesses. */
export interface FloodSize {
  readonly rounds: number;
  readonly wrongPerRound: number;
  /** Default: the lowest that argon2 allows. */
  readonly cost?: PassphraseCost;
}

/** What a flood of guesses did. */
export interface FloodResult {
  /** Statuses of the administrator's sign-ins. */
  readonly administrator: readonly number[];
  /** Time of each, ms. The first one is before the flood. */
  readonly tookMs: readonly number[];
  /** Number of answers to guesses by status. */
  readonly guesses: ReadonlyMap<number, number>;
  /** Number of guesses whose hash was computed. */
  readonly computed: number;
  /** What the administrator's sign-ins waited for. */
  readonly waits: readonly Wait[];
}

/**
 * Guesses passphrases of the administrator and of other names: from 20 addresses, from 200 more behind a trusted proxy, and from
 * the administrator's address. Meanwhile, the administrator signs in from a known device in the middle of each round.
 */
export async function signInDuringFlood({ rounds, wrongPerRound, cost = cheap }: FloodSize): Promise<FloodResult> {
  // connections of a busy machine are silent for long: ending them is not what is tested here
  const passphrases = new CountingPassphrases(cost);
  await using bench = await aBench({
    config: { trustedProxies: ['127.0.0.2'], proxySecret: 'secret-of-the-proxy' },
    silentMs: 120_000,
    passphrases,
    cost,
  });
  const { address } = bench.dashboard;
  const admin = new Browser(address);
  const administrator: number[] = [];
  const tookMs: number[] = [];
  const signIn = async (): Promise<void> => {
    const begin = systemClock.monotonic();
    administrator.push((await admin.call('POST /api/login', { name: 'admin', passphrase })).status);
    tookMs.push(systemClock.monotonic() - begin);
  };
  await signIn();
  const browsers = [
    ...Array.from({ length: 20 }, (_, i) => aBrowser(address, `127.0.1.${i + 1}`)),
    ...Array.from({ length: 200 }, (_, i) =>
      aBrowser(address, '127.0.0.2', { 'x-scadawatch-client': `secret-of-the-proxy 198.51.100.${i + 1}` }),
    ),
    aBrowser(address, '127.0.0.1'),
  ];
  const guesses = new Map<number, number>();
  let next = 0;
  const attack = async (until: number, answered: () => void): Promise<void> => {
    for (let i = next++; i < until; i = next++) {
      const name = i % 2 === 0 ? 'admin' : `name${i}`;
      const { status } = (await browsers[i % browsers.length]?.call('POST /api/login', { name, passphrase: wrong })) ?? {
        status: 0,
      };
      guesses.set(status, (guesses.get(status) ?? 0) + 1);
      answered();
    }
    next = until;
  };
  for (let round = 1; round <= rounds; round++) {
    const half = Promise.withResolvers<void>();
    let open = Math.ceil(wrongPerRound / 2);
    const answered = (): void => void (--open === 0 && half.resolve());
    const attackers = Array.from({ length: atOnce }, async () => attack(round * wrongPerRound, answered));
    await half.promise;
    admin.forgetSession();
    await signIn();
    await Promise.all(attackers);
  }
  return { administrator, tookMs, guesses, computed: passphrases.computed, waits: passphrases.waits };
}

function aBrowser(address: string, from: string, headers: Readonly<Record<string, string>> = {}): Browser {
  return new Browser(address, { headers, from, agent: new Agent({ keepAlive: true, localAddress: from }) });
}
