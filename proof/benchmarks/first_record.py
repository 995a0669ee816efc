#!/usr/bin/env python3
"""From nothing to the first acknowledged record: first_record.py PORT COMMAND...

Starts COMMAND, which must bring up a broker on 127.0.0.1:PORT, asks it to create a topic by asking for its metadata,
and produces one record with acks=all. Prints, in ms since the command was started, when the port answered and when the
record was acknowledged; then ends the broker.
"""
import signal, socket, struct, subprocess, sys, time

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


def ask(connection, api, version, body):
    frame = struct.pack(">hhi", api, version, 7) + text("first") + body
    connection.sendall(struct.pack(">i", len(frame)) + frame)
    left, answer = 4, b""
    while left:
        answer += connection.recv(left)
        left = (4 if len(answer) < 4 else 4 + struct.unpack(">i", answer[:4])[0]) - len(answer)
    return answer[8:]


def connect(port, process):
    while process.poll() is None:
        try:
            return socket.create_connection(("127.0.0.1", port))
        except ConnectionRefusedError:
            time.sleep(0.002)
    sys.exit("the broker ended")


def main():
    port, command = int(sys.argv[1]), sys.argv[2:]
    began = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        connection = connect(port, process)
        connected = time.monotonic()
        records = batch(b"x" * 20)
        produce = struct.pack(">hhii", -1, -1, 30000, 1) + text("first") + struct.pack(">iii", 1, 0, len(records)) + records
        error, tries = 1, 0
        while error:
            ask(connection, 3, 4, struct.pack(">i", 1) + text("first") + b"\x01")
            answer = ask(connection, 0, 7, produce)
            # one topic: count, name, count, partition, error
            error = struct.unpack_from(">h", answer, 4 + 2 + len("first") + 4 + 4)[0]
            tries += 1
        done = time.monotonic()
        print(f"connected {1000 * (connected - began):.0f} ms, acknowledged {1000 * (done - began):.0f} ms, tries {tries}")
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


main()
