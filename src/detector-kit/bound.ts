import { gammaln, probit } from 'simple-statistics';

/** Most lags that are examined, and the autocorrelation below which values count as independent. */
const mostLags = 60;
const negligible = 0.05;

/**
 * The number of independent values that equals a correlated series: n / (1 + 2·Σρ), the autocorrelations summed up to the first that is
 * negligible (initial positive sequence; Geyer, Stat. Sci. 7 (1992) 473).
 * @param parts stretches of one series, in order
 */
export function independentValues(parts: readonly Float64Array[]): number {
  let n = 0;
  let mean = 0;
  for (const part of parts) {
    n += part.length;
    for (const value of part) mean += value;
  }
  mean /= Math.max(1, n);
  const variance = productAt(parts, mean, 0);
  if (!(variance > 0)) return n;
  let time = 1;
  for (let lag = 1; lag < mostLags; lag++) {
    const rho = productAt(parts, mean, lag) / variance;
    if (!(rho >= negligible)) break;
    time += 2 * rho;
  }
  return n / time;
}

/**
 * Upper bound of the next value of a series with probability 1 − `share`: a prediction bound of Student's t with as many
 * degrees of freedom as there are independent values. Few of them give a high bound.
 * @param parts stretches of one series of roughly normal values
 * @param independent number of independent values
 */
export function predictionBound(parts: readonly Float64Array[], share: number, independent: number): number {
  const n = parts.reduce((sum, { length }) => sum + length, 0);
  const mean = parts.reduce((sum, part) => part.reduce((total, value) => total + value, sum), 0) / Math.max(1, n);
  const variance = (productAt(parts, mean, 0) * n) / Math.max(1, n - 1);
  const freedom = Math.max(fewestDegrees, independent);
  return mean + studentQuantile(1 - share, freedom) * Math.sqrt(variance * (1 + 1 / freedom));
}

const fewestDegrees = 3;

/** Mean product of the deviations `lag` apart, within stretches. */
function productAt(parts: readonly Float64Array[], mean: number, lag: number): number {
  let sum = 0;
  let pairs = 0;
  for (const part of parts)
    for (let i = lag; i < part.length; i++) {
      sum += ((part[i] as number) - mean) * ((part[i - lag] as number) - mean);
      pairs++;
    }
  return sum / Math.max(1, pairs);
}

/** Quantile of Student's t: exact for one and two degrees of freedom, else by its expansion around the normal one (Abramowitz and Stegun 26.7.5). */
export function studentQuantile(p: number, freedom: number): number {
  if (freedom === 1) return Math.tan(Math.PI * (p - 0.5));
  if (freedom === 2) return (2 * p - 1) / Math.sqrt(2 * p * (1 - p));
  const z = probit(p);
  const z3 = z ** 3;
  const z5 = z ** 5;
  const z7 = z ** 7;
  return (
    z +
    (z3 + z) / (4 * freedom) +
    (5 * z5 + 16 * z3 + 3 * z) / (96 * freedom ** 2) +
    (3 * z7 + 19 * z5 + 17 * z3 - 15 * z) / (384 * freedom ** 3)
  );
}

/**
 * Natural logarithm of the chance that Student's t exceeds `t` ≥ 0: the incomplete beta function by its continued fraction
 * (Press et al., Numerical Recipes, 6.4), finite for every finite `t`.
 */
export function lnStudentTail(t: number, freedom: number): number {
  const [a, b] = [freedom / 2, 0.5];
  const [x, y] = [freedom / (freedom + t * t), (t * t) / (freedom + t * t)];
  const lnFactor = a * -Math.log1p((t * t) / freedom) + b * Math.log(y) + gammaln(a + b) - gammaln(a) - gammaln(b);
  if (x < (a + 1) / (a + b + 2)) return lnFactor + Math.log(betaFraction(x, a, b) / (2 * a));
  return Math.log((1 - (Math.exp(lnFactor) * betaFraction(y, b, a)) / b) / 2);
}

/** The continued fraction of the incomplete beta function by the method of Lentz. */
function betaFraction(x: number, a: number, b: number): number {
  let c = 1;
  let d = 1 / (1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m <= mostTerms; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    for (const term of [even, odd]) {
      d = 1 / (1 + term * d);
      c = 1 + term / c;
      fraction *= c * d;
    }
    if (Math.abs(c * d - 1) < 1e-12) break;
  }
  return fraction;
}

const mostTerms = 300;
