let scratch = new Float64Array(0);

/** Sum of the `count` largest of some values, which are unchanged: quickselect (C. A. R. Hoare, CACM 4 (1961) 321). */
export function sumOfLargest(values: Float64Array, count: number): number {
  if (scratch.length < values.length) scratch = new Float64Array(values.length);
  scratch.set(values);
  let from = 0;
  let to = values.length - 1;
  // moves the largest `count` to the front, in no order
  while (from < to) {
    const pivot = scratch[(from + to) >> 1] as number;
    let i = from;
    let j = to;
    while (i <= j) {
      while ((scratch[i] as number) > pivot) i++;
      while ((scratch[j] as number) < pivot) j--;
      if (i > j) break;
      const value = scratch[i] as number;
      scratch[i++] = scratch[j] as number;
      scratch[j--] = value;
    }
    if (count - 1 <= j) to = j;
    else if (count - 1 >= i) from = i;
    else break;
  }
  let sum = 0;
  for (let i = 0; i < count; i++) sum += scratch[i] as number;
  return sum;
}
