// What every command on Kafka shares: the log that its options name, and the worlds of the runs found there.

import { describeConnection, readKafkaConfig } from '../../infra/kafka/config.ts'
import { createKafkaLog } from '../../infra/kafka/kafka-log.ts'
import type { Logger } from '../../infra/logger.ts'
import { allOf, Problem } from '../../infra/problem.ts'
import { EXIT_FAILED } from '../../infra/program/exit-codes.ts'
import { readTextFile } from '../../infra/text/text-file.ts'
import type { Descriptor } from '../../producers/contract/records.ts'
import { DEFAULT_PREFIX, topicNames } from '../../producers/contract/topics.ts'
import { buildCatalogue } from '../../seeds/catalogue/catalogue.ts'
import type { Catalogue, City } from '../../seeds/contract.ts'
import { loadCity } from '../../seeds/load/city.ts'
import { environment } from '../options/environment.ts'
import { logSettings } from '../options/log-settings.ts'
import type { OptionHelp, OptionValues } from '../options/options.ts'
import { userPath } from '../options/user-path.ts'
import { ignoredOnStderr } from './ignored.ts'

const PREFIX = /^[A-Za-z0-9._-]{1,100}$/

/** Options of every command that talks to Kafka. */
export const KAFKA_OPTIONS: Record<string, OptionHelp> = {
  brokers: { type: 'string', value: 'h:p,h:p', text: 'bootstrap servers (or KAFKA_BROKERS)' },
  prefix: { type: 'string', value: 'p', text: 'prefix of all topics and groups', default: 'city.' },
  'command-config': {
    type: 'string',
    value: 'file',
    text: 'client.properties with Java names for TLS and SASL (KAFKA_* variables win)',
  },
}

/** Where the options and variables say that Kafka is; throws a Problem when they name none. */
export function connectionOf(values: OptionValues, logger?: Logger) {
  const { config, prefix } = allOf('Kafka', {
    config: () => configOf(values),
    prefix: () => prefixOption(values),
  })
  for (const warning of config.warnings) logger?.warn(warning)
  const { connection } = config
  return { connection, prefix, where: describeConnection(connection) }
}

function configOf(values: OptionValues) {
  const file = values['command-config'] as string | undefined
  const config = readKafkaConfig({
    env: environment(),
    brokers: values.brokers as string | undefined,
    properties: file === undefined ? undefined : { text: readUserFile(file), name: file },
    readFile: readUserFile,
  })
  if (config) return config
  throw new Problem(
    'brokers: none named, expected --brokers host:port, KAFKA_BROKERS or bootstrap.servers in --command-config',
  )
}

function prefixOption(values: OptionValues): string {
  const prefix = (values.prefix as string) ?? DEFAULT_PREFIX
  if (PREFIX.test(prefix)) return prefix
  throw new Problem(`--prefix: "${prefix}", expected letters, digits, ".", "_" or "-", at most 100`)
}

/** All that openKafka takes from options and variables, looked at without a log. */
export function kafkaOptions(values: OptionValues, logger?: Logger) {
  const { found, settings } = allOf('Kafka', {
    found: () => connectionOf(values, logger),
    settings: () => logSettings(values, environment()),
  })
  return { ...found, settings }
}

/**
 * Opens the log that the options and variables name; throws a Problem when none is named. Batches that cannot be read are
 * reported to `ignored`, by default on stderr.
 */
export function openKafka(values: OptionValues, logger?: Logger, ignored = ignoredOnStderr()) {
  const { connection, prefix, where, settings } = kafkaOptions(values, logger)
  const log = createKafkaLog({ connection, logger, ignored, ...settings })
  return { log, topics: topicNames(prefix), where, connection, settings }
}

/** Settings and certificates that the user names. */
const readUserFile = (path: string) => readTextFile(userPath(path), path)

/**
 * City and catalogue of a descriptor read from the log, built once; a Problem when this build has other seeds. `isPlacesOnly`:
 * nobody will ask what an asset is called or what kind it is, which is most of what a catalogue holds.
 */
export function worldsOfDescriptors(isPlacesOnly = false) {
  const cities = new Map<string, City>()
  const catalogues = new Map<string, Catalogue>()
  function cityOf(descriptor: Descriptor): City {
    let city = cities.get(descriptor.city)
    if (!city) {
      city = loadCity(descriptor.city)
      cities.set(descriptor.city, city)
    }
    return city
  }
  function catalogueOf(descriptor: Descriptor): Catalogue {
    const name = `${descriptor.city} at scale ${descriptor.scale}`
    let catalogue = catalogues.get(name)
    if (!catalogue) {
      catalogue = buildCatalogue(cityOf(descriptor), descriptor.scale)
      if (isPlacesOnly) catalogue = { ...catalogue, names: [], attributes: [] }
      catalogues.set(name, catalogue)
    }
    if (catalogue.hash !== descriptor.catalogue) {
      throw new Problem(
        `run ${descriptor.run}: its catalogue is ${descriptor.catalogue}, ours of ${name} is ${catalogue.hash}, ` +
          'expected the same; use the version and seeds/ that began the run',
        EXIT_FAILED,
      )
    }
    return catalogue
  }
  return { cityOf, catalogueOf }
}
