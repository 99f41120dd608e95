import { join } from 'node:path';
import type { MonitorConfig } from '../../config/resolve.ts';
import type { LabClient } from './client.ts';

/** Adds the certificates of monitor and plant to each other's trust list. Neither trusts an unknown certificate by itself. */
export async function exchangeCertificates(config: MonitorConfig, client: LabClient, data: string): Promise<void> {
  const { opcua } = client.addresses;
  if (opcua === undefined) return;
  for (const { name, plugin } of config.devices) {
    const own = await plugin.lab?.trust?.(join(data, 'devices', name), Buffer.from(opcua.certificate, 'base64'));
    if (own !== undefined) await client.trust(own);
  }
}
