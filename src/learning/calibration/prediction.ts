/**
 * Largest number of events in `observed` (ms, days, any unit) that proves, with `confidence`, that at most `most` events come in
 * the time `coming`. Both counts are Poisson with the same rate; given their sum, the first count is binomial (Nelson,
 * *Confidence intervals for the ratio of two Poisson means and Poisson predictor intervals*, IEEE Trans. Reliability R-19, 1970).
 * @returns −1 if not even an observation without events proves it
 */
export function mostObserved(observed: number, coming: number, most: number, confidence: number): number {
  const share = observed / (observed + coming);
  let count = -1;
  while (binomialBelow(count + 1, count + most + 2, share) <= 1 - confidence) count++;
  return count;
}

/**
 * Shortest time after which an observation without events proves that at most `most` come, see `mostObserved`; same unit as
 * `coming`.
 */
export function leastDays(coming: number, most: number, confidence: number): number {
  return coming * ((1 - confidence) ** (-1 / (most + 1)) - 1);
}

/** P(X ≤ k) of a binomial of n trials with success p, 0 < p < 1; by logarithms, for n in the thousands. */
function binomialBelow(k: number, n: number, p: number): number {
  let log = n * Math.log1p(-p);
  let sum = Math.exp(log);
  for (let i = 1; i <= k; i++) {
    log += Math.log(((n - i + 1) / i) * (p / (1 - p)));
    sum += Math.exp(log);
  }
  return sum;
}

/**
 * Interval that contains the mean of a Poisson count with `confidence`, from one count (Garwood, *Fiducial limits for the Poisson
 * distribution*, Biometrika 28, 1936). Found by bisection on the distribution.
 */
export function poissonInterval(count: number, confidence: number): { readonly low: number; readonly high: number } {
  const tail = (1 - confidence) / 2;
  return {
    low: count === 0 ? 0 : meanWhere((mean) => 1 - poissonBelow(count - 1, mean) < tail, count),
    high: meanWhere((mean) => poissonBelow(count, mean) > tail, count),
  };
}

/** The largest mean for which a condition holds that holds for all smaller ones. */
function meanWhere(holds: (mean: number) => boolean, count: number): number {
  let [low, high] = [0, count + 10 * Math.sqrt(count + 1) + 10];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return low;
}

/** P(X ≤ k) of a Poisson count; by logarithms, for means in the thousands. */
function poissonBelow(k: number, mean: number): number {
  let log = -mean;
  let sum = Math.exp(log);
  for (let i = 1; i <= k; i++) {
    log += Math.log(mean / i);
    sum += Math.exp(log);
  }
  return sum;
}
