import { globSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { countsByTap, countsByTshark, otherByTshark } from '../../../test/support/modbus-counts.ts';
import { requirePeer } from '../../../test/support/peers.ts';

const folder = fileURLToPath(new URL('../fixtures/', import.meta.url));
const captures = globSync(['iti/[Mfm]*.pcap.gz', 'icsnpp/modbus*.pcap.gz'], { cwd: folder }).toSorted();

describe('tshark and the Modbus decoder', () => {
  it('have at least one capture in common', () => {
    expect(captures).toHaveLength(11);
  });

  it.for(captures)(
    'count the same requests, responses and exceptions by unit and function in %s',
    { timeout: 60_000 },
    async (capture, test) => {
      const { path } = requirePeer('tshark', test);
      const other = otherByTshark[basename(capture, '.gz')];
      const ours = await countsByTap(folder + capture, test.signal);
      const theirs = await countsByTshark(path, folder + capture, other?.patient);
      if (other?.decodes === false) {
        expect(theirs.size).toBe(0);
        expect(ours.size).toBeGreaterThan(0);
      } else expect(ours).toEqual(theirs);
    },
  );

  it('differ on fuzz-72, of which tshark decodes nothing: the functions are those in its bytes', async (test) => {
    // each is a complete frame of twelve bytes from port 2582, whose eighth byte is the function
    const ours = await countsByTap(`${folder}iti/fuzz-72.pcap.gz`, test.signal);
    const functions = [29, 33, 34, 35, 36, 37, 43, 46, 47, 50, 52, 54, 63, 65, 70, 71];
    expect([...ours.keys()].filter((key) => key.startsWith('request'))).toEqual(
      functions.map((code) => `request unit 1 FC${code}`),
    );
    expect(ours.get('request unit 1 FC71')).toBe(2);
  });
});
