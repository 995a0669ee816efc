package naru.log;

import static naru.log.World.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import naru.base.DiskFailure;
import naru.protocol.Records;
import naru.protocol.batch.BatchHeader;
import naru.protocol.batch.RecordReader;
import org.junit.jupiter.api.Test;

/**
 * A folder is written, its broker stops cleanly or dies, then one file is damaged. Whatever the file and the damage: what is
 * read afterwards was written, or the reader sees that it was not, or the damage is refused with its place.
 */
class DamagePropertyTest {

    private static final long PRODUCER = 7;
    private static final LogConfig CONFIG =
            LogConfig.DEFAULTS.toBuilder().segmentBytes(900).indexIntervalBytes(150).build();

    @Test
    void one_damaged_file_never_makes_a_wrong_record() {
        Seeds.tell("damage", 400, Story::new);
    }

    /** One folder, and what became of it. */
    private static final class Story implements Seeds.Story {
        private final Random dice;
        private final World world = new World();
        /** By offset; null where a marker stands. */
        private final List<String> written = new ArrayList<>();
        /** Offsets of records in transactions that were aborted, and of those in one that is open. */
        private final TreeSet<Integer> aborted = new TreeSet<>();
        private final TreeSet<Integer> undecided = new TreeSet<>();
        private int sequence;
        private long start;
        private long covered;
        private boolean clean;
        private String damage = "nothing damaged";
        private String damagedFile = "";
        /** The CRC leaves out where a batch begins; in the middle of what a reader gets nobody sees that it is wrong. */
        private boolean hidden;

        Story(long seed) {
            dice = new Random(seed);
        }

        @Override
        public String standing() {
            return damage;
        }

        @Override
        public void tell() {
            write();
            damageOne();
            Log log;
            try {
                world.restart();
                if (world.folder.failure() != null) {
                    throw world.folder.failure();
                }
                log = world.log(CONFIG);
            } catch (DiskFailure refused) {
                checkRefusal(refused);
                return;
            }
            check(log);
        }

        private void write() {
            var log = world.log(CONFIG);
            world.logs.begin(1, new Journal.Room(1 << 20, 1 << 20));
            world.logs.syncOpened();
            world.checkpoint(0);
            int turns = 1 + dice.nextInt(60);
            for (int i = 0; i < turns; i++) {
                append(log);
                if (dice.nextInt(12) == 0) {
                    world.checkpoint(log.logEnd());
                }
                if (dice.nextInt(30) == 0) {
                    log.deleteRecordsBefore(log.logStart() + dice.nextLong(log.logEnd() - log.logStart()));
                    world.checkpoint(log.logEnd());
                }
                if (dice.nextInt(10) == 0) {
                    world.lanes.runAll();
                }
            }
            start = log.logStart();
            covered = FolderCheckpoints.read(world.disk, "data/recovery-point-offset-checkpoint").get(World.NAME);
            clean = dice.nextInt(3) == 0;
            if (clean) {
                world.lanes.runAll();
                world.folder.close(_ -> log.logEnd());
                covered = written.size();
            }
        }

        private void append(Log log) {
            int batches = 1 + dice.nextInt(3);
            var journal = dice.nextInt(4) == 0 ? null : world.logs.journal();
            for (int b = 0; b < batches; b++) {
                if (!undecided.isEmpty() && dice.nextInt(3) == 0) {
                    endTransaction(log);
                    continue;
                }
                boolean transactional = dice.nextInt(4) == 0;
                var values = new String[1 + dice.nextInt(3)];
                for (int v = 0; v < values.length; v++) {
                    values[v] = written.size() + "-" + "v".repeat(dice.nextInt(60));
                    if (transactional) {
                        undecided.add(written.size());
                    }
                    written.add(values[v]);
                }
                if (transactional) {
                    var batch = World.batchIn(PRODUCER, 0, sequence, NOW + written.size(), values);
                    log.append(batch, written.size() / 40, Origin.CLIENT, Verification.UNNEEDED, NOW);
                    sequence += values.length;
                } else {
                    log.append(World.batch(NOW + written.size(), values), written.size() / 40, Origin.CLIENT, NOW);
                }
            }
            log.writeStaged(journal);
            world.logs.commit();
        }

        private void endTransaction(Log log) {
            boolean committed = dice.nextInt(3) == 0;
            log.append(new TransactionMarker(PRODUCER, (short) 0, 0, (short) 1, committed), written.size() / 40, NOW + written.size() + 1);
            written.add(null);
            if (!committed) {
                aborted.addAll(undecided);
            }
            undecided.clear();
        }

        private void damageOne() {
            var files = world.disk.files();
            files.removeIf(file -> world.disk.bytes(file).length == 0 && dice.nextInt(3) > 0);
            damagedFile = files.get(dice.nextInt(files.size()));
            int length = world.disk.bytes(damagedFile).length;
            int used = length;
            while (used > 0 && world.disk.bytes(damagedFile)[used - 1] == 0) {
                used--;
            }
            int kind = dice.nextInt(8);
            if (kind == 0) {
                damage = damagedFile + " is missing";
                world.disk.delete(damagedFile);
            } else if (kind < 3 || used == 0) {
                int kept = length == 0 ? 0 : dice.nextInt(Math.max(1, used));
                damage = damagedFile + " of " + length + " bytes is cut at " + kept;
                world.disk.cut(damagedFile, kept);
            } else {
                int at = dice.nextInt(used);
                damage = damagedFile + " of " + length + " bytes is flipped at " + at;
                hidden = recordsDamaged() && isInBaseOffset(at);
                world.disk.bytes(damagedFile)[at] ^= (byte) (1 << dice.nextInt(8));
            }
            damage += ", start " + start + ", covered to " + covered + " of " + written.size() + (clean ? ", clean" : "");
        }

