package naru.quorum;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import naru.base.Disk;
import naru.base.Randomness;
import naru.base.Uuid;
import naru.protocol.Message;
import naru.protocol.message.FeatureLevelRecord;
import naru.protocol.message.VotersRecord;

/**
 * What {@code kafka-storage format} does: says once, before a node of a cluster starts for the first time, whose its
 * folders are and who votes at first. A node of a cluster never does so by itself. Else one whose disk was exchanged
 * would come back with an empty log and vote for somebody who lacks what it once helped to commit, and two nodes that
 * start at the same time would found two clusters.
 */
public final class Formatting {

    /** A controller as {@code --initial-controllers} names it: {@code id@host:port:directory}. */
    public record Controller(int id, String host, int port, Uuid directory) {

        public static Controller parse(String text) {
            var idAndRest = text.strip().split("@", 2);
            int directory = text.lastIndexOf(':');
            int port = idAndRest.length == 2 ? text.lastIndexOf(':', directory - 1) : -1;
            int host = text.indexOf('@') + 1;
            try {
                String name = text.substring(host, port);
                boolean isBracketed = name.startsWith("[") && name.endsWith("]");
                return new Controller(
                        Integer.parseInt(idAndRest[0].strip()), isBracketed ? name.substring(1, name.length() - 1) : name,
                        Integer.parseInt(text.substring(port + 1, directory)), Uuid.parse(text.substring(directory + 1)));
            } catch (IllegalArgumentException | IndexOutOfBoundsException _) {
                throw new DamagedMetadata("'" + text + "' is not id@host:port:directory, the directory an id as "
                        + "kafka-storage.sh random-uuid prints it");
            }
        }
    }

    /** Who votes at first. */
    public sealed interface Voters {

        /** {@code controller.quorum.voters} says it, for ever; {@code kraft.version} stays 0. */
        record AsConfigured() implements Voters {}

        /** {@code --standalone}: this node alone; others are added later. */
        record Standalone(String host, int port) implements Voters {}

        /** {@code --initial-controllers}: these, of which this node is one. */
        record Initial(List<Controller> controllers) implements Voters {}

        /** {@code --no-initial-controllers}: the cluster that this node joins knows. Brokers are formatted so, too. */
        record Unnamed() implements Voters {}
    }

    /**
     * @param folders all of {@code log.dirs}, and {@code metadata.log.dir} where it is none of them
     * @param metadataFolder the one with the metadata log
     * @param listener the first of {@code controller.listener.names}
     * @param level the metadata version
     * @param features what {@code --feature} says besides, by name
     * @param ignoresFormatted whether folders that have been formatted are left as they are; else they are refused
     */
    public record Request(
            String clusterId, int nodeId, List<String> folders, String metadataFolder, String listener, Voters voters,
            short level, Map<String, Short> features, boolean ignoresFormatted) {}

    private static final String KRAFT_VERSION = "kraft.version";

    private final Disk disk;
    private final Request request;
    private final Randomness randomness;

    private Formatting(Disk disk, Request request, Randomness randomness) {
        this.disk = disk;
        this.request = request;
        this.randomness = randomness;
    }

    /**
     * Blocking.
     *
     * @return the folders that were formatted
     * @throws DamagedMetadata when a folder has been formatted before, or the request contradicts itself
     */
    public static List<String> format(Disk disk, Request request, Randomness randomness, long nowMs) {
        return new Formatting(disk, request, randomness).run(nowMs);
    }

    private List<String> run(long nowMs) {
        check();
        var fresh = new ArrayList<String>();
        for (var folder : new TreeSet<>(request.folders())) {
            disk.establishFolders(folder);
            var found = MetaProperties.read(disk, folder);
            if (found == null) {
                fresh.add(folder);
            } else if (!request.ignoresFormatted()) {
                throw new DamagedMetadata(folder + " has been formatted for cluster " + found.clusterId() + ", node "
                        + found.nodeId() + "; --ignore-formatted leaves such folders as they are");
            }
        }
        // What the mark of a folder promises is there before the mark.
        for (var folder : fresh) {
            var directory = directoryOf(folder);
            if (folder.equals(request.metadataFolder())) {
                writeBeginning(directory, nowMs);
            }
            new MetaProperties(request.clusterId(), request.nodeId(), directory).write(disk, folder);
        }
        return fresh;
    }

    /** True when a metadata log lies in this data folder. */
    public static boolean holdsMetadata(Disk disk, String folder) {
        return disk.isFolder(folder + "/" + Names.FOLDER);
    }

