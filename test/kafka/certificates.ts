// A certificate authority of its own and a server certificate for the secure broker, made with openssl in a temporary folder.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export type Certificates = {
  /** The authority that signed the server's certificate, and one that did not sign anything; PEM files. */
  ca: string
  otherCa: string
  /** Key and chain in one file, as Kafka's PEM keystore wants them. */
  keystore: string
  folder: string
  remove(): void
}

/** Valid for two days. Throws with openssl's own words when that program is missing or refuses. */
export function makeCertificates(addresses: string[]): Certificates {
  const folder = mkdtempSync(join(tmpdir(), 'huacheng-certificates-'))
  const at = (name: string) => join(folder, name)
  const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'pipe' })
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  for (const name of ['ca', 'other-ca']) {
    const files = ['-keyout', at(`${name}.key`), '-out', at(`${name}.pem`)]
    openssl('req', '-x509', ...key, '-days', '2', '-subj', `/CN=Test ${name}`, ...files)
  }
  openssl('req', ...key, '-subj', '/CN=broker', '-keyout', at('key.pem'), '-out', at('broker.csr'))
  writeFileSync(at('names'), `subjectAltName=${addresses.map((a) => `IP:${a}`).join(',')}\n`)
  const signing = ['-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-CAcreateserial', '-days', '2']
  const files = ['-in', at('broker.csr'), '-out', at('broker.pem'), '-extfile', at('names')]
  openssl('x509', '-req', ...signing, ...files)
  const parts = ['key.pem', 'broker.pem', 'ca.pem'].map((name) => readFileSync(at(name), 'utf8'))
  writeFileSync(at('keystore.pem'), parts.join(''))
  return {
    ca: at('ca.pem'),
    otherCa: at('other-ca.pem'),
    keystore: at('keystore.pem'),
    folder,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
