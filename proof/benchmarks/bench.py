#!/usr/bin/env python3
"""Naru beside Apache Kafka: bench.py [--runs N] [--only start,memory,partitions,speed,durable,compaction,groups,shares,failover,many,rolling,cluster,tools,embedded] [--gigabytes G] [--tools DIR]

Needs the bench tools (a load generator, Apache Kafka as a peer, and the program that holds two brokers side by side) in
DIR, by default the folder `shared/bench` beside the project. Prints every raw line, keeps them in docs/benchmarks/, and
writes docs/benchmarks/measured.md. Takes about forty minutes with nine runs; the machine should have nothing else to do.
failover (--trials N of each fault, --faults NAME,...) takes most of an hour with twenty; where networks may be made, it cuts them, too.
many (--trials N, --partitions N) is the last part of it, which kills the controller of many partitions.
"""
import argparse, datetime, json, os, pathlib, re, signal, statistics, subprocess, sys, tempfile, time

import cluster, wire

HOME = pathlib.Path(__file__).resolve().parents[2]
DOCS = HOME / "docs" / "benchmarks"
PORT, PEER_PORT = 29092, 29192
TICK_S = 1 / os.sysconf("SC_CLK_TCK")


class Broker:
    """Naru, started as people start it."""

    def __init__(self, folder, *settings):
        self.folder = folder
        command = [HOME / "naru", "start", "--data", folder, "--listen", f"127.0.0.1:{PORT}"]
        for setting in settings:
            command += ["--set", setting]
        self.began = time.monotonic()
        self.errors = open(pathlib.Path(tempfile.gettempdir()) / "naru-bench.log", "a")
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self.errors, text=True)

    def ready(self):
        """ms since the command was given, until the line that says so."""
        line = self.process.stdout.readline()
        if "is ready" not in line:
            sys.exit(f"the broker did not start: {line}")
        return 1000 * (time.monotonic() - self.began)

    def connect(self):
        return wire.connect(PORT, self.process)

    def rss_mb(self):
        return rss_mb(self.process.pid)

    def cpu_s(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) * TICK_S

    def holds_deleted(self):
        """Whether files without a name are still open: their blocks go back little by little."""
        for link in pathlib.Path(f"/proc/{self.process.pid}/fd").iterdir():
            try:
                if os.readlink(link).endswith(".log.deleted (deleted)"):
                    return True
            except FileNotFoundError:
                pass
        return False

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()


def rss_mb(pid):
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status).group(1)) / 1024


class Report:
    """Raw lines as they come, figures for the table."""

    def __init__(self):
        self.raw, self.rows = [], []

    def say(self, line):
        print(line, flush=True)
        self.raw.append(line)

    def row(self, figure, value, target):
        self.rows.append((figure, value, target))
        self.say(f"{figure}: {value} (wanted: {target})")


def start(report, runs):
    times, firsts, again = [], [], []
    for _ in range(runs):
        with tempfile.TemporaryDirectory() as folder:
            broker = Broker(folder)
            connection = broker.connect()
            wire.first_record(connection, "first")
            times.append(1000 * (time.monotonic() - broker.began))
            began = time.monotonic()
            wire.first_record(connection, "second")
            firsts.append(1000 * (time.monotonic() - began))
            broker.kill()
            broker = Broker(folder)
            again.append(broker.ready())
            broker.stop()
    report.say(f"start to first acknowledged record, ms: {rounded(times)}")
    report.say(f"first record to a new topic, ms: {rounded(firsts)}")
    report.say(f"ready again after kill -9, ms: {rounded(again)}")
    report.row("start to the first acknowledged record", f"{statistics.median(times):.0f} ms", "500 ms")
    report.row("first record to a topic that does not exist yet", f"{statistics.median(firsts):.0f} ms", "150 ms")


def rounded(values):
    return " ".join(f"{value:.0f}" for value in sorted(values))


def memory(report):
    with tempfile.TemporaryDirectory() as folder:
        broker = Broker(folder)
        broker.ready()
        time.sleep(10)
        before, began = broker.cpu_s(), time.monotonic()
        time.sleep(60)
        percent = 100 * (broker.cpu_s() - before) / (time.monotonic() - began)
        report.row("memory when idle", f"{broker.rss_mb():.0f} MB", "120 MB")
        report.row("processor when idle", f"{percent:.2f} % of a core", "0.2 %")
        broker.stop()


