"""The few words of the protocol that a measurement needs: metadata, create topics, produce."""
import socket, struct, sys, time

TABLE = []
for i in range(256):
    c = i
    for _ in range(8):
        c = (c >> 1) ^ 0x82F63B78 if c & 1 else c >> 1
    TABLE.append(c)


def crc32c(data):
    c = 0xFFFFFFFF
    for b in data:
        c = TABLE[(c ^ b) & 255] ^ (c >> 8)
    return c ^ 0xFFFFFFFF


def text(s):
    return struct.pack(">h", len(s)) + s.encode()


def batch(value):
    record = bytes([0, 0, 0, 1, len(value) * 2]) + value + bytes([0])
    record = bytes([len(record) * 2]) + record
    now = int(time.time() * 1000)
    body = struct.pack(">hiqqqhii", 0, 0, now, now, -1, -1, -1, 1) + record
    return struct.pack(">qiibI", 0, 9 + len(body), 0, 2, crc32c(body)) + body


def connect(port, process):
    """Tries every other millisecond until somebody listens."""
    while process.poll() is None:
        try:
            connection = socket.create_connection(("127.0.0.1", port))
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return connection
        except ConnectionRefusedError:
            time.sleep(0.002)
    sys.exit("the broker ended")


def ask(connection, api, version, body):
    frame = struct.pack(">hhi", api, version, 7) + text("bench") + body
    connection.sendall(struct.pack(">i", len(frame)) + frame)
    left, answer = 4, b""
    while left:
        piece = connection.recv(left)
        if not piece:
            sys.exit("the broker hung up")
        answer += piece
        left = (4 if len(answer) < 4 else 4 + struct.unpack(">i", answer[:4])[0]) - len(answer)
    return answer[8:]


def metadata(connection, topic):
    """Asks for a topic in a version that creates it."""
    return ask(connection, 3, 4, struct.pack(">i", 1) + text(topic) + b"\x01")


def create(connection, topic, partitions):
    body = struct.pack(">i", 1) + text(topic) + struct.pack(">ihii", partitions, 1, 0, 0) + struct.pack(">ib", 60000, 0)
    answer = ask(connection, 19, 2, body)
    # throttle time, one topic: count, name, error
    return struct.unpack_from(">h", answer, 4 + 4 + 2 + len(topic))[0]


def create_at(connection, topic, assignment):
    """Creates a topic whose partitions lie where this says: the ids of the replicas of each, the leader first. The error code."""
    body = struct.pack(">i", 1) + text(topic) + struct.pack(">ihi", -1, -1, len(assignment))
    for partition, replicas in enumerate(assignment):
        body += struct.pack(">ii", partition, len(replicas)) + struct.pack(f">{len(replicas)}i", *replicas)
    body += struct.pack(">iib", 0, 60000, 0)
    answer = ask(connection, 19, 2, body)
    return struct.unpack_from(">h", answer, 4 + 4 + 2 + len(topic))[0]


def configure(connection, topic, settings):
    """Sets keys of a topic; the error code. An API without a version of the old kind is asked in its first."""
    body = struct.pack(">i", 1) + b"\x02" + text(topic) + struct.pack(">i", len(settings))
    for key, value in settings.items():
        body += text(key) + b"\x00" + text(value)
    answer = ask(connection, 44, 0, body + b"\x00")
    return struct.unpack_from(">h", answer, 4 + 4)[0]


def produce(connection, topic, partition, value):
    """One record with acks=all; the error code."""
    records = batch(value)
    body = struct.pack(">hhii", -1, -1, 30000, 1) + text(topic)
    body += struct.pack(">iii", 1, partition, len(records)) + records
    answer = ask(connection, 0, 7, body)
    # one topic: count, name, count, partition, error
    return struct.unpack_from(">h", answer, 4 + 2 + len(topic) + 4 + 4)[0]


def first_record(connection, topic):
    """Until a record to a topic that is created by asking for it is acknowledged; how many tries that took."""
    tries = 0
    while True:
        metadata(connection, topic)
        tries += 1
        if produce(connection, topic, 0, b"x" * 20) == 0:
            return tries
