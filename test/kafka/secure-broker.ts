// A broker as other people run them: TLS, SCRAM logins and access control. Only documented variables of the official image.
import { readFileSync } from 'node:fs'
import { GenericContainer, type StartedTestContainer } from 'testcontainers'
import { freePort } from '../../load/child-program.ts'
import { DEFAULT_IMAGE, ONE_NODE } from './broker.ts'
import type { Certificates } from './certificates.ts'

const PORT = 9092
/** For the broker itself and for setting up users; reached inside the container only. */
const INSIDE = '127.0.0.1:19092'
const START_TIMEOUT_MS = 90_000

export type Login = { username: string; password: string }

export type SecureBroker = {
  brokers: string
  /** Creates a topic from inside, past all logins. */
  createTopic(name: string): Promise<void>
  stop(): Promise<void>
}

/** `users` may do everything, `guests` log in but may do nothing. */
export async function startSecureBroker(
  certificates: Certificates,
  users: Login[],
  guests: Login[],
): Promise<SecureBroker> {
  const port = await freePort()
  const login = 'org.apache.kafka.common.security.scram.ScramLoginModule required;'
  const container = await new GenericContainer(process.env.KAFKA_IMAGE ?? DEFAULT_IMAGE)
    .withExposedPorts({ container: PORT, host: port })
    .withCopyContentToContainer([
      {
        content: readFileSync(certificates.keystore),
        target: '/etc/kafka/secrets/keystore.pem',
        mode: 0o644,
      },
    ])
    .withEnvironment({
      ...ONE_NODE,
      KAFKA_INTER_BROKER_LISTENER_NAME: 'INSIDE',
      KAFKA_LISTENERS: `SECURE://:${PORT},INSIDE://${INSIDE},CONTROLLER://:9093`,
      // A listener's own name: for one called SASL_SSL the official image wants Java keystores and password files.
      KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: 'SECURE:SASL_SSL,INSIDE:PLAINTEXT,CONTROLLER:PLAINTEXT',
      KAFKA_ADVERTISED_LISTENERS: `SECURE://127.0.0.1:${port},INSIDE://${INSIDE}`,
      KAFKA_SSL_KEYSTORE_TYPE: 'PEM',
      KAFKA_SSL_KEYSTORE_LOCATION: '/etc/kafka/secrets/keystore.pem',
      KAFKA_LISTENER_NAME_SECURE_SASL_ENABLED_MECHANISMS: 'SCRAM-SHA-512',
      KAFKA_LISTENER_NAME_SECURE_SCRAM___SHA___512_SASL_JAAS_CONFIG: login,
      KAFKA_AUTHORIZER_CLASS_NAME: 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
      KAFKA_SUPER_USERS: ['ANONYMOUS', ...users.map((u) => u.username)]
        .map((name) => `User:${name}`)
        .join(';'),
    })
    .withStartupTimeout(START_TIMEOUT_MS)
    .start()
  for (const { username, password } of [...users, ...guests]) {
    // Kafka keeps SCRAM logins in its own metadata: its tool writes them once the broker answers.
    const login = ['--add-config', `SCRAM-SHA-512=[password=${password}]`]
    const entity = ['--entity-type', 'users', '--entity-name', username]
    await tool(container, 'kafka-configs', '--alter', ...entity, ...login)
  }
  return {
    brokers: `127.0.0.1:${port}`,
    createTopic: (name) => tool(container, 'kafka-topics', '--create', '--topic', name),
    async stop() {
      await container.stop()
    },
  }
}

async function tool(container: StartedTestContainer, name: string, ...args: string[]) {
  const command = [`/opt/kafka/bin/${name}.sh`, '--bootstrap-server', INSIDE, ...args]
  const { exitCode, output } = await container.exec(command)
  if (exitCode !== 0) throw new Error(`secure broker: ${name} ended with ${exitCode}: ${output}`)
}
