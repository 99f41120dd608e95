import { type Clock, systemClock } from '../../src/core/clock.ts';
import type { Collector, CollectorPlugin, CollectorTarget } from '../../src/core/collector.ts';
import { ScadaError } from '../../src/core/errors.ts';
import type { PluginContext } from '../../src/core/plugin.ts';
import type { WireEvent } from '../../src/core/wire.ts';
import { addressSchema, type CaptureConfig, captureSchema, type SourceConfig } from './config.ts';
import { AddressBook } from './ends.ts';
import { isCapture, isCaptureName } from './file/recognise.ts';
import { streamProtocols } from './protocols.ts';
import { readRecording } from './replay.ts';
import { CaptureSession } from './session.ts';
import { fileSource } from './sources/file.ts';
import { interfaceSource } from './sources/interface.ts';
import { pcapOverIpSource } from './sources/pcap-over-ip.ts';
import type { CaptureSource } from './sources/source.ts';
import { Tap } from './tap.ts';
import { defaultLimits } from './tcp/reassembly.ts';

export { readCapture, type ReplayedPacket, type ReplayOptions } from './replay.ts';

/** Passive tap: decodes the traffic of other clients with the devices, and sends nothing. */
export const capture: CollectorPlugin<CaptureConfig> = {
  type: 'capture',
  summary: 'A network tap: clients of the devices, their requests and writes, from a SPAN port, a capture file or PCAP-over-IP.',
  schema: captureSchema,
  addressSchema,
  recordings: { isNamed: isCaptureName, begins: isCapture, read: readRecording },
  lab: {
    serverOf: ({ source }) =>
      source.type === 'pcap-over-ip' ? { kind: 'tap', host: source.host, port: source.port } : undefined,
    settingsAt: (config, { port }) =>
      config.source.type === 'pcap-over-ip' ? { ...config, source: { ...config.source, port } } : config,
  },
  create: (config, target, context) => createCaptureCollector(config, target, context, systemClock),
};

/** Creates the collector. Stream time is that of the lab or file; programs and sockets need the machine's own clock. */
export function createCaptureCollector(
  config: CaptureConfig,
  target: CollectorTarget,
  context: PluginContext,
  machine: Clock,
): Collector {
  const { device, tags, devices, packets } = target;
  const source = sourceOf(config.source, machine);
  const book = new AddressBook(devices, config.addresses);
  if (book.unresolved.length > 0) {
    const names = book.unresolved.join(', ');
    context.logger.warn(`${device} does not know the addresses of ${names}: their traffic is shown without the device`, {
      hint: 'give them under `addresses` of the tap',
    });
  }
  const tapOf = (emit: (event: WireEvent) => void): Tap =>
    new Tap(
      {
        tap: device,
        periodMs: config.reportMs,
        protocols: streamProtocols(tags, devices),
        book,
        mostConnections: config.maxConnections,
        limits: { ...defaultLimits, totalBytes: config.maxHeldBytes },
      },
      emit,
    );
  let flaw: ScadaError | undefined;
  return {
    async connect(signal) {
      // reading a damaged file again would only end at the same offset
      if (flaw !== undefined) throw flaw;
      const open = await source.open(signal);
      const { name, live } = source;
      const { reportMs, queue } = config;
      const damaged = (error: ScadaError): void => {
        flaw = error;
      };
      return new CaptureSession({
        device,
        name,
        live,
        source: open,
        tap: tapOf,
        // a file is evidence already
        ...(live && packets !== undefined ? { packets } : {}),
        reportMs,
        queue,
        context,
        machine,
        signal,
        damaged,
      });
    },
  };
}

function sourceOf(config: SourceConfig, machine: Clock): CaptureSource {
  switch (config.type) {
    case 'file':
      return fileSource(config.path);
    case 'interface':
      return interfaceSource(config, machine);
    case 'pcap-over-ip':
      return pcapOverIpSource(config.host, config.port);
  }
}
