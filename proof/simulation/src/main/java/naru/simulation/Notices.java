package naru.simulation;

import static naru.simulation.Conviction.unless;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import naru.base.TopicPartition;

/** A topic that keeps its records for a short time, while readers are in the middle of what goes. */
final class Notices implements Workload {

    private static final String TOPIC = "notices";
    private static final long RETENTION_MS = 1_200;

    /** What was promised of notices: those that are there as of any record, and that none goes too early. */
    static final class Board extends Promises {
        private final SimulatedClock clock;
        private final Map<String, Long> writtenMs = new HashMap<>();
        private long newestMs;

        private Board(SimulatedClock clock) {
            this.clock = clock;
        }

        @Override
        public void sending(String text) {
            super.sending(text);
            writtenMs.put(text, clock.nowMs());
            newestMs = Math.max(newestMs, clock.nowMs());
        }

        /** Somebody was told that everything between these offsets has gone. */
        void gone(TopicPartition partition, long from, long end) {
            for (var text : acknowledged(partition, from, end)) {
                long aged = clock.latestMs() - writtenMs.get(text);
                unless(aged > RETENTION_MS, "a notice has gone from " + partition + " after " + aged + " ms: " + text);
            }
        }

        /** False while the wall clock has not come to where some record says it was written. */
        private boolean isPast() {
            return newestMs < clock.nowMs() - RETENTION_MS;
        }
    }

    private final World world;
    private final SimulatedRandomness dice;
    private final Board board;
    private final NewTopic topic;
    private final TopicPartition partition = new TopicPartition(TOPIC, 0);
    private final Errands founder;
    private final List<Producer> writers = new ArrayList<>();
    private final List<NoticeReader> readers = new ArrayList<>();

    Notices(World world) {
        this.world = world;
        this.dice = world.dice().fork(TOPIC);
        this.board = new Board(world.clock());
        this.topic = new NewTopic(TOPIC, 1, settings(dice));
        this.founder = new Errands("founder of notices", world);
        readers.add(new NoticeReader("reader of notices", world, board, partition, 4_000, 60));
        readers.add(new NoticeReader("slow reader of notices", world, board, partition, 150, 400));
    }

    private static Map<String, String> settings(SimulatedRandomness dice) {
        return new TreeMap<>(Map.of(
                "cleanup.policy", "delete",
                "retention.ms", Long.toString(RETENTION_MS),
                "segment.ms", Long.toString(dice.between(100, 400)),
                "index.interval.bytes", "100",
                "segment.index.bytes", Long.toString(12 * dice.between(4, 30)),
                "file.delete.delay.ms", Long.toString(dice.between(0, 800))));
    }

    @Override
    public void start() {
        founder.start();
        topic.create(founder, () -> {
            for (int i = 0; i < 2; i++) {
                newWriter();
            }
        });
        readers.forEach(reader -> reader.start(topic));
    }

    /** Each batch is sent once: whoever sends again what retention has taken meanwhile, with its producer's state, is not known any more. */
    private void newWriter() {
        var writer = new Producer("writer of notices " + writers.size(), world, List.of(partition), (short) -1, false, board);
        writers.add(writer);
        writer.start();
    }

    /** Somebody else writes from now on. */
    @Override
    public void trouble() {
        if (!writers.isEmpty()) {
            writers.get(dice.nextInt(writers.size())).stop();
            newWriter();
        }
    }

    @Override
    public void stop() {
        founder.kill();
        writers.forEach(Producer::stop);
    }

    @Override
    public boolean isQuiet() {
        return writers.stream().allMatch(Producer::isIdle);
    }

    @Override
    public void tellUnquiet() {
        readers.forEach(reader -> world.timeline().tell(reader.toString()));
    }

    /** Everybody has come to the end, and what is old has gone. */
    @Override
    public boolean isAudited() {
        return readers.stream().allMatch(reader -> reader.isAllGone() || reader.isAtEnd() && !board.isPast());
    }

    @Override
    public void judge() {
        readers.forEach(NoticeReader::stop);
    }

    /** How many records had gone before a reader came to them. */
    long skipped() {
        return readers.stream().mapToLong(NoticeReader::skipped).sum();
    }

    @Override
    public String tally() {
        return board.acknowledgedCount() + " notices, of which readers missed " + skipped();
    }
}
