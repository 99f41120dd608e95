import { Workspace } from 'epanet-js';
import { ScadaError } from '../../../src/core/errors.ts';
import { junctions, machines, pipes, pumpCurves, tanks } from './network-data.ts';

/** Boundary conditions of one hydraulic solution. Arrays in the order of `network-data.ts`. */
export interface NetworkBoundary {
  /** Head of the clearwell, m. */
  sourceHead: number;
  /** Heads of the tanks, m. */
  readonly tankHead: Float64Array;
  /** 1 if the pipe of the tank is open. */
  readonly tankOpen: Uint8Array;
  /** Demand per junction, L/s. */
  readonly demand: Float64Array;
  /** Relative speed of P1–P4, B1, B2; 0 is stopped. */
  readonly speed: Float64Array;
  /** Outlet pressure of the reducing valve, m. */
  reducerSetting: number;
}

/** Indices of the links in `NetworkSolver.flow`. */
export const links = {
  pump: pipes.length,
  reducer: pipes.length + 6,
  count: pipes.length + 7,
  tank: ['M4', 'M13', 'S4'].map((id) => pipes.findIndex((pipe) => pipe.id === id)),
} as const;

export const pumpCount = 6;
const nodeCount = junctions.length + 1 + tanks.length;

/** Codes of the toolkit (EPANET 2.2 user manual, EPA/600/R-20/133; toolkit header epanet2_enums.h). */
const code = {
  flow: 8,
  pressure: 11,
  demand: 9,
  elevation: 0,
  baseDemand: 1,
  initStatus: 4,
  initSetting: 5,
  initFlow: 10,
} as const;

/** Below this pressure junctions receive less water than their demand: q = demand·√(p/10 m). */
const servicePressure = 10;

function inputFile(): string {
  const pump = (kind: { id: string; from: string; to: string }, curve: number): string =>
    `${kind.id} ${kind.from} ${kind.to} HEAD ${curve}`;
  const { reducer } = machines;
  return [
    '[JUNCTIONS]',
    ...junctions.map((j) => `${j.id} ${j.elevation} ${j.demand}`),
    // tanks are fixed heads for the solver, because the plant integrates their volume itself
    '[RESERVOIRS]',
    'CW 24',
    ...tanks.map((tank) => `${tank.id} ${tank.bottom + tank.max / 2}`),
    '[PIPES]',
    ...pipes.map((p) => `${p.id} ${p.from} ${p.to} ${p.length} ${p.diameter} ${p.roughness} 0 OPEN`),
    '[PUMPS]',
    ...machines.station.map((p) => pump(p, 1)),
    ...machines.boosters.map((p) => pump(p, 2)),
    '[VALVES]',
    `${reducer.id} ${reducer.from} ${reducer.to} ${reducer.diameter} PRV 38 0`,
    '[CURVES]',
    ...pumpCurves.station.map(([q, h]) => `1 ${q} ${h}`),
    ...pumpCurves.booster.map(([q, h]) => `2 ${q} ${h}`),
    '[OPTIONS]',
    'UNITS LPS',
    'HEADLOSS H-W',
    'TRIALS 60',
    'ACCURACY 0.0001',
    'UNBALANCED CONTINUE 10',
    'DEMAND MODEL PDA',
    'MINIMUM PRESSURE 0',
    `REQUIRED PRESSURE ${servicePressure}`,
    'PRESSURE EXPONENT 0.5',
    '[REPORT]',
    'STATUS NO',
    '[END]',
  ].join('\n');
}

/**
 * EPANET as a function from boundary conditions to flows and pressures. Nothing is kept between two solutions (`initH` resets
 * statuses and flows each time), so that the plant's own state is complete. Uses the engine directly instead of epanet-js's
 * `Project`, whose `runH` prints warnings to the console instead of returning them.
 */
