// Where Kafka is and how to log in there: from KAFKA_* variables and from Java-style client.properties. Secrets never leave
// this file except into the client.
import { parseAddress } from '../address.ts'
import { collector, Problem, type ProblemCollector } from '../problem.ts'
import { fileMeaning } from '../program/system-error.ts'

export type SaslMechanism = 'plain' | 'scram-sha-256' | 'scram-sha-512'

export type KafkaConnection = {
  brokers: string[]
  tls?: {
    /** PEM texts. */
    ca?: string
    cert?: string
    key?: string
    passphrase?: string
    /** Set where host names are not to be checked. */
    checkServerIdentity?: () => undefined
  }
  sasl?: { mechanism: SaslMechanism; username: string; password: string }
}

/** Settings as one source gives them; paths are not read yet. */
type Settings = {
  brokers?: string
  protocol?: string
  mechanism?: string
  username?: string
  password?: string
  caFile?: string
  certFile?: string
  keyFile?: string
  ca?: string
  cert?: string
  key?: string
  passphrase?: string
  skipsHostCheck?: boolean
}

export type ConfigSources = {
  env: Record<string, string | undefined>
  /** `--brokers`, before everything else. */
  brokers?: string
  /** `--command-config`: its text, and its name for messages. Variables win over it. */
  properties?: { text: string; name: string }
  /** Reads a file that a setting names. */
  readFile(path: string): string
}

const MECHANISMS: Record<string, SaslMechanism> = {
  PLAIN: 'plain',
  'SCRAM-SHA-256': 'scram-sha-256',
  'SCRAM-SHA-512': 'scram-sha-512',
}
const PROTOCOLS = ['PLAINTEXT', 'SSL', 'SASL_PLAINTEXT', 'SASL_SSL']

/**
 * The connection, or null when nothing names a broker. Throws one Problem with everything that is wrong; `warnings` are
 * for the log.
 */
export function readKafkaConfig(
  sources: ConfigSources,
): { connection: KafkaConnection; warnings: string[] } | null {
  const problems = collector()
  const files = sources.properties
  const fromFile = files ? settingsOf(files.text, files.name, problems) : {}
  const fromEnv = settingsOfEnv(sources, problems)
  const settings = { ...fromFile, ...fromEnv }
  if (sources.brokers) settings.brokers = sources.brokers
  if (!settings.brokers) {
    problems.throwIfAny('Kafka configuration')
    return null
  }
  const brokers = brokersOf(settings.brokers, problems)
  const tls = tlsOf(settings, sources.readFile, problems)
  const sasl = saslOf(settings, problems)
  problems.throwIfAny('Kafka configuration')
  const warnings: string[] = []
  if (sasl?.mechanism === 'plain' && !tls) {
    warnings.push(
      'Kafka: SASL PLAIN without TLS sends the password readable over the network; use SASL_SSL or SCRAM',
    )
  }
  return { connection: { brokers, ...(tls && { tls }), ...(sasl && { sasl }) }, warnings }
}

/**
 * Settings of a Java-style properties file: the names that Java's tools take, and librdkafka's for PEM files. `readFile`
 * reads what it names. Throws one Problem with everything that is wrong.
 */
export function parseClientProperties(
  text: string,
  readFile: (path: string) => string,
  name = 'client.properties',
): Partial<KafkaConnection> {
  const problems = collector()
  const settings = settingsOf(text, name, problems)
  const brokers = settings.brokers ? brokersOf(settings.brokers, problems) : undefined
  const tls = tlsOf(settings, readFile, problems)
  const sasl = saslOf(settings, problems)
  problems.throwIfAny(name)
  return { ...(brokers && { brokers }), ...(tls && { tls }), ...(sasl && { sasl }) }
}

/** What may be shown of a connection. */
export function describeConnection({ brokers, tls, sasl }: KafkaConnection): string {
  const login = sasl ? `, SASL ${sasl.mechanism.toUpperCase()} as ${sasl.username}` : ''
  return `${brokers.join(',')}${tls ? ', TLS' : ''}${login}`
}