def partitions(report):
    with tempfile.TemporaryDirectory() as folder:
        broker = Broker(folder)
        broker.ready()
        connection = broker.connect()
        wire.first_record(connection, "first")
        before, began = broker.rss_mb(), time.monotonic()
        error = wire.create(connection, "many", 5_000)
        created = time.monotonic() - began
        if error:
            sys.exit(f"creating 5,000 partitions: error {error}")
        wire.produce(connection, "many", 4_999, b"x")
        extra = broker.rss_mb() - before
        report.row("5,000 partitions: create", f"{created:.2f} s", "3 s")
        report.row("5,000 partitions: extra memory", f"{extra:.0f} MB", "60 MB")
        times = []
        for _ in range(5):
            broker.kill()
            broker = Broker(folder)
            broker.ready()
            connection = broker.connect()
            if wire.produce(connection, "many", 4_999, b"x"):
                sys.exit("ready, and yet the last partition does not take a record")
            times.append(time.monotonic() - broker.began)
        report.say("5,000 partitions: a record acknowledged after kill -9, s: " + " ".join(f"{t:.2f}" for t in times))
        report.row("5,000 partitions: ready after kill -9", f"{statistics.median(times):.2f} s", "2 s")
        report.say(f"memory after the restart: {broker.rss_mb():.0f} MB")
        broker.stop()


def speed(report, tools, runs, durability, targets):
    with tempfile.TemporaryDirectory() as folder:
        peer = tools / "peer" / "kafka"
        home = os.environ.get("PEER_HOME", "/tmp/kafka-peer")
        subprocess.run([peer, "start", str(PEER_PORT)], check=True, env={**os.environ, "PEER_HOME": home})
        broker = Broker(folder, f"naru.durability={durability}")
        try:
            broker.ready()
            peer_pid = int(subprocess.run([peer, "pid"], capture_output=True, text=True, check=True).stdout)
            for port in (PORT, PEER_PORT):
                wire.create(wire.connect(port, broker.process), "bench", 12)
            command = [tools / "compare", f"127.0.0.1:{PORT}", str(broker.process.pid), f"127.0.0.1:{PEER_PORT}", str(peer_pid),
                       "--runs", str(runs), "--only", ",".join(dict.fromkeys(workload for workload, _, _ in targets))]
            report.say(f"naru.durability={durability}")
            compared = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
            found = {}
            for line in compared.stdout:
                report.say(line.rstrip())
                fields = line.split()
                if len(fields) == 5 and fields[0] != "workload":
                    found[fields[0], fields[1]] = fields[2:]
                elif line.startswith("memory"):
                    found["memory", "RSS"] = fields[3:]
            if compared.wait():
                sys.exit("the comparison failed")
            for workload, figure, wanted in targets:
                ours, theirs, ratio = found[workload, figure]
                report.row(f"{workload}: {figure}, naru.durability={durability}",
                           f"{ours} beside {theirs}: {ratio}x", wanted)
        finally:
            broker.stop()
            subprocess.run([peer, "stop"])


def compaction(report, tools, runs, gigabytes):
    """Paced produce while other topics are compacted one after the other, by turns with nothing else going on: disks have moods."""
    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_DIR")) as folder:
        free = os.statvfs(folder)
        if free.f_bavail * free.f_frsize < 2.5 * gigabytes * 1e9:
            sys.exit(f"bench: compacting {gigabytes} GB needs {2.5 * gigabytes:.0f} GB free in {folder}")
        fill, blast = pathlib.Path(folder) / "fill", pathlib.Path(folder) / "blast"
        subprocess.run(["cc", "-O2", "-o", fill, HOME / "proof" / "benchmarks" / "fill.c"], check=True)
        subprocess.run(["cc", "-O2", "-pthread", "-o", blast, tools / "blast.c"], check=True)
        data = pathlib.Path(folder) / "data"
        broker = Broker(data, "log.cleaner.backoff.ms=500")
        try:
            broker.ready()
            connection = broker.connect()
            wire.create(connection, "bench", 12)
            topics = [f"state{i}" for i in range(COMPACTED_TOPICS)]
            for topic in topics:
                fill_for_compaction(connection, fill, topic, gigabytes / COMPACTED_TOPICS)
            report.say(f"{gigabytes} GB of records of 1,000 bytes, each key five times, in {len(topics)} topics")
            subprocess.run(["sync", "-f", folder], check=True)
            time.sleep(60)
            without, during, freeing = [], [], []
            for topic in topics:
                without.append([paced(report, blast, "without") for _ in range(runs)])
                during.append(paced_while_compacted(report, blast, connection, data, topic))
                freeing.append([paced(report, blast, "while what it replaced is given back") for _ in range(runs)])
                while broker.holds_deleted():
                    time.sleep(1)
            without.append([paced(report, blast, "without") for _ in range(runs)])
            for then, when in ((during, f"while {gigabytes:g} GB are compacted"), (freeing, "while what that replaced is given back")):
                ratios = [statistics.median(busy) / statistics.median(before + after)
                          for before, busy, after in zip(without, then, without[1:]) if busy]
                quiet, busy = statistics.median(sum(without, [])), statistics.median(sum(then, []))
                report.row(f"paced-500: p99 {when}",
                           f"{statistics.median(ratios):.2f}x turn by turn ({min(ratios):.2f}-{max(ratios):.2f}); {busy:.2f} ms beside {quiet:.2f} ms", "1.5x")
        finally:
            broker.stop()


