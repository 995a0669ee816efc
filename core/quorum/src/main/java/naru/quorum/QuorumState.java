package naru.quorum;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import naru.base.Disk;

/** Who leads under which epoch: {@code quorum-state}, as Kafka writes it. */
final class QuorumState {

    private static final String NAME = "/quorum-state";
    private static final Pattern EPOCH = Pattern.compile("\"leaderEpoch\"\\s*:\\s*(\\d{1,9})");

    private QuorumState() {}

    /** The newest epoch that this node has heard of; -1 when it has heard of none. */
    static int epoch(Disk disk, String own) {
        String path = own + NAME;
        if (!disk.exists(path)) {
            return -1;
        }
        var matcher = EPOCH.matcher(new String(disk.readAll(path), StandardCharsets.UTF_8));
        if (!matcher.find()) {
            throw new DamagedMetadata(path + " names no leaderEpoch");
        }
        return Integer.parseInt(matcher.group(1));
    }

    static void write(Disk disk, String own, int nodeId, int epoch) {
        String text = "{\"clusterId\":\"\",\"leaderId\":" + nodeId + ",\"leaderEpoch\":" + epoch
                + ",\"votedId\":-1,\"appliedOffset\":0,\"currentVoters\":[{\"voterId\":" + nodeId
                + "}],\"data_version\":0}";
        disk.replace(own + NAME, text.getBytes(StandardCharsets.UTF_8));
    }
}