function settingsOfEnv({ env, readFile }: ConfigSources, problems: ProblemCollector): Settings {
  const settings: Settings = {}
  const names: [keyof Settings & string, string][] = [
    ['brokers', 'KAFKA_BROKERS'],
    ['protocol', 'KAFKA_SECURITY_PROTOCOL'],
    ['mechanism', 'KAFKA_SASL_MECHANISM'],
    ['username', 'KAFKA_SASL_USERNAME'],
    ['password', 'KAFKA_SASL_PASSWORD'],
    ['caFile', 'KAFKA_SSL_CA'],
    ['certFile', 'KAFKA_SSL_CERT'],
    ['keyFile', 'KAFKA_SSL_KEY'],
  ]
  for (const [key, name] of names) if (env[name]) Object.assign(settings, { [key]: env[name] })
  settings.protocol = protocolOf(settings.protocol, 'KAFKA_SECURITY_PROTOCOL', problems)
  if (settings.protocol === undefined) delete settings.protocol
  const file = env.KAFKA_SASL_PASSWORD_FILE
  if (file && settings.password) {
    const got = 'this and KAFKA_SASL_PASSWORD'
    problems.add('KAFKA_SASL_PASSWORD_FILE', got, 'one of them', 'unset the other')
  } else if (file) {
    settings.password = read('KAFKA_SASL_PASSWORD_FILE', file, readFile, problems)?.trimEnd()
  }
  return settings
}

function settingsOf(text: string, name: string, problems: ProblemCollector): Settings {
  const p = parseProperties(text)
  const at = (key: string) => `${name}: ${key}`
  const get = (...keys: string[]) => keys.map((key) => p.get(key)).find((value) => value)
  const settings: Settings = {
    brokers: get('bootstrap.servers', 'metadata.broker.list'),
    protocol: protocolOf(get('security.protocol'), at('security.protocol'), problems),
    mechanism: get('sasl.mechanism', 'sasl.mechanisms'),
    username: get('sasl.username'),
    password: get('sasl.password'),
    caFile: get('ssl.ca.location'),
    certFile: get('ssl.certificate.location'),
    keyFile: get('ssl.key.location'),
    ca: get('ssl.truststore.certificates'),
    cert: get('ssl.keystore.certificate.chain'),
    key: get('ssl.keystore.key'),
    passphrase: get('ssl.key.password'),
    skipsHostCheck: p.get('ssl.endpoint.identification.algorithm') === '' || undefined,
  }
  for (const store of ['truststore', 'keystore']) {
    const type = (p.get(`ssl.${store}.type`) ?? 'JKS').toUpperCase()
    const location = p.get(`ssl.${store}.location`)
    if (!location && !p.get(`ssl.${store}.type`)) continue
    if (type !== 'PEM') {
      const todo = `convert it: keytool -importkeystore -deststoretype PKCS12, then openssl pkcs12 -nodes; and set ssl.${store}.type=PEM`
      problems.add(at(`ssl.${store}.type`), type, 'PEM', todo)
    } else if (location && store === 'truststore') settings.caFile = location
    else if (location) {
      // Java keeps the chain and the key of a PEM keystore in one file.
      settings.certFile = location
      settings.keyFile = location
    }
  }
  const jaas = p.get('sasl.jaas.config')
  if (jaas) Object.assign(settings, loginOf(jaas, at('sasl.jaas.config'), problems))
  for (const key of Object.keys(settings) as (keyof Settings)[]) {
    if (settings[key] === undefined) delete settings[key]
  }
  return settings
}

function protocolOf(text: string | undefined, where: string, problems: ProblemCollector) {
  const protocol = text?.toUpperCase()
  if (protocol && !PROTOCOLS.includes(protocol)) {
    problems.add(where, `"${protocol}"`, `one of ${PROTOCOLS.join(', ')}`)
  }
  return protocol
}

/** Never shows the line: it holds a password. */
function loginOf(jaas: string, where: string, problems: ProblemCollector): Settings {
  const [, module] = /^\s*(\S+)\s+required\b/.exec(jaas) ?? []
  if (!/\.(Plain|Scram)LoginModule$/.test(module ?? '')) {
    const got = module ? `login module ${module}` : 'no login module'
    problems.add(where, got, 'PlainLoginModule or ScramLoginModule, then "required"')
    return {}
  }
  const option = (name: string) => {
    const found = new RegExp(`\\b${name}\\s*=\\s*("((?:[^"\\\\]|\\\\.)*)"|[^\\s;]+)`).exec(jaas)
    return found ? (found[2]?.replace(/\\(.)/g, '$1') ?? found[1]) : undefined
  }
  const [username, password] = [option('username'), option('password')]
  if (!username) problems.add(where, 'no username', 'username="..."')
  if (!password) problems.add(where, 'no password', 'password="..."')
  return { username, password }
}