        private boolean isInBaseOffset(int position) {
            var bytes = ByteBuffer.wrap(world.disk.bytes(damagedFile));
            int at = 0;
            while (at + BatchHeader.sizeInBytes(bytes, at) <= position) {
                at += BatchHeader.sizeInBytes(bytes, at);
            }
            return position - at < Long.BYTES;
        }

        private boolean recordsDamaged() {
            return damagedFile.endsWith(".log");
        }

        private void checkRefusal(DiskFailure refused) {
            assertThat(recordsDamaged()).as("refused: %s", refused.getMessage()).isTrue();
            assertThat(refused.getMessage()).contains(damagedFile);
        }

        private void check(Log log) {
            long end = log.logEnd();
            if (!recordsDamaged()) {
                assertThat(log.logStart()).as("log start").isEqualTo(start);
                assertThat(end).as("log end").isEqualTo(written.size());
            }
            assertThat(end).as("log end").isBetween(covered, (long) written.size());
            if (end < written.size() && !damage.contains("missing")) {
                // What the journal put behind the place of a cut may hide it from the log; that is told of the folder.
                assertThat(log.findings().isEmpty() && world.folder.findings().isEmpty()).as("nothing is told").isFalse();
            }
            boolean seen = readAll(log, log.logStart());
            assertThat(seen && !recordsDamaged()).as("the reader saw damage").isFalse();
            lookIntoAll(log);
            for (int i = 0; i < 5 && log.logStart() < end; i++) {
                readAll(log, log.logStart() + dice.nextLong(end - log.logStart()));
            }
            checkTimes(log, end);
            checkCommitted(log, end);
            World.append(log, "one more");
            log.writeStaged();
            assertThat(log.logEnd()).isEqualTo(end + 1);
            if (!seen) {
                assertThat(World.values(log)).endsWith("one more");
            }
        }

        /** What was asked before changes nothing of what is told of damage. */
        private void lookIntoAll(Log log) {
            try {
                log.offsetOfMaxTimestamp();
            } catch (DiskFailure refused) {
                checkRefusal(refused);
            }
        }

        /** A reader of committed records is never given what was aborted, or is not decided. */
        private void checkCommitted(Log log, long end) {
            if (recordsDamaged()) {
                return;
            }
            long stable = log.lastStableOffset(end);
            if (undecided.isEmpty()) {
                assertThat(stable).as("last stable offset").isEqualTo(end);
            }
            var expected = new ArrayList<String>();
            for (int at = (int) log.logStart(); at < stable; at++) {
                assertThat(undecided).as("below the last stable offset %s", stable).doesNotContain(at);
                if (written.get(at) != null && !aborted.contains(at)) {
                    expected.add(written.get(at));
                }
            }
            assertThat(CommittedReader.read(log, log.logStart(), stable, 300)).as("committed").isEqualTo(expected);
        }

        private void checkTimes(Log log, long end) {
            if (recordsDamaged() || end == 0 || log.logStart() == end) {
                return;
            }
            long offset = log.logStart() + dice.nextLong(end - log.logStart());
            long time = log.offsetOfMaxTimestamp().orElseThrow().timestampMs();
            assertThat(time).isGreaterThanOrEqualTo(NOW + end);
            var found = log.offsetForTimestamp(NOW + offset + 1, end);
            // A batch has the time of its last record.
            assertThat(found).isPresent();
            assertThat(found.get().offset()).isBetween(Math.max(0, offset - 10), offset);
        }

        /** As a client does: true when it sees that a batch is not what was written. */
        private boolean readAll(Log log, long from) {
            long offset = from;
            while (offset < log.writtenEnd()) {
                ByteBuffer content;
                try {
                    content = bytes(log.read(offset, 300, Long.MAX_VALUE, true).records());
                } catch (DiskFailure refused) {
                    checkRefusal(refused);
                    return true;
                }
                if (content.limit() < BatchHeader.SIZE) {
                    fail("nothing is read at " + offset);
                }
                for (int at = 0; content.limit() - at >= BatchHeader.SIZE; ) {
                    int size = BatchHeader.sizeInBytes(content, at);
                    if (size < BatchHeader.SIZE || BatchHeader.magic(content, at) != 2) {
                        return true;
                    }
                    if (size > content.limit() - at) {
                        if (at == 0) {
                            return true;
                        }
                        break;
                    }
                    if (!BatchHeader.isCrcRight(content, at)) {
                        return true;
                    }
                    for (var record : new RecordReader(1 << 20).read(content, at)) {
                        if (record.offset() >= offset) {
                            if (hidden && record.offset() != offset) {
                                return true;
                            }
                            assertThat(record.offset()).as("the next offset").isEqualTo(offset);
                            assertThat(BatchHeader.isControl(content, at)).isEqualTo(written.get((int) offset) == null);
                            if (!BatchHeader.isControl(content, at)) {
                                assertThat(StandardCharsets.UTF_8.decode(record.value().duplicate()).toString())
                                        .as("at offset %s", offset).isEqualTo(written.get((int) offset));
                            }
                            offset++;
                        }
                    }
                    at += size;
                }
            }
            return false;
        }

        private static ByteBuffer bytes(Records records) {
            if (!(records instanceof Records.InFile(var file, long position, int length))) {
                return ByteBuffer.allocate(0);
            }
            var content = ByteBuffer.allocate(length);
            file.read(content, position);
            file.close();
            return content.flip();
        }
    }
}
