import { tagger } from '../src/message/tag.js'

describe('an event', () => {
  test('of a record without a time has the current time, also the first event of the process', async () => {
    vi.resetModules()
    const { eventOf } = await import('../src/message/event.js')
    const before = Date.now()
    expect(eventOf({ id: 1 } as never, tagger('app')).time).toBeGreaterThanOrEqual(before)
  })
})