    private void check() {
        if (request.clusterId().isBlank()) {
            throw new DamagedMetadata("a cluster has an id: --cluster-id");
        }
        if (request.voters() instanceof Voters.Initial(var controllers)
                && controllers.stream().map(Controller::id).distinct().count() < controllers.size()) {
            throw new DamagedMetadata("--initial-controllers names a node twice");
        }
        if (request.voters() instanceof Voters.Initial(var controllers)
                && controllers.stream().noneMatch(one -> one.id() == request.nodeId())) {
            throw new DamagedMetadata("--initial-controllers does not name this node, " + request.nodeId()
                    + "; a controller that joins later is formatted with --no-initial-controllers");
        }
        request.features().forEach((name, level) -> FeatureLevels.check(name, level, request.level()));
        short kraft = request.features().getOrDefault(KRAFT_VERSION, kraftVersion());
        if (kraft != kraftVersion()) {
            throw new DamagedMetadata("kraft.version is " + kraftVersion() + " here: 0 where controller.quorum.voters names "
                    + "the voters, else 1");
        }
    }

    private short kraftVersion() {
        return (short) (request.voters() instanceof Voters.AsConfigured ? 0 : 1);
    }

    private Uuid directoryOf(String folder) {
        if (folder.equals(request.metadataFolder()) && request.voters() instanceof Voters.Initial(var controllers)) {
            for (var one : controllers) {
                if (one.id() == request.nodeId()) {
                    return one.directory();
                }
            }
        }
        return randomness.nextUuid();
    }

    private void writeBeginning(Uuid directory, long nowMs) {
        var features = new TreeMap<>(request.features());
        features.remove(KRAFT_VERSION);
        var records = new ArrayList<Message>();
        FeatureLevels.usual(request.level()).forEach(usual -> {
            Short asked = features.remove(usual.name());
            records.add(asked == null ? usual : new FeatureLevelRecord(usual.name(), asked));
        });
        features.forEach((name, level) -> records.add(new FeatureLevelRecord(name, level)));
        Beginning.write(disk, request.metadataFolder(), records, request.level(), nowMs);
        var voters = switch (request.voters()) {
            case Voters.AsConfigured _, Voters.Unnamed _ -> List.<VotersRecord.Voter>of();
            case Voters.Standalone(String host, int port) ->
                    List.of(voter(new Controller(request.nodeId(), host, port, directory)));
            case Voters.Initial(var controllers) -> controllers.stream().map(this::voter).toList();
        };
        if (!voters.isEmpty()) {
            String own = request.metadataFolder() + "/" + Names.FOLDER;
            disk.createFolders(own);
            SnapshotFile.write(disk, own, Names.snapshot(0, 0), 0, new Quorum((short) 1, new VotersRecord((short) 0, voters)),
                    List.of(), request.level(), nowMs, 0);
            disk.syncFolder(request.metadataFolder());
        }
    }

    private VotersRecord.Voter voter(Controller controller) {
        return new VotersRecord.Voter(controller.id(), controller.directory(),
                List.of(new VotersRecord.Endpoint(request.listener(), controller.host(), controller.port())),
                new VotersRecord.KRaftVersionFeature((short) 0, (short) 1));
    }

    /**
     * What a node of a cluster finds in its folders when it starts.
     *
     * @return the marks of the folders, in their order
     * @throws DamagedMetadata when one has none, with what to do; or when they belong to another node or to two clusters
     */
    public static List<MetaProperties> formatted(Disk disk, List<String> folders, int nodeId) {
        var found = new ArrayList<MetaProperties>();
        for (var folder : folders) {
            var mark = MetaProperties.read(disk, folder);
            if (mark == null) {
                throw new DamagedMetadata(folder + " is not formatted, and a node of a cluster does not format itself: "
                        + "run kafka-storage.sh format --cluster-id ID --config FILE, with the same ID on every node");
            }
            if (mark.nodeId() != nodeId) {
                throw new DamagedMetadata(folder + " belongs to node " + mark.nodeId() + ", this is node " + nodeId
                        + ": set node.id=" + mark.nodeId() + " or use another folder");
            }
            if (!found.isEmpty() && !found.getFirst().clusterId().equals(mark.clusterId())) {
                throw new DamagedMetadata(folder + " belongs to cluster " + mark.clusterId() + ", " + folders.getFirst()
                        + " to " + found.getFirst().clusterId());
            }
            found.add(mark);
        }
        return found;
    }
}
