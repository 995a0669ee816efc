package naru.quorum;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import naru.base.Disk;
import naru.base.Uuid;

/** Who leads under which epoch: {@code quorum-state}, in the version of Kafka's that belongs to the quorum's. */
final class QuorumState {

    private static final String NAME = "/quorum-state";
    private static final Pattern EPOCH = Pattern.compile("\"leaderEpoch\"\\s*:\\s*(\\d{1,9})[,}\\s]");
    private static final Pattern VOTER = Pattern.compile("\"voterId\"\\s*:\\s*(-?\\d{1,10})");

    private QuorumState() {}

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
