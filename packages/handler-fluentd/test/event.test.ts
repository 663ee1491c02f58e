describe('an event', () => {
  test('of a record without a time has the current time, also the first event of the process', async () => {
    vi.resetModules()
    const { eventMaker } = await import('../src/message/event.js')
    const before = Date.now()
    expect(eventMaker('app', (record) => record)({ id: 1 } as never).time).toBeGreaterThanOrEqual(before)
  })
})
