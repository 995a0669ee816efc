package naru.quorum;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import naru.base.Randomness;
import naru.base.Uuid;
import naru.metadata.MetadataLog;
import naru.protocol.ErrorCode;
import naru.protocol.Message;
import naru.protocol.message.AddRaftVoterRequest;
import naru.protocol.message.AddRaftVoterResponse;
import naru.protocol.message.ApiKey;
import naru.protocol.message.DescribeQuorumRequest;
import naru.protocol.message.DescribeQuorumResponse;
import naru.protocol.message.NoOpRecord;
import naru.protocol.message.RemoveRaftVoterRequest;
import naru.protocol.message.RemoveRaftVoterResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A quorum of one answers the tools that ask who votes. */
class LoneQuorumTest {

    private final Turns lanes = new Turns();
    private final FaultyDisk disk = new FaultyDisk();

    private final Randomness dice = new Randomness() {
        private final Random random = new Random(7);

        @Override
        public long nextLong() {
            return random.nextLong();
        }

        @Override
        public int nextInt(int bound) {
            return random.nextInt(bound);
        }
    };

    @TempDir
    Path folder;

    private LoneMetadataLog log(Uuid directory) {
        return new LoneMetadataLog(disk, folder.toString(), 1, directory, Rules.USUAL, lanes, lanes);
    }

    /** A folder that was formatted with {@code --standalone}: its log names the voter. */
    private LoneMetadataLog formatted() {
        Formatting.format(disk, new Formatting.Request("c", 1, List.of(folder.toString()), folder.toString(), "CONTROLLER",
                new Formatting.Voters.Standalone("here", 9093), RecordVersions.LEVEL, Map.of(), false), dice, 1);
        return log(MetaProperties.read(disk, folder.toString()).directory());
    }

    private Message ask(LoneMetadataLog log, Message request) {
        var answers = new ArrayList<Message>();
        new LoneQuorum(log).take(ApiKey.of(request.apiNumber()), (short) 0, "", "tool", request, answers::add);
        assertThat(answers).as("never inside the call").isEmpty();
        lanes.runAll();
        return answers.getFirst();
    }

    private static DescribeQuorumRequest about(String topic, int partition) {
        return new DescribeQuorumRequest(List.of(new DescribeQuorumRequest.TopicData(
                topic, List.of(new DescribeQuorumRequest.PartitionData(partition)))));
    }

    @Test
    void itsOnlyVoterLeadsAndHasEverything() {
        var log = log(new Uuid(1, 2));
        var answer = (DescribeQuorumResponse) ask(log, about("__cluster_metadata", 0));
        var partition = answer.topics().getFirst().partitions().getFirst();
        assertThat(partition.leaderId()).isEqualTo(1);
        assertThat(partition.leaderEpoch()).isEqualTo(log.epoch());
        assertThat(partition.highWatermark()).isEqualTo(log.end());
        assertThat(partition.currentVoters()).containsExactly(
                new DescribeQuorumResponse.ReplicaState(1, Uuid.ZERO, log.end(), lanes.nowMs, lanes.nowMs));
        assertThat(partition.observers()).isEmpty();
        assertThat(answer.nodes()).containsExactly(new DescribeQuorumResponse.Node(1, List.of()));
    }

    @Test
    void aLogThatNamesItsVoterIsBelieved() {
        var log = formatted();
        var answer = (DescribeQuorumResponse) ask(log, about("__cluster_metadata", 0));
        assertThat(answer.topics().getFirst().partitions().getFirst().currentVoters().getFirst().replicaDirectoryId())
                .isEqualTo(MetaProperties.read(disk, folder.toString()).directory());
        assertThat(answer.nodes().getFirst().listeners())
                .containsExactly(new DescribeQuorumResponse.Listener("CONTROLLER", "here", 9093));
        assertThat(log.quorumVersion()).isEqualTo((short) 1);
    }

