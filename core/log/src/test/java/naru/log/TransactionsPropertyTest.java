package naru.log;

import static naru.log.World.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import naru.base.DiskFailure;
import naru.protocol.Records;
import org.junit.jupiter.api.Test;

/**
 * Producers with and without transactions write one log between rolls, clean stops, power cuts, failing writes, cuts and
 * retention; a model without any of that says what readers of committed records may see.
 */
class TransactionsPropertyTest {

    @Test
    void readers_of_committed_records_see_what_the_model_says() {
        Seeds.tell("transactions", 100, Story::new);
    }

    private static final class Story implements Seeds.Story {
        private static final int PRODUCERS = 5;

        private final Random dice;
        private final World world = new World();
        private final TransactionsModel model = new TransactionsModel();
        private final TreeMap<Long, Integer> epochs = new TreeMap<>();
        private final TreeMap<Long, Integer> sequences = new TreeMap<>();
        private final TreeSet<Long> batchEnds = new TreeSet<>();
        private final boolean cuts;
        private final LogConfig config;
        private Log log;
        private int step;
        private int values;
        private String last = "nothing";

        Story(long seed) {
            dice = new Random(seed);
            cuts = dice.nextBoolean();
            config = LogConfig.DEFAULTS.toBuilder().segmentBytes(400 + dice.nextInt(2_000))
                    .indexIntervalBytes(dice.nextInt(300)).retention(-1, 2_000 + dice.nextInt(10_000)).build();
        }

        @Override
        public String standing() {
            return "step " + step + ", after " + last + "\n" + state();
        }

        @Override
        public void tell() {
            open();
            int steps = 20 + dice.nextInt(150);
            for (step = 0; step < steps; step++) {
                act();
                check();
            }
        }

        private String state() {
            return "the model: from " + model.start + " to " + model.end() + ", open " + model.open.values().stream()
                    .map(each -> each.producer + " from " + each.first).toList() + "\nthe log: " + log.describeProducers()
                    + world.disk.list(log.folder());
        }

        private void open() {
            log = world.log(config);
            world.logs.begin(step + 1, new Journal.Room(1 << 20, 1 << 20));
            world.logs.syncOpened();
            world.lanes.runAll();
        }

        private void act() {
            int what = dice.nextInt(100);
            if (what < 70) {
                turn();
            } else if (what < 80) {
                named("a checkpoint", () -> world.checkpoint(model.highWatermark));
            } else if (what < 84) {
                named("a roll", () -> log.roll(NOW));
            } else if (what < 88) {
                named("a clean stop", this::stop);
            } else if (what < 92) {
                named("a power cut", this::cutPower);
            } else if (what < 94) {
                named("a failed write", this::failedTurn);
            } else if (what < 97 && cuts) {
                named("a cut", this::cut);
            } else {
                named("retention", this::retain);
            }
        }

        private void named(String what, Runnable deed) {
            last = what;
            deed.run();
        }

        private void turn() {
            last = "a turn";
            stage();
            log.writeStaged(journal());
            world.logs.commit();
            if (dice.nextInt(3) > 0) {
                world.lanes.runAll();
                // Between batches, as replicas stand.
                var reached = batchEnds.subSet(model.highWatermark, true, model.end(), true);
                model.highWatermark = reached.stream().skip(dice.nextInt(reached.size() + 1)).findFirst().orElse(model.end());
            }
        }

        /** Where logs are cut everything is in the journal: the end of a cut is known from the frames behind it. */
        private Journal journal() {
            return cuts || dice.nextInt(4) > 0 ? world.logs.journal() : null;
        }

        private void stage() {
            int batches = 1 + dice.nextInt(4);
            for (int b = 0; b < batches; b++) {
                int who = dice.nextInt(10);
                long producer = dice.nextInt(PRODUCERS);
                if (who < 2) {
                    String value = "v" + values++;
                    World.append(log, value);
                    model.add(value);
                } else if (who < 7) {
                    send(producer);
                } else if (model.open.containsKey(producer) || dice.nextInt(5) == 0) {
                    mark(producer);
                }
                batchEnds.add(model.end());
            }
        }

        private void send(long producer) {
            int count = 1 + dice.nextInt(3);
            var sent = new String[count];
            boolean transactional = model.open.containsKey(producer) || producer > 0;
            for (int i = 0; i < count; i++) {
                sent[i] = "v" + values++;
            }
            int epoch = epochs.getOrDefault(producer, 0);
            int sequence = sequences.getOrDefault(producer, 0);
            var appended = transactional
                    ? World.appendIn(log, producer, epoch, sequence, sent)
                    : log.append(World.batchOf(producer, epoch, sequence, sent), 1, Origin.CLIENT, NOW);
            assertThat(appended).isInstanceOf(Appended.Accepted.class);
            sequences.put(producer, sequence + count);
            for (var value : sent) {
                if (transactional) {
                    model.addIn(producer, value);
                } else {
                    model.add(value);
                }
            }
        }

