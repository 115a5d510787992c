// The real programs on a cluster as other people run it: TLS, SCRAM logins, access control; and what they ask of other people.
import { writeFileSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { kafka as kafkaCheck } from '../../commands/doctor/kafka.ts'
import { connectionOf } from '../../commands/wiring/on-kafka.ts'
import { buildWebIfStale } from '../../commands/wiring/web-build.ts'
import { topicNames, topicSpecs } from '../../producers/contract/topics.ts'
import { domains } from '../../producers/domains.ts'
import { noEngine, until } from './broker.ts'
import { makeCertificates } from './certificates.ts'
import { type Running, startHuacheng } from './programs.ts'
import { startSecureBroker } from './secure-broker.ts'

const PASSWORD = 'correct horse battery staple'
const WRONG_PASSWORD = 'Tr0ub4dor and 3'
const GUEST_PASSWORD = 'only looking'
const SMALL = ['--scale', '0.02', '--partitions', '4', '--speed', '60']
const specs = topicSpecs(
  topicNames(),
  domains.map((d) => d.declaration.domain),
  4,
)
const TOPICS = specs.length
const PARTITIONS = specs.reduce((sum, { partitions }) => sum + partitions, 0)
const PROGRAMS = ['produce', 'process', 'console']
/** An address of this machine that is not loopback: as good as somebody else's. */
const outside = Object.values(networkInterfaces())
  .flatMap((list) => list ?? [])
  .find((address) => address.family === 'IPv4' && !address.internal)?.address

const reason = await noEngine('this needs a broker of its own')
if (reason !== null) console.error(`\nKafka security lane NOT run: ${reason}\n`)

describe.skipIf(reason !== null)('a cluster with TLS, logins and access control', async () => {
  if (reason !== null) return
  await buildWebIfStale() // so that the console has nothing to say about it
  const certificates = makeCertificates(['127.0.0.1', ...(outside ? [outside] : [])])
  const broker = await startSecureBroker(
    certificates,
    [{ username: 'city', password: PASSWORD }],
    [{ username: 'guest', password: GUEST_PASSWORD }],
  )
  const started: Running[] = []

  afterAll(async () => {
    await Promise.all(started.map((program) => program.stop()))
    await broker.stop()
    certificates.remove()
  })

  /** A file as the people who run a cluster hand it out. */
  function properties(name: string, more: { ca?: string; login?: [string, string] } = {}): string {
    const { ca = certificates.ca, login = ['city', PASSWORD] } = more
    const file = join(certificates.folder, `${name}.properties`)
    const module = 'org.apache.kafka.common.security.scram.ScramLoginModule'
    const lines = [
      `bootstrap.servers=${broker.brokers}`,
      'security.protocol=SASL_SSL',
      'sasl.mechanism=SCRAM-SHA-512',
      `sasl.jaas.config=${module} required username="${login[0]}" password="${login[1]}";`,
      'ssl.truststore.type=PEM',
      `ssl.truststore.location=${ca}`,
    ]
    writeFileSync(file, `${lines.join('\n')}\n`)
    return file
  }
  const good = properties('good')

  function start(args: string[], env?: Record<string, string>): Running {
    const program = startHuacheng(args, env)
    started.push(program)
    return program
  }
  async function ended(args: string[], env?: Record<string, string>) {
    const program = start(args, env)
    const code = await program.ended
    return { code, output: program.output(), stdout: program.stdout() }
  }
  /** What a program says to people, its JSON log left out. */
  const plainText = (output: string) =>
    output.split('\n').filter((line) => line !== '' && !line.startsWith('{'))

  describe('says no', () => {
    const refusals: [string, () => string[], RegExp][] = [
      [
        'to a wrong password',
        () => ['--command-config', properties('password', { login: ['city', WRONG_PASSWORD] })],
        /the login as "city" by SCRAM-SHA-512 was refused .*check user, password and mechanism/,
      ],
      [
        'to an unknown user',
        () => ['--command-config', properties('user', { login: ['nobody', WRONG_PASSWORD] })],
        /the login as "nobody" by SCRAM-SHA-512 was refused/,
      ],
      [
        'with a certificate that our CA did not sign',
        () => ['--command-config', properties('ca', { ca: certificates.otherCa })],
        /TLS failed \(.*certificate.*KAFKA_SSL_CA, or ssl\.truststore\.location/,
      ],
      [
        'under a name that is not in its certificate',
        () => [
          '--command-config',
          good,
          '--brokers',
          broker.brokers.replace('127.0.0.1', 'localhost'),
        ],
        /altnames.*ssl\.endpoint\.identification\.algorithm/,
      ],
    ]
    it.each(refusals)('%s: one paragraph, exit code 2, no secret', async (_, options, message) => {
      const args = options()
      for (const { code, output } of await Promise.all(
        PROGRAMS.map((program) => ended([program, ...args, '--log-level', 'debug'])),
      )) {
        const said = plainText(output)
        expect(said, output).toHaveLength(1)
        expect(said[0]).toMatch(message)
        expect(output).not.toMatch(/\\n\s+at /) // a stack trace inside a JSON line
        for (const secret of [PASSWORD, WRONG_PASSWORD]) expect(output).not.toContain(secret)
        expect(code).toBe(2)
      }
    })

    it('to a client without TLS and login, which hears what it went without', async () => {
      const { code, output } = await ended(['clean', '--brokers', broker.brokers])
      expect(plainText(output)).toHaveLength(1)
      expect(output).toMatch(
        /closed the connection, without TLS and without a login.*KAFKA_SECURITY/,
      )
      expect(code).toBe(1)
    })

    it('to a login without rights, which hears it once and not once per topic', async () => {
      const guest = properties('guest', { login: ['guest', GUEST_PASSWORD] })
      const { code, output } = await ended(['produce', ...SMALL, '--command-config', guest])
      expect(plainText(output)).toHaveLength(2)
      expect(output).toMatch(
        new RegExp(`create ${TOPICS} topics city\\.alert .*authoriz.*rights to create`, 'i'),
      )
      expect(output).not.toContain(GUEST_PASSWORD)
      expect(code).toBe(2)
    })
  })

  it.skipIf(!outside)(
    'gets nothing from a program that is not told --yes, but the list',
    async () => {
      const address = broker.brokers.replace('127.0.0.1', outside!)
      const args = ['--command-config', good, '--brokers', address, '--prefix', 'asked.']
      const asked = await ended(['produce', ...SMALL, ...args])
      expect(asked.output).toContain(`${TOPICS} topics, ${PARTITIONS} partitions × replication 1`)
      expect(asked.output).toMatch(/^nothing was created: .*--yes/m)
      expect(asked.code).toBe(2)
      const { output } = await ended(['clean', ...args])
      expect(output).toContain('nothing of this program is there')
    },
  )

  it('serves a doctor', async () => {
    const check = kafkaCheck(connectionOf({ 'command-config': good }))
    expect(await check.run()).toMatchObject({
      state: 'fine',
      found: expect.stringMatching(
        /TLS, SASL SCRAM-SHA-512 as city: Kafka .*, 1 broker, answers in/,
      ),
    })
    const wrong = properties('doctor', { login: ['city', WRONG_PASSWORD] })
    expect(await kafkaCheck(connectionOf({ 'command-config': wrong })).run()).toMatchObject({
      state: 'wrong',
      found: expect.stringContaining('check user, password and mechanism'),
    })
  })

  describe('runs a city', () => {
    /** The same login by variables, the password from a file. */
    const variables = {
      KAFKA_BROKERS: broker.brokers,
      KAFKA_SECURITY_PROTOCOL: 'sasl_ssl',
      KAFKA_SSL_CA: certificates.ca,
      KAFKA_SASL_MECHANISM: 'SCRAM-SHA-512',
      KAFKA_SASL_USERNAME: 'city',
      KAFKA_SASL_PASSWORD_FILE: join(certificates.folder, 'password'),
    }
    writeFileSync(variables.KAFKA_SASL_PASSWORD_FILE, `${PASSWORD}\n`)
    const config = ['--command-config', good]
    const city: Running[] = []

    it('from producer to console: final readings, equal to the truth', async () => {
      city.push(start(['produce', ...SMALL, ...config, '--compression', 'zstd']))
      city.push(start(['process', '--compression', 'gzip'], variables))
      city.push(start(['console', '--port', '0', ...config]))
      const [url] = await city[2].says(/^http:\/\/127\.0\.0\.1:\d+/m)
      const died = city.map(async (program) => {
        throw new Error(`ended with ${await program.ended}:\n${program.output()}`)
      })
      type Reading = { final: boolean; truth: string; window: { kind: string } }
      let finals: Reading[] = []
      const shown = until(async () => {
        const response = await fetch(`${url}/api/kpis?final=true`)
        if (!response.ok) return false // no run yet
        const readings = (await response.json()) as Reading[]
        finals = readings.filter((r) => r.final && r.window.kind === 'window')
        return finals.length > 10
      })
      await Promise.race([shown, ...died])
      expect(new Set(finals.map((r) => r.truth))).toEqual(new Set(['equal']))
    }, 240_000)

    it('that is not cleaned away under its processors', async () => {
      const { code, output } = await ended(['clean', '--yes', ...config])
      expect(output).toMatch(
        /in use, nothing was removed:[\s\S]*group city\.processor: 1 member \(/,
      )
      expect(output).toMatch(/topic city\.run: \d+ records? written while looking/)
      expect(plainText(output)).toHaveLength(4) // the heading, two groups, the run
      expect(code).toBe(1)
      const listed = await ended(['clean', '--json'], variables)
      expect(JSON.parse(listed.stdout)).toMatchObject({ removed: false, left: [] })
      expect(JSON.parse(listed.stdout).topics).toHaveLength(TOPICS)
    })

    it('that ends at SIGTERM, without an error and without a secret', async () => {
      expect(city).toHaveLength(3)
      for (const program of city.toReversed()) {
        expect(await program.stop(), program.output()).toBe(0)
        expect(program.output()).not.toMatch(/"level":"(error|fatal)"/)
        expect(program.output()).not.toContain(PASSWORD)
      }
    })

    it('that can be cleaned away then, and nothing else with it', async () => {
      await broker.createTopic('city.x-someone-else')
      const looked = await ended(['clean', ...config])
      expect(looked.output).toContain(
        `would be removed: ${TOPICS} topics with ${PARTITIONS} partitions, 2 groups`,
      )
      expect(looked.output).toMatch(/left +city\.x-someone-else +not a topic of this program/)
      const cleaned = await ended(['clean', '--yes', ...config])
      expect(cleaned.output).toContain(
        `removed: ${TOPICS} topics with ${PARTITIONS} partitions, 2 groups`,
      )
      expect(cleaned.code).toBe(0)
      const after = JSON.parse((await ended(['clean', '--json', ...config])).stdout)
      expect([after.topics, after.groups]).toEqual([[], []])
      expect(after.left.map((l: { name: string }) => l.name)).toEqual(['city.x-someone-else'])
    })
  })
})
