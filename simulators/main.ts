import { systemClock } from '../src/core/clock.ts';
import { toScadaError } from '../src/core/errors.ts';
import { Metrics, type PluginContext, silentLogger } from '../src/core/plugin.ts';
import { Random } from '../src/core/random.ts';
import type { LabMessage, LabRequest, SimulatorAddresses } from './lab/messages.ts';
import { Simulator } from './lab/simulator.ts';

/** The simulator as a process of its own: forked by the monitor, led over IPC, gone when its parent is. */
const send = (message: LabMessage): void => void process.send?.(message);
let simulator: Simulator | undefined;

async function handle(request: LabRequest): Promise<SimulatorAddresses | undefined> {
  if (request.call === 'open') {
    const { config } = request;
    const context: PluginContext = {
      logger: silentLogger,
      clock: systemClock,
      random: new Random(config.seed),
      metrics: new Metrics(),
    };
    simulator = await Simulator.open(config, context, {
      status: (status) => send({ type: 'status', status }),
      beat: (beat) => send({ type: 'beat', beat }),
    });
    // a stopped plant must not look alive, so this process ends and the monitor notices it
    simulator.join().catch((thrown: unknown) => {
      console.error(`the simulated plant has failed: ${toScadaError(thrown).message}`);
      process.exit(1);
    });
    send({ type: 'status', status: simulator.status() });
    return simulator.addresses;
  }
  if (simulator === undefined) throw new Error(`${request.call} came before open`);
  switch (request.call) {
    case 'trust':
      await simulator.trust(Buffer.from(request.certificate, 'base64'));
      break;
    case 'speed':
      simulator.setSpeed(request.speed, request.why);
      break;
    case 'start':
      simulator.start(request.scenario);
      break;
    case 'stop':
      await simulator.stop();
      break;
    case 'reset':
      await simulator.reset();
  }
  send({ type: 'status', status: simulator.status() });
  return undefined;
}

process.on('message', (request: LabRequest) => {
  handle(request).then(
    (addresses) => send({ type: 'answer', id: request.id, addresses }),
    (thrown: unknown) => send({ type: 'refused', id: request.id, message: toScadaError(thrown).message }),
  );
});

async function end(): Promise<void> {
  await simulator?.[Symbol.asyncDispose]();
  process.exit(0);
}
process.on('disconnect', () => void end());
process.on('SIGTERM', () => void end());
// the terminal's interrupt reaches both processes: the parent decides when this one ends
process.on('SIGINT', () => {});
