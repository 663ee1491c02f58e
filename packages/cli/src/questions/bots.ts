const NAMES =
  /bot|crawl|spider|slurp|bingpreview|facebookexternalhit|headlesschrome|lighthouse|pingdom|uptime|statuscake|monitor|healthcheck|health-check|kube-probe|googlehc|elb-healthchecker|consul|prometheus|blackbox/i

/**
 * SQL: whether the request is a crawler's, a monitor's or a health check's, by the words that these put into their
 * user agent. Few agents are distinct, so the pattern meets each of them once.
 */
export const BOT_AGENT: string = `coalesce(user_agent IN (SELECT DISTINCT agent.user_agent FROM requests AS agent WHERE regexp_matches(agent.user_agent, '(?i)${NAMES.source}')), false)`

/** Whether the agent is one of them. */
export function isBotAgent(agent: string | null): boolean {
  return agent !== null && NAMES.test(agent)
}
