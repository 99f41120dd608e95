/**
 * Runs `work` for every item in order, at most `most` at a time, and waits for the last. Several pending items help a receiver
 * that handles many at once, e.g. a store that commits them together.
 * @throws the first rejection of `work`; no further item is begun
 */
export async function forEachAtOnce<T>(items: AsyncIterable<T>, most: number, work: (item: T) => Promise<void>): Promise<void> {
  const running = new Set<Promise<void>>();
  let failed = false;
  for await (const item of items) {
    const task = work(item).then(
      () => void running.delete(task),
      (thrown: unknown) => {
        failed = true;
        throw thrown;
      },
    );
    // awaited below, but may fail earlier
    task.catch(() => {});
    running.add(task);
    if (failed || running.size >= most) await Promise.race(running);
    if (failed) break;
  }
  await Promise.all(running);
}
