// What an application does with kafkajs: kafkajs.mjs BOOTSTRAP PREFIX SCENARIO. Ends with 0 when it happened.
import assert from 'node:assert'
import { readFileSync } from 'node:fs'
import zlib from 'node:zlib'
import { lz4Compress, lz4Decompress } from '@platformatic/wasm-utils'
import kafkajs from 'kafkajs'
import snappy from 'kafkajs-snappy'

const { Kafka, CompressionCodecs, CompressionTypes, logLevel } = kafkajs
// It brings gzip along; the others are plugged in, as its manual says.
CompressionCodecs[CompressionTypes.Snappy] = snappy
CompressionCodecs[CompressionTypes.LZ4] = () => ({
  compress: async encoder => Buffer.from(lz4Compress(encoder.buffer)),
  decompress: async buffer => Buffer.from(lz4Decompress(buffer))
})
CompressionCodecs[CompressionTypes.ZSTD] = () => ({
  compress: async encoder => zlib.zstdCompressSync(encoder.buffer),
  decompress: async buffer => zlib.zstdDecompressSync(buffer)
})
const [bootstrap, prefix, scenario] = process.argv.slice(2)
const kafka = new Kafka({ clientId: 'kafkajs', brokers: [bootstrap], logLevel: logLevel.ERROR })

async function produce(topic, count, acks = -1, compression = CompressionTypes.None, settings = {}) {
  const producer = kafka.producer({ allowAutoTopicCreation: true, ...settings })
  await producer.connect()
  const messages = Array.from({ length: count }, (_, i) => ({ key: `key-${i}`, value: `value-${i}`, partition: 0, headers: { number: `${i}` } }))
  await producer.send({ topic, messages, acks, compression })
  await producer.disconnect()
}

/** Reads until there are enough, and gives them in order. */
async function read(topic, groupId, count, { fromBeginning = true, offset = null, whenFetched = null } = {}) {
  const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 200 })
  await consumer.connect()
  await consumer.subscribe({ topics: [topic], fromBeginning })
  // The first fetch is over when it knows where it stands.
  const removeListener = consumer.on(consumer.events.FETCH, () => {
    removeListener()
    whenFetched?.()
  })
  const found = []
  await new Promise((resolve, reject) => {
    consumer.run({
      autoCommit: false,
      eachMessage: async ({ message }) => {
        found.push(message)
        if (found.length === count) resolve()
      }
    }).catch(reject)
    if (offset !== null) consumer.seek({ topic, partition: 0, offset: `${offset}` })
  })
  return { consumer, found }
}

function expect(found, count) {
  assert.equal(found.length, count)
  found.forEach((message, i) => {
    assert.equal(message.offset, `${i}`)
    assert.equal(message.value.toString(), `value-${i}`)
    assert.equal(message.headers.number.toString(), `${i}`)
  })
}

