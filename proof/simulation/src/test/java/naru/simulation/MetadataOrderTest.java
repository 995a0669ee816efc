package naru.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import naru.base.ClientLink;
import naru.base.LaneProgram;
import naru.base.TopicPartition;
import naru.base.Visit;
import naru.metadata.Cluster;
import naru.metadata.MetadataLog;
import naru.protocol.Message;
import naru.protocol.message.ConfigRecord;
import org.junit.jupiter.api.Test;

/** Whoever follows the metadata hears the same in the same order, whatever goes wrong; one decides at a time. */
class MetadataOrderTest {

    private static final int SEEDS = 15;

    /** What all nodes of one story were told. */
    private static final class Heard {
        private final Map<Long, List<Message>> batches = new TreeMap<>();
        private final Set<String> committed = new HashSet<>();
        private final Set<String> said = new HashSet<>();
        private final Map<Integer, Integer> leaders = new TreeMap<>();
        private int refused;
        private int snapshots;
    }

    /** Appends a record every few moments while it leads, and remembers what it hears. */
    private static final class Follower implements LaneProgram, MetadataLog.Follower {
        private final NodeUnderTest.Ports ports;
        private final Heard heard;
        private long end = -1;
        private int epoch = -1;
        private long nextNs;
        private int serial;

        private Follower(NodeUnderTest.Ports ports, Heard heard) {
            this.ports = ports;
            this.heard = heard;
        }

        @Override
        public void onStart() {
            ports.metadata().follow(this);
        }

        @Override
        public void onTime() {
            nextNs = ports.clock().nowNs() + 20_000_000;
            if (epoch < 0) {
                return;
            }
            var name = "node" + ports.nodeId() + "@" + ports.clock().nowNs() + "#" + serial++;
            ports.metadata().append(epoch, List.of(new ConfigRecord((byte) 4, "", name, "x")), outcome -> {
                switch (outcome) {
                    case MetadataLog.Outcome.Committed(long at) -> {
                        assertThat(at).as("what was appended was heard before").isLessThanOrEqualTo(end);
                        heard.said.add(name);
                    }
                    case MetadataLog.Outcome.NotLeader _ -> heard.refused++;
                    case MetadataLog.Outcome.Failed(var why) -> throw new AssertionError(why);
                }
            });
        }

        @Override
        public long nextDeadlineNs() {
            return nextNs;
        }

        @Override
        public void onSnapshot(Cluster cluster, long endOffset) {
            assertThat(endOffset).isGreaterThan(end);
            end = endOffset;
            heard.snapshots++;
        }

        @Override
        public void onCommitted(List<Message> batch, long endOffset) {
            assertThat(endOffset).as("in order").isEqualTo(end + batch.size());
            end = endOffset;
            var before = heard.batches.putIfAbsent(endOffset, batch);
            assertThat(before == null || before.equals(batch)).as("the same for all").isTrue();
            batch.forEach(record -> {
                if (record instanceof ConfigRecord config) {
                    heard.committed.add(config.name());
                }
            });
        }

        @Override
        public void onLeadership(int newEpoch) {
            epoch = newEpoch;
            assertThat(heard.leaders.put(newEpoch, ports.nodeId())).as("one leader an epoch").isNull();
        }

        @Override
        public void onLeadershipLost() {
            epoch = -1;
        }

        @Override
        public Visit onConnect(ClientLink link) {
            throw new AssertionError("nobody connects");
        }
    }

    private static Heard live(long seed, Transcript transcript) {
        var heard = new Heard();
        NodeUnderTest product = ports -> {
            var lanes = new ArrayList<LaneProgram>(List.of(new Follower(ports, heard)));
            while (lanes.size() < ports.lanes().count()) {
                lanes.add(_ -> {
                    throw new AssertionError("nobody connects");
                });
            }
            return () -> lanes;
        };
        var world = new ClusterWorld(seed, transcript, product, 3, List.of(new TopicPartition("orders", 0)));
        world.machines().forEach(world::start);
        var trouble = new ClusterTrouble(world, List.of());
        trouble.begin();
        world.timeline().runForMs(20_000);
        trouble.end();
        world.becomeCalm();
        world.machines().forEach(world::start);
        world.timeline().runForMs(20_000);
        assertThat(heard.committed).as("who was told that it is committed was told the truth, seed " + seed)
                .containsAll(heard.said);
        assertThat(world.metadata().canLead(world.metadata().leader())).isTrue();
        return heard;
    }

    @Test
    void oneOrderForAll() {
        int refused = 0;
        int leaders = 0;
        int snapshots = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            try {
                var heard = live(seed, new Transcript());
                assertThat(heard.said).isNotEmpty();
                refused += heard.refused;
                leaders += heard.leaders.size();
                snapshots += heard.snapshots;
            } catch (RuntimeException | Error failure) {
                throw new AssertionError("seed " + seed, failure);
            }
        }
        assertThat(refused).as("appends lost on the move").isPositive();
        assertThat(leaders).isGreaterThan(3 * SEEDS);
        assertThat(snapshots).isGreaterThan(3 * SEEDS);
    }

    @Test
    void theSameSeedTellsTheSameStory() {
        var once = new Transcript();
        var again = new Transcript();
        live(4711, once);
        live(4711, again);
        assertThat(again.hash()).isEqualTo(once.hash());
    }
}
