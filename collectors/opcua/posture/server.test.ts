import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { actorCertificate, connectOpcuaActor } from '../../../simulators/actors/opcua.ts';
import type { Collector, Session } from '../../../src/core/collector.ts';
import type { PostureEvent } from '../../../src/core/observation.ts';
import { Collected, type OpcuaBench, openOpcuaBench, opcuaTag } from '../../../test/support/opcua.ts';

const tags = [opcuaTag('CL.AT01')];
const often = { postureEveryMs: 1_000 };

const watch = async (collector: Collector): Promise<Watched> =>
  new Watched(await collector.connect(new AbortController().signal));

/** A session that continues to run between two readings of its events. */
class Watched implements AsyncDisposable {
  readonly #session: Session;
  readonly #seen = new Collected();
  readonly #running: Promise<void>;
  #news = Promise.withResolvers<void>();

  constructor(session: Session) {
    this.#session = session;
    this.#running = this.#run();
  }

  /** Resolves with the next event of a subject. */
  async told(subject: PostureEvent['subject']): Promise<PostureEvent> {
    for (;;) {
      const at = this.#seen.events.findIndex((event) => event.type === 'posture' && event.subject === subject);
      const [event] = at < 0 ? [] : this.#seen.events.splice(at, 1);
      if (event?.type === 'posture') return event;
      await this.#next();
    }
  }

  /** Resolves when the posture of the server has been read. */
  async looked(): Promise<void> {
    while (this.#seen.event('clock') === undefined) await this.#next();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#session[Symbol.asyncDispose]();
    await this.#running;
  }

  async #next(): Promise<void> {
    await Promise.race([this.#news.promise, this.#running.then(() => Promise.reject(new Error('the session ended')))]);
  }

  async #run(): Promise<void> {
    for await (const observation of this.#session) {
      this.#seen.add(observation);
      this.#news.resolve();
      this.#news = Promise.withResolvers();
    }
  }
}

/** Another client than the collector, with a certificate and a name of its own. */
async function stranger(bench: OpcuaBench, passphrase = bench.user.passphrase) {
  const pkiDir = join(bench.folder, 'stranger');
  await bench.server.trust(await actorCertificate(pkiDir));
  const user = { name: bench.user.name, passphrase };
  const { endpoint, certificate } = bench.server;
  return await connectOpcuaActor({ endpoint, user, pkiDir, serverCertificate: certificate }, bench.context);
}

// each waits for the next check of its own server
describe.concurrent('the posture of a server', () => {
  it('warns of a client that connects for the first time, and counts sessions', async () => {
    await using bench = await openOpcuaBench();
    await using watched = await watch(bench.collector(tags, often));
    await watched.looked();
    const other = await stranger(bench);
    const joined = await watched.told('clients');
    expect(joined).toMatchObject({ device: 'ua1', weight: 'warning' });
    expect(joined.text).toMatch(/^a client has a session that never had one before: urn:.*actor/);
    expect(await watched.told('sessions')).toMatchObject({ before: 'count: 1', after: 'count: 2', weight: 'note' });
    await other[Symbol.asyncDispose]();
    expect(await watched.told('clients')).toMatchObject({ weight: 'note' });
    expect(await watched.told('sessions')).toMatchObject({ before: 'count: 2', after: 'count: 1' });
  });

  it('warns of a session that the server refused', async () => {
    await using bench = await openOpcuaBench();
    await using watched = await watch(bench.collector(tags, often));
    await watched.looked();
    await expect(stranger(bench, 'another')).rejects.toMatchObject({ code: 'DEVICE_REFUSED' });
    expect(await watched.told('rejected-sessions')).toMatchObject({
      weight: 'warning',
      text: 'the server refused 1 session for reasons of security',
    });
  });

  it('reports a server that is put out of service, and back', async () => {
    await using bench = await openOpcuaBench();
    await using watched = await watch(bench.collector(tags, often));
    await watched.looked();
    bench.server.setState('Suspended');
    expect(await watched.told('server-state')).toMatchObject({
      before: 'state: Running',
      after: 'state: Suspended',
      weight: 'warning',
    });
    bench.server.setState('Running');
    expect(await watched.told('server-state')).toMatchObject({ after: 'state: Running', weight: 'note' });
  });

  it('warns of a new namespace', async () => {
    const options: { namespaces?: readonly string[] } = {};
    await using bench = await openOpcuaBench(options);
    const collector = bench.collector(tags);
    {
      await using watched = await watch(collector);
      await watched.looked();
    }
    options.namespaces = ['urn:added'];
    await bench.restart();
    await using watched = await watch(collector);
    const told = await watched.told('namespaces');
    expect(told.weight).toBe('warning');
    expect(told.text).toMatch(/^the server's namespaces are others: 2 none → urn:added$/);
  });
});
