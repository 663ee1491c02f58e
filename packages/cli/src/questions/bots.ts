const NAMES =
  /bot|crawl|spider|slurp|bingpreview|facebookexternalhit|headlesschrome|lighthouse|pingdom|uptime|statuscake|monitor|healthcheck|health-check|kube-probe|googlehc|elb-healthchecker|consul|prometheus|blackbox/i

/** SQL: whether the agent, which is SQL too, is a crawler's, a monitor's or a health check's by its own words. */
export function isBotSql(agent: string): string {
  return `coalesce(regexp_matches(${agent}, '(?i)${NAMES.source}'), false)`
}

/** SQL: whether the request is one of theirs. Materialized, so that the pattern meets each agent once, not each request. */
export const BOT_AGENT: string = `coalesce(user_agent IN (
  WITH agents AS MATERIALIZED (SELECT DISTINCT user_agent AS name FROM requests)
  SELECT name FROM agents WHERE ${isBotSql('name')}), false)`

/** Whether the agent is one of them. */
export function isBotAgent(agent: string | null): boolean {
  return agent !== null && NAMES.test(agent)
}