COMPACTED_TOPICS = 10
NEVER_COMPACTED = {"cleanup.policy": "compact", "min.cleanable.dirty.ratio": "1", "naru.durability": "memory",
                   "segment.bytes": "268435456", "file.delete.delay.ms": "1000"}


def fill_for_compaction(connection, fill, topic, gigabytes):
    wire.create(connection, topic, 1)
    if wire.configure(connection, topic, NEVER_COMPACTED):
        sys.exit("a topic that is to be compacted cannot be configured")
    subprocess.run([fill, f"127.0.0.1:{PORT}", topic, str(int(gigabytes * 200_000)), str(int(gigabytes * 1000))], check=True)


def paced_while_compacted(report, blast, connection, data, topic):
    """The p99 of every run that lay whole within the compaction of this topic."""
    before, began = used(data, topic), time.monotonic()
    wire.configure(connection, topic, {"min.cleanable.dirty.ratio": "0.01"})
    during, done = [], False
    while not done:
        run = paced(report, blast, "during")
        done = is_compacted(data, topic)
        if not done:  # one that the end falls into is neither
            during.append(run)
    report.say(f"{topic} compacted in at most {time.monotonic() - began:.0f} s: {before / 1e6:.0f} MB, now {used(data, topic) / 1e6:.0f} MB")
    return during


def paced(report, blast, what):
    """Five hundred requests a second of one record of a kilobyte with acks=all; their p99 in ms."""
    stolen, began = stolen_s(), time.monotonic()
    said = subprocess.run([blast, "produce", f"127.0.0.1:{PORT}", "bench", "12", "4", "4", "1024", "1", "2", "-1", "500"],
                          capture_output=True, text=True, check=True).stdout.strip().splitlines()[-1]
    stolen = (stolen_s() - stolen) / (time.monotonic() - began) / os.cpu_count()
    report.say(f"{what}, {stolen:.1%} of the processors taken by other machines: {said}")
    return json.loads(said)["ms_p99"]


def stolen_s():
    """Time of the processors that the host of this virtual machine gave to others: what takes it makes every wait longer."""
    return int(pathlib.Path("/proc/stat").read_text().split()[8]) * TICK_S


def used(data, topic):
    return sum(file.stat().st_size for file in (data / f"{topic}-0").iterdir() if file.exists())


def is_compacted(data, topic):
    checkpoint = data / "cleaner-offset-checkpoint"
    return checkpoint.exists() and f"{topic} 0 " in checkpoint.read_text()


def java():
    home = subprocess.run(["bash", "-c", f". {HOME}/build/jdk.sh; echo $JAVA_HOME"], capture_output=True, text=True, check=True)
    return pathlib.Path(home.stdout.strip()) / "bin" / "java"


def load(report, port, pid, *arguments):
    """Members by the thousand; the figures of each line that they print."""
    command = [java(), "-cp", f"{HOME}/apps/server/target/naru/lib/*", HOME / "proof" / "benchmarks" / "GroupLoad.java",
               str(port), str(pid), *map(str, arguments)]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    for line in said.splitlines():
        report.say(f"port {port}: {line}")
    return said


def figure(said, words):
    return float(re.search(words, said).group(1))


