/** Runs `actionlog COMMAND …` and gives the exit code: 0, 1 for a crossed threshold, 2 for usage and unreadable input. */
export async function runCommand(args: readonly string[]): Promise<number> {
  process.stderr.write(`actionlog: unknown command ${JSON.stringify(args[0] ?? '')}\n`)
  return 2
}