        private void mark(long producer) {
            boolean bumps = dice.nextBoolean();
            int epoch = epochs.getOrDefault(producer, 0) + (bumps ? 1 : 0);
            boolean committed = dice.nextBoolean();
            var marker = new TransactionMarker(producer, (short) epoch, 0, (short) (bumps ? 2 : 1), committed);
            assertThat(log.append(marker, 1, NOW)).isInstanceOf(Appended.Accepted.class);
            epochs.put(producer, epoch);
            if (bumps) {
                sequences.put(producer, 0);
            }
            model.end(producer, committed);
        }

        private void stop() {
            world.lanes.runAll();
            world.folder.close(_ -> model.highWatermark);
            world.restart();
            reopen();
        }

        private void cutPower() {
            long safe = log.recoveryPoint();
            long before = model.end();
            world.disk.cutPower(dice);
            world.restart();
            reopen();
            assertThat(log.logEnd()).isBetween(safe, before);
        }

        private void failedTurn() {
            world.lanes.runAll();
            long before = model.end();
            long highWatermark = model.highWatermark;
            var epochsBefore = new TreeMap<>(epochs);
            var sequencesBefore = new TreeMap<>(sequences);
            stage();
            if (!log.isStaged()) {
                return;
            }
            world.disk.writesUntilFailure = dice.nextInt(3);
            try {
                log.writeStaged(journal());
            } catch (DiskFailure _) {
                model.cutTo(before);
                batchEnds.tailSet(before, false).clear();
                model.highWatermark = highWatermark;
                epochs.clear();
                epochs.putAll(epochsBefore);
                sequences.clear();
                sequences.putAll(sequencesBefore);
            } finally {
                world.disk.writesUntilFailure = Integer.MAX_VALUE;
            }
        }

        private void cut() {
            world.lanes.runAll();
            if (log.logStart() == log.logEnd()) {
                return;
            }
            long to = log.logStart() + dice.nextLong(log.logEnd() - log.logStart());
            // In front of a batch, as a follower does.
            var slice = log.read(to, 1, Long.MAX_VALUE, true);
            if (slice.records() instanceof Records.InFile inFile) {
                inFile.file().close();
            }
            if (slice.firstOffset() < log.logStart()) {
                return;
            }
            world.cut(log, slice.firstOffset());
            forgetAndCompare();
        }

        private void retain() {
            log.retain(NOW, Math.min(model.highWatermark, log.recoveryPoint()));
            log.retain(NOW + 100_000, 0);
            model.start = log.logStart();
            world.checkpoint(model.highWatermark);
        }

        private void reopen() {
            open();
            forgetAndCompare();
        }

        /** Records were lost that nobody was promised; epochs and sequences go on from what the log still knows. */
        private void forgetAndCompare() {
            model.start = log.logStart();
            model.cutTo(log.logEnd());
            batchEnds.tailSet(log.logEnd(), false).clear();
            epochs.clear();
            sequences.clear();
            var known = new TreeSet<Long>();
            for (var producer : log.describeProducers()) {
                epochs.put(producer.producerId(), (int) producer.epoch());
                sequences.put(producer.producerId(), producer.lastSequence() + 1);
                if (producer.txnStartOffset() >= 0) {
                    known.add(producer.producerId());
                    model.knownFrom(producer.producerId(), producer.txnStartOffset());
                }
            }
            model.forgetWhatIsGone(known);
        }

        private void check() {
            long stable = log.lastStableOffset(model.highWatermark);
            assertThat(stable).as("last stable offset below %s", model.highWatermark).isEqualTo(model.lastStable());
            long from = log.logStart() + (dice.nextBoolean() ? 0 : dice.nextLong(model.end() - log.logStart() + 1));
            assertThat(CommittedReader.read(log, from, stable, 1 + dice.nextInt(3_000)))
                    .as("committed from %s to %s", from, stable).isEqualTo(model.committedFrom(from));
            for (var producer : log.describeProducers()) {
                var open = model.open.get(producer.producerId());
                assertThat(producer.txnStartOffset()).isEqualTo(open == null ? -1 : open.first);
                assertThat(log.transactions().isOpen(producer.producerId(), producer.epoch())).isEqualTo(open != null);
            }
        }
    }
}
