import { systemClock } from '../src/core/clock.ts';
import { toScadaError } from '../src/core/errors.ts';
import { Metrics, type PluginContext, silentLogger } from '../src/core/plugin.ts';
import { Random } from '../src/core/random.ts';
import { RpcServer } from '../src/core/rpc-server.ts';
import { starterPort } from '../src/core/rpc-ports.ts';
import type { LabCalls, LabEvent, SimulatorConfig } from './lab/messages.ts';
import { Simulator } from './lab/simulator.ts';

/** Entry point of the simulator process: forked by the monitor, controlled over IPC, and ended with its parent. */
let simulator: Simulator | undefined;

async function open(config: SimulatorConfig): Promise<LabCalls['open']['result']> {
  const context: PluginContext = {
    logger: silentLogger,
    clock: systemClock,
    random: new Random(config.seed),
    metrics: new Metrics(),
  };
  const opened = await Simulator.open(config, context, {
    status: (status) => server.emit({ type: 'status', status }),
    beat: (beat) => server.emit({ type: 'beat', beat }),
  });
  simulator = opened;
  // a stopped plant must not appear to run, so that this process ends and the monitor notices it
  opened.join().catch((thrown: unknown) => {
    console.error(`the simulated plant has failed: ${toScadaError(thrown).message}`);
    process.exit(1);
  });
  const { addresses, scenarios, campaigns } = opened;
  return { addresses, status: opened.status(), scenarios, campaigns };
}

/** Runs a command on the simulator, then reports its status. */
async function lead(act: (opened: Simulator) => void | Promise<void>): Promise<void> {
  if (simulator === undefined) throw new Error('a call came before open');
  await act(simulator);
  server.emit({ type: 'status', status: simulator.status() });
}

const server = new RpcServer<LabCalls, LabEvent>(starterPort(), {
  open,
  trust: async ({ certificate }) => lead((opened) => opened.trust(Buffer.from(certificate, 'base64'))),
  speed: async ({ speed, why }) => lead((opened) => opened.setSpeed(speed, why)),
  start: async ({ scenario }) => lead((opened) => opened.start(scenario)),
  campaign: async ({ campaign }) => lead((opened) => opened.startCampaign(campaign)),
  stop: async () => lead((opened) => opened.stop()),
  reset: async () => lead((opened) => opened.reset()),
});

async function end(): Promise<void> {
  try {
    await simulator?.[Symbol.asyncDispose]();
    process.exit(0);
  } catch (thrown) {
    console.error(`the simulated plant is not kept for the next run: ${toScadaError(thrown).message}`);
    process.exit(1);
  }
}
process.on('disconnect', () => void end());
process.on('SIGTERM', () => void end());
// the terminal's interrupt reaches both processes: the parent decides when this one ends
process.on('SIGINT', () => {});
