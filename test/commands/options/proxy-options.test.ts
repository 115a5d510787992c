// The page behind a proxy: what the options come to, and everything that does not fit at once.
import { describe, expect, it } from 'vitest'
import { type CliCommand, readValues } from '../../../commands/options/options.ts'
import { PROXY_OPTIONS, proxyOptions } from '../../../commands/options/proxy-options.ts'

const command = { name: 'console', options: PROXY_OPTIONS } as unknown as CliCommand
const read = (...args: string[]) => proxyOptions(readValues(command, args), {})

describe('the page behind a proxy', () => {
  it('has several origins, said again or with commas between', () => {
    const { origins } = read('--origin', 'https://a.example/', '--origin=http://b:81,https://c')
    expect(origins).toEqual(['https://a.example', 'http://b:81', 'https://c'])
  })

  it.each([
    [[], ''],
    [['--base-path', '/'], ''],
    [['--base-path', '/city'], '/city'],
    [['--base-path', '/a/b-1/'], '/a/b-1'],
  ])('has with %j the path "%s"', (args, path) => {
    expect(read(...args).basePath).toBe(path)
  })

  it('believes a number of hops, or addresses and networks', () => {
    expect(read('--trust-proxy', '2').trustProxy).toEqual({ hops: 2 })
    const addresses = ['127.0.0.1', 'fd00::/8', '10.0.0.0/8']
    expect(read('--trust-proxy', '127.0.0.1,fd00::/8', '--trust-proxy', '10.0.0.0/8')).toEqual({
      ...{ origins: [], basePath: '', trustProxy: { addresses } },
    })
    expect(read().trustProxy).toBeUndefined()
  })

  it('takes variables, and options before them', () => {
    const env = { ORIGIN: 'https://a.example', BASE_PATH: '/x', TRUST_PROXY: '1' }
    const trustProxy = { hops: 1 }
    const own = { origins: ['https://a.example'], basePath: '/x', trustProxy }
    expect(proxyOptions({}, env)).toEqual(own)
    expect(proxyOptions({ 'base-path': '/y' }, env)).toEqual({ ...own, basePath: '/y' })
  })

  it('names everything that does not fit at once', () => {
    const bad = () =>
      read(
        ...['--origin', 'https://city.example/city/', '--origin', 'ftp://a', '--origin', 'city'],
        ...['--base-path', '/a/../b', '--trust-proxy', '10.0.0.0/33,proxy'],
      )
    expect(bad).toThrow(
      /--origin: "https:\/\/city.example\/city\/", .*say its path as --base-path.*--origin: "ftp:\/\/a".*--origin: "city".*--base-path: "\/a\/..\/b".*--trust-proxy: "10.0.0.0\/33".*--trust-proxy: "proxy"/s,
    )
    expect(() => read('--trust-proxy', '0')).toThrow(/--trust-proxy: 0, expected 1 to 10 hops/)
    expect(() => read('--base-path', 'city')).toThrow(/--base-path: "city"/)
  })
})
