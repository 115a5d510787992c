// host:port and addresses to listen on, as people write them.
import { describe, expect, it } from 'vitest'
import { formatAddress, parseAddress, parseHost } from '../../infra/address.ts'

describe('parseAddress', () => {
  it.each([
    ['127.0.0.1:9092', { host: '127.0.0.1', port: 9092 }],
    ['kafka-1.example.com:1', { host: 'kafka-1.example.com', port: 1 }],
    ['[::1]:9092', { host: '::1', port: 9092 }],
    ['[fe80::1%eth0]:65535', { host: 'fe80::1%eth0', port: 65_535 }],
    ['[2001:db8::7]:9092', { host: '2001:db8::7', port: 9092 }],
  ])('reads %s, and writes it the same again', (text, address) => {
    expect(parseAddress(text)).toEqual(address)
    expect(formatAddress(address)).toBe(text)
  })

  it.each([
    ['::1', /in brackets and a port, as in \[::1\]:9092/],
    ['::1:9092', /in brackets and a port, as in \[::1:9092\]:9092/],
    ['[::1]', /a port behind the brackets, as in \[::1\]:9092/],
    ['[zz::1]:9092', /host:port/],
    ['kafka', /host:port/],
    ['kafka:0', /host:port/],
    ['kafka:65536', /host:port/],
    ['http://kafka:9092', /host:port/],
    ['a b:9092', /host:port/],
    ['', /host:port/],
  ])('refuses %j and says what is expected', (text, expected) => {
    expect(parseAddress(text)).toMatch(expected)
  })
})

describe('parseHost', () => {
  it('takes names and addresses, IPv6 with and without brackets', () => {
    for (const text of ['localhost', '0.0.0.0', '::', '::1']) {
      expect(parseHost(text)).toEqual({ host: text })
    }
    expect(parseHost('[::1]')).toEqual({ host: '::1' })
  })

  it.each(['', 'localhost:8080', '[::1]:8080', '[localhost]', 'http://x', 'a b'])(
    'refuses %j',
    (text) => {
      expect(parseHost(text)).toMatch(/without a port/)
    },
  )
})
