package naru.quorum;

import java.util.List;
import naru.base.Uuid;
import naru.protocol.Reader;
import naru.protocol.batch.Record;
import naru.protocol.message.KRaftVersionRecord;
import naru.protocol.message.VotersRecord;

/**
 * Who votes, as the log says.
 *
 * @param version {@code kraft.version}: at 0 configuration files name the voters, from 1 on the log does
 * @param voters null when the log names none
 */
record Quorum(short version, VotersRecord voters) {

    static final Quorum UNNAMED = new Quorum((short) 0, null);

    private static final short VERSION_MAX = 1;

    /** The quorum after one more control record. */
    Quorum with(Record record) {
        return switch (ControlRecords.kindOf(record)) {
            case ControlRecords.KRAFT_VERSION -> {
                short level = KRaftVersionRecord.read(new Reader(record.value()), 0).kRaftVersion();
                if (level > VERSION_MAX) {
                    throw new DamagedMetadata("kraft.version " + level + " is newer than " + VERSION_MAX);
                }
                yield new Quorum(level, voters);
            }
            case ControlRecords.KRAFT_VOTERS -> new Quorum(version, VotersRecord.read(new Reader(record.value()), 0));
            default -> this;
        };
    }

    /** The quorum of a node alone, named by the log from this version on. */
    Quorum raised(short to, int nodeId, Uuid directory) {
        var self = new VotersRecord.Voter(nodeId, directory, List.of(), new VotersRecord.KRaftVersionFeature((short) 0, VERSION_MAX));
        return new Quorum(to, voters == null ? new VotersRecord((short) 0, List.of(self)) : voters);
    }

    /** A node alone may only go on with a log in which it decides alone. */
    void checkAlone(int nodeId, Uuid directory, String path) {
        if (voters == null) {
            return;
        }
        var names = voters.voters().stream().map(VotersRecord.Voter::voterId).toList();
        if (!names.equals(List.of(nodeId))) {
            throw new DamagedMetadata(path + ": the voters of its quorum are " + names
                    + "; a node that is not the only one is not supported yet");
        }
        var voter = voters.voters().getFirst();
        if (!voter.voterDirectoryId().isZero() && !voter.voterDirectoryId().equals(directory)) {
            throw new DamagedMetadata(path + ": its voter " + nodeId + " has the directory " + voter.voterDirectoryId()
                    + ", this folder is " + directory);
        }
    }
}
