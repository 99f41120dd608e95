import { execFile } from 'node:child_process';
import { writeSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import { systemClock } from '../core/clock.ts';
import { formatDuration } from '../core/format.ts';
import { BlockMeter, readMainThread } from './block-meter.ts';
import { cell, type GuardData, set } from './guard-data.ts';

/** Thread that checks the main thread and reports its state to systemd. */
const { shared, checkMs, warnMs, endMs, stopMs, notifyEveryMs } = workerData as GuardData;
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

function end(reason: string): void {
  print(reason);
  process.kill(process.pid, 'SIGKILL');
}

const meter = new BlockMeter(systemClock, readMainThread, Atomics.load(cells, cell.beat));
let blockedMs = 0;
let stoppingMs = 0;
let sinceNotifyMs = 0;
let isReady = false;
for (;;) {
  await systemClock.sleep(checkMs);
  if (Atomics.load(cells, cell.stopping) === set) {
    stoppingMs += checkMs;
    if (stoppingMs >= stopMs) end(`the process has not ended within ${formatDuration(stopMs)} of the signal and is killed`);
  }
  // a start loads programs and may build the pages, which takes long on a busy machine
  if (Atomics.load(cells, cell.ready) !== set) continue;
  const before = blockedMs;
  blockedMs = meter.check(Atomics.load(cells, cell.beat), checkMs);
  if (before < warnMs && blockedMs >= warnMs)
    print(`the main thread has not run for ${formatDuration(warnMs)}: nothing is read or judged meanwhile`);
  if (blockedMs >= endMs)
    end(`the main thread has not run for ${formatDuration(endMs)}: the process is ended so that its service manager restarts it`);
  if (notifyEveryMs === undefined) continue;
  sinceNotifyMs += checkMs;
  if (!isReady) notify('READY=1');
  else if (blockedMs < warnMs && sinceNotifyMs >= notifyEveryMs) notify('WATCHDOG=1');
  else continue;
  isReady = true;
  sinceNotifyMs = 0;
}
