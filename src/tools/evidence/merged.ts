/** Merges streams that are sorted by time. At equal times, the earlier stream comes first. */
export async function* merged<Timed extends { readonly time: number }>(
  sources: readonly AsyncGenerator<Timed, void, void>[],
): AsyncGenerator<Timed, void, void> {
  const heads = await Promise.all(sources.map((source) => source.next()));
  for (;;) {
    let first: number | undefined;
    let earliest = Number.POSITIVE_INFINITY;
    for (const [index, head] of heads.entries()) {
      if (head.done === true || head.value.time >= earliest) continue;
      first = index;
      earliest = head.value.time;
    }
    const source = first === undefined ? undefined : sources[first];
    const head = first === undefined ? undefined : heads[first];
    if (first === undefined || source === undefined || head === undefined || head.done === true) return;
    yield head.value;
    heads[first] = await source.next();
  }
}
