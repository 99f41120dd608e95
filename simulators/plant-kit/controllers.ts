import type { PointTable } from './point-table.ts';

/** Part of a plant's state that describes its controllers. */
export interface ControlledState {
  /** Plant time, ms UTC. */
  readonly time: number;
  readonly memory: number[];
  readonly plc: {
    /** Running time of the controllers, s. */
    uptime: number;
    /** Accepted network writes, per controller. */
    readonly writes: Record<string, number>;
    /** Running time of the controllers at the last restart of one, s, per controller; absent before the first. */
    restarted?: Record<string, number>;
  };
}

/** Updates the diagnostic registers of controllers, whose points are those of `controllerBlock`. */
export class ControllerReports {
  readonly #blocks: readonly {
    readonly controller: string;
    readonly heartbeat: number;
    readonly scan: number;
    readonly clock: number;
    readonly sequence: number;
    readonly typical: number;
  }[];

  /** @param typical scan time of each controller, ms */
  constructor(table: PointTable, typical: Readonly<Record<string, number>>) {
    this.#blocks = Object.entries(typical).map(([controller, scanMs]) => {
      const name = controller.toUpperCase();
      return {
        controller,
        typical: scanMs,
        heartbeat: table.at(`${name}.HB`),
        scan: table.at(`${name}.SCAN`),
        clock: table.at(`${name}.TIME`),
        sequence: table.at(`${name}.SEQ`),
      };
    });
  }

  /** @param jitter noise of the scan time by controller */
  report(state: ControlledState, dt: number, jitter: (controller: string) => number): void {
    const { memory, plc } = state;
    plc.uptime += dt;
    for (const block of this.#blocks) {
      memory[block.heartbeat] = (plc.uptime - (plc.restarted?.[block.controller] ?? 0)) % 65_536;
      memory[block.scan] = Math.round((block.typical + 0.4 * jitter(block.controller)) * 10) / 10;
      memory[block.clock] = Math.floor(state.time / 1000);
      memory[block.sequence] = (plc.writes[block.controller] ?? 0) % 65_536;
    }
  }
}
