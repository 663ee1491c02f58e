/** `QUICK=1` tries a benchmark out: so few turns that its figures mean nothing. */
export const quick = Boolean(process.env.QUICK)
