import { tagger } from '../src/message/tag.js'

describe('an event', () => {
  test('has the time of its coming without a time of its own, also if it is the first of the process', async () => {
    vi.resetModules()
    const { eventOf } = await import('../src/message/event.js')
    const before = Date.now()
    expect(eventOf({ id: 1 } as never, tagger('app')).time).toBeGreaterThanOrEqual(before)
  })
})
