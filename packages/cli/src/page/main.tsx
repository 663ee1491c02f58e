import { render } from 'preact'
import './style/tokens.css'
import './style/page.css'
import './style/parts.css'
import './style/charts.css'
import { Page } from './page.js'
import { follow } from './state/live.js'
import { openSession } from './state/session.js'

await openSession()
void follow()
render(<Page />, document.getElementById('page') as HTMLElement)
