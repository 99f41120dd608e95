/**
 * Does `work` for every item in the order in which they come, for at most `most` of them at a time, and waits for the last. Where work is
 * waiting for somebody who takes several at once, e.g. a store that commits them together, they need not wait for each other.
 * @throws what `work` rejects with first; nothing more is begun then
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
    // it is awaited below, but may fail before
    task.catch(() => {});
    running.add(task);
    if (failed || running.size >= most) await Promise.race(running);
    if (failed) break;
  }
  await Promise.all(running);
}
