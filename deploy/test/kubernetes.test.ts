import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { fluentdHandler } from '@actionlog/handler-fluentd'
import { StatefulSet } from 'kubernetes-models/apps/v1/StatefulSet'
import { Service } from 'kubernetes-models/v1/Service'
import { parseAllDocuments } from 'yaml'

const file = readFileSync(fileURLToPath(new URL('../kubernetes/my-app.yaml', import.meta.url)), 'utf8')
const documents = parseAllDocuments(file, { strict: true, uniqueKeys: true })
const [service, statefulSet] = documents.map((document) => document.toJS())
const { spec } = statefulSet.spec.template
const [fluentd] = spec.initContainers
const [app] = spec.containers
const setting = JSON.parse(app.env.find(({ name }: { name: string }) => name === 'ACTION_LOG_SETTING').value)

test('the file is YAML without a doubt', () => {
  expect(documents.flatMap(({ errors, warnings }) => [...errors, ...warnings])).toEqual([])
})

test("the objects keep to the schema of Kubernetes' API", () => {
  new Service(service).validate()
  new StatefulSet(statefulSet).validate()
})

test('the settings in it are those of the fluentd handler, and it waits longer than the handler needs', async () => {
  const { handlerType, fields, spoolDir, ...options } = setting
  expect(handlerType).toBe('fluentd')
  const handler = fluentdHandler(options)
  await handler.close()
  const { preStop } = app.lifecycle
  const seconds = preStop.sleep.seconds + (handler.closeTimeoutMs as number) / 1_000
  expect(spec.terminationGracePeriodSeconds).toBeGreaterThan(seconds)
})

test('what waits is on the volume that comes back with the pod', () => {
  const [claim] = statefulSet.spec.volumeClaimTemplates
  for (const container of [fluentd, app])
    expect(container.volumeMounts).toContainEqual({ name: claim.metadata.name, mountPath: '/data' })
  expect(setting.spoolDir).toMatch(/^\/data\//)
  expect(fluentd.env).toContainEqual({ name: 'ACTIONLOG_DATA', value: expect.stringMatching(/^\/data\//) })
})

test('no container has more rights than it needs', () => {
  expect(spec.securityContext).toMatchObject({
    runAsNonRoot: true,
    seccompProfile: { type: 'RuntimeDefault' },
  })
  for (const { securityContext } of [fluentd, app])
    expect(securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    })
})
