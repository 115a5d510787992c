// A cluster's refusals, as the client throws them, put into one paragraph that says what to check.
import { describe, expect, it } from 'vitest'
import type { KafkaConnection } from '../../../infra/kafka/config.ts'
import {
  appendProblem,
  connectionProblem,
  explained,
  isRefused,
} from '../../../infra/kafka/problem.ts'
import { Problem } from '../../../infra/problem.ts'

const SECRET = 'correct horse battery'
const sasl = { mechanism: 'scram-sha-512' as const, username: 'city', password: SECRET }
const secure: KafkaConnection = { brokers: ['k:9093'], tls: { ca: 'PEM' }, sasl }
const plain: KafkaConnection = { brokers: ['k:9092'] }

/** As kafkajs wraps: the outer error says how often it was tried, the inner one what happened. */
function thrown(name: string, message: string, more: object = {}): Error {
  const inner = Object.assign(new Error(message), { name, ...more })
  return Object.assign(new Error(message, { cause: inner }), {
    name: 'KafkaJSNumberOfRetriesExceeded',
  })
}
const text = (error: Error, connection = secure) => connectionProblem(error, connection).message

const cases: [string, Error, RegExp, number, boolean][] = [
  [
    'an advertised address where nobody answers',
    thrown('KafkaJSConnectionError', 'Connection error: getaddrinfo ENOTFOUND kafka-0.inside', {
      broker: 'kafka-0.inside:9092',
      code: 'ENOTFOUND',
    }),
    /^Kafka at k:9093: a broker there calls itself kafka-0\.inside:9092, where nobody answers \(getaddrinfo ENOTFOUND kafka-0\.inside\), expected .*advertised\.listeners/,
    1,
    false,
  ],
  [
    'the bootstrap server itself, where nobody answers',
    thrown('KafkaJSConnectionError', 'Connection error: connect ECONNREFUSED 10.0.0.1:9093', {
      broker: 'k:9093',
      code: 'ECONNREFUSED',
    }),
    /^Kafka at k:9093: connect ECONNREFUSED 10\.0\.0\.1:9093, expected brokers that answer; check --brokers/,
    1,
    false,
  ],
  [
    'a wrong password',
    thrown(
      'KafkaJSSASLAuthenticationError',
      'SASL SCRAM SHA512 authentication failed: Authentication failed during authentication',
    ),
    /^Kafka at k:9093: the login as "city" by SCRAM-SHA-512 was refused \(Authentication failed during authentication\), expected .*KAFKA_SASL_PASSWORD.*sasl\.jaas\.config/,
    2,
    true,
  ],
  [
    'a mechanism that is not offered',
    thrown('KafkaJSProtocolError', 'The broker does not support the requested SASL mechanism', {
      type: 'UNSUPPORTED_SASL_MECHANISM',
    }),
    /refused .*check user, password and mechanism/,
    2,
    true,
  ],
  [
    'a certificate of another CA',
    thrown(
      'KafkaJSConnectionError',
      'Connection error: self-signed certificate in certificate chain',
      { code: 'SELF_SIGNED_CERT_IN_CHAIN' },
    ),
    /^Kafka at k:9093: TLS failed \(self-signed certificate in certificate chain\), .*KAFKA_SSL_CA, or ssl\.truststore\.location/,
    2,
    true,
  ],
  [
    'a certificate for another name',
    thrown('KafkaJSConnectionError', "Hostname/IP does not match certificate's altnames: Host: k."),
    /expected a certificate for the name .*ssl\.endpoint\.identification\.algorithm/,
    2,
    true,
  ],
  [
    'a port without TLS',
    thrown(
      'KafkaJSConnectionError',
      'Connection error: Client network socket disconnected before secure TLS connection was established',
      { code: 'ECONNRESET' },
    ),
    /no TLS on this port .*leave the TLS settings out/,
    2,
    false, // a broker that goes down in a handshake looks the same
  ],
  [
    'missing rights',
    thrown('KafkaJSProtocolError', 'Not authorized to access group', {
      type: 'GROUP_AUTHORIZATION_FAILED',
    }),
    /"city" may not do this \(Not authorized to access group\).*ACL/,
    2,
    true,
  ],
  [
    'nobody there',
    thrown('KafkaJSConnectionError', 'Connection error: connect ECONNREFUSED 10.0.0.1:9092'),
    /: connect ECONNREFUSED 10\.0\.0\.1:9092, expected brokers that answer; check --brokers/,
    1,
    false,
  ],
]

