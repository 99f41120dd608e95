import type { TagTable } from '../../src/core/tag.ts';
import type { WireEnds, WireFaultEvent, WireScanEvent, WireTrafficEvent } from '../../src/core/wire.ts';
import type { TrafficConfig } from './config.ts';
import { type Habits, scanKey, talkPath, unitStep } from './habits.ts';
import type { Memory } from './memory.ts';
import { effectOf } from './operations.ts';
import type { Permissions } from './permissions.ts';
import type { Suspicion } from './suspicion.ts';

/** Factor by which a scan may exceed those of normal traffic. */
const overUsual = 1.5;
/** Time after the last report of a scan in which requests still belong to it, ms. */
const tailMs = 10_000;
/** Time within which requests for identity belong together, ms. */
const identityMs = 120_000;

/** Finds scans of addresses, units, nodes, ports or hosts, and requests for identity. */
export class Scans {
  readonly #config: TrafficConfig;
  readonly #habits: Habits;
  readonly #memory: Memory;
  readonly #permissions: Permissions;
  readonly #tags: TagTable;

  constructor(config: TrafficConfig, habits: Habits, memory: Memory, permissions: Permissions, tags: TagTable) {
    this.#config = config;
    this.#habits = habits;
    this.#memory = memory;
    this.#permissions = permissions;
    this.#tags = tags;
  }

  scan({ ends, what, count, detail, time }: WireScanEvent): Suspicion | undefined {
    if (what === 'identities' && this.#permissions.permit(ends) !== undefined) return undefined;
    const usual = overUsual * this.#habits.peaks.of(scanKey(ends.client, what));
    const allowed = Math.max(this.#config.scans[what], usual, this.#beyondTags(ends, what));
    const score = count / allowed;
    if (score >= 1) {
      const port = what === 'ports' || what === 'hosts' ? undefined : ends.port;
      this.#memory.walking.set(ends.client, { server: ends.server, port, time, what, count });
    }
    return { kind: 'scan', rule: 'scan', score, ends, count, usual: what, detail };
  }

  /** First number of blocks or nodes that is more than a known client needs, which may read each tag separately when it starts. */
  #beyondTags(ends: WireEnds, what: WireScanEvent['what']): number {
    const areRead = (what === 'addresses' || what === 'nodes') && this.#permissions.knows(ends);
    return areRead ? this.#tags.ofDevice(ends.device ?? '').length + 1 : 0;
  }

  /** Suspicion for traffic of a scan that has been found already; undefined for other traffic. */
  goesOn(ends: WireEnds, time: number): Suspicion | undefined {
    const walk = this.#memory.walking.get(ends.client);
    if (walk === undefined || walk.server !== ends.server || time - walk.time > tailMs) return undefined;
    // one host can have the ports of several devices
    if (walk.port !== undefined && walk.port !== ends.port) return undefined;
    const { what: usual = 'addresses', count = 0 } = walk;
    return { kind: 'scan', rule: 'scan', score: 1, ends, usual, count };
  }

  /** Suspicion for a refusal within a scan: it is no finding of its own, but shows that the scan continues. */
  refusal({ ends, fault, time }: WireFaultEvent): Suspicion | undefined {
    const walking = fault === 'exception' ? this.goesOn(ends, time) : undefined;
    const walk = this.#memory.walking.get(ends.client);
    if (walking !== undefined && walk !== undefined) this.#memory.walking.set(ends.client, { ...walk, time });
    return walking;
  }

  /** Suspicion for a request for identity. One is a finding for an unknown client, several are a finding for any client. */
  identity({ ends, operation, unit, requests, time }: WireTrafficEvent, stranger: Suspicion | undefined): Suspicion | undefined {
    if (effectOf(operation) !== 'identity' || requests === 0 || this.#permissions.permit(ends) !== undefined) return undefined;
    if (this.#habits.talks.find([...talkPath(ends), unitStep(unit), operation]) !== undefined) return undefined;
    const count = this.#memory.noteIdentityRequest(ends.client, `${ends.server} ${unitStep(unit)}`, time, identityMs);
    const known = this.#permissions.decides(ends) && stranger !== undefined ? Math.min(1, stranger.score) : 0;
    const score = Math.max(known, count / this.#config.scans.identities);
    return { kind: 'scan', rule: 'identity', score, ends, operation, unit, count };
  }
}
