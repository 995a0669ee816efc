package naru.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import naru.metadata.Cluster;
import naru.metadata.MetadataLog;
import naru.metadata.MetadataLog.Outcome;
import naru.metadata.Resource;
import naru.protocol.Message;
import naru.protocol.message.ConfigRecord;
import naru.quorum.Rules;
import naru.simulation.SimulatedClock;
import naru.simulation.SimulatedDisk;
import naru.simulation.SimulatedLanes;
import naru.simulation.SimulatedRandomness;
import naru.simulation.Timeline;
import naru.simulation.Transcript;
import org.junit.jupiter.api.Test;

/** What every {@link MetadataLog} promises to the node on which it is the only one that decides. */
abstract class MetadataLogContract {

    static final String FOLDER = "/data";
    private static final int LONGER_THAN_A_BATCH = 9 << 20;

    final SimulatedRandomness dice = new SimulatedRandomness(11);
    final Timeline timeline = new Timeline(dice.fork("time"), new Transcript());
    final SimulatedClock clock = new SimulatedClock(timeline);
    final SimulatedDisk disk = new SimulatedDisk(dice.fork("disk"));
    SimulatedLanes lanes;
    private final Listener heard = new Listener();
    private final List<Outcome> outcomes = new ArrayList<>();
    private MetadataLog log;

    /** Opens the log of {@link #FOLDER}, whose process has begun. */
    abstract MetadataLog open(Rules rules);

    /** Hears, and remembers in which order. */
    private static final class Listener implements MetadataLog.Follower {
        private final List<String> story = new ArrayList<>();
        private Cluster cluster;
        private long end;
        private int epoch = -1;
        private int leader = -1;

        @Override
        public void onSnapshot(Cluster value, long endOffset) {
            cluster = value;
            end = endOffset;
        }

        @Override
        public void onCommitted(List<Message> batch, long endOffset) {
            assertThat(endOffset).isGreaterThan(end);
            cluster = cluster.withAll(batch);
            end = endOffset;
            batch.forEach(record -> {
                if (record instanceof ConfigRecord config) {
                    story.add(config.value());
                }
            });
        }

        @Override
        public void onLeadership(int newEpoch) {
            epoch = newEpoch;
            story.add("leads");
        }

        @Override
        public void onLeadershipLost() {
            epoch = -1;
        }

        @Override
        public void onLeader(int leaderId, int newEpoch) {
            leader = leaderId;
        }

        private String valueOf(String key) {
            return cluster.config(Resource.topic("orders")).get(key);
        }
    }

    private void begin(Rules rules) {
        heard.story.clear();
        heard.epoch = -1;
        disk.establishFolders(FOLDER);
        lanes = new SimulatedLanes(1, timeline, dice.fork("lanes"), disk);
        log = open(rules);
        lanes.run(0, _ -> {
            throw new AssertionError("nobody connects");
        });
        onLane(() -> log.follow(heard));
    }

    private void onLane(Runnable task) {
        lanes.post(0, task);
        timeline.runForMs(3_000);
    }

    private void endAndBegin(Rules rules) {
        lanes.kill();
        disk.losePower();
        begin(rules);
    }

    private static Message config(String key, String value) {
        return new ConfigRecord(Resource.TOPIC, "orders", key, value);
    }

    private void append(String key, String value) {
        log.append(heard.epoch, List.of(config(key, value)), outcome -> {
            outcomes.add(outcome);
            heard.story.add("told of " + value);
        });
        heard.story.add("asked for " + value);
    }

    @Test
    void aNewLogHasALeaderWhoKnowsWhatTheClusterWasFormattedWith() {
        begin(Rules.USUAL);
        assertThat(heard.epoch).isPositive();
        assertThat(heard.cluster.features()).containsKey("metadata.version");
        assertThat(heard.end).isPositive();
    }

