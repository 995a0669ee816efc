"""Three nodes: how long clients wait when one of them fails, and what replication costs beside Apache Kafka."""
import json, os, pathlib, re, signal, statistics, subprocess, sys, tempfile, time

import wire

HOME = pathlib.Path(__file__).resolve().parents[2]
NODES = 3
OURS, THEIRS = 29300, 29400
TICK_S = 1 / os.sysconf("SC_CLK_TCK")
FILES_MAX = 20_000
BATCH = 16  # records of a request

# fault: (median, worst) in ms, as wanted
FAULTS = {f"{kind}-{target}": wanted for kind, wanted in (("kill", (500, 1500)), ("stop", (2500, 2500)), ("cut", (2500, 2500)), ("pause", (500, 500)))
          for target in ("leader", "controller", "coordinator")}
SUMMARY = re.compile(r"summary (\S+): (\d+) trials, produce median (\d+) worst (\d+), consume median (\d+) worst (\d+), commit median (\d+) worst (\d+),"
                     r" produce-undone median (\d+) worst (\d+), serves median (\d+) worst (\d+), whole median (\d+) worst (\d+), moved (\d+)")
ROLL = re.compile(r"roll: (\d+) records, p50 (\S+) p99 (\S+) p999 (\S+) worst (\S+) ms, (\d+) errors")


def libs(tools):
    subprocess.run([tools / "peer" / "kafka", "install"], check=True)
    return pathlib.Path(os.environ.get("PEER_HOME", "/tmp/kafka-peer")) / "libs"


def trials(report, java, classes, *words, rooms=False):
    """Runs trials of proof/clusters; every line they say."""
    command = ["prlimit", f"--nofile={FILES_MAX}:{FILES_MAX}", java, "-Xmx2g", "--enable-native-access=ALL-UNNAMED", "-cp", classes,
               "naru.clusters.trials.FailoverTrials", *map(str, words)]
    if rooms:
        command = ["unshare", "--net", *command, "--rooms", "yes"]
    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_DIR")) as folder:
        ran = subprocess.Popen([*command, "--home", folder], stdout=subprocess.PIPE, text=True)
        said = []
        for line in ran.stdout:
            report.say(line.rstrip())
            said.append(line.rstrip())
        if ran.wait() > 1:
            sys.exit("the trials broke off")
    return said


def may_have_rooms():
    return subprocess.run(["unshare", "--net", "ip", "link", "add", "hub", "type", "bridge"], capture_output=True).returncode == 0


def judged(report, what, said):
    line = next((line for line in said if line.startswith("judged: ")), "judged: nothing")
    report.row(f"{what}: records lost, doubled, out of order; errors of clients", line.removeprefix("judged: "), "0 findings, 0 errors")