describe('a refusal of the cluster', () => {
  it.each(cases)('says what to check: %s', (_, error, message, exitCode, refused) => {
    const problem = connectionProblem(error, secure)
    expect(problem.message).toMatch(message)
    expect(problem.message).not.toContain('\n')
    expect(problem.message).not.toContain(SECRET)
    expect(problem.exitCode).toBe(exitCode)
    // Whoever tries again must come to the same conclusion from the error and from the Problem made of it.
    expect([isRefused(error), isRefused(problem)]).toEqual([refused, refused])
  })

  it('says that nothing vouches for the brokers when no CA is set', () => {
    const error = thrown('KafkaJSConnectionError', 'unable to verify the first certificate')
    expect(text(error)).not.toContain('well-known')
    expect(text(error, { ...secure, tls: {} })).toContain('only the well-known CAs are trusted')
  })

  it('names what a closed connection went without', () => {
    const closed = thrown('KafkaJSConnectionClosedError', 'Closed connection')
    expect(text(closed, plain)).toContain('closed the connection, without TLS and without a login,')
    expect(text(closed, { ...plain, tls: {} })).toContain('the connection, without a login,')
    expect(text(closed, plain)).toContain('KAFKA_SECURITY_PROTOCOL')
  })
})

describe('explained', () => {
  it('leaves alone what is a defect of ours, and what was explained before', () => {
    const bug = new TypeError('x is not a function')
    const problem = new Problem('a problem already')
    for (const error of [bug, problem]) {
      expect(explained(error, plain)).toBe(error)
      expect(appendProblem(error, plain, 'append to t/0', 1)).toBe(error)
    }
  })

  it('distinguishes a port that takes connections and says nothing from one that refuses them', () => {
    const problem = explained(new Error('Broker not connected'), plain)
    expect(problem).toBeInstanceOf(Problem)
    expect((problem as Problem).message).toMatch(
      /^Kafka at k:9092: the connection was taken and nobody answered, expected brokers that answer; check --brokers/,
    )
    expect((problem as Problem).exitCode).toBe(1)
  })

  it('turns whatever else a cluster says into one line and exit code 1', () => {
    const leader = thrown('KafkaJSProtocolError', 'not the leader', {
      type: 'NOT_LEADER_FOR_PARTITION',
    })
    const problem = explained(leader, plain) as Problem
    expect(problem.message).toMatch(/^Kafka at k:9092: not the leader, expected .*; look at/)
    expect(problem.exitCode).toBe(1)
    expect(problem.cause).toBe(leader)
  })

  it('says of an append that nobody acknowledged how long it waited, and that nothing is lost', () => {
    const gone = thrown('KafkaJSConnectionError', 'Connection error: connect ECONNREFUSED ::1:1')
    const problem = appendProblem(gone, plain, 'append to city.parking/3', 120_400) as Problem
    expect(problem.message).toMatch(
      /^Kafka at k:9092: no acknowledgement for 120 s \(.*ECONNREFUSED.*append to city\.parking\/3: .*goes on where the log ends$/,
    )
    expect(problem.message).not.toContain('\n')
    expect(problem.exitCode).toBe(1)
  })

  it('turns a refusal and a lost connection into a Problem', () => {
    for (const error of [
      thrown('KafkaJSConnectionClosedError', 'Closed connection'),
      thrown('KafkaJSRequestTimeoutError', 'Request Metadata timed out'),
      thrown('KafkaJSProtocolError', 'no', { type: 'CLUSTER_AUTHORIZATION_FAILED' }),
    ]) {
      expect(explained(error, plain)).toBeInstanceOf(Problem)
    }
  })
})