function brokersOf(text: string, problems: ProblemCollector): string[] {
  const brokers = text
    .split(',')
    .map((b) => b.trim())
    .filter(Boolean)
  for (const broker of brokers) {
    const address = parseAddress(broker)
    if (typeof address !== 'string') continue
    problems.add('brokers', `"${broker}"`, address, 'several are separated by commas')
  }
  if (brokers.length === 0) problems.add('brokers', `"${text}"`, 'host:port')
  return brokers
}

function tlsOf(
  s: Settings,
  readFile: ConfigSources['readFile'],
  problems: ProblemCollector,
): KafkaConnection['tls'] {
  const pem = (where: string, text: string | undefined, path: string | undefined, kind: string) => {
    const found = text ?? (path && read(where, path, readFile, problems))
    if (found && !found.includes(`-----BEGIN`)) {
      problems.add(where, path ?? 'other text', `a PEM ${kind}`, 'convert it with openssl')
    }
    return found || undefined
  }
  const ca = pem('CA certificates', s.ca, s.caFile, 'certificate')
  const cert = pem('client certificate', s.cert, s.certFile, 'certificate')
  const key = pem('client key', s.key, s.keyFile, 'private key')
  if (Boolean(cert) !== Boolean(key)) {
    const [got, other] = cert ? ['a certificate', 'a key'] : ['a key', 'a certificate']
    problems.add('client certificate', `${got} alone`, `${other} with it`)
  }
  const isAsked = s.protocol?.endsWith('SSL')
  if (s.protocol && !isAsked && (ca || cert)) {
    problems.add('security.protocol', s.protocol, 'SSL or SASL_SSL with certificates')
  }
  if (!isAsked && !ca && !cert) return undefined
  const tls: NonNullable<KafkaConnection['tls']> = { ...(ca && { ca }), ...(cert && { cert }) }
  if (s.skipsHostCheck) tls.checkServerIdentity = () => undefined
  if (key) hide(tls, 'key', key)
  if (s.passphrase) hide(tls, 'passphrase', s.passphrase)
  return tls
}

function saslOf(s: Settings, problems: ProblemCollector): KafkaConnection['sasl'] {
  const isAsked = s.protocol?.startsWith('SASL')
  if (!isAsked && !s.mechanism && !s.username && !s.password) return undefined
  if (s.protocol && !isAsked) {
    problems.add('security.protocol', s.protocol, 'SASL_SSL or SASL_PLAINTEXT with a login')
  }
  const mechanism = MECHANISMS[s.mechanism?.toUpperCase() ?? '']
  if (!mechanism) {
    const got = s.mechanism ? `"${s.mechanism}"` : 'none'
    problems.add('SASL mechanism', got, `one of ${Object.keys(MECHANISMS).join(', ')}`)
  }
  if (!s.username) problems.add('SASL username', 'none', 'a name', 'set KAFKA_SASL_USERNAME')
  if (!s.password) {
    const todo = 'set KAFKA_SASL_PASSWORD or KAFKA_SASL_PASSWORD_FILE'
    problems.add('SASL password', 'none', 'a password', todo)
  }
  const sasl = { mechanism, username: s.username ?? '' }
  return hide(sasl, 'password', s.password ?? '')
}

/** Readable by name, but never printed, inspected, cloned or logged by accident. */
function hide<T extends object, K extends string>(
  target: T,
  key: K,
  value: string,
): T & Record<K, string> {
  return Object.defineProperty(target, key, { value, enumerable: false }) as T & Record<K, string>
}

function read(
  where: string,
  path: string,
  readFile: ConfigSources['readFile'],
  problems: ProblemCollector,
): string | undefined {
  try {
    return readFile(path)
  } catch (error) {
    if (error instanceof Problem) {
      problems.found.push(...error.found.map((text) => `${where}: ${text}`))
      return undefined
    }
    const { got, expected } = fileMeaning(error)
    problems.add(where, `${path} (${got})`, expected)
    return undefined
  }
}

/** Java's properties: `key=value` or `key: value`, `#` and `!` comments, a `\` at the end goes on in the next line. */
function parseProperties(text: string): Map<string, string> {
  const found = new Map<string, string>()
  for (const line of text.replace(/\\\r?\n[ \t]*/g, '').split(/\r?\n/)) {
    if (/^\s*([#!]|$)/.test(line)) continue
    const [, key, value] = /^\s*([^\s=:]+)\s*[=:\s]\s*(.*?)\s*$/.exec(line) ?? []
    if (key) found.set(key, value.replaceAll('\\n', '\n').replace(/\\([=:#!\\])/g, '$1'))
  }
  return found
}
