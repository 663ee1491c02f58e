import { ObjectId, UUID } from 'bson'
import type Koa from 'koa'
import { serve } from './serve.js'

class Account {
  readonly id: unknown
  constructor(id: unknown) {
    this.id = id
  }
}

class WithProperty extends Account {
  actionlog_name = 'property'
}

class WithGetter extends Account {
  get actionlog_name(): string {
    return `getter ${this.id}`
  }
}

class WithMethod extends Account {
  actionlog_name(): string {
    return `method ${this.id}`
  }
}

async function userOf(
  login: unknown,
  settings = {},
  place: (ctx: Koa.Context) => object = (ctx) => ctx.state,
): Promise<unknown> {
  const { get } = await serve((app) => {
    app.use(async (ctx) => {
      await Promise.resolve()
      Object.assign(place(ctx), login)
      ctx.body = 'x'
    })
  }, settings)
  return (await get('/')).record.user
}

describe('user', () => {
  it.each([
    ['actionlog_name as a property', { actionlog_name: 'ann', id: 1 }, 'ann'],
    ['actionlogName as a method', { actionlogName: () => 'bob', id: 1 }, 'bob'],
    [
      'actionlog_name as a getter',
      {
        get actionlog_name() {
          return 'eve'
        },
      },
      'eve',
    ],
    ['id', { id: 7, sub: 's' }, '7'],
    ['id 0', { id: 0 }, '0'],
    ['a bigint id', { id: 12345678901234567890n }, '12345678901234567890'],
    ['an id object with a text of its own', { id: { toString: () => '65f0c0ffee' } }, '65f0c0ffee'],
    ["a class's property", new WithProperty(1), 'property'],
    ["a class's getter", new WithGetter(1), 'getter 1'],
    ["a class's method", new WithMethod(1), 'method 1'],
    ['the id, where actionlog_name is empty', { actionlog_name: '', id: 5 }, '5'],
    ['a MongoDB ObjectId', new Account(new ObjectId('65f0c0ffee65f0c0ffee65f0')), '65f0c0ffee65f0c0ffee65f0'],
    [
      'a MongoDB UUID',
      { id: new UUID('aaaaaaaa-aaaa-4aaa-aaaa-aaaaaaaaaaaa') },
      'aaaaaaaa-aaaa-4aaa-aaaa-aaaaaaaaaaaa',
    ],
    ['the bytes of a binary id', { id: new Uint8Array([0, 171, 255]) }, '00abff'],
    ['a name without a prototype', Object.assign(Object.create(null), { id: 3 }), '3'],
    ['at most 256 characters', { id: 'x'.repeat(1000) }, 'x'.repeat(256)],
    ['sub', { sub: 'auth0|1' }, 'auth0|1'],
    ['the login object itself, if it is a name', 'carol', 'carol'],
    ['nobody', null, null],
    ['nobody, for true', true, null],
    ['nobody, for an id that is a plain object', { id: {} }, null],
    ['nobody, for an object that names none', { email: 'x@y.z' }, null],
  ])('is %s', async (_, user, expected) => {
    expect(await userOf({ user })).toBe(expected)
  })

  it('is looked up on ctx.state, then on ctx, under loginObjName', async () => {
    expect(await userOf({ player: { id: 1 } }, { loginObjName: 'player' })).toBe('1')
    expect(await userOf({ player: { id: 2 } }, { loginObjName: 'player' }, (ctx) => ctx)).toBe('2')
    expect(await userOf({ user: { id: 3 } }, { loginObjName: 'player' })).toBe(null)
  })

  it.each([
    ['says no on the login object', { user: { id: 1, isAuthenticated: () => false } }, null],
    [
      'says yes on the login object',
      {
        user: {
          id: 1,
          isAuthenticated() {
            return this.id === 1
          },
        },
      },
      '1',
    ],
  ])('with a login check that %s', async (_, login, expected) => {
    expect(await userOf(login)).toBe(expected)
  })

  it('with a login check on ctx, as passport has it', async () => {
    const state = { user: { id: 1 } }
    expect(await userOf({ state, isAuthenticated: () => false }, {}, (ctx) => ctx)).toBe(null)
    expect(await userOf({ state, isAuthenticated: () => true }, {}, (ctx) => ctx)).toBe('1')
  })

  it('is null, reported, when the check throws or returns a promise', async () => {
    for (const isAuthenticated of [
      () => expect.fail('no'),
      async () => true,
      async () => expect.fail('later'),
    ]) {
      const { get, problems } = await serve((app) =>
        app.use((ctx) => void ((ctx.state.user = { id: 1, isAuthenticated }), (ctx.body = 'x'))),
      )
      expect((await get('/')).record.user).toBe(null)
      expect(problems).toEqual([expect.stringContaining('reading the login object "user" failed')])
    }
  })

  it.each([
    ['a getter that throws', { get: () => expect.fail('no') }],
    ['a method that throws', { value: () => expect.fail('no') }],
    ['a text that throws', { value: { toString: () => expect.fail('no') } }],
    ['an object without a text', { value: Object.create(null) }],
    ['a promise', { get: async () => expect.fail('no') }],
    ['a method that returns a promise', { value: async () => expect.fail('no') }],
    ['a proxy that was revoked', { value: revoked() }],
  ])('is null, reported, for an id that is %s', async (_, id: PropertyDescriptor) => {
    const { get, problems } = await serve((app) =>
      app.use((ctx) => void ((ctx.state.user = Object.defineProperty({}, 'id', id)), (ctx.body = 'x'))),
    )
    expect((await get('/')).record).toMatchObject({ user: null, status_code: 200 })
    expect(problems).toEqual([expect.stringContaining('reading the login object "user" failed')])
  })

  it('is null, reported, when there is nowhere to look', async () => {
    const { get, problems } = await serve((app) =>
      app.use((ctx) => void (((ctx as { state: unknown }).state = null), (ctx.body = 'x'))),
    )
    expect((await get('/')).record).toMatchObject({ user: null, status_code: 200 })
    expect(problems).toHaveLength(1)
  })

  it('is there on errors too', async () => {
    const { get } = await serve((app) =>
      app.use((ctx) => {
        ctx.state.user = { id: 9 }
        throw new Error('x')
      }),
    )
    expect((await get('/')).record).toMatchObject({ user: '9', status_code: 500 })
  })
})

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}
