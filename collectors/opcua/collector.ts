import { type Clock, systemClock } from '../../src/core/clock.ts';
import type { Collector, CollectorTarget, Session } from '../../src/core/collector.ts';
import { observeEvent } from '../../src/core/observation.ts';
import type { PluginContext } from '../../src/core/plugin.ts';
import { Rounds } from '../../src/core/rounds.ts';
import { RequestBudget } from '../../src/ingest/polling/budget.ts';
import { Renewal } from './renewal.ts';
import type { OpenClient } from './connection/client.ts';
import { deprecatedPolicies, type OpcuaConfig } from './config.ts';
import { readFacts } from './requests/facts.ts';
import { failureOf } from './connection/failures.ts';
import { HandoverSession } from './subscription/handover.ts';
import { SampleHold } from './values/hold.ts';
import { quietLibrary } from './connection/library-log.ts';
import { ServerLimits } from './requests/limits.ts';
import { Link } from './link/link.ts';
import { differences, type Facets } from './posture/memory.ts';
import { Posture } from './posture/posture.ts';
import { OpcuaSession } from './session/session.ts';
import type { Inheritance } from './link/transfer.ts';

/** State of a device that outlives its sessions. */
interface Kept {
  readonly posture: Posture;
  readonly renewal: Renewal;
}

class OpcuaCollector implements Collector {
  readonly #config: OpcuaConfig;
  readonly #target: CollectorTarget;
  readonly #context: PluginContext;
  readonly #wall: Clock;
  readonly #hold: SampleHold;
  readonly #limits: ServerLimits;
  readonly #budget: RequestBudget;
  readonly #inheritance: Inheritance = { left: undefined, unsupported: false };
  #kept: Promise<Kept> | undefined;

  constructor(config: OpcuaConfig, target: CollectorTarget, context: PluginContext, wall: Clock) {
    this.#config = config;
    this.#target = target;
    this.#context = context;
    this.#wall = wall;
    this.#hold = new SampleHold(target);
    this.#limits = new ServerLimits(config);
    this.#budget = new RequestBudget(systemClock, config.maxRequestsPerSecond);
    // the search for the device's tags has used the budget until now
    this.#budget.rest(1_000 / config.maxRequestsPerSecond);
  }

  async connect(signal: AbortSignal): Promise<Session> {
    quietLibrary(this.#context.logger);
    this.#kept ??= this.#keep();
    const kept = await this.#kept;
    const { renewal } = kept;
    const first = await this.#begin(kept, await renewal.open(signal), signal);
    if (this.#config.securityMode === 'None') return first;
    return new HandoverSession(first, async (stop) => await this.#successor(kept, stop));
  }

  /** Opens a session with the renewed own certificate while the previous session still runs. */
  async #successor(kept: Kept, signal: AbortSignal): Promise<Session> {
    const rounds = new Rounds(systemClock);
    for (;;) {
      await rounds.next(signal);
      const client = await kept.renewal.successor(signal);
      let session: OpcuaSession | undefined;
      try {
        session = await this.#begin(kept, client, signal);
        await systemClock.sleep(await session.prepare(signal), signal);
        return session;
      } catch (thrown) {
        await session?.[Symbol.asyncDispose]();
        signal.throwIfAborted();
        this.#context.logger.warn(`${this.#target.device}: no handover to our renewed certificate: ${String(thrown)}`);
      }
    }
  }

  async #keep(): Promise<Kept> {
    const config = this.#config;
    const target = this.#target;
    const context = this.#context;
    const { clock, logger } = context;
    const posture = await Posture.open({
      device: target.device,
      dataDir: target.dataDir,
      clients: config.clients,
      clock,
      logger,
    });
    return { posture, renewal: new Renewal({ budget: this.#budget, config, target, context, posture, wall: this.#wall }) };
  }

  /** Creates a session on an open client. Closes the client on failure. */
  async #begin({ posture, renewal }: Kept, client: OpenClient, signal: AbortSignal): Promise<OpcuaSession> {
    const config = this.#config;
    const target = this.#target;
    const context = this.#context;
    const { device } = target;
    try {
      const shared = { config, target, context, client, budget: this.#budget };
      const limits = this.#limits;
      const link = new Link(shared);
      const facts = await readFacts(link, limits.read, signal);
      limits.state(facts.limits);
      const { securityMode, securityPolicy } = config;
      const certificate = client.serverCertificate?.thumbprint ?? '';
      const identity: Facets = { ...facts.identity, securityMode, securityPolicy, certificate };
      const known = posture.known('identity');
      const previous = known !== undefined && differences(known, identity).length > 0 ? known : undefined;
      posture.keep('identity', identity);
      if (certificate !== '') posture.observe('certificate', { thumbprint: certificate });
      this.#noteSecurity(posture);
      const greeting = observeEvent({ type: 'identity', time: context.clock.now(), device, identity, previous });
      const checkCertificates = async (): Promise<void> => await this.#checkCertificates(posture, renewal, client);
      const tags = target.tags.ofDevice(device);
      const wall = this.#wall;
      const inheritance = this.#inheritance;
      const parts = { ...shared, link, facts, limits, hold: this.#hold, tags, posture, inheritance, wall, checkCertificates };
      return new OpcuaSession(parts, greeting);
    } catch (thrown) {
      await client[Symbol.asyncDispose]();
      signal.throwIfAborted();
      throw failureOf(device, config.endpoint, thrown);
    }
  }

  /** Reports a configuration without security once in a run: it is intended, but should be known. */
  #noteSecurity(posture: Posture): void {
    const { securityMode, securityPolicy } = this.#config;
    const after = `${securityPolicy} ${securityMode}`;
    const what = deprecatedPolicies.includes(securityPolicy)
      ? `the configuration asks for the deprecated policy ${securityPolicy}: what it protects can be read or forged`
      : 'the configuration asks for no security: what the server says can be read and forged on the way';
    if (securityMode === 'None' || deprecatedPolicies.includes(securityPolicy)) {
      posture.report({ subject: 'security', before: '', after, text: what, weight: 'warning' });
    }
  }

  async #checkCertificates(posture: Posture, renewal: Renewal, client: OpenClient): Promise<void> {
    const now = this.#wall.now();
    const { serverCertificate, userCertificate } = client;
    if (this.#config.securityMode !== 'None') await renewal.warn();
    if (serverCertificate !== undefined) {
      const advice = 'it is to be renewed on the server, and its successor to be trusted here';
      posture.expiry('certificate', "the server's certificate", serverCertificate, now, advice);
    }
    if (userCertificate !== undefined) {
      const advice = `put its successor in the place of ${userCertificate.file}`;
      posture.expiry('user-certificate', "the user's certificate", userCertificate, now, advice);
    }
  }
}

/** Creates an OPC UA collector. `wall` is the clock for certificates: the machine's clock except in tests. */
export const createOpcuaCollector = (
  config: OpcuaConfig,
  target: CollectorTarget,
  context: PluginContext,
  wall: Clock = systemClock,
): Collector => new OpcuaCollector(config, target, context, wall);