const scenarios = {
  async version() {
    console.log('kafkajs ' + JSON.parse(readFileSync(new URL('node_modules/kafkajs/package.json', import.meta.url))).version)
  },
  async 'acks-and-compression'() {
    for (const acks of [0, 1, -1]) {
      for (const compression of Object.values(CompressionTypes)) {
        const topic = `${prefix}-${acks}-${compression}`
        const admin = kafka.admin()
        await admin.connect()
        await admin.createTopics({ topics: [{ topic, numPartitions: 1 }] })
        await admin.disconnect()
        await produce(topic, 100, acks, compression)
        const { consumer, found } = await read(topic, `${topic}-readers`, 100)
        expect(found, 100)
        await consumer.disconnect()
      }
    }
  },
  async seek() {
    const topic = `${prefix}-seek`
    await produce(topic, 100)
    const { consumer, found } = await read(topic, `${topic}-readers`, 60, { offset: 40 })
    assert.equal(found[0].offset, '40')
    await consumer.disconnect()
    const admin = kafka.admin()
    await admin.connect()
    assert.deepEqual(await admin.fetchTopicOffsets(topic), [{ partition: 0, offset: '100', high: '100', low: '0' }])
    await admin.disconnect()
  },
  async commit() {
    const topic = `${prefix}-commit`
    const groupId = `${prefix}-committing`
    await produce(topic, 100)
    const first = await read(topic, groupId, 1)
    await first.consumer.commitOffsets([{ topic, partition: 0, offset: '30' }])
    await first.consumer.disconnect()
    const second = await read(topic, groupId, 1)
    assert.equal(second.found[0].offset, '30')
    await second.consumer.disconnect()

    // By itself, while it reads.
    const third = kafka.consumer({ groupId })
    await third.connect()
    await third.subscribe({ topics: [topic] })
    const committed = new Promise(resolve => third.on(third.events.COMMIT_OFFSETS, ({ payload }) => {
      if (payload.topics[0].partitions[0].offset === '100') resolve()
    }))
    await third.run({ autoCommitThreshold: 10, eachMessage: async () => {} })
    await committed
    await third.disconnect()
    const admin = kafka.admin()
    await admin.connect()
    const [{ partitions }] = await admin.fetchOffsets({ groupId, topics: [topic] })
    assert.equal(partitions[0].offset, '100')
    await admin.disconnect()
  },
  async reset() {
    const topic = `${prefix}-reset`
    await produce(topic, 10)
    const earliest = await read(topic, `${prefix}-earliest`, 10)
    assert.equal(earliest.found[0].offset, '0')
    await earliest.consumer.disconnect()
    const latest = await read(topic, `${prefix}-latest`, 1, { fromBeginning: false, whenFetched: () => produce(topic, 1) })
    assert.equal(latest.found[0].offset, '10')
    await latest.consumer.disconnect()
  },
  async idempotent() {
    const topic = `${prefix}-idempotent`
    await produce(topic, 1000, -1, CompressionTypes.None, { idempotent: true, maxInFlightRequests: 1 })
    const { consumer, found } = await read(topic, `${topic}-readers`, 1000)
    expect(found, 1000)
    await consumer.disconnect()
  },
  async transactions() {
    const [input, output, groupId] = [`${prefix}-input`, `${prefix}-output`, `${prefix}-consuming`]
    await produce(input, 10)
    const producer = kafka.producer({ allowAutoTopicCreation: true, transactionalId: `${prefix}-teller`, idempotent: true, maxInFlightRequests: 1 })
    await producer.connect()
    for (let round = 0; round < 6; round++) {
      const transaction = await producer.transaction()
      const word = round % 2 === 0 ? 'kept' : 'dropped'
      await transaction.send({ topic: output, messages: Array.from({ length: 20 }, (_, i) => ({ key: 'key', value: `${word}-${round}-${i}`, partition: 0 })) })
      await (round % 2 === 0 ? transaction.commit() : transaction.abort())
    }
    for (const offset of ['4', '9']) {
      const transaction = await producer.transaction()
      await transaction.send({ topic: output, messages: [{ key: 'key', value: offset === '4' ? 'kept-last' : 'dropped-last', partition: 0 }] })
      await transaction.sendOffsets({ consumerGroupId: groupId, topics: [{ topic: input, partitions: [{ partition: 0, offset }] }] })
      await (offset === '4' ? transaction.commit() : transaction.abort())
    }
    await producer.disconnect()
    const admin = kafka.admin()
    await admin.connect()
    const [{ partitions }] = await admin.fetchOffsets({ groupId, topics: [input] })
    assert.equal(partitions[0].offset, '4')
    await admin.disconnect()
    const { consumer, found } = await read(output, `${output}-readers`, 61)
    assert.ok(found.every(message => message.value.toString().startsWith('kept-')))
    await consumer.disconnect()
  },
  async member() {
    const consumer = kafka.consumer({ groupId: `${prefix}-group`, sessionTimeout: 6000, heartbeatInterval: 500 })
    await consumer.connect()
    await consumer.subscribe({ topics: [`${prefix}-shared`], fromBeginning: true })
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) =>
      console.log('assigned ' + (payload.memberAssignment[`${prefix}-shared`] ?? []).sort().join(',')))
    await consumer.run({
      autoCommitThreshold: 1,
      eachMessage: async ({ message }) => console.log('read ' + message.value.toString())
    })
    await new Promise(() => {})
  }
}

await scenarios[scenario]()
process.exit(0)
