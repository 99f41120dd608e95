import { readFileSync } from 'node:fs';

/** CPU time and memory of a process with its children. */
export interface Usage {
  readonly cpuMs: number;
  /** Of the process itself. */
  readonly rssMb: number;
  /** With its children. */
  readonly allMb: number;
}

/** Ticks of CPU time in /proc are 10 ms on every Linux. */
const tickMs = 10;

/** Reads /proc. @throws on another system, or if the process has ended */
export function usageOf(pid: number): Usage {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  const own = ofOne(String(pid));
  const others = children === '' ? [] : children.split(' ').map(ofOne);
  return {
    rssMb: own.rssMb,
    allMb: others.reduce((sum, { rssMb }) => sum + rssMb, own.rssMb),
    cpuMs: others.reduce((sum, { cpuMs }) => sum + cpuMs, own.cpuMs),
  };
}

function ofOne(pid: string): { readonly rssMb: number; readonly cpuMs: number } {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // the name of the program may contain spaces; utime and stime are fields 14 and 15
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const rss = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return { cpuMs: (Number(fields[11]) + Number(fields[12])) * tickMs, rssMb: (Number(rss) * 1024) / 1e6 };
}
