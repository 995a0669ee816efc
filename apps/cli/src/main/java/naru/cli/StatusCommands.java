package naru.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import naru.cli.options.Option;
import naru.cli.options.Syntax;
import naru.cli.terminal.Amounts;
import naru.cli.terminal.Ink;
import naru.cli.terminal.Page;
import naru.cli.terminal.Progress;
import naru.cli.terminal.Table;
import naru.cli.terminal.Unit;
import naru.cli.wire.Sizes;
import naru.cli.wire.Topology;
import naru.protocol.message.ApiKey;
import naru.protocol.message.DescribeClusterRequest;
import naru.protocol.message.DescribeClusterResponse;
import naru.protocol.message.DescribeLogDirsResponse.DescribeLogDirsResult;

/** {@code naru start}, {@code stop} and {@code status}. */
final class StatusCommands {

    /** Written by a broker into its first data folder while it runs: its process, and where it listens. */
    static final String PID_FILE = "naru.pid";
    private static final String OTHER_FOLDER = "say where its data is with --data";
    private static final String BY_NUMBER = "stop the broker by its process number";
    private static final String BROKER = "naru.server.Main";
    private static final long STOP_MS = 60_000;
    private static final long LOOK_MS = 100;

    private static final Option DATA = Option.of("data", "DIR", "the broker's data folder (default ./data)");

    private record Running(ProcessHandle process, String address) {}

    private StatusCommands() {}

    /** In the fullest of a broker's data folders that works and says how much it has, in bytes; 0 when none does. */
    static long room(List<DescribeLogDirsResult> folders) {
        return folders.stream().filter(folder -> folder.errorCode() == 0 && folder.usableBytes() >= 0)
                .mapToLong(DescribeLogDirsResult::usableBytes).min().orElse(0);
    }

    static List<Command> all() {
        return List.of(
                new Command(Syntax.of("start", "Start a broker on this machine")
                        .option(Option.of("config", "FILE", "a Kafka server.properties"))
                        .option(Option.of("data", "DIR", "where to keep data (default ./data)"))
                        .option(Option.of("listen", "HOST:PORT", "where clients connect (default 127.0.0.1:9092; port 0 picks a free one)"))
                        .option(Option.of("set", "KEY=VALUE", "one setting of server.properties; may be given several times").repeated())
                        .option(Option.flag("background", "come back when clients are served, and leave it running; 'naru stop' ends it"))
                        .option(Option.of("log", "FILE", "where it writes what it says, with --background (default ./naru.log)"))
                        .example("naru start --data /var/lib/naru --background"), StatusCommands::start),
                new Command(Syntax.of("stop", "Stop the broker on this machine that has this data folder")
                        .option(DATA).example("naru stop --data /var/lib/naru"), StatusCommands::stop),
                new Command(Syntax.of("status", "Show whether the cluster is well, and what its brokers have")
                        .example("naru status"), StatusCommands::status));
    }

    private static void start(Session session) {
        throw new Failure("a broker is started by the script naru", "type it as 'naru start'");
    }

    private static Running running(Session session) {
        var folder = Path.of(session.line().text("data", "data"));
        var file = folder.resolve(PID_FILE);
        try {
            var lines = linesOf(folder, file);
            if (!lines.isEmpty()) {
                var process = ProcessHandle.of(Long.parseLong(lines.getFirst().strip()));
                // After a crash the number may belong to somebody else by now.
                if (process.isPresent() && commandLine(process.get()).contains(BROKER)) {
                    return new Running(process.get(), lines.size() > 1 ? lines.get(1) : "");
                }
            }
        } catch (IOException e) {
            throw new Failure(file + " cannot be read: " + FileTrouble.of(e, file), BY_NUMBER, e);
        } catch (NumberFormatException e) {
            throw new Failure(file + " does not say which process the broker is", BY_NUMBER, e);
        }
        throw new Failure("no broker runs on the data folder " + folder, OTHER_FOLDER + " if it is another one");
    }

    private static List<String> linesOf(Path folder, Path file) throws IOException {
        try {
            // Unlike a question whether it is there, this tells a folder that may not be looked into from one that is missing.
            if (!Files.readAttributes(folder, BasicFileAttributes.class).isDirectory()) {
                throw new Failure(folder + " is no folder", OTHER_FOLDER);
            }
        } catch (NoSuchFileException _) {
            throw new Failure("there is no data folder " + folder, OTHER_FOLDER);
        }
        try {
            return Files.readAllLines(file);
        } catch (NoSuchFileException _) {
            return List.of();
        }
    }

    /** All of it where the system has it in a file: Java's own view ends after the first 4,096 bytes, which a class path can fill. */
    private static String commandLine(ProcessHandle process) throws IOException {
        var file = Path.of("/proc", Long.toString(process.pid()), "cmdline");
        return Files.isReadable(file) ? Files.readString(file, StandardCharsets.ISO_8859_1) : process.info().commandLine().orElse(BROKER);
    }

