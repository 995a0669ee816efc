package naru.consensus;

import java.net.InetSocketAddress;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import naru.metadata.MetadataLog;
import org.apache.kafka.common.message.KRaftVersionRecord;
import org.apache.kafka.common.message.VotersRecord;
import org.apache.kafka.common.network.ListenerName;
import org.apache.kafka.raft.ControlRecord;

/**
 * Who votes by what the log has committed, and where controllers are asked. The engine's thread tells; read from any thread.
 *
 * <p>Where configurations name the voters, or the log has not reached this node yet, the engine still knows where the
 * leader is, which it follows: so that is kept besides.
 */
final class Electorate {

    private record Leader(int id, MetadataLog.Address at) {}

    private final ListenerName listener;
    private volatile SortedMap<Integer, MetadataLog.Address> voters = Collections.emptySortedMap();
    private volatile Leader leader = new Leader(-1, null);
    private volatile short version;
    private volatile boolean hasHeardOfLeader;

    /** @param listener the name of the one on which controllers are asked */
    Electorate(String listener) {
        this.listener = ListenerName.normalised(listener);
    }

    /** What a batch, or a snapshot, says about the quorum itself. */
    void hear(List<ControlRecord> records) {
        for (var record : records) {
            switch (record.message()) {
                case VotersRecord named -> voters = read(named);
                case KRaftVersionRecord now -> version = now.kRaftVersion();
                default -> { } // whose epoch it is, or where a snapshot begins
            }
        }
    }

    private SortedMap<Integer, MetadataLog.Address> read(VotersRecord named) {
        var all = new TreeMap<Integer, MetadataLog.Address>();
        for (var voter : named.voters()) {
            for (var endpoint : voter.endpoints()) {
                if (ListenerName.normalised(endpoint.name()).equals(listener)) {
                    all.put(voter.voterId(), new MetadataLog.Address(endpoint.host(), endpoint.port()));
                }
            }
        }
        return Collections.unmodifiableSortedMap(all);
    }

    /** @param at null when that is not known */
    void leaderIs(int id, InetSocketAddress at) {
        hasHeardOfLeader |= id >= 0;
        leader = new Leader(id, at == null ? null : new MetadataLog.Address(at.getHostString(), at.getPort()));
    }

    /** Since this process began. */
    boolean hasHeardOfLeader() {
        return hasHeardOfLeader;
    }

    /** {@code kraft.version}. */
    short version() {
        return version;
    }

    /** Null when it is not known. */
    MetadataLog.Address addressOf(int id) {
        var now = leader;
        return now.id() == id && now.at() != null ? now.at() : voters.get(id);
    }
}
