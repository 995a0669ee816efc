package naru.quorum;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import naru.base.Disk;
import naru.base.Uuid;

/** Who leads under which epoch: {@code quorum-state}, in the version of Kafka's that belongs to the quorum's. */
public final class QuorumState {

    private static final String NAME = "/quorum-state";
    private static final Pattern EPOCH = Pattern.compile("\"leaderEpoch\"\\s*:\\s*(\\d{1,9})[,}\\s]");
    private static final Pattern VOTER = Pattern.compile("\"voterId\"\\s*:\\s*(-?\\d{1,10})");

    private static final Pattern LEADER = Pattern.compile("\"leaderId\"\\s*:\\s*(-?\\d{1,10})");
    private static final Pattern VOTED = Pattern.compile("\"votedId\"\\s*:\\s*(-?\\d{1,10})");
    private static final Pattern VOTED_FOLDER = Pattern.compile("\"votedDirectoryId\"\\s*:\\s*\"([^\"]{22})\"");

    /**
     * What a node must not forget of an election, or it would vote twice.
     *
     * @param leaderId -1 while none is known
     * @param votedId -1 when this node gave its vote to nobody in this epoch
     * @param votedFolder the id of the folder of who got it; zero when that is not known
     * @param voters ids, as configuration names them; empty when the log does
     */
    public record Election(int epoch, int leaderId, int votedId, Uuid votedFolder, List<Integer> voters) {}

    private QuorumState() {}

    /** Null when this node has taken part in none. */
    public static Election read(Disk disk, String folder) {
        String path = folder + "/" + Names.FOLDER + NAME;
        if (!disk.exists(path)) {
            return null;
        }
        String text = new String(disk.readAll(path), StandardCharsets.UTF_8);
        var folderVoted = VOTED_FOLDER.matcher(text);
        var voters = new ArrayList<Integer>();
        for (var voter = VOTER.matcher(text); voter.find();) {
            voters.add(Integer.parseInt(voter.group(1)));
        }
        return new Election(number(EPOCH, text, path), number(LEADER, text, path), number(VOTED, text, path),
                folderVoted.find() ? Uuid.parse(folderVoted.group(1)) : Uuid.ZERO, voters);
    }

    private static int number(Pattern field, String text, String path) {
        var found = field.matcher(text);
        if (!found.find()) {
            throw new DamagedMetadata(path + " at byte 0: it does not say " + field.pattern());
        }
        return Integer.parseInt(found.group(1));
    }

    /** @param byLog whether the log names the voters: {@code kraft.version} is above 0 */
    public static void write(Disk disk, String folder, Election election, boolean byLog) {
        String path = folder + "/" + Names.FOLDER + NAME;
        String voters = election.voters().stream().map(id -> "{\"voterId\":" + id + "}")
                .collect(java.util.stream.Collectors.joining(",", "[", "]"));
        String ends = byLog
                ? ",\"votedDirectoryId\":\"" + election.votedFolder() + "\",\"data_version\":1}"
                : ",\"appliedOffset\":0,\"currentVoters\":" + voters + ",\"data_version\":0}";
        String text = (byLog ? "{" : "{\"clusterId\":\"\",") + "\"leaderId\":" + election.leaderId()
                + ",\"leaderEpoch\":" + election.epoch() + ",\"votedId\":" + election.votedId() + ends;
        disk.replace(path, text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Whether the log names the voters, and configurations do not any more. The file says otherwise from when that was decided until its
     * next election.
     */
    public static boolean isNamedByLog(Disk disk, String folder) {
        return Replay.of(disk, folder + "/" + Names.FOLDER, -1).quorum().version() > 0;
    }

    /** As if this node had never taken part. */
    public static void clear(Disk disk, String folder) {
        disk.delete(folder + "/" + Names.FOLDER + NAME);
        disk.syncFolder(folder + "/" + Names.FOLDER);
    }

    /**
     * The newest epoch that this node has heard of; -1 when it has heard of none.
     *
     * @throws DamagedMetadata also when the file names voters besides this node
     */
    static int epoch(Disk disk, String own, int nodeId) {
        String path = own + NAME;
        if (!disk.exists(path)) {
            return -1;
        }
        String text = new String(disk.readAll(path), StandardCharsets.UTF_8);
        var epoch = EPOCH.matcher(text);
        if (!epoch.find()) {
            throw new DamagedMetadata(path + " at byte 0: no leaderEpoch");
        }
        List<Integer> voters = new ArrayList<>();
        for (var voter = VOTER.matcher(text); voter.find();) {
            voters.add(Integer.parseInt(voter.group(1)));
        }
        if (!voters.isEmpty() && !voters.equals(List.of(nodeId))) {
            throw new DamagedMetadata(path + ": the voters of its quorum are " + voters
                    + "; a node that is not the only one is not supported yet");
        }
        return Integer.parseInt(epoch.group(1));
    }

    static void write(Disk disk, String own, int nodeId, int epoch, Quorum quorum) {
        String text = quorum.version() == 0
                ? "{\"clusterId\":\"\",\"leaderId\":" + nodeId + ",\"leaderEpoch\":" + epoch
                        + ",\"votedId\":-1,\"appliedOffset\":0,\"currentVoters\":[{\"voterId\":" + nodeId
                        + "}],\"data_version\":0}"
                : "{\"leaderId\":" + nodeId + ",\"leaderEpoch\":" + epoch + ",\"votedId\":-1,\"votedDirectoryId\":\""
                        + Uuid.ZERO + "\",\"data_version\":1}";
        disk.replace(own + NAME, text.getBytes(StandardCharsets.UTF_8));
    }
}
