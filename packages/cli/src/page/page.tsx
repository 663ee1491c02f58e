import type { VNode } from 'preact'
import { useEffect } from 'preact/hooks'
import { ExportMenu } from './parts/export-menu.js'
import { Help } from './parts/help.js'
import { Notices } from './parts/live-button.js'
import { ScopeBar } from './parts/scope-bar.js'
import { CompareScreen } from './screens/compare.js'
import { ErrorsScreen } from './screens/errors.js'
import { LabelsScreen } from './screens/labels.js'
import { OverviewScreen } from './screens/overview.js'
import { RankingScreen } from './screens/ranking.js'
import { RejectedScreen } from './screens/rejected.js'
import { RepeatsScreen } from './screens/repeats.js'
import { RequestScreen } from './screens/request.js'
import { UsersScreen } from './screens/users.js'
import { ViewScreen } from './screens/view.js'
import { connection, frozen, start } from './state/live.js'
import { linkTo, place, SCREENS, type Screen } from './state/place.js'
import { isReading } from './state/reading.js'
import { viewName } from './state/scope.js'

const BODIES: Readonly<Record<Screen, () => VNode>> = {
  overview: OverviewScreen,
  view: ViewScreen,
  compare: CompareScreen,
  request: RequestScreen,
  errors: ErrorsScreen,
  repeats: RepeatsScreen,
  ranking: RankingScreen,
  users: UsersScreen,
  labels: LabelsScreen,
  rejected: RejectedScreen,
}

const TABS = (Object.keys(SCREENS) as Screen[]).filter((screen) => screen !== 'view' && screen !== 'request')

/** All of the page: the frame, and the screen of the place. */
export function Page(): VNode {
  const { screen, params } = place.value
  const subject = screen === 'request' ? (params.get('rid') ?? params.get('id')) : ''
  const name = viewName.value
  const title = screen === 'view' && name !== undefined ? name : SCREENS[screen]
  useEffect(() => {
    document.title = `${title} · Action log`
  }, [title])
  useEffect(() => {
    isReading.value = false // what was held is gone with the screen before
    scrollTo(0, 0)
    document.querySelector('main')?.focus({ preventScroll: true })
  }, [screen, subject])
  if (connection.value === 'refused' && frozen.value === null) return <Refused />
  const Body = BODIES[screen]
  return (
    <>
      <button type="button" class="skip" onClick={() => document.querySelector('main')?.focus()}>
        Skip to the content
      </button>
      <header class="top">
        <a class="brand" href={linkTo('overview', { view: null })}>
          <svg viewBox="0 0 16 16" aria-hidden="true">
            <path d="M3 12V8m5 4V3m5 9V6" />
          </svg>
          Action log
        </a>
        <span class="files" title={start.value?.files.join('\n')}>
          {start.value?.files.join(', ')}
        </span>
        <ExportMenu />
      </header>
      <nav aria-label="Screens">
        {TABS.map((tab) => (
          <a key={tab} href={linkTo(tab)} aria-current={tab === screen ? 'page' : undefined}>
            {SCREENS[tab]}
          </a>
        ))}
      </nav>
      <ScopeBar />
      <main tabIndex={-1}>
        <Notices />
        {frozen.value === null ? (
          <div class="skeleton tall" role="status" aria-label="Loading" />
        ) : (
          <Body key={`${screen} ${subject}`} />
        )}
      </main>
      <Help />
    </>
  )
}

function Refused(): VNode {
  return (
    <main class="refused">
      <h1>Open the address that the command printed</h1>
      <p>
        This page shows other people's data, so it opens only with the key in that address. A key works in one
        browser; then the command prints a new one. If the command was started again, its old keys are no
        longer valid.
      </p>
    </main>
  )
}
