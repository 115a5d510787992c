// What a cluster's refusals mean: the error below the client's wrappers, and the Problem that says what to check.

import { Problem, problemText } from '../problem.ts'
import { EXIT_FAILED } from '../program/exit-codes.ts'
import type { KafkaConnection } from './config.ts'
import { undisguised } from './connection/socket.ts'

type ClientError = Error & { type?: string; code?: unknown; retriable?: boolean; broker?: unknown }

/** A broker that goes down in the middle of a handshake looks like a port without TLS: a reason to try again. */
const NO_TLS = /secure TLS connection was established|wrong version number|packet length too long/i

/** A plain Error of kafkajs: it asks a broker that took the connection and has not answered a word. */
const DEAF = 'Broker not connected'

/** The error below kafkajs' wrappers. */
export function rootCause(thrown: unknown): ClientError {
  let error = thrown as Error
  while (error.cause instanceof Error) error = error.cause
  return error
}

/** True when the cluster says no to who we are or to what we ask: trying again is useless. */
export function isRefused(thrown: unknown): boolean {
  return isLogin(thrown) || isForbidden(thrown) || isTls(thrown)
}

/** Whatever the cluster or the way to it did, as a Problem; a defect of our own as it is. */
export function explained(thrown: unknown, connection: KafkaConnection): unknown {
  if (thrown instanceof Problem) return thrown
  const { name, code, message } = rootCause(thrown)
  const isLost =
    message === DEAF || /^KafkaJS(Connection|RequestTimeout|NoBroker|BrokerNotFound)/.test(name)
  if (isLost || isRefused(thrown) || isOfSockets(code)) return connectionProblem(thrown, connection)
  return name.startsWith('KafkaJS') ? clusterProblem(thrown, connection) : thrown
}

/** An append that nobody acknowledged for so long, or that the cluster does not take. */
export function appendProblem(
  thrown: unknown,
  connection: KafkaConnection,
  where: string,
  sinceMs: number,
): unknown {
  if (thrown instanceof Problem) return thrown
  const { name, message, code } = rootCause(thrown)
  if (!name.startsWith('KafkaJS') && !isOfSockets(code) && message !== DEAF) return thrown
  const got = `no acknowledgement for ${Math.round(sinceMs / 1000)} s (${message})`
  const todo = 'check that the brokers run, then start this again: it goes on where the log ends'
  const text = problemText(
    `Kafka at ${connection.brokers.join(',')}`,
    got,
    'brokers that take what is appended',
    `${where}: ${todo}`,
  )
  return Object.assign(new Problem(text, EXIT_FAILED), { cause: thrown })
}

/** The cluster was reached and does not do it, for a reason that is none of ours. */
function clusterProblem(thrown: unknown, { brokers }: KafkaConnection): Problem {
  const where = `Kafka at ${brokers.join(',')}`
  const todo = 'look at the brokers, or ask whoever runs them'
  const text = problemText(where, rootCause(thrown).message, 'a cluster that does it', todo)
  return Object.assign(new Problem(text, EXIT_FAILED), { cause: thrown })
}

function isOfSockets(code: unknown): boolean {
  return /^(ECONN|EHOST|ENET|ENOTFOUND|EAI_|ETIMEDOUT|EPIPE)/.test(String(code ?? ''))
}

/** The address under which the cluster sent us on, when it is that one which cannot be reached. */
function advertisedIn(thrown: unknown, { brokers }: KafkaConnection): string | null {
  const { broker } = rootCause(thrown)
  if (typeof broker !== 'string') return null
  const address = undisguised(broker)
  return brokers.includes(address) ? null : address
}