def failover(report, java, classes, count, chosen):
    rooms = may_have_rooms()
    faults = chosen or [fault for fault in FAULTS if rooms or not fault.startswith("cut")]
    if not rooms:
        report.say("no networks of their own may be made here, so nothing is cut")
    said = trials(report, java, classes, "--naru", HOME, "--trials", count, "--faults", ",".join(faults), rooms=rooms)
    for line in said:
        found = SUMMARY.match(line)
        if found:
            fault, (median, worst) = found.group(1), FAULTS[found.group(1)]
            produce, consume, commit = ((int(found.group(i)), int(found.group(i + 1))) for i in (3, 5, 7))
            report.row(f"{fault}, 1,000 partitions: longest wait of producers, readers, commits, median (worst) of {found.group(2)}",
                       ", ".join(f"{a} ({b})" for a, b in (produce, consume, commit)) + " ms"
                       + (f"; leaders moved {found.group(15)} times" if fault.startswith("pause") else ""), f"{median} ({worst}) ms")
    judged(report, "faults", said)
    many(report, java, classes, max(1, count // 4), 5_000)


def many(report, java, classes, count, partitions):
    """The controller, which leads a third of so many partitions, is killed and started again."""
    what = f"{partitions:,} partitions x 3"
    said = trials(report, java, classes, "--naru", HOME, "--partitions", partitions, "--trials", count, "--rate", 200,
                  "--faults", "kill-controller", rooms=may_have_rooms())
    for found in filter(None, map(SUMMARY.match, said)):
        report.row(f"{what}: the controller killed, longest wait of producers, median (worst)", f"{found.group(3)} ({found.group(4)}) ms", "1000 ms")
        report.row(f"{what}: a killed node serves again, median (worst)", f"{found.group(11)} ({found.group(12)}) ms", "5000 ms")
        report.row(f"{what}: and is in sync with everything", f"{found.group(13)} ({found.group(14)}) ms", "5000 ms")
    judged(report, what, said)


def rolling(report, java, classes, tools, count):
    """Every node stopped in peace and started again under load, by turns with Kafka."""
    figures = {"naru": [], "kafka": []}
    for _ in range(max(1, count // 5)):
        for name, where in (("naru", HOME), ("kafka", libs(tools))):
            said = trials(report, java, classes, f"--{name}", where, "--rolls", 1, "--faults", "", "--partitions", 100)
            found = next(filter(None, map(ROLL.match, said)))
            figures[name].append((float(found.group(3)), float(found.group(5)), int(found.group(6))))
    mine, his = ([statistics.median(one[i] for one in figures[name]) for i in range(2)] for name in ("naru", "kafka"))
    report.row("rolling restart under load: errors of clients", str(sum(one[2] for one in figures["naru"])), "0")
    report.row("rolling restart under load: p99 of producers", f"{mine[0]:.2f} ms beside {his[0]:.2f} ms: {mine[0] / his[0]:.2f}x", "1x")
    report.row("rolling restart under load: longest wait of producers", f"{mine[1]:.0f} ms beside {his[1]:.0f} ms", "")


def patiently(what, question):
    until = time.monotonic() + 120
    while not question():
        if time.monotonic() > until:
            sys.exit(f"bench: waited in vain until {what}")
        time.sleep(0.05)


class Three:
    """Three nodes of one kind on this machine, each a broker and a controller."""

    def __init__(self, kind, java, tools, folder, port):
        self.kind, self.port = kind, port
        self.processes = []
        voters = ",".join(f"{i}@127.0.0.1:{port + 10 + i}" for i in range(1, NODES + 1))
        for i in range(1, NODES + 1):
            home = pathlib.Path(folder) / f"{kind}-{i}"
            home.mkdir()
            settings = home / "server.properties"
            settings.write_text(f"""process.roles=broker,controller
node.id={i}
controller.quorum.voters={voters}
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://127.0.0.1:{port + i},CONTROLLER://127.0.0.1:{port + 10 + i}
advertised.listeners=PLAINTEXT://127.0.0.1:{port + i}
inter.broker.listener.name=PLAINTEXT
log.dirs={home}/data
min.insync.replicas=2
default.replication.factor=3
offsets.topic.replication.factor=3
transaction.state.log.replication.factor=3
""")
            jars = str(libs(tools) / "*") if kind == "kafka" else None
            words = ["format", "-t", "MkU3OEVBNTcwNTJENDM2Qg", "-c", settings]
            subprocess.run([java, "-cp", jars, "kafka.tools.StorageTool", *words] if jars else [HOME / "naru", "storage", *words],
                           check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            # As Kafka's own scripts start it.
            command = ([java, "-Xmx1G", "-Xms1G", "-server", "-XX:+UseG1GC", "-XX:MaxGCPauseMillis=20", "-XX:InitiatingHeapOccupancyPercent=35",
                        "-XX:+ExplicitGCInvokesConcurrent", "-Djava.awt.headless=true", "-Dlog4j2.level=INFO", "-cp", jars, "kafka.Kafka", settings] if jars
                       else [HOME / "naru", "start", "--config", settings])
            self.processes.append(subprocess.Popen(command, stdout=open(home / "log", "w"), stderr=subprocess.STDOUT))
        for i in range(1, NODES + 1):
            log = pathlib.Path(folder) / f"{kind}-{i}" / "log"
            patiently(f"node {i} of {kind} serves", lambda: re.search("naru is ready|Kafka Server started", log.read_text()))

    def create(self):
        """A topic for each node, which leads all of it."""
        for i in range(NODES):
            replicas = [(i + k) % NODES + 1 for k in range(NODES)]
            topic, connection = f"bench{i + 1}", wire.connect(self.port + 1, self.processes[0])
            patiently(f"{topic} can be created", lambda: wire.create_at(connection, topic, [replicas] * 4) in (0, 36))
            leader = wire.connect(self.port + i + 1, self.processes[i])
            for partition in range(4):
                patiently(f"{topic}-{partition} takes a record", lambda: wire.produce(leader, topic, partition, b"x") == 0)

    def cpu_s(self):
        return sum(cpu_s(process.pid) for process in self.processes)

    def rss_mb(self):
        return sum(int(re.search(r"VmRSS:\s+(\d+)", pathlib.Path(f"/proc/{one.pid}/status").read_text()).group(1)) / 1024 for one in self.processes)

    def round(self, blast, megabytes):
        """Producers at all three at once: records a second, CPU seconds of the nodes for a million records."""
        before, began = self.cpu_s(), time.monotonic()
        records, running = 0, [subprocess.Popen([blast, "produce", f"127.0.0.1:{self.port + i}", f"bench{i}", "4", "2", "4", "1024", str(BATCH), str(megabytes), "-1"],
                                    stdout=subprocess.PIPE, text=True) for i in range(1, NODES + 1)]
        for one in running:
            said = one.communicate()[0]
            if one.returncode:
                sys.exit(f"{self.kind}: {said}")
            records += json.loads(said.strip().splitlines()[-1])["requests"] * BATCH
        return records / (time.monotonic() - began), (self.cpu_s() - before) / records * 1e6

    def stop(self):
        for process in self.processes:
            process.send_signal(signal.SIGTERM)
        for process in self.processes:
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                process.kill()


def cpu_s(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) * TICK_S


def beside(report, java, tools, runs, megabytes=150):
    """Records of 1 KB, acks=all, three replicas of which two must have it; pair by pair."""
    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_DIR")) as folder:
        blast = pathlib.Path(folder) / "blast"
        subprocess.run(["cc", "-O2", "-pthread", "-o", blast, tools / "blast.c"], check=True)
        clusters = []
        try:
            for kind, port in (("naru", OURS), ("kafka", THEIRS)):
                clusters.append(Three(kind, java, tools, folder, port))
                clusters[-1].create()
            pairs = []
            for run in range(runs + 2):
                pair = [one.round(blast, megabytes) for one in clusters]
                report.say("three nodes, pair %d: %s" % (run, "; ".join(f"{one.kind} {rate:.0f} records/s, {cpu:.2f} CPU s/million"
                                                                        for one, (rate, cpu) in zip(clusters, pair))))
                if run > 1:  # the first two are for the compilers
                    pairs.append(pair)
            for i, (figure, wanted) in enumerate((("records per second", "1.5x"), ("CPU seconds of all nodes per million records", "0.6x"))):
                mine, his = (statistics.median(pair[k][i] for pair in pairs) for k in (0, 1))
                ratio = statistics.median(pair[0][i] / pair[1][i] for pair in pairs)
                report.row(f"three nodes, 1 KB, acks=all, min.insync.replicas=2: {figure}", f"{mine:.2f} beside {his:.2f}: {ratio:.2f}x", wanted)
            mine, his = (one.rss_mb() for one in clusters)
            report.row("three nodes: memory of the whole cluster", f"{mine:.0f} MB beside {his:.0f} MB: {mine / his:.2f}x", "0.4x")
        finally:
            for one in clusters:
                one.stop()
