import { execFile } from 'node:child_process';
import { writeSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import { systemClock } from '../core/clock.ts';
import { formatDuration } from '../core/format.ts';
import { BlockMeter, readMainThread } from './block-meter.ts';
import { cell, type GuardData, set } from './guard-data.ts';
import { mainThreadStack } from './main-stack.ts';
import { recordEnd, recordStop } from './run-record.ts';

/** Thread that checks the main thread, records on disk why it is ended, and reports its state to systemd. */
const { shared, parent, dataDir, checkMs, warnMs, stackMs, endMs, stopMs, notifyEveryMs } = workerData as GuardData;
const cells = new Int32Array(shared);

/** Writes to stderr without the main thread. */
const print = (text: string): void => void writeSync(2, `scadawatch: ${text}\n`);

let notifyFailed = false;
function notify(state: string): void {
  // Node has no Unix datagram sockets; this helper is part of systemd
  execFile('systemd-notify', [state], (error) => {
    if (error !== null && !notifyFailed) print(`systemd-notify ${state} failed: ${error.message.replaceAll(/\s+/g, ' ').trim()}`);
    notifyFailed = error !== null;
  });
}

/** True if the disk has answered the last record: a thread that waits for a dead disk would keep the ended process alive. */
const canRecord = (): boolean => Atomics.load(cells, cell.recording) !== set;

const kill = (): void => void process.kill(process.pid, 'SIGKILL');
const meter = new BlockMeter(systemClock, readMainThread, Atomics.load(cells, cell.beat));
let aliveAt = systemClock.now();
let stall = { blockedMs: 0, stalledMs: 0 };
let stack: Promise<string> | undefined;
let isEnding = false;
let stoppingMs = 0;
let sinceNotifyMs = 0;
let isReady = false;

/** The kill does not wait for a disk or an inspector that does not answer. */
async function end(): Promise<void> {
  if (isEnding) return;
  isEnding = true;
  const reason = `the main thread had not run for ${formatDuration(endMs)}`;
  print(`the main thread has not run for ${formatDuration(endMs)}: the process is ended so that it is started again`);
  if (dataDir !== undefined && canRecord()) await recordEnd(dataDir, { aliveAt, reason, stack: await stack });
  kill();
}

for (;;) {
  await systemClock.sleep(checkMs);
  // a blocked main thread does not see that the process that would start it again has gone
  if (parent !== undefined && process.ppid !== parent) kill();
  if (Atomics.load(cells, cell.stopping) === set) {
    stoppingMs += checkMs;
    if (stoppingMs >= stopMs) {
      print(`the process has not ended within ${formatDuration(stopMs)} of the signal and is killed`);
      if (dataDir !== undefined && canRecord()) await recordStop(dataDir);
      kill();
    }
  }
  // a start loads programs and may build the pages, which takes long on a busy machine
  if (Atomics.load(cells, cell.ready) !== set) continue;
  const before = stall;
  stall = meter.check(Atomics.load(cells, cell.beat), checkMs);
  if (stall.stalledMs === 0) {
    aliveAt = systemClock.now();
    stack = undefined;
  }
  if (before.stalledMs < warnMs && stall.stalledMs >= warnMs)
    print(`the main thread has not run for ${formatDuration(warnMs)}: nothing is read or judged meanwhile`);
  if (stall.blockedMs >= stackMs) stack ??= mainThreadStack();
  if (stall.blockedMs >= endMs) void end();
  if (notifyEveryMs !== undefined) {
    sinceNotifyMs += checkMs;
    const isDue = stall.stalledMs < warnMs && sinceNotifyMs >= notifyEveryMs;
    if (!isReady) notify('READY=1');
    if (isDue || !isReady) {
      if (isReady) notify('WATCHDOG=1');
      sinceNotifyMs = 0;
    }
  }
  isReady = true;
}
