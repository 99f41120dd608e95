import type { WireAddressEvent } from '../../src/core/wire.ts';
import type { TrafficConfig } from './config.ts';
import type { Habits } from './habits.ts';
import type { Memory } from './memory.ts';
import { some } from './permissions.ts';
import type { Suspicion } from './suspicion.ts';

const addressScore = 2;
/** Time within which an earlier hardware address that returns shows two hosts with one IP address, ms. */
const twiceMs = 600_000;
/** Maximum number of earlier hardware addresses of one IP address. */
const mostEarlier = 8;

/** Finds another hardware address of a device or client, and an IP address that two hosts use. */
export class Addresses {
  readonly #config: TrafficConfig;
  readonly #habits: Habits;
  readonly #memory: Memory;

  constructor(config: TrafficConfig, habits: Habits, memory: Memory) {
    this.#config = config;
    this.#habits = habits;
    this.#memory = memory;
  }

  judge({ ends, tap, time, address, before }: WireAddressEvent): Suspicion | undefined {
    const ip = ends.client;
    if (!this.#isKnown(ip, ends.device)) return undefined;
    // a tap in another segment may see a router in its place
    const key = `${tap} ${ip}`;
    const first = before === undefined ? undefined : { address: before, earlier: [], changedAt: Number.NEGATIVE_INFINITY };
    const known = this.#memory.bound.get(key) ?? first;
    const previous = known?.address;
    const changes = known !== undefined && previous !== address;
    const returns = changes && known.earlier.includes(address) && time - known.changedAt <= twiceMs;
    const earlier = changes ? [known.address, ...known.earlier.filter((one) => one !== known.address && one !== address)] : [];
    if (changes) this.#memory.bound.set(key, { address, earlier: earlier.slice(0, mostEarlier), changedAt: time });
    else this.#memory.bound.set(key, known ?? { address, earlier: [], changedAt: Number.NEGATIVE_INFINITY });
    const learned = [...(this.#habits.addresses.find([ip])?.under.keys() ?? [])];
    // a learned one is normal, also the second one of a redundant pair
    if (learned.includes(address) || (learned.length === 0 && !changes)) return undefined;
    const about = { kind: 'address' as const, score: addressScore, ends, after: address, usual: some(learned) };
    return { ...about, rule: returns ? 'address-twice' : 'address-changed', before: changes ? previous : undefined };
  }

  /** True for a device and for a listed or learned client. */
  #isKnown(ip: string, device: string | undefined): boolean {
    if (device !== undefined || this.#config.clients.some(({ address }) => address === ip)) return true;
    return this.#habits.talks.root.under.has(ip);
  }
}
