import type { Collector, CollectorPlugin, CollectorTarget, Session } from '../../src/core/collector.ts';
import { type Event, observeEvent } from '../../src/core/observation.ts';
import type { PluginContext } from '../../src/core/plugin.ts';
import { openClient } from './client.ts';
import { addressSchema, type OpcuaConfig, opcuaSchema } from './config.ts';
import { failureOf } from './failures.ts';
import { SampleHold } from './hold.ts';
import { quietLibrary } from './library-log.ts';
import { readFacts } from './nodes.ts';
import { OpcuaSession } from './session.ts';

export { ownCertificate, trustServer } from './pki.ts';

type Identity = Extract<Event, { type: 'identity' }>['identity'];

class OpcuaCollector implements Collector {
  readonly #config: OpcuaConfig;
  readonly #target: CollectorTarget;
  readonly #context: PluginContext;
  readonly #hold: SampleHold;
  #identity: Identity | undefined;

  constructor(config: OpcuaConfig, target: CollectorTarget, context: PluginContext) {
    this.#config = config;
    this.#target = target;
    this.#context = context;
    this.#hold = new SampleHold(target);
  }

  async connect(signal: AbortSignal): Promise<Session> {
    const config = this.#config;
    const target = this.#target;
    const context = this.#context;
    quietLibrary(context.logger);
    const client = await openClient(config, target, signal);
    try {
      const facts = await readFacts(client.session);
      const identity: Identity = {
        ...facts.identity,
        securityMode: config.securityMode,
        securityPolicy: config.securityPolicy,
        certificate: client.serverThumbprint,
      };
      const previous = this.#identity;
      this.#identity = identity;
      const event = observeEvent({
        type: 'identity',
        time: context.clock.now(),
        device: target.device,
        identity,
        previous: previous !== undefined && changed(previous, identity) ? previous : undefined,
      });
      const tags = target.tags.ofDevice(target.device);
      return new OpcuaSession({ config, target, context, client, facts, hold: this.#hold, tags }, event);
    } catch (thrown) {
      await client[Symbol.asyncDispose]();
      signal.throwIfAborted();
      throw failureOf(target.device, config.endpoint, thrown);
    }
  }
}

function changed(before: Identity, after: Identity): boolean {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].some((key) => before[key] !== after[key]);
}

/** Collects from an OPC UA server by subscription or polled reads; never writes, never calls. */
export const opcua: CollectorPlugin<OpcuaConfig> = {
  type: 'opcua',
  summary: 'OPC UA over opc.tcp: subscriptions or polled reads, SignAndEncrypt by default, servers by trust list.',
  schema: opcuaSchema,
  addressSchema,
  create: (config, target, context) => new OpcuaCollector(config, target, context),
};
