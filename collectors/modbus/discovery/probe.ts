import type { Clock } from '../../../src/core/clock.ts';
import type { ModbusConfig } from '../config.ts';
import type { DeviceIdentity } from '../identity.ts';
import type { ReadRequest } from '../link.ts';
import { isBitTable } from '../planner.ts';
import { acknowledged, busy, describeException, isOfGateway, isSearched } from '../quality.ts';
import type { RateLimitedRequester } from './requester.ts';
import { halves, layOut, rangeText, type Refused, refusedBy } from './layout.ts';
import type { ModbusDiscoveryOptions } from './options.ts';

/** An answered request and its data at each sampling; undefined for a sampling without an answer. */
export interface Piece extends ReadRequest {
  readonly data: (Buffer | undefined)[];
}

/** A request that was halved. */
interface Cut {
  readonly whole: ReadRequest;
  readonly parts: readonly ReadRequest[];
}

type Answer = { readonly data: Buffer } | { readonly exception: number } | undefined;

/** Repetitions of a request without an answer, or with one that cannot be decoded. */
const silenceRetries = 1;
/** Number of consecutive silent units after which the whole device counts as silent. */
const mostSilentUnits = 2;

/** Reads the given ranges of a device repeatedly, and stores what it refuses. */
export class Probe {
  readonly #config: ModbusConfig;
  readonly #options: ModbusDiscoveryOptions;
  readonly #requester: RateLimitedRequester;
  readonly #machine: Clock;
  readonly #planned: readonly ReadRequest[];
  readonly #pieces: Piece[] = [];
  readonly #refused: Refused[] = [];
  readonly #cuts: Cut[] = [];
  readonly #losses: string[] = [];
  /** Units, and tables of units, that are not read any more. */
  readonly #gone = new Set<string>();
  #extra: number;
  readonly #answered = new Set<number>();
  /** Unit of the last request, and its consecutive timeouts. */
  #unit = Number.NaN;
  #silences = 0;
  #silentUnits = 0;
  #stopped = false;
  #samplings = 0;
  #identity: DeviceIdentity | undefined = {};

  constructor(config: ModbusConfig, options: ModbusDiscoveryOptions, requester: RateLimitedRequester, machine: Clock) {
    this.#config = config;
    this.#options = options;
    this.#requester = requester;
    this.#machine = machine;
    this.#planned = layOut(config, options);
    this.#extra = options.extra;
  }

  get pieces(): readonly Piece[] {
    return this.#pieces;
  }

  get refused(): readonly Refused[] {
    return this.#refused;
  }

  /** Sentences about omitted ranges and units. */
  get losses(): readonly string[] {
    return this.#losses;
  }

  /** Empty if the device reports no identity, undefined if it closed the connection on the request. */
  get identity(): DeviceIdentity | undefined {
    return this.#identity;
  }

  /** Number of completed samplings of all ranges. */
  get samplings(): number {
    return this.#samplings;
  }

  /**
   * Length of the shortest request that the device refused although it answered all parts of it: the length itself was refused.
   * Infinite if there was none.
   */
  tooLong(bits: boolean): number {
    const refused = this.#cuts.filter(({ whole }) => isBitTable(whole.table) === bits && this.#isWhole(whole));
    return Math.min(...refused.map(({ whole }) => whole.count));
  }

  /** Runs all requests, and yields before each one. @throws AbortError; ScadaError if the connection cannot be opened again */
  async *run(): AsyncGenerator<{ readonly sampling: number; readonly text: string }, void, void> {
    await this.#requester.connect();
    for (let sampling = 0; sampling < this.#options.samples && !this.#stopped; sampling++) {
      const start = this.#machine.monotonic();
      yield* sampling === 0 ? this.#first() : this.#again(sampling);
      this.#samplings++;
      if (sampling === 0) await this.#readIdentity();
      const isLast = this.#stopped || sampling + 1 === this.#options.samples;
      if (!isLast) await this.#requester.wait(start + 1000 * this.#options.every - this.#machine.monotonic());
    }
  }

