/** Upper tail of the standard normal distribution, with a relative error below 2e-7 (Numerical Recipes' `erfcc`). */
export function normalTail(z: number): number {
  if (z < 0) return 1 - normalTail(-z)
  const x = z / Math.SQRT2
  const t = 1 / (1 + 0.5 * x)
  let sum = 0
  for (const coefficient of ERFC) sum = sum * t + coefficient
  return 0.5 * t * Math.exp(-x * x + sum)
}

// W. H. Press et al., Numerical Recipes, section 6.2: the Chebyshev fit of erfc, highest power first
const ERFC = [
  0.17087277, -0.82215223, 1.48851587, -1.13520398, 0.27886807, -0.18628806, 0.09678418, 0.37409196,
  1.00002368, -1.26551223,
]

/** The chance that at least `k` of `n` independent trials succeed, each with chance `p`. */
export function binomialUpperTail(n: number, p: number, k: number): number {
  if (k <= 0) return 1
  if (k > n || p <= 0) return 0
  if (p >= 1) return 1
  if (k <= n * p) return 1 - binomialUpperTail(n, 1 - p, n - k + 1) // sum the shorter tail
  const odds = Math.log(p) - Math.log1p(-p)
  let log =
    logFactorial(n) - logFactorial(k) - logFactorial(n - k) + k * Math.log(p) + (n - k) * Math.log1p(-p)
  let tail = 0
  for (let i = k; i <= n; i++) {
    const term = Math.exp(log)
    tail += term
    if (term < tail * 1e-12) break
    log += Math.log((n - i) / (i + 1)) + odds
  }
  return Math.min(1, tail)
}

/** ln(n!), by Stirling's series beyond the first ones. */
function logFactorial(n: number): number {
  if (n < 20) {
    let log = 0
    for (let i = 2; i <= n; i++) log += Math.log(i)
    return log
  }
  return n * Math.log(n) - n + 0.5 * Math.log(2 * Math.PI * n) + 1 / (12 * n) - 1 / (360 * n ** 3)
}