    private static void stop(Session session) {
        var running = running(session);
        long pid = running.process().pid();
        long began = System.nanoTime();
        CompletableFuture<ProcessHandle> end = running.process().onExit();
        // False also for one that has ended by itself meanwhile.
        if (!running.process().destroy() && running.process().isAlive()) {
            throw new Failure("there is no permission to stop broker " + pid, "it belongs to another user; stop it as that one, or as an administrator");
        }
        long patienceMs = session.span("timeout", STOP_MS);
        try (var progress = new Progress(session.screen(), "stopping broker " + pid)) {
            for (long waited = 0; !end.isDone() && waited < patienceMs; waited += LOOK_MS) {
                session.interruption().check();
                progress.at(0, 0, "what it holds goes to the disk");
                try {
                    end.get(LOOK_MS, TimeUnit.MILLISECONDS);
                } catch (TimeoutException _) {
                    // looks again
                }
            }
        } catch (InterruptedException | ExecutionException _) {
            throw new Interrupted();
        }
        if (!end.isDone()) {
            throw new Failure("broker " + pid + " has not stopped within " + Amounts.milliseconds(patienceMs),
                    "wait longer with --timeout, or end it with 'kill -9 " + pid + "', which loses nothing that was acknowledged");
        }
        session.screen().done("stopped broker " + pid + " in " + Amounts.milliseconds((System.nanoTime() - began) / 1e6));
    }

    private static void status(Session session) {
        var brokers = session.brokers();
        var topology = Topology.ofAll(brokers);
        var cluster = brokers.ask(ApiKey.DESCRIBE_CLUSTER, DescribeClusterRequest.builder().endpointType((byte) 1).includeFencedBrokers(true).build(),
                DescribeClusterResponse.class);
        var askedSizes = Sizes.ask(brokers, null);
        var groups = Group.listAll(brokers);
        var folders = askedSizes.folders();
        var leads = new TreeMap<Integer, Integer>();
        var keeps = new TreeMap<Integer, Integer>();
        int offline = 0;
        int behind = 0;
        for (var place : topology.places()) {
            var partition = topology.partition(place);
            offline += partition.leaderId() < 0 ? 1 : 0;
            behind += partition.isrNodes().size() < partition.replicaNodes().size() ? 1 : 0;
            leads.merge(partition.leaderId(), 1, Integer::sum);
            partition.replicaNodes().forEach(broker -> keeps.merge(broker, 1, Integer::sum));
        }
        var table = new Table().column("broker", "BROKER", Unit.ID).column("address", "ADDRESS", Unit.NAME).column("rack", "RACK", Unit.TEXT)
                .column("replicas", "REPLICAS", Unit.NUMBER).column("leads", "LEADS", Unit.NUMBER).column("bytes", "SIZE", Unit.BYTES)
                .column("freeBytes", "FREE", Unit.BYTES).column("state", "STATE", Unit.TEXT, ClusterCommands::inkOfState);
        long all = 0;
        for (var broker : cluster.brokers()) {
            var answer = folders.get(broker.brokerId());
            long bytes = answer == null ? 0 : answer.results().stream().flatMap(folder -> folder.topics().stream())
                    .flatMap(topic -> topic.partitions().stream()).mapToLong(one -> one.partitionSize()).sum();
            Long free = answer == null ? null : (Long) room(answer.results());
            all += bytes;
            table.row(broker.brokerId(), broker.host() + ":" + broker.port(), broker.rack(), keeps.getOrDefault(broker.brokerId(), 0),
                    leads.getOrDefault(broker.brokerId(), 0), answer == null ? null : (Long) bytes, free, broker.isFenced() ? "away" : "alive");
        }
        boolean fenced = cluster.brokers().stream().anyMatch(one -> one.isFenced());
        String state = offline > 0 ? "offline" : behind > 0 || fenced ? "behind" : "ok";
        session.screen().show(new Page()
                .fact("state", "state", Unit.TEXT, state, TopicsCommands.inkOfState(state))
                .fact("clusterId", "cluster", Unit.TEXT, cluster.clusterId())
                .fact("topics", "topics", Unit.NUMBER, topology.topics().stream().filter(one -> !one.isInternal()).count())
                .fact("partitions", "partitions", Unit.NUMBER, topology.places().size())
                .fact("offline", "offline", Unit.NUMBER, offline, offline > 0 ? Ink.BAD : Ink.PLAIN)
                .fact("behind", "behind", Unit.NUMBER, behind, behind > 0 ? Ink.WARNING : Ink.PLAIN)
                .fact("groups", "groups", Unit.NUMBER, groups.size())
                .fact("bytes", "size", Unit.BYTES, all)
                .table("brokers", table));
    }
}