  async *#first() {
    const pending = [...this.#planned];
    for (let request = pending.shift(); request !== undefined && !this.#stopped; request = pending.shift()) {
      if (this.#isGone(request)) continue;
      yield { sampling: 0, text: rangeText(request) };
      const answer = await this.#request(request, true);
      if (answer === undefined) continue;
      if ('data' in answer) this.#pieces.push({ ...request, data: [answer.data] });
      else if (request.count > 1 && this.#extra >= 2) {
        this.#extra -= 2;
        const parts = halves(request);
        this.#cuts.push({ whole: request, parts });
        pending.push(...parts);
      } else {
        const further = request.count > 1 ? ', and not looked into any further' : '';
        this.#refused.push({ ...request, why: `${refusedBy(answer.exception)}${further}` });
      }
    }
  }

  async *#again(sampling: number) {
    for (const piece of this.#pieces) {
      if (this.#stopped) return;
      if (this.#isGone(piece)) continue;
      yield { sampling, text: rangeText(piece) };
      const answer = await this.#request(piece, false);
      piece.data[sampling] = answer !== undefined && 'data' in answer ? answer.data : undefined;
    }
  }

  /** @param lists true to list the request if it has no answer */
  async #request(request: ReadRequest, lists: boolean): Promise<Answer> {
    const { busyRetries, busyWaitMs, timeoutMs } = this.#config;
    const fail = (why: string): undefined => {
      if (lists) this.#refused.push({ ...request, why });
    };
    if (request.unit !== this.#unit) this.#silences = 0;
    this.#unit = request.unit;
    for (let attempt = 0; ; attempt++) {
      const outcome = await this.#requester.read(request);
      if (outcome.kind === 'lost') return fail(`the connection ended: ${outcome.why}`);
      if (outcome.kind === 'timeout') {
        this.#silences++;
        this.#requester.troubled();
        this.#requester.rest(timeoutMs * 2 ** (this.#silences - 1));
        if (this.#silences >= this.#options.giveUp) return this.#silent(request.unit);
      } else this.#noteAnswer(request.unit);
      if (outcome.kind === 'data') return { data: outcome.bytes };
      if (outcome.kind === 'exception') {
        const { exception } = outcome;
        if (isSearched(exception)) return { exception };
        if (isOfGateway(exception)) return this.#leave(`unit ${request.unit}`, refusedBy(exception));
        if (exception === 1) return this.#leave(`unit ${request.unit}, ${request.table}`, refusedBy(exception));
        if (exception !== busy && exception !== acknowledged) return fail(refusedBy(exception));
        this.#requester.troubled();
        if (attempt >= busyRetries || !this.#takeExtra()) return fail(`${describeException(exception)} all the time`);
        this.#requester.rest(busyWaitMs * 2 ** attempt);
      } else if (attempt >= this.#retries(request.unit) || !this.#takeExtra()) {
        return fail(outcome.kind === 'timeout' ? 'no answer' : `an answer that cannot be understood: ${outcome.why}`);
      }
    }
  }

  #noteAnswer(unit: number): void {
    this.#answered.add(unit);
    this.#silences = this.#silentUnits = 0;
  }

  /** A unit without any answer is repeated up to the limit of timeouts. */
  #retries(unit: number): number {
    return this.#answered.has(unit) ? silenceRetries : this.#options.giveUp;
  }

  #takeExtra(): boolean {
    if (this.#extra < 1) return false;
    this.#extra--;
    return true;
  }

  #silent(unit: number): undefined {
    this.#leave(`unit ${unit}`, `no answer to ${this.#silences} requests in a row`);
    this.#silences = 0;
    this.#silentUnits++;
    if (this.#silentUnits >= mostSilentUnits) this.#stopped = true;
  }

  #leave(what: string, why: string): undefined {
    this.#gone.add(what);
    this.#losses.push(`${what}: ${why}, left alone`);
  }

  #isGone({ unit, table }: ReadRequest): boolean {
    return this.#gone.has(`unit ${unit}`) || this.#gone.has(`unit ${unit}, ${table}`);
  }

  /** The identity is not read from a device that has not answered any request. */
  async #readIdentity(): Promise<void> {
    const [first] = this.#pieces;
    if (first !== undefined && this.#config.identity && !this.#stopped)
      this.#identity = await this.#requester.identity(first.unit);
  }

  /** True if the request was halved and all its parts were answered. */
  #isWhole(request: ReadRequest): boolean {
    const cut = this.#cuts.find(({ whole }) => isSame(whole, request));
    return cut?.parts.every((part) => this.#pieces.some((piece) => isSame(piece, part)) || this.#isWhole(part)) === true;
  }
}

const isSame = (a: ReadRequest, b: ReadRequest): boolean =>
  a.unit === b.unit && a.table === b.table && a.start === b.start && a.count === b.count;
