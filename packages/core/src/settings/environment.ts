import { SETTING_NAME, settingsError } from './options.js'
import type { ActionLogSettings } from './settings.js'

/**
 * The settings in the environment variable `ACTION_LOG_SETTING` (JSON); `{}` if it is not set. An action log without
 * settings uses these. Spread them to add what JSON cannot hold:
 * `{ ...settingsFromEnv(), ignore: (ctx) => ctx.path === '/healthz' }`.
 * @throws ActionLogError `invalid_settings` if it is not a JSON object
 */
export function settingsFromEnv(): ActionLogSettings {
  const json = process.env[SETTING_NAME]
  if (!json?.trim()) return {}
  try {
    const settings: unknown = JSON.parse(json)
    if (typeof settings === 'object' && settings !== null && !Array.isArray(settings))
      return settings as ActionLogSettings
  } catch {
    // reported below, with what is no object
  }
  // its beginning shows what a shell made of the quotes; the rest may hold a secret
  const got = json.length > 16 ? `${json.slice(0, 16)}…` : json
  throw settingsError('@actionlog/core', [
    `the environment variable ${SETTING_NAME} must be a JSON object, got ${got}`,
  ])
}
