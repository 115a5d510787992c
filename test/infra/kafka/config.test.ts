// Kafka's settings from variables and properties files: all problems at once, and no secret ever printed.
import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import {
  describeConnection,
  parseClientProperties,
  readKafkaConfig,
} from '../../../infra/kafka/config.ts'
import { Problem } from '../../../infra/problem.ts'

const PEM = '-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----\n'
const SECRET = 'correct horse battery'
const files: Record<string, string> = {
  '/ca.pem': PEM,
  '/cert.pem': PEM,
  '/key.pem': '-----BEGIN PRIVATE KEY-----\nkey of the client\n-----END PRIVATE KEY-----\n',
  '/password': `${SECRET}\n`,
  '/store.jks': 'binary',
}
function readFile(path: string): string {
  if (path in files) return files[path]
  throw Object.assign(new Error('no such file'), { code: 'ENOENT', syscall: 'open' })
}
const fromEnv = (env: Record<string, string>) => readKafkaConfig({ env, readFile })
const fromFile = (text: string) => parseClientProperties(text, readFile)
function problemOf(act: () => unknown): string {
  try {
    act()
  } catch (error) {
    expect(error).toBeInstanceOf(Problem)
    return (error as Problem).message
  }
  throw new Error('no problem was found')
}

describe('Kafka settings from variables', () => {
  it('are absent when nothing names a broker', () => {
    expect(fromEnv({})).toBeNull()
  })

  it('take brokers, TLS and SCRAM', () => {
    const found = fromEnv({
      KAFKA_BROKERS: 'a:9092, b:9093,[::1]:9094',
      KAFKA_SSL_CA: '/ca.pem',
      KAFKA_SSL_CERT: '/cert.pem',
      KAFKA_SSL_KEY: '/key.pem',
      KAFKA_SASL_MECHANISM: 'scram-sha-512',
      KAFKA_SASL_USERNAME: 'city',
      KAFKA_SASL_PASSWORD: SECRET,
    })!
    expect(found.connection.brokers).toEqual(['a:9092', 'b:9093', '[::1]:9094'])
    expect(found.connection.tls).toMatchObject({ ca: PEM, cert: PEM })
    expect(found.connection.tls!.key).toBe(files['/key.pem'])
    expect(found.connection.sasl!.mechanism).toBe('scram-sha-512')
    expect(found.connection.sasl!.password).toBe(SECRET)
    expect(found.warnings).toEqual([])
  })

  it('read the password from a file, without its last line break', () => {
    const { connection } = fromEnv({
      KAFKA_BROKERS: 'a:1',
      KAFKA_SASL_MECHANISM: 'SCRAM-SHA-256',
      KAFKA_SASL_USERNAME: 'city',
      KAFKA_SASL_PASSWORD_FILE: '/password',
    })!
    expect(connection.sasl!.password).toBe(SECRET)
  })

  it('take a protocol in any case, and TLS with the certificates that the machine trusts', () => {
    const { connection } = fromEnv({ KAFKA_BROKERS: 'a:1', KAFKA_SECURITY_PROTOCOL: 'ssl' })!
    expect(connection.tls).toEqual({})
    const problem = problemOf(() =>
      fromEnv({ KAFKA_BROKERS: 'a:1', KAFKA_SECURITY_PROTOCOL: 'TLS' }),
    )
    expect(problem).toContain('KAFKA_SECURITY_PROTOCOL: "TLS", expected one of PLAINTEXT, SSL')
  })

  it('name a password file that cannot be read, and one that is empty', () => {
    const login = { KAFKA_SASL_MECHANISM: 'PLAIN', KAFKA_SASL_USERNAME: 'city' }
    const withFile = (file: string) =>
      problemOf(() =>
        readKafkaConfig({
          env: { KAFKA_BROKERS: 'a:1', ...login, KAFKA_SASL_PASSWORD_FILE: file },
          readFile: (path) => (path === '/empty' ? '\n' : readFile(path)),
        }),
      )
    expect(withFile('/missing')).toContain(
      'KAFKA_SASL_PASSWORD_FILE: /missing (no such file), expected a file that can be read',
    )
    expect(withFile('/empty')).toContain('SASL password: none, expected a password')
  })

  it('warn of PLAIN without TLS, and only then', () => {
    const plain = {
      KAFKA_BROKERS: 'a:1',
      KAFKA_SASL_MECHANISM: 'PLAIN',
      KAFKA_SASL_USERNAME: 'city',
      KAFKA_SASL_PASSWORD: SECRET,
    }
    expect(fromEnv(plain)!.warnings).toHaveLength(1)
    expect(fromEnv(plain)!.warnings[0]).not.toContain(SECRET)
    expect(fromEnv({ ...plain, KAFKA_SSL_CA: '/ca.pem' })!.warnings).toEqual([])
  })

  it('report all problems at once, and no secret', () => {
    const problem = problemOf(() =>
      fromEnv({
        KAFKA_BROKERS: 'a,b:99999',
        KAFKA_SSL_CA: '/missing.pem',
        KAFKA_SSL_CERT: '/cert.pem',
        KAFKA_SASL_MECHANISM: 'OAUTHBEARER',
        KAFKA_SASL_PASSWORD: SECRET,
        KAFKA_SASL_PASSWORD_FILE: '/password',
      }),
    )
    for (const part of [
      'brokers: "a", expected host:port',
      'brokers: "b:99999"',
      'CA certificates: /missing.pem (no such file)',
      'client certificate: a certificate alone',
      'SASL mechanism: "OAUTHBEARER", expected one of PLAIN, SCRAM-SHA-256, SCRAM-SHA-512',
      'SASL username: none',
      'KAFKA_SASL_PASSWORD_FILE: this and KAFKA_SASL_PASSWORD',
    ]) {
      expect(problem).toContain(part)
    }
    expect(problem).not.toContain(SECRET)
  })

  it('keep secrets out of whatever prints the connection', () => {
    const { connection } = fromEnv({
      KAFKA_BROKERS: 'a:1',
      KAFKA_SSL_CERT: '/cert.pem',
      KAFKA_SSL_KEY: '/key.pem',
      KAFKA_SASL_MECHANISM: 'PLAIN',
      KAFKA_SASL_USERNAME: 'city',
      KAFKA_SASL_PASSWORD: SECRET,
    })!
    const shown = [
      JSON.stringify(connection),
      inspect(connection, { depth: 9 }),
      describeConnection(connection),
      JSON.stringify({ ...connection.sasl, ...connection.tls }),
    ].join()
    expect(shown).not.toContain(SECRET)
    expect(shown).not.toContain('key of the client')
    expect(describeConnection(connection)).toBe('a:1, TLS, SASL PLAIN as city')
  })
})