    @Test
    void aFollowerHearsOfABatchBeforeWhoeverAskedAndNobodyInsideTheCall() {
        begin(Rules.USUAL);
        onLane(() -> append("retention.ms", "1"));
        assertThat(heard.story).containsExactly("leads", "asked for 1", "1", "told of 1");
        assertThat(outcomes).containsExactly(new Outcome.Committed(heard.end));
        assertThat(heard.valueOf("retention.ms")).isEqualTo("1");
    }

    @Test
    void batchesAreCommittedInTheOrderOfAsking() {
        begin(Rules.USUAL);
        onLane(() -> {
            append("a", "1");
            append("a", "2");
            append("a", "3");
        });
        assertThat(heard.story.stream().filter(line -> line.length() == 1)).containsExactly("1", "2", "3");
        assertThat(heard.story.stream().filter(line -> line.startsWith("told"))).containsExactly(
                "told of 1", "told of 2", "told of 3");
        assertThat(heard.valueOf("a")).isEqualTo("3");
    }

    @Test
    void whoIsToldMayDecideAtOnce() {
        begin(Rules.USUAL);
        onLane(() -> log.append(heard.epoch, List.of(config("a", "1")), _ -> append("a", "2")));
        assertThat(heard.valueOf("a")).isEqualTo("2");
        assertThat(outcomes).containsExactly(new Outcome.Committed(heard.end));
    }

    @Test
    void anotherEpochIsRefused() {
        begin(Rules.USUAL);
        onLane(() -> {
            log.append(heard.epoch + 1, List.of(config("a", "1")), outcomes::add);
            log.append(heard.epoch - 1, List.of(config("a", "2")), outcomes::add);
            assertThat(outcomes).as("never inside the call").isEmpty();
        });
        assertThat(outcomes).containsExactly(new Outcome.NotLeader(), new Outcome.NotLeader());
        assertThat(heard.valueOf("a")).isNull();
    }

    @Test
    void nothingToWriteIsCommitted() {
        begin(Rules.USUAL);
        onLane(() -> log.append(heard.epoch, List.of(), outcomes::add));
        assertThat(outcomes).containsExactly(new Outcome.Committed(heard.end));
    }

    @Test
    void aDecisionLongerThanABatchFailsAndTheNextDoesNot() {
        begin(Rules.USUAL);
        onLane(() -> {
            append("a", "x".repeat(LONGER_THAN_A_BATCH));
            append("a", "2");
        });
        assertThat(outcomes).hasSize(2);
        assertThat(outcomes.getFirst()).isInstanceOf(Outcome.Failed.class);
        assertThat(heard.valueOf("a")).isEqualTo("2");
    }

    @Test
    void whatIsCommittedSurvivesAPowerCutAndEpochsRise() {
        begin(Rules.USUAL);
        onLane(() -> append("a", "1"));
        onLane(() -> append("a", "2"));
        int before = heard.epoch;
        var value = heard.cluster;
        endAndBegin(Rules.USUAL);
        assertThat(heard.cluster).isEqualTo(value);
        assertThat(heard.epoch).isGreaterThan(before);
        onLane(() -> append("a", "3"));
        assertThat(heard.valueOf("a")).isEqualTo("3");
    }

    @Test
    void snapshotsAndWhatFollowsThemLeadToTheSameValue() {
        var rules = new Rules(4_000, 0, 3_000, 604_800_000, 12_000, 604_800_000);
        begin(rules);
        for (int i = 0; i < 300; i++) {
            append("key" + i % 7, "value" + i);
            onLaneShortly();
        }
        assertThat(disk.files().stream().filter(name -> name.endsWith(".checkpoint") && !name.contains("bootstrap")
                && !name.contains("00000000000000000000-"))).isNotEmpty();
        assertThat(disk.files()).as("the first segment is gone").doesNotContain(
                FOLDER + "/__cluster_metadata-0/00000000000000000000.log");
        var value = heard.cluster;
        endAndBegin(rules);
        assertThat(heard.cluster).isEqualTo(value);
    }

    private void onLaneShortly() {
        lanes.post(0, log::onTime);
        timeline.runForMs(400);
    }
}