    @Test
    void nothingElseHasAQuorum() {
        var log = log(new Uuid(1, 2));
        for (var asked : List.of(about("orders", 0), about("__cluster_metadata", 1))) {
            var answer = (DescribeQuorumResponse) ask(log, asked);
            assertThat(answer.topics().getFirst().partitions().getFirst().errorCode())
                    .isEqualTo(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION.code());
        }
    }

    @Test
    void nobodyJoinsOrLeavesIt() {
        var add = AddRaftVoterRequest.builder().voterId(2).voterDirectoryId(new Uuid(5, 6)).listeners(List.of()).build();
        var remove = RemoveRaftVoterRequest.builder().voterId(2).voterDirectoryId(new Uuid(5, 6)).build();
        var unnamed = log(new Uuid(1, 2));
        assertThat(((AddRaftVoterResponse) ask(unnamed, add)).errorCode()).isEqualTo(ErrorCode.UNSUPPORTED_VERSION.code());
        assertThat(((RemoveRaftVoterResponse) ask(unnamed, remove)).errorMessage())
                .isEqualTo("Cluster doesn't support removing voter because the kraft.version feature is 0");
    }

    @Test
    void norOneThatNamesItsVoter() {
        var add = AddRaftVoterRequest.builder().voterId(2).voterDirectoryId(new Uuid(5, 6)).listeners(List.of()).build();
        var log = formatted();
        var own = MetaProperties.read(disk, folder.toString()).directory();
        assertThat(((AddRaftVoterResponse) ask(log, add)).errorMessage()).contains("does not listen for other controllers");
        assertThat(((AddRaftVoterResponse) ask(log, add.toBuilder().voterId(1).build())).errorCode())
                .isEqualTo(ErrorCode.DUPLICATE_VOTER.code());
        var remove = RemoveRaftVoterRequest.builder().voterId(1).voterDirectoryId(new Uuid(5, 6)).build();
        assertThat(((RemoveRaftVoterResponse) ask(log, remove)).errorCode()).isEqualTo(ErrorCode.VOTER_NOT_FOUND.code());
        assertThat(((RemoveRaftVoterResponse) ask(log, remove.toBuilder().voterDirectoryId(own).build())).errorCode())
                .isEqualTo(ErrorCode.INVALID_REQUEST.code());
    }

    /** A folder that was never told who votes names its only voter from then on, in the log and in its snapshots. */
    @Test
    void fromItsVersionOnTheLogNamesItsVoter() {
        var directory = MetaProperties.claim(disk, folder.toString(), 1, "c", dice).directory();
        var log = log(directory);
        lanes.runAll();
        var told = new ArrayList<Object>();
        log.raiseQuorumVersion(log.epoch(), (short) 1, true, told::add);
        lanes.runAll();
        assertThat(told).containsExactly(new MetadataLog.RaiseAnswer.Granted());
        assertThat(log.quorumVersion()).as("rehearsed").isZero();
        log.raiseQuorumVersion(log.epoch() + 1, (short) 1, false, told::add);
        lanes.runAll();
        assertThat(told.getLast()).isEqualTo(new MetadataLog.RaiseAnswer.NotLeader());
        assertThat(log.quorumVersion()).isZero();
        assertThat(QuorumState.isNamedByLog(disk, folder.toString())).isFalse();

        long end = log.end();
        log.raiseQuorumVersion(log.epoch(), (short) 1, false, told::add);
        log.append(log.epoch(), List.of(new NoOpRecord()), told::add);
        lanes.runAll();
        assertThat(told.getLast()).isEqualTo(new MetadataLog.Outcome.Committed(end + 3));
        assertThat(log.quorumVersion()).isEqualTo((short) 1);
        assertThat(log.voterDirectory()).isEqualTo(directory);
        assertThat(QuorumState.isNamedByLog(disk, folder.toString())).isTrue();
        log.close();
        var again = log(directory);
        assertThat(again.quorumVersion()).isEqualTo((short) 1);
        assertThat(again.voterDirectory()).isEqualTo(directory);
    }
}