describe('Kafka settings from client.properties', () => {
  it("take Java's names, comments and continued lines", () => {
    const found = fromFile(`
# the platform team's file
! another comment
bootstrap.servers=k1:9093,\\
   k2:9093
security.protocol = SASL_SSL
sasl.mechanism: SCRAM-SHA-512
sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required \\
  username="city" password="a\\"b;c=d";
ssl.truststore.type=PEM
ssl.truststore.location=/ca.pem
ssl.endpoint.identification.algorithm=
`)
    expect(found.brokers).toEqual(['k1:9093', 'k2:9093'])
    expect(found.sasl!.username).toBe('city')
    expect(found.sasl!.password).toBe('a"b;c=d')
    expect(found.tls!.ca).toBe(PEM)
    expect(found.tls!.checkServerIdentity!()).toBeUndefined()
  })

  it("take librdkafka's names of PEM files", () => {
    const found = fromFile(
      'security.protocol=ssl\nssl.ca.location=/ca.pem\nssl.certificate.location=/cert.pem\nssl.key.location=/key.pem',
    )
    expect(found.tls!.ca).toBe(PEM)
    expect(found.tls!.key).toBe(files['/key.pem'])
    expect(found.sasl).toBeUndefined()
  })

  it('take TLS with the certificates that the machine trusts', () => {
    expect(fromFile('security.protocol=SSL')).toEqual({ tls: {} })
    expect(fromFile('security.protocol=PLAINTEXT')).toEqual({})
  })

  it('refuse a Java keystore and say how to convert it', () => {
    const problem = problemOf(() =>
      fromFile('security.protocol=SSL\nssl.truststore.location=/store.jks'),
    )
    expect(problem).toContain('ssl.truststore.type: JKS, expected PEM')
    expect(problem).toContain('keytool')
  })

  it('report all problems at once, and no secret', () => {
    const problem = problemOf(() =>
      fromFile(
        [
          'security.protocol=TLS',
          `sasl.jaas.config=com.example.KerberosLoginModule required password="${SECRET}";`,
          'sasl.mechanism=GSSAPI',
          'ssl.truststore.type=PKCS12',
          'ssl.ca.location=/store.jks',
        ].join('\n'),
      ),
    )
    expect(problem).toContain('security.protocol: "TLS", expected one of PLAINTEXT')
    expect(problem).toContain('login module com.example.KerberosLoginModule')
    expect(problem).toContain('SASL mechanism: "GSSAPI"')
    expect(problem).toContain('ssl.truststore.type: PKCS12')
    expect(problem).toContain('/store.jks, expected a PEM certificate')
    expect(problem).not.toContain(SECRET)
  })

  it('give way to variables and to --brokers', () => {
    const text = 'bootstrap.servers=file:1\nsasl.mechanism=PLAIN\nsasl.username=f\nsasl.password=f'
    const properties = { text, name: 'client.properties' }
    const env = { KAFKA_BROKERS: 'env:1', KAFKA_SASL_USERNAME: 'e' }
    const both = readKafkaConfig({ env, properties, readFile })!.connection
    expect(both.brokers).toEqual(['env:1'])
    expect(both.sasl).toMatchObject({ username: 'e', mechanism: 'plain' })
    const asked = readKafkaConfig({ env, properties, brokers: 'asked:1', readFile })!
    expect(asked.connection.brokers).toEqual(['asked:1'])
  })
})
