package naru.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import naru.base.Outgoing;
import org.junit.jupiter.api.Test;

class WriterTest {

    @Test
    void numbersOfEveryLengthReadBack() {
        var out = new Writer(1);
        for (int shift = 0; shift < 64; shift++) {
            out.varlong(1L << shift);
            out.varlong(-(1L << shift));
        }
        for (int shift = 0; shift < 32; shift++) {
            out.varint(1 << shift);
            out.uvarint(1 << shift);
        }
        var in = new Reader(out.written());
        for (int shift = 0; shift < 64; shift++) {
            assertThat(in.varlong()).isEqualTo(1L << shift);
            assertThat(in.varlong()).isEqualTo(-(1L << shift));
        }
        for (int shift = 0; shift < 32; shift++) {
            assertThat(in.varint()).isEqualTo(1 << shift);
            assertThat(in.uvarint()).isEqualTo(1 << shift);
        }
        assertThat(in.remaining()).isZero();
    }

    @Test
    void sizedContentHasItsSizeInFrontWhateverItsLength() {
        for (int length : new int[] {0, 1, 127, 128, 20_000}) {
            var out = new Writer(4);
            int mark = out.beginSized();
            out.raw(ByteBuffer.allocate(length));
            out.endSized(mark);
            var in = new Reader(out.written());
            assertThat(in.uvarint()).isEqualTo(length);
            assertThat(in.remaining()).isEqualTo(length);
        }
    }

    @Test
    void recordsInAFileBecomeAPieceBetweenMemory() {
        var out = new Writer(4);
        out.int32(1);
        out.records(new Records.InFile(null, 100, 5_000), false, false);
        out.int8((byte) 9);
        assertThat(out.length()).isEqualTo(4 + 4 + 5_000 + 1);
        var pieces = out.finish().pieces();
        assertThat(pieces).extracting(Outgoing.Piece::length).containsExactly(8, 5_000, 1);
        assertThat(pieces.get(1)).isEqualTo(new Outgoing.Piece.InFile(null, 100, 5_000));
    }

    @Test
    void aWriterIsEmptyAfterReset() {
        var out = new Writer(4);
        out.records(new Records.InFile(null, 0, 10), false, false);
        out.reset();
        assertThat(out.length()).isZero();
        assertThat(out.finish().pieces()).isEmpty();
    }

    @Test
    void nullWhereAVersionHasNoNullIsNotWritten() {
        assertThatThrownBy(() -> new Writer(4).string(null, true, false)).isInstanceOf(UnwritableMessage.class);
    }

    @Test
    void aStringThatIsTooLongForOldVersionsIsNotWritten() {
        String longest = "x".repeat(Short.MAX_VALUE);
        var out = new Writer(4);
        out.string(longest, false, false);
        assertThat(out.length()).isEqualTo(2 + Short.MAX_VALUE);
        assertThatThrownBy(() -> out.string(longest + "x", false, false))
                .isInstanceOf(UnwritableMessage.class).hasMessageContaining("32768 bytes");
        out.string(longest + "x", true, false);
    }
}
