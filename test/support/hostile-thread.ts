import { starterPort } from '../../src/core/rpc-ports.ts';
import { RpcServer } from '../../src/core/rpc-server.ts';

/** Calls of a thread that does not behave. */
export interface HostileCalls {
  readonly add: { readonly args: readonly [number, number]; readonly result: number };
  readonly forever: { readonly args: null; readonly result: null };
  readonly memory: { readonly args: null; readonly result: null };
  readonly fail: { readonly args: null; readonly result: null };
}

new RpcServer<HostileCalls>(starterPort(), {
  add: ([a, b]) => a + b,
  forever: () => {
    for (;;);
  },
  memory: () => {
    const kept: unknown[] = [];
    for (;;) kept.push(Array.from({ length: 1_000 }, (_, i) => ({ i })));
  },
  fail: () => {
    throw new Error('it is broken');
  },
});
