import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect } from 'vitest';
import { type RouteName, routes } from '../../dashboard/api/index.ts';
import { zodOf } from '../../dashboard/api/schemas/parts.ts';
import { parseMessage } from '../../dashboard/protocol.ts';
import { registry } from '../../src/app/registry.ts';
import { type Serving, serve } from '../../src/app/serve.ts';
import { loadConfig } from '../../src/config/load.ts';
import { systemClock } from '../../src/core/clock.ts';
import { testContext } from '../support/tiny-plant.ts';

/** Data directory and configuration of an earlier version, unpacked, and a monitor of this version that runs on them. */
export class OpenedFixture implements AsyncDisposable {
  /** Folder of the fixture. */
  readonly folder: string;
  #dir = '';
  #serving: Serving | undefined;
  #cookie = '';

  /** @param commit the version that wrote the fixture, the name of its folder */
  constructor(commit: string) {
    this.folder = new URL(`../fixtures/${commit}/`, import.meta.url).pathname;
  }

  get serving(): Serving {
    if (this.#serving === undefined) throw new Error('call start() first');
    return this.#serving;
  }

  /** Unpacks the data directory. Its devices are not running. */
  unpack(): void {
    this.#dir = mkdtempSync(join(tmpdir(), 'scadawatch-upgrade-'));
    execFileSync('tar', ['-xzf', join(this.folder, 'data.tar.gz'), '-C', this.#dir]);
  }

  async start(environment: Record<string, string> = {}): Promise<void> {
    const config = await loadConfig(join(this.folder, 'plant.yaml'), { registry, environment });
    const dashboard = { ...(config.dashboard as object), port: 0 };
    const { logger } = testContext();
    const dataDir = join(this.#dir, 'data');
    this.#serving = await serve({ config: { ...config, dashboard }, dataDir, clock: systemClock, logger, seed: 1 });
  }

  /** Starts the monitor again. The browser keeps its session; its cookie is named by the port of the test. */
  async restart(): Promise<void> {
    await this.serving[Symbol.asyncDispose]();
    this.#serving = undefined;
    await this.start();
    this.#cookie = this.#cookie.replace(/-\d+=/, `-${this.serving.dashboard.port}=`);
  }

  /** Rows of the state database, read beside the monitor. */
  rows(...queries: readonly string[]): unknown[] {
    using database = new DatabaseSync(join(this.#dir, 'data', 'state.db'), { readOnly: true });
    return queries.map((query) => database.prepare(query).all());
  }

  /** Calls a route and checks its answer by the schema of the route: what earlier versions have stored has it too. */
  async call<T>(method: string, path: string, body?: object): Promise<T> {
    const origin = this.serving.dashboard.address;
    const response = await fetch(origin + path, {
      method,
      headers: { origin, cookie: this.#cookie, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    expect(response.status, path).toBe(200);
    this.#cookie = response.headers.get('set-cookie')?.split(';')[0] ?? this.#cookie;
    const answer = parseMessage<T>(await response.text());
    const { answer: schema } = routes[`${method} ${path.split('?')[0]}` as RouteName];
    const { success, error } = zodOf<unknown>(schema).safeParse(answer);
    expect(success ? [] : error.issues, path).toEqual([]);
    return answer;
  }

  signIn(name: string, passphrase: string): Promise<{ role: string }> {
    return this.call('POST', '/api/login', { name, passphrase });
  }

  /** Calls every route that reads alerts, and each of the named ones. */
  async readAll(alerts: readonly { id: string; incident: string }[], plain: readonly string[]): Promise<void> {
    for (const { id, incident } of alerts) {
      await this.call('GET', `/api/alert?id=${id}`);
      await this.call('GET', `/api/alerts/similar?id=${id}`);
      await this.call('GET', `/api/incident?id=${incident}`);
      await this.call('GET', `/api/incident/minor?id=${incident}`);
    }
    for (const route of plain) await this.call('GET', `/api/${route}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#serving?.[Symbol.asyncDispose]();
    rmSync(this.#dir, { recursive: true, force: true });
  }
}