/** A Problem that says what to do about a cluster that cannot be used; its cause is the client's error. */
export function connectionProblem(thrown: unknown, connection: KafkaConnection): Problem {
  const where = `Kafka at ${connection.brokers.join(',')}`
  const { message } = rootCause(thrown)
  // kafkajs says twice what it was doing
  const said = message === DEAF ? 'the connection was taken and nobody answered' : message
  const got = said.replace(/^(Connection error: |SASL \S+ \S+ authentication failed: )+/, '')
  const problem = (text: string, expected: string, todo: string, exitCode?: number) =>
    Object.assign(new Problem(problemText(where, text, expected, todo), exitCode), {
      cause: thrown,
    })

  if (isLogin(thrown)) {
    const { username, mechanism } = connection.sasl ?? { username: '?', mechanism: '?' }
    const text = `the login as "${username}" by ${mechanism.toUpperCase()} was refused (${got})`
    return problem(text, 'a login that the brokers accept', LOGIN_TODO)
  }
  if (NO_TLS.test(message)) {
    const text = `no TLS on this port (${got})`
    return problem(text, 'a port that speaks TLS', 'check the port, or leave the TLS settings out')
  }
  if (/altname/i.test(message)) {
    const expected = 'a certificate for the name that we call the broker by'
    return problem(got, expected, NAME_TODO)
  }
  if (isTls(thrown)) {
    const ca = connection.tls?.ca ? '' : ' (none is set: only the well-known CAs are trusted)'
    const todo = `check that KAFKA_SSL_CA, or ssl.truststore.location or ssl.ca.location in --command-config, is the CA of this cluster${ca}`
    const both = `${todo}; brokers that ask for a client certificate need KAFKA_SSL_CERT and KAFKA_SSL_KEY too`
    return problem(`TLS failed (${got})`, 'certificates that both sides trust', both)
  }
  if (isForbidden(thrown)) {
    const who = connection.sasl ? `"${connection.sasl.username}"` : 'a client without a login'
    const todo = 'ask whoever runs the cluster for the ACL'
    return problem(`${who} may not do this (${got})`, 'the rights to do it', todo)
  }
  if (rootCause(thrown).name === 'KafkaJSConnectionClosedError') {
    const { tls, sasl } = connection
    const without = [tls ? '' : 'without TLS', sasl ? '' : 'without a login'].filter(Boolean)
    const text = `the broker closed the connection${without.length > 0 ? `, ${without.join(' and ')}` : ''}`
    return problem(text, 'a broker that takes the settings', SECURITY_TODO, EXIT_FAILED)
  }
  const advertised = advertisedIn(thrown, connection)
  if (advertised) {
    const text = `a broker there calls itself ${advertised}, where nobody answers (${got})`
    const todo = `make its advertised.listeners say an address that works from this machine, or run this program where ${advertised} works`
    return problem(text, 'brokers whose advertised addresses can be reached', todo, EXIT_FAILED)
  }
  const todo = 'check --brokers (or KAFKA_BROKERS) and that the brokers run'
  return problem(got, 'brokers that answer', todo, EXIT_FAILED)
}

const LOGIN_TODO =
  'check user, password and mechanism: KAFKA_SASL_USERNAME, KAFKA_SASL_PASSWORD or KAFKA_SASL_PASSWORD_FILE, KAFKA_SASL_MECHANISM, or sasl.jaas.config and sasl.mechanism in --command-config'
const NAME_TODO =
  'call it by a name that its certificate carries, in --brokers and in its advertised.listeners; an empty ssl.endpoint.identification.algorithm in --command-config switches this check off'
const SECURITY_TODO =
  'if the port wants TLS or SASL, set KAFKA_SECURITY_PROTOCOL and what belongs to it, or name a client.properties with --command-config'

function isLogin(thrown: unknown): boolean {
  const { name, type = '' } = rootCause(thrown)
  return name.includes('SASL') || type.includes('SASL')
}

function isForbidden(thrown: unknown): boolean {
  return (rootCause(thrown).type ?? '').endsWith('AUTHORIZATION_FAILED')
}

/** kafkajs keeps only OpenSSL's text and code of what went wrong in a handshake. */
function isTls(thrown: unknown): boolean {
  const { message, code } = rootCause(thrown)
  return (
    /certificate|self[- ]signed|altname|SSL routines|unable to verify/i.test(message) ||
    /^(ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/.test(String(code ?? ''))
  )
}
