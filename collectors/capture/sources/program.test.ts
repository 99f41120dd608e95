import { describe, expect, it } from 'vitest';
import { droppedIn } from './program.ts';

describe('the number of packets dropped by a program', () => {
  it.each([
    [
      'dumpcap',
      "Packets captured: 9\nPackets received/dropped on interface 'eth1': 9/4 (pcap:3/dumpcap:1/flushed:0/ps_ifdrop:0) (69.2%)\n",
      4,
    ],
    ['dumpcap', "Capturing on 'eth1'\nFile: -\n", 0],
    [
      'tcpdump',
      '12 packets captured\n14 packets received by filter\n2 packets dropped by kernel\n5 packets dropped by interface\n',
      7,
    ],
    ['tcpdump', 'tcpdump: 1 packet captured, 3 packets received by filter, 1 packet dropped by kernel\n', 1],
    [
      'tcpdump',
      'tcpdump: 0 packets captured, 0 packets received by filter, 2 packets dropped by kernel\n' +
        'tcpdump: 5 packets captured, 9 packets received by filter, 6 packets dropped by kernel, 1 packet dropped by interface\n',
      7,
    ],
  ] as const)('%s: %s', (program, text, expected) => expect(droppedIn(program, text)).toBe(expected));
});