def groups(report, tools):
    """Commits side by side with Kafka; a thousand members of each protocol; ten thousand groups."""
    with tempfile.TemporaryDirectory() as folder:
        peer = tools / "peer" / "kafka"
        broker = Broker(folder)
        try:
            broker.ready()
            ours = broker.process.pid
            for protocol in ("consumer", "classic"):
                said = load(report, PORT, ours, "members", 1_000, protocol, 30)
                report.row(f"1,000 members, {protocol} protocol: join to stable", f"{figure(said, 'stable after ([0-9.]+)')} s", "5 s")
                report.row(f"1,000 members, {protocol} protocol: heartbeats", f"{figure(said, 'cost ([0-9.]+)')} % of a core", "5 %")
            said = load(report, PORT, ours, "groups", 10_000, 30)
            report.row("10,000 groups: all joined", f"{figure(said, 'each after ([0-9.]+)')} s", "")
            report.row("10,000 groups: heartbeats of one member each", f"{figure(said, 'cost ([0-9.]+)')} % of a core", "")
            report.row("10,000 groups: memory", f"{broker.rss_mb():.0f} MB", "")
            words = "([0-9.]+) commits per second on one core"
            load(report, PORT, ours, "commits", 20, 16, 16)  # the first while, for its compiler
            mine = figure(load(report, PORT, ours, "commits", 20, 16, 16), words)
            subprocess.run([peer, "start", str(PEER_PORT)], check=True)
            theirs = int(subprocess.run([peer, "pid"], capture_output=True, text=True, check=True).stdout)
            load(report, PEER_PORT, theirs, "commits", 20, 16, 16)
            his = figure(load(report, PEER_PORT, theirs, "commits", 20, 16, 16), words)
            report.row("commits per second on one core", f"{mine:.0f} beside {his:.0f}: {mine / his:.1f}x", "4x")
        finally:
            broker.stop()
            subprocess.run([peer, "stop"])


def clients():
    """The class path of the loads in proof/clusters."""
    path = pathlib.Path(tempfile.mkdtemp()) / "classpath"
    subprocess.run(["mvn", "-q", "-B", "-f", HOME, "-pl", "proof/clusters", "-am", "-DskipTests", "package"], check=True)
    subprocess.run(["mvn", "-q", "-B", "-f", HOME / "proof" / "benchmarks" / "load", "dependency:build-classpath",
                    f"-Dmdep.outputFile={path}"], check=True)
    proof = [f"{HOME}/proof/{room}" for room in ("clusters/target/test-classes", "clusters/target/classes", "histories/target/classes")]
    return ":".join([*proof, f"{HOME}/apps/server/target/naru/lib/*", path.read_text()])


def shares(report, tools, runs):
    """A hundred consumers of one share group on one partition, pair by pair with Kafka; the load of proof/clusters."""
    classes = clients()
    with tempfile.TemporaryDirectory() as folder:
        peer = tools / "peer" / "kafka"
        broker = Broker(folder)
        try:
            broker.ready()
            subprocess.run([peer, "start", str(PEER_PORT)], check=True)
            pairs = []
            for run in range(runs + 1):
                rates = [share_round(report, classes, port) for port in (PORT, PEER_PORT)]
                if run and all(rates):  # the first is for the compilers
                    pairs.append(rates)
            mine, his = (statistics.median(rates) for rates in zip(*pairs))
            ratio = statistics.median(ours / theirs for ours, theirs in pairs)
            report.row("share group of 100 on one partition: acknowledgements per second",
                       f"{mine:.0f} beside {his:.0f}: {ratio:.1f}x, {len(pairs)} of {runs} pairs", "1x")
        finally:
            broker.stop()
            subprocess.run([peer, "stop"])


def share_round(report, classes, port):
    """Acknowledgements per second; None when something was wrong or it took more than two minutes."""
    command = [java(), "-cp", classes, "naru.clusters.ShareLoad", f"127.0.0.1:{port}", "100", "100000", "1"]
    try:
        said = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout.strip().splitlines()[-1]
    except subprocess.TimeoutExpired:
        said = "not done after 120 s"
    report.say(f"port {port}: {said}")
    found = re.search(r"acknowledged/s=([0-9]+) wrong=0", said)
    return float(found.group(1)) if found else None


TOOLS_LOGGING = """Configuration:
  Appenders:
    Console:
      name: STDERR
      target: SYSTEM_ERR
      PatternLayout:
        pattern: "[%d] %p %m (%c)%n"
  Loggers:
    Root:
      level: WARN
      AppenderRef:
        - ref: STDERR
"""


