package naru.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AbortedIndexTest {

    private static final String PATH = "/00000000000000000000.txnindex";

    private final OpenFiles files = new OpenFiles(new InMemoryDisk(), 4);

    private static AbortedTransaction aborted(long first, long last) {
        return new AbortedTransaction(1, first, last, first);
    }

    private AbortedIndex opened() {
        return new AbortedIndex(files.slot(PATH));
    }

    private static List<AbortedTransaction> from(AbortedIndex index, long offset) {
        var found = new ArrayList<AbortedTransaction>();
        index.forEachFrom(offset, found::add);
        return found;
    }

    /** A power cut may leave the length of what was not synced, and zeros for its content. */
    @Test
    void zeros_at_the_end_are_no_entries() {
        var index = opened();
        index.add(aborted(1, 3));
        index.add(aborted(2, 5));
        index.file().file().write(new ByteBuffer[] {ByteBuffer.allocate(AbortedIndex.ENTRY)}, 2L * AbortedIndex.ENTRY);
        var again = opened();
        again.keepSoundBefore(100);
        again.add(aborted(7, 9));
        assertThat(from(again, 5)).containsExactly(aborted(2, 5), aborted(7, 9));
    }

    @Test
    void nor_where_they_are_all_there_is() {
        opened().file().file().write(new ByteBuffer[] {ByteBuffer.allocate(AbortedIndex.ENTRY)}, 0);
        var again = opened();
        again.keepSoundBefore(100);
        assertThat(again.entries()).isZero();
    }

    @Test
    void entries_of_what_is_read_again_are_dropped() {
        var index = opened();
        index.add(aborted(1, 3));
        index.add(aborted(2, 5));
        var again = opened();
        again.keepSoundBefore(5);
        assertThat(from(again, 0)).containsExactly(aborted(1, 3));
        assertThat(index.file().file().size()).isEqualTo(AbortedIndex.ENTRY);
    }
}