export class NetworkSolver {
  /** Flow per link, L/s: pipes, P1–P4, B1, B2, PRV1; positive from `from` to `to`. */
  readonly flow = new Float64Array(links.count);
  /** Pressure per junction, m; 0 without water. */
  readonly pressure = new Float64Array(junctions.length);
  /** Delivered flow per junction, L/s. */
  readonly delivered = new Float64Array(junctions.length);
  readonly #engine: Workspace['instance'];
  readonly #project: number;
  readonly #out: number;

  private constructor(workspace: Workspace) {
    this.#engine = workspace.instance;
    const handle = this.#engine._malloc(8);
    this.#check('create', this.#engine._EN_createproject(handle));
    this.#project = this.#engine.getValue(handle, 'i32');
    this.#out = this.#engine._malloc(8 * Math.max(links.count, nodeCount));
    workspace.writeFile('network.inp', inputFile());
    const names = ['network.inp', 'network.rpt', 'network.out'].map((name) => this.#text(name));
    this.#check('open', this.#engine._EN_open(this.#project, names[0] ?? 0, names[1] ?? 0, names[2] ?? 0));
    this.#check('openH', this.#engine._EN_openH(this.#project));
  }

  static async load(): Promise<NetworkSolver> {
    const workspace = new Workspace();
    await workspace.loadModule();
    return new NetworkSolver(workspace);
  }

  /** Returns EPANET's warning code, 0 without a warning (1 unbalanced … 4 pump off its curve, 6 negative pressure). */
  solve(boundary: NetworkBoundary): number {
    const { demand, tankHead, tankOpen, speed } = boundary;
    for (let i = 0; i < demand.length; i++) this.#node(i + 1, code.baseDemand, demand[i] ?? 0);
    this.#node(junctions.length + 1, code.elevation, boundary.sourceHead);
    for (let i = 0; i < tanks.length; i++) {
      this.#node(junctions.length + 2 + i, code.elevation, tankHead[i] ?? 0);
      this.#link((links.tank[i] ?? 0) + 1, code.initStatus, tankOpen[i] ?? 1);
    }
    for (let i = 0; i < pumpCount; i++) {
      const n = speed[i] ?? 0;
      this.#link(links.pump + i + 1, code.initSetting, n);
      this.#link(links.pump + i + 1, code.initStatus, n > 0 ? 1 : 0);
    }
    // a setting activates the valve again, whatever its state was
    this.#link(links.reducer + 1, code.initSetting, boundary.reducerSetting);
    this.#check('initH', this.#engine._EN_initH(this.#project, code.initFlow));
    const warning = this.#engine._EN_runH(this.#project, this.#out);
    this.#check('runH', warning);
    this.#read();
    return warning;
  }

  #read(): void {
    const at = this.#out / 8;
    this.#engine._EN_getlinkvalues(this.#project, code.flow, this.#out);
    const heap = this.#engine.HEAPF64;
    for (let i = 0; i < links.count; i++) this.flow[i] = heap[at + i] ?? 0;
    this.#engine._EN_getnodevalues(this.#project, code.pressure, this.#out);
    for (let i = 0; i < junctions.length; i++) this.pressure[i] = Math.max(0, heap[at + i] ?? 0);
    this.#engine._EN_getnodevalues(this.#project, code.demand, this.#out);
    for (let i = 0; i < junctions.length; i++) this.delivered[i] = Math.max(0, heap[at + i] ?? 0);
  }

  #node(index: number, property: number, value: number): void {
    this.#engine._EN_setnodevalue(this.#project, index, property, value);
  }

  #link(index: number, property: number, value: number): void {
    this.#engine._EN_setlinkvalue(this.#project, index, property, value);
  }

  #text(text: string): number {
    const pointer = this.#engine._malloc(text.length + 1);
    for (let i = 0; i < text.length; i++) this.#engine.HEAPU8[pointer + i] = text.charCodeAt(i);
    this.#engine.HEAPU8[pointer + text.length] = 0;
    return pointer;
  }

  /** Codes above 100 are errors, lower ones are warnings. */
  #check(step: string, result: number): void {
    if (result > 100) throw new ScadaError('fatal', 'INTERNAL', `EPANET fails in ${step} with code ${result}`);
  }
}