def commands(report, tools, pairs=10):
    """The same class of Kafka's, from bin/ here and as Kafka's own script starts it, in turns at one broker; and naru's own command."""
    with tempfile.TemporaryDirectory() as folder:
        peer = tools / "peer" / "kafka"
        home = pathlib.Path(os.environ.get("PEER_HOME", "/tmp/kafka-peer"))
        subprocess.run([peer, "install"], check=True)
        broker = Broker(folder)
        try:
            broker.ready()
            wire.create(wire.connect(PORT, broker.process), "bench", 12)
            address = f"127.0.0.1:{PORT}"
            mine = [HOME / "bin" / "kafka-topics.sh", "--bootstrap-server", address, "--list"]
            # What Kafka's own script starts in the end, with the YAML from which its tools learn to log; without what its shell takes.
            logging = pathlib.Path(folder) / "tools-log4j2.yaml"
            logging.write_text(TOOLS_LOGGING)
            his = [java(), "-Xmx256M", "-server", "-XX:+UseG1GC", "-XX:MaxGCPauseMillis=20", "-XX:InitiatingHeapOccupancyPercent=35",
                   "-XX:+ExplicitGCInvokesConcurrent", "-Djava.awt.headless=true", "-Dcom.sun.management.jmxremote=true",
                   "-Dcom.sun.management.jmxremote.authenticate=false", "-Dcom.sun.management.jmxremote.ssl=false",
                   f"-Dkafka.logs.dir={folder}", f"-Dlog4j2.configurationFile={logging}", "-cp", ":".join(sorted(str(jar) for jar in (home / "libs").glob("*.jar"))),
                   "org.apache.kafka.tools.TopicCommand", "--bootstrap-server", address, "--list"]
            own = [HOME / "naru", "topics", "list", "--bootstrap-server", address]
            for command in (mine, his, own):
                timed(command)  # the first use fetches, builds and remembers
            until = time.monotonic() + 60
            while not any((HOME / "apps" / "dist" / "target" / "tools" / ".started").glob("TopicCommand-*.aot")) and time.monotonic() < until:
                time.sleep(0.1)
            rounds = []
            for _ in range(pairs):
                rounds.append([timed(mine), timed(his), timed(own)])
                report.say("kafka-topics.sh --list: {:.0f} ms, as Kafka starts it {:.0f} ms; naru topics list {:.0f} ms".format(*rounds[-1]))
            ours, theirs, naru = (statistics.median(times) for times in zip(*rounds))
            report.row("kafka-topics.sh --list beside the same class as Kafka's script starts it",
                       f"{ours:.0f} ms beside {theirs:.0f} ms: {ours / theirs:.2f}x", "0.4x")
            report.row("naru topics list", f"{naru:.0f} ms", "300 ms")
        finally:
            broker.stop()


