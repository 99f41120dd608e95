import { Agent } from 'node:http';
import { Browser } from './browser.ts';
import { argon2id, Passphrases } from '../../accounts/passphrases.ts';
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

  constructor() {
    const counts = { running: 0, ended: 0 };
    let begun = (): void => {};
    super(cheap, async (message, ...rest) => {
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

  override async verify(message: string, hash: string | undefined, lane: Lane): Promise<boolean> {
    if (message === passphrase) this.#endedBefore = this.#counts.ended;
    return await super.verify(message, hash, lane);
  }
}

/**
 * Guesses passphrases of the administrator and of other names: from 20 addresses, from 200 more behind a trusted proxy, and from
 * the administrator's address. Meanwhile, the administrator signs in once per round from a known device.
 */
export async function signInDuringFlood(size: { readonly rounds: number; readonly wrongPerRound: number }): Promise<{
  /** Statuses of the administrator's sign-ins. */
  readonly administrator: readonly number[];
  /** Number of answers to guesses by status. */
  readonly guesses: ReadonlyMap<number, number>;
  /** What the administrator's sign-ins waited for. */
  readonly waits: readonly Wait[];
}> {
  // connections of a busy machine are silent for long: ending them is not what is tested here
  const passphrases = new CountingPassphrases();
  await using bench = await aBench({ config: { trustedProxies: ['127.0.0.2'] }, silentMs: 120_000, passphrases });
  const { address } = bench.dashboard;
  const admin = new Browser(address);
  const administrator = [(await admin.call('POST /api/login', { name: 'admin', passphrase })).status];
  const browsers = [
    ...Array.from({ length: 20 }, (_, i) => aBrowser(address, `127.0.1.${i + 1}`)),
    ...Array.from({ length: 200 }, (_, i) => aBrowser(address, '127.0.0.2', { 'x-forwarded-for': `evil, 198.51.100.${i + 1}` })),
    aBrowser(address, '127.0.0.1'),
  ];
  const guesses = new Map<number, number>();
  let next = 0;
  const attack = async (until: number): Promise<void> => {
    for (let i = next++; i < until; i = next++) {
      const name = i % 2 === 0 ? 'admin' : `name${i}`;
      const { status } = (await browsers[i % browsers.length]?.call('POST /api/login', { name, passphrase: wrong })) ?? {
        status: 0,
      };
      guesses.set(status, (guesses.get(status) ?? 0) + 1);
    }
    next = until;
  };
  for (let round = 1; round <= size.rounds; round++) {
    const attackers = Array.from({ length: atOnce }, async () => attack(round * size.wrongPerRound));
    admin.forgetSession();
    administrator.push((await admin.call('POST /api/login', { name: 'admin', passphrase })).status);
    await Promise.all(attackers);
  }
  return { administrator, guesses, waits: passphrases.waits };
}

function aBrowser(address: string, from: string, headers: Readonly<Record<string, string>> = {}): Browser {
  return new Browser(address, { headers, from, agent: new Agent({ keepAlive: true, localAddress: from }) });
}
