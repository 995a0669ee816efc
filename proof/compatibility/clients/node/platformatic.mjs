// What an application does with @platformatic/kafka: platformatic.mjs BOOTSTRAP PREFIX SCENARIO. Ends with 0 when it happened.
import assert from 'node:assert'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { Admin, Consumer, MessagesStreamFallbackModes, MessagesStreamModes, Producer, stringDeserializers, stringSerializers } from '@platformatic/kafka'

const [bootstrap, prefix, scenario] = process.argv.slice(2)
const common = { clientId: 'platformatic', bootstrapBrokers: [bootstrap] }

async function produce(topic, count, options = {}) {
  const producer = new Producer({ ...common, serializers: stringSerializers, autocreateTopics: true, ...options })
  const messages = Array.from({ length: count }, (_, i) => ({ topic, partition: 0, key: `key-${i}`, value: `value-${i}`, headers: { number: `${i}` } }))
  await producer.send({ messages })
  await producer.close()
}

async function read(topic, groupId, count, options = {}) {
  const consumer = new Consumer({ ...common, groupId, deserializers: stringDeserializers })
  const stream = await consumer.consume({
    topics: [topic], autocommit: false, mode: MessagesStreamModes.EARLIEST, sessionTimeout: 10000, heartbeatInterval: 500, ...options
  })
  const found = []
  for await (const message of stream) {
    found.push(message)
    if (found.length === count) break
  }
  return { consumer, found }
}

function expect(found, count) {
  assert.equal(found.length, count)
  found.forEach((message, i) => {
    assert.equal(message.offset, BigInt(i))
    assert.equal(message.value, `value-${i}`)
    assert.equal(message.headers.get('number'), `${i}`)
  })
}

const scenarios = {
  async version() {
    console.log('@platformatic/kafka ' + JSON.parse(readFileSync(new URL('node_modules/@platformatic/kafka/package.json', import.meta.url))).version)
  },
  async 'acks-and-compression'() {
    for (const acks of [0, 1, -1]) {
      for (const compression of ['none', 'gzip', 'snappy', 'lz4', 'zstd']) {
        const topic = `${prefix}-${acks}-${compression}`
        const admin = new Admin(common)
        await admin.createTopics({ topics: [topic], partitions: 1, replicas: 1 })
        await admin.close()
        await produce(topic, 100, { acks, compression })
        const { consumer, found } = await read(topic, `${topic}-readers`, 100)
        expect(found, 100)
        await consumer.close(true)
      }
    }
  },
  async seek() {
    const topic = `${prefix}-seek`
    await produce(topic, 100)
    const { consumer, found } = await read(topic, `${topic}-readers`, 60, {
      mode: MessagesStreamModes.MANUAL, offsets: [{ topic, partition: 0, offset: 40n }]
    })
    assert.equal(found[0].offset, 40n)
    const ends = await consumer.listOffsets({ topics: [topic] })
    assert.equal(ends.get(topic)[0], 100n)
    await consumer.close(true)
  },
  async commit() {
    const topic = `${prefix}-commit`
    const groupId = `${prefix}-committing`
    await produce(topic, 100)
    const first = await read(topic, groupId, 30)
    await first.found[29].commit()
    await first.consumer.close(true)
    const second = await read(topic, groupId, 1, { mode: MessagesStreamModes.COMMITTED })
    // What is committed is the record itself or the one after it, by the client's own custom.
    assert.ok([29n, 30n].includes(second.found[0].offset), `${second.found[0].offset}`)
    await second.consumer.close(true)

    // By itself, while it reads.
    const third = new Consumer({ ...common, groupId, deserializers: stringDeserializers })
    const stream = await third.consume({
      topics: [topic], autocommit: 50, mode: MessagesStreamModes.COMMITTED, sessionTimeout: 10000, heartbeatInterval: 500
    })
    let last
    stream.on('data', message => { last = message.offset })
    while (last !== 99n) await once(stream, 'autocommit')
    await third.close(true)
    const fourth = new Consumer({ ...common, groupId, deserializers: stringDeserializers })
    const committed = await fourth.listCommittedOffsets({ topics: [{ topic, partitions: [0] }] })
    assert.ok([99n, 100n].includes(committed.get(topic)[0]), `${committed.get(topic)[0]}`)
    await fourth.close(true)
  },
  async reset() {
    const topic = `${prefix}-reset`
    await produce(topic, 10)
    const { consumer, found } = await read(topic, `${prefix}-earliest`, 10, {
      mode: MessagesStreamModes.COMMITTED, fallbackMode: MessagesStreamFallbackModes.EARLIEST
    })
    assert.equal(found[0].offset, 0n)
    await consumer.close(true)

    const late = new Consumer({ ...common, groupId: `${prefix}-latest`, deserializers: stringDeserializers })
    const stream = await late.consume({
      topics: [topic], autocommit: false, maxWaitTime: 200,
      mode: MessagesStreamModes.COMMITTED, fallbackMode: MessagesStreamFallbackModes.LATEST
    })
    const heard = once(stream, 'data')
    await once(stream, 'fetch')
    await produce(topic, 1)
    const [first] = await heard
    assert.equal(first.offset, 10n)
    await late.close(true)

    const none = new Consumer({ ...common, groupId: `${prefix}-none`, deserializers: stringDeserializers })
    await assert.rejects(async () => {
      const doubtful = await none.consume({
        topics: [topic], autocommit: false, mode: MessagesStreamModes.COMMITTED, fallbackMode: MessagesStreamFallbackModes.FAIL
      })
      await once(doubtful, 'data')
    }, /no committed offset/)
    await none.close(true)
  },
  async idempotent() {
    const topic = `${prefix}-idempotent`
    await produce(topic, 1000, { idempotent: true })
    const { consumer, found } = await read(topic, `${topic}-readers`, 1000)
    expect(found, 1000)
    await consumer.close(true)
  },
  async transactions() {
    const output = `${prefix}-output`
    const producer = new Producer({ ...common, serializers: stringSerializers, autocreateTopics: true, idempotent: true, transactionalId: `${prefix}-teller` })
    // One that is aborted: of several by one producer in one answer this client's consumer leaves out the last alone.
    for (let round = 0; round < 3; round++) {
      const transaction = await producer.beginTransaction()
      const word = round % 2 === 0 ? 'kept' : 'dropped'
      const messages = Array.from({ length: 20 }, (_, i) => ({ topic: output, partition: 0, key: 'key', value: `${word}-${round}-${i}` }))
      await transaction.send({ messages })
      await (round % 2 === 0 ? transaction.commit() : transaction.abort())
    }
    await producer.close()
    const { consumer, found } = await read(output, `${output}-readers`, 40, { isolationLevel: 1 })
    assert.ok(found.every(message => message.value.startsWith('kept-')))
    await consumer.close(true)
  },
  async member() {
    const consumer = new Consumer({ ...common, groupId: `${prefix}-group`, deserializers: stringDeserializers })
    consumer.on('consumer:group:join', ({ assignments }) =>
      console.log('assigned ' + (assignments ?? []).flatMap(one => one.partitions).sort().join(',')))
    const stream = await consumer.consume({
      topics: [`${prefix}-shared`], autocommit: 100, mode: MessagesStreamModes.COMMITTED,
      fallbackMode: MessagesStreamFallbackModes.EARLIEST, sessionTimeout: 6000, heartbeatInterval: 500
    })
    for await (const message of stream) console.log('read ' + message.value)
  }
}

await scenarios[scenario]()
process.exit(0)