def embedded(report, machines=5):
    """A broker inside a virtual machine: the first start in each of a few, and the later ones."""
    subprocess.run(["mvn", "-q", "-B", "-f", HOME, "-pl", "apps/embedded", "-am", "-Dmaven.test.skip=true", "package"], check=True)
    libraries = [jar for jar in (HOME / "apps/server/target/naru/lib").glob("*.jar")
                 if re.match("slf4j-api|zstd-jni|lz4-java|snappy-java", jar.name)]
    classes = ":".join(map(str, [*(HOME / "apps/embedded/target").glob("naru-embedded-*.jar"), *libraries]))
    firsts, later = [], []
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([java().with_name("javac"), "-d", folder, "-cp", classes, HOME / "proof" / "benchmarks" / "EmbeddedStart.java"], check=True)
        for _ in range(machines):
            command = [java(), "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "-cp", f"{folder}:{classes}", "EmbeddedStart"]
            said = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
            report.say(said)
            times = [int(ms) for ms in said.split(":")[1].split()]
            firsts.append(times[0])
            later += times[1:]
    report.row("naru-embedded: ready the first time", f"{statistics.median(firsts):.0f} ms", "400 ms")
    report.row("naru-embedded: ready when warm", f"{statistics.median(later):.0f} ms", "100 ms")


def timed(command):
    """ms from the command to its end."""
    began = time.monotonic()
    shown = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if shown.returncode or "bench" not in shown.stdout:
        sys.exit(f"{command[0]} failed: {shown.stdout}{shown.stderr}")
    return 1000 * (time.monotonic() - began)


MEMORY = [("produce-small", "rate", "4x"), ("produce-10", "rate", "4x"), ("produce-bulk", "cpu", "0.75x"),
          ("produce-all", "rate", ""), ("fetch-bulk", "rate", "1.0x"), ("fetch-bulk", "cpu", "1.0x"),
          ("paced-500", "p99", "0.5x"), ("memory", "RSS", "400 MB")]
DURABLE = [("produce-small", "rate", "2x"), ("produce-bulk", "rate", "0.8x"), ("paced-500", "p99", "")]


def machine():
    processors = re.findall(r"model name\s*:\s*(.*)", pathlib.Path("/proc/cpuinfo").read_text())
    gigabytes = int(re.search(r"MemTotal:\s+(\d+)", pathlib.Path("/proc/meminfo").read_text()).group(1)) / 1048576
    return f"{len(processors)} processors ({processors[0] if processors else 'unknown'}), {gigabytes:.0f} GB, Linux {os.uname().release}"


def write(report, wanted):
    DOCS.mkdir(parents=True, exist_ok=True)
    today = datetime.date.today().isoformat()
    commit = subprocess.run(["git", "-C", HOME, "rev-parse", "--short", "HEAD"], capture_output=True, text=True).stdout.strip()
    part = wanted if wanted in (["compaction"], ["groups"], ["shares"], ["failover"], ["many"], ["rolling"], ["cluster"], ["tools"], ["embedded"]) else []
    name = "-".join([today, *part, commit])
    (DOCS / f"{name}.txt").write_text("\n".join(report.raw) + "\n")
    table = "\n".join(f"| {figure} | {value} | {wanted} |" for figure, value, wanted in report.rows)
    if part:
        return  # the table is of a whole run
    (DOCS / "measured.md").write_text(f"""# Measured

{today}, commit {commit}, {machine()}. Made by `./run bench`; raw lines in `{name}.txt`.

| figure | measured | wanted |
|---|---|---|
{table}
""")


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--runs", type=int, default=9)
    options.add_argument("--only", default="start,memory,partitions,durable,speed")
    options.add_argument("--gigabytes", type=float, default=10, help="of the topic that is compacted")
    options.add_argument("--trials", type=int, default=20, help="of each fault")
    options.add_argument("--partitions", type=int, default=5_000, help="on each of three nodes, where there are to be many")
    options.add_argument("--faults", default="", help="kill-leader, stop-controller and so on; by default all")
    options.add_argument("--tools", type=pathlib.Path, default=HOME.parent / "shared" / "bench")
    chosen = options.parse_args()
    if not (chosen.tools / "compare").exists():
        sys.exit(f"bench: no bench tools in {chosen.tools}; say where they are with --tools DIR")
    with tempfile.TemporaryDirectory() as folder:  # the first use builds, which is no part of any figure
        first = Broker(folder)
        first.ready()
        first.stop()
    report = Report()
    report.say(machine())
    wanted = chosen.only.split(",")
    if "start" in wanted:
        start(report, chosen.runs)
    if "memory" in wanted:
        memory(report)
    if "partitions" in wanted:
        partitions(report)
    if "speed" in wanted:
        speed(report, chosen.tools, chosen.runs, "memory", MEMORY)
    if "compaction" in wanted:
        compaction(report, chosen.tools, chosen.runs, chosen.gigabytes)
    if "durable" in wanted:
        speed(report, chosen.tools, chosen.runs, "auto", DURABLE)
    if "groups" in wanted:
        groups(report, chosen.tools)
    if "shares" in wanted:
        shares(report, chosen.tools, chosen.runs)
    if "failover" in wanted:
        cluster.failover(report, java(), clients(), chosen.trials, [one for one in chosen.faults.split(",") if one])
    if "many" in wanted:
        cluster.many(report, java(), clients(), chosen.trials, chosen.partitions)
    if "rolling" in wanted:
        cluster.rolling(report, java(), clients(), chosen.tools, chosen.trials)
    if "cluster" in wanted:
        cluster.beside(report, java(), chosen.tools, chosen.runs)
    if "tools" in wanted:
        commands(report, chosen.tools)
    if "embedded" in wanted:
        embedded(report)
    write(report, wanted)


if __name__ == "__main__":
    main()
