"""What an application does with kafka-python: scenarios.py BOOTSTRAP PREFIX SCENARIO. Ends with 0 when it happened."""
import sys
import time

import kafka
from kafka import KafkaConsumer, KafkaProducer, OffsetAndMetadata, TopicPartition
from kafka.consumer.fetcher import NoOffsetForPartitionError

BOOTSTRAP, PREFIX, SCENARIO = sys.argv[1:4]
PATIENCE_S = 30


def produce(topic, count, **settings):
    producer = KafkaProducer(bootstrap_servers=BOOTSTRAP, **settings)
    sent = [producer.send(topic, key=b"key-%d" % i, value=b"value-%d" % i, headers=[("number", b"%d" % i)], partition=0)
            for i in range(count)]
    for one in sent:
        one.get(PATIENCE_S)
    producer.close()


def consumer(**settings):
    settings.setdefault("enable_auto_commit", False)
    return KafkaConsumer(bootstrap_servers=BOOTSTRAP, **settings)


def read(reader, count):
    found, deadline = [], time.monotonic() + PATIENCE_S
    while len(found) < count and time.monotonic() < deadline:
        for records in reader.poll(200).values():
            found.extend(records)
    assert len(found) >= count, f"read {len(found)} of {count} records"
    return found


def expect(records, count):
    assert [r.offset for r in records] == list(range(count)), "offsets follow one another"
    assert all(r.value == b"value-%d" % i and r.key == b"key-%d" % i for i, r in enumerate(records)), "records are whole"
    assert all(r.headers == [("number", b"%d" % i)] for i, r in enumerate(records)), "headers are kept"


def version():
    print("kafka-python " + kafka.__version__)


def acks_and_compression():
    for acks in (0, 1, "all"):
        for codec in (None, "gzip", "snappy", "lz4", "zstd"):
            produce(f"{PREFIX}-{acks}-{codec}", 100, acks=acks, compression_type=codec)
            reader, partition = consumer(), TopicPartition(f"{PREFIX}-{acks}-{codec}", 0)
            reader.assign([partition])
            reader.seek_to_beginning(partition)
            expect(read(reader, 100), 100)
            reader.close()


def seek():
    partition = TopicPartition(f"{PREFIX}-seek", 0)
    produce(partition.topic, 100)
    reader = consumer()
    reader.assign([partition])
    reader.seek(partition, 40)
    assert read(reader, 60)[0].offset == 40
    assert reader.position(partition) == 100
    assert reader.beginning_offsets([partition]) == {partition: 0}
    assert reader.end_offsets([partition]) == {partition: 100}
    assert reader.offsets_for_times({partition: 1})[partition].offset == 0
    reader.close()


def commit():
    partition = TopicPartition(f"{PREFIX}-commit", 0)
    produce(partition.topic, 100)
    settings = dict(group_id=f"{PREFIX}-committing", auto_offset_reset="earliest")
    for offset, how in ((30, "sync"), (60, "async")):
        reader = consumer(**settings)
        reader.subscribe([partition.topic])
        read(reader, 1)
        if how == "sync":
            reader.commit({partition: OffsetAndMetadata(offset, "by hand")})
        else:
            outcome = reader.commit_async({partition: OffsetAndMetadata(offset, "")})
            deadline = time.monotonic() + PATIENCE_S
            while not outcome.is_done and time.monotonic() < deadline:
                reader.poll(100)
            assert outcome.succeeded()
        reader.close()
        reader = consumer(**settings)
        reader.subscribe([partition.topic])
        assert read(reader, 1)[0].offset == offset, how
        reader.close()


def reset():
    partition = TopicPartition(f"{PREFIX}-reset", 0)
    produce(partition.topic, 10)
    reader = consumer(group_id=f"{PREFIX}-earliest", auto_offset_reset="earliest")
    reader.assign([partition])
    expect(read(reader, 10), 10)
    reader.close()
    reader = consumer(group_id=f"{PREFIX}-latest", auto_offset_reset="latest")
    reader.assign([partition])
    assert reader.position(partition) == 10
    produce(partition.topic, 1)
    assert read(reader, 1)[0].offset == 10
    reader.close()
    reader = consumer(group_id=f"{PREFIX}-none", auto_offset_reset="none")
    reader.assign([partition])
    try:
        reader.poll(1000)
        raise AssertionError("none refuses to guess")
    except NoOffsetForPartitionError:
        pass
    reader.close()


def member():
    reader = consumer(group_id=f"{PREFIX}-group", auto_offset_reset="earliest", session_timeout_ms=6000,
                      heartbeat_interval_ms=500, max_poll_records=50)
    reader.subscribe([f"{PREFIX}-shared"])
    told = None
    while True:
        found = reader.poll(200)
        assigned = ",".join(sorted(str(p.partition) for p in reader.assignment()))
        if assigned != told:
            told = assigned
            print("assigned " + assigned, flush=True)
        for records in found.values():
            for record in records:
                print("read " + record.value.decode(), flush=True)
        if found:
            reader.commit()


{"version": version, "acks-and-compression": acks_and_compression, "seek": seek, "commit": commit, "reset": reset, "member": member}[SCENARIO]()
