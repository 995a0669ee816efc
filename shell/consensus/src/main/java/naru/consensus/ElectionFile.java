package naru.consensus;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import naru.base.Disk;
import naru.quorum.QuorumState;
import org.apache.kafka.raft.ElectionState;
import org.apache.kafka.raft.QuorumStateStore;
import org.apache.kafka.raft.generated.QuorumStateData;
import org.apache.kafka.server.common.KRaftVersion;

/** What the engine must not forget, in the file {@code quorum-state}. */
final class ElectionFile implements QuorumStateStore {

    private final Disk disk;
    private final String folder;
    private final boolean isLogEmpty;

    /**
     * @param isLogEmpty whether this node's log says nothing, so not where the voters are either. A node that remembers
     *     a leader then and does not know its address is stopped by the leader's first good answer, every time it starts;
     *     so it may not remember. Its epoch and its vote are what counts, and these it keeps.
     */
    ElectionFile(Disk disk, String folder, boolean isLogEmpty) {
        this.disk = disk;
        this.folder = folder;
        this.isLogEmpty = isLogEmpty;
    }

    @Override
    public Optional<ElectionState> readElectionState() {
        var kept = QuorumState.read(disk, folder);
        if (kept == null) {
            return Optional.empty();
        }
        return Optional.of(ElectionState.fromQuorumStateData(new QuorumStateData()
                .setLeaderEpoch(kept.epoch())
                .setLeaderId(isLogEmpty && kept.voters().isEmpty() ? -1 : kept.leaderId())
                .setVotedId(kept.votedId())
                .setVotedDirectoryId(Ids.kafkas(kept.votedFolder()))
                .setCurrentVoters(kept.voters().stream().map(id -> new QuorumStateData.Voter().setVoterId(id)).toList())));
    }

    @Override
    public void writeElectionState(ElectionState latest, KRaftVersion version) {
        boolean byLog = version.featureLevel() > 0;
        var data = latest.toQuorumStateData(version.quorumStateVersion());
        List<Integer> voters = byLog ? List.of()
                : data.currentVoters().stream().map(QuorumStateData.Voter::voterId).sorted().toList();
        QuorumState.write(disk, folder, new QuorumState.Election(
                data.leaderEpoch(), data.leaderId(), data.votedId(), Ids.ours(data.votedDirectoryId()), voters), byLog);
    }

    @Override
    public Path path() {
        return Path.of(folder);
    }

    @Override
    public void clear() {
        QuorumState.clear(disk, folder);
    }
}
