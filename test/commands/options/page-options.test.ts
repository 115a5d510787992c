// Address and door of the page: options before variables, and what is out of range is named.
import { describe, expect, it } from 'vitest'
import { checkedPage, pageOptions } from '../../../commands/options/page-options.ts'
import { Problem } from '../../../infra/problem.ts'

/** Nothing stands before the server. */
const direct = { origins: [], basePath: '', trustProxy: undefined }

describe('address and door of the page', () => {
  it('is loopback, 8080, without a token', () => {
    const page = {
      host: '127.0.0.1',
      port: 8080,
      token: undefined,
      published: undefined,
      ...direct,
    }
    expect(pageOptions({}, {})).toEqual(page)
  })

  it('comes from variables, and from options before them', () => {
    const env = { HOST: '0.0.0.0', PORT: '80', TOKEN: 'e', PUBLISHED: '127.0.0.1:8081' }
    const published = { host: '127.0.0.1', port: 8081 }
    expect(pageOptions({}, env)).toEqual({
      ...{ host: '0.0.0.0', port: 80, token: 'e', published },
      ...direct,
    })
    const values = { host: '::1', port: '0', token: 'o', published: '[::1]:1' }
    const own = { host: '::1', port: 0, token: 'o', published: { host: '::1', port: 1 }, ...direct }
    expect(pageOptions(values, env)).toEqual(own)
  })

  it('takes an empty variable for one that is not set', () => {
    const empty = { HOST: '', PORT: '', TOKEN: '', PUBLISHED: '', ORIGIN: '', BASE_PATH: '' }
    expect(pageOptions({}, empty)).toEqual(pageOptions({}, {}))
  })

  it('takes an IPv6 address to listen on with and without brackets, and refuses a port in it', () => {
    expect(pageOptions({ host: '[::1]' }, {}).host).toBe('::1')
    for (const host of ['127.0.0.1:80', '[::1]:80', 'http://a']) {
      expect(() => pageOptions({ host }, {})).toThrow(`--host: "${host}", expected a host name or`)
    }
  })

  it.each(['8080', '127.0.0.1', ':8080', '127.0.0.1:0', '127.0.0.1:65536', 'http://a:1', '::1:1'])(
    'refuses %s as a published address',
    (text) => {
      const problem = () => pageOptions({}, { PUBLISHED: text })
      expect(problem).toThrow(`--published: "${text}", expected `)
      expect(problem).toThrow('e.g. 127.0.0.1:8080')
    },
  )
})

it('names a port that is none and an open address without a token in one round', () => {
  const values = { port: '99999', host: '0.0.0.0', 'base-path': 'city' }
  const message = problemOf(() => checkedPage(values, {}))
  expect(message).toMatch(/--port: "99999", expected a whole number/)
  expect(message).toMatch(/0\.0\.0\.0 without a token, expected a loopback address/)
  expect(message).toMatch(/--base-path: /)
  expect(problemOf(() => checkedPage({ host: 'no such host', port: '-1' }, {}))).toMatch(
    /--host[\s\S]*--port/,
  )
})

function problemOf(call: () => unknown): string {
  try {
    call()
  } catch (error) {
    if (error instanceof Problem) return error.message
    throw error
  }
  throw new Error('no problem')
}
